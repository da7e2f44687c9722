"""Parse modes MarkdownV2 and (legacy) Markdown, with Telegram's rules and error texts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.state import Json
from sandbox.text import utf16
from sandbox.text.links import emoji_id, link_entity
from sandbox.text.problems import EntityProblem

RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
# What Telegram calls each kind in "Can't find end of … entity".
KIND_NAMES = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
    "blockquote": "BlockQuote",
}
ENDS = {
    "bold": "*",
    "italic": "_",
    "underline": "__",
    "strikethrough": "~",
    "spoiler": "||",
    "code": "`",
    "pre": "```",
    "text_link": "]",
    "custom_emoji": "]",
}
# In this order, the longer before the shorter.
BEGINNINGS = (
    ("__", "underline"),
    ("_", "italic"),
    ("*", "bold"),
    ("~", "strikethrough"),
    ("||", "spoiler"),
    ("[", "text_link"),
    ("![", "custom_emoji"),
    ("```", "pre"),
    ("`", "code"),
)
LANGUAGE = re.compile(r"([^\s`]+(?=\s))?(\r\n|\n\r|\n|\r)?")
LAST_ASCII = 126


@dataclass(frozen=True, slots=True)
class Opened:
    kind: str
    argument: str
    # Where its text begins, in UTF-16 units and as an index; where its mark stands in the source.
    offset: int
    start: int
    mark: int


def parse_v2(source: str) -> tuple[str, list[Json]]:
    """Reads MarkdownV2; returns plain text and entities, unsorted. Raises EntityProblem."""
    return _V2(source).read()


class _V2:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.text = ""
        self.units = 0
        self.open: list[Opened] = []
        self.entities: list[Json] = []
        # Marks do not count: `*>quote` at the beginning of a line opens both.
        self.line_start = True

    def read(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            self.step()
        if self.quoting():
            self.end_quote()
        if self.open:
            raise self.unended(self.open[-1])
        return self.text, self.entities

    def fail(self, text: str, position: int) -> EntityProblem:
        return EntityProblem(f"{text} at byte offset {utf16.byte_offset(self.source, position)}")

    def unended(self, opened: Opened) -> EntityProblem:
        name = "PreCode" if opened.kind == "pre" and opened.argument else KIND_NAMES[opened.kind]
        return self.fail(f"Can't find end of {name} entity", opened.mark)

    def add(self, piece: str) -> None:
        self.text += piece
        self.units += utf16.length(piece)
        self.line_start = piece in ("\n", "\r")

    def ahead(self, mark: str) -> bool:
        return self.source.startswith(mark, self.at)

    def quoting(self) -> bool:
        return any(opened.kind == "blockquote" for opened in self.open)

    def step(self) -> None:
        here = self.source[self.at]
        following = self.source[self.at + 1 : self.at + 2]
        kind = self.open[-1].kind if self.open else ""
        if here == "\\" and following and 0 < ord(following) <= LAST_ASCII:
            self.add(following)
            self.at += 2
        elif kind in ("code", "pre"):
            self.inside_code(here, kind)
        elif kind and self.ends(kind):
            self.end(self.open.pop())
        elif here == "\n" and self.quoting():
            self.line_of_quote()
        elif here not in RESERVED:
            self.add(here)
            self.at += 1
        else:
            self.begin(here)

    def inside_code(self, here: str, kind: str) -> None:
        if here != "`":
            self.add(here)
            self.at += 1
        elif self.ahead(ENDS[kind]):
            self.end(self.open.pop())
        else:
            self.begin(here)

    def ends(self, kind: str) -> bool:
        if kind == "italic":
            return self.ahead("_") and not self.ahead("__")
        return kind != "blockquote" and self.ahead(ENDS[kind])

    def line_of_quote(self) -> None:
        """A line break inside a quote: the next line goes on with > or the quote is over."""
        self.add("\n")
        self.at += 1
        if self.ahead(">"):
            self.at += 1
            self.line_start = False
        else:
            self.end_quote()

    def end_quote(self) -> None:
        kind = "blockquote"
        if len(self.open) > 1 and self.open[-1].kind == "spoiler" and self.open[-2].kind == "blockquote":
            # A || that opened at the very end of the quote makes it expandable.
            spoiler = self.open[-1]
            if not self.text[spoiler.start :].strip("\r\n"):
                self.open.pop()
                kind = "expandable_blockquote"
        quote = self.open.pop()
        if quote.kind != "blockquote":
            raise self.unended(quote)
        if self.units > quote.offset:
            length = self.units - quote.offset
            self.entities.append({"type": kind, "offset": quote.offset, "length": length})

    def begin(self, here: str) -> None:
        if here == ">" and self.line_start and not self.quoting():
            self.push("blockquote", ">")
            return
        for mark, kind in BEGINNINGS:
            if self.ahead(mark):
                self.push(kind, mark)
                return
        raise EntityProblem(f"Character '{here}' is reserved and must be escaped with the preceding '\\'")

    def push(self, kind: str, mark: str) -> None:
        begin = self.at
        self.at += len(mark)
        language = ""
        match = LANGUAGE.match(self.source, self.at) if kind == "pre" else None
        if match:
            language = match.group(1) or ""
            self.at = match.end()
        self.open.append(Opened(kind, language, self.units, len(self.text), begin))

    def end(self, opened: Opened) -> None:
        self.at += len(ENDS[opened.kind])
        entity: Json = {"type": opened.kind, "offset": opened.offset, "length": self.units - opened.offset}
        if opened.kind == "pre" and opened.argument:
            entity["language"] = opened.argument
        elif opened.kind == "text_link":
            address = self.address("a URL") if self.ahead("(") else self.text[opened.start :]
            link = link_entity(address)
            if link is None:
                return
            entity.update(link)
        elif opened.kind == "custom_emoji":
            if not self.ahead("("):
                raise EntityProblem("Custom emoji entity must contain a tg://emoji URL")
            entity["custom_emoji_id"] = emoji_id(self.address("a custom emoji URL"))
        if entity["length"] > 0:
            self.entities.append(entity)

    def address(self, what: str) -> str:
        """The (address) after [text]."""
        self.at += 1
        begin = self.at
        address = ""
        while self.at < len(self.source) and not self.ahead(")"):
            following = self.source[self.at + 1 : self.at + 2]
            if self.ahead("\\") and following and 0 < ord(following) <= LAST_ASCII:
                self.at += 1
            address += self.source[self.at]
            self.at += 1
        if self.at >= len(self.source):
            raise self.fail(f"Can't find end of {what}", begin)
        self.at += 1
        return address


LEGACY_KINDS = {"*": "bold", "_": "italic", "`": "code", "[": "text_link"}


def parse_legacy(source: str) -> tuple[str, list[Json]]:
    """Reads the old Markdown mode: *bold*, _italic_, `code`, ```pre```, [text](address); no nesting."""
    text, entities, at = "", [], 0
    while at < len(source):
        here = source[at]
        if here == "\\" and source[at + 1 : at + 2] in LEGACY_KINDS:
            text += source[at + 1]
            at += 2
            continue
        if here not in LEGACY_KINDS:
            text += here
            at += 1
            continue
        kind, begin, mark = LEGACY_KINDS[here], at, here
        if source.startswith("```", at):
            kind, mark = "pre", "```"
        at += len(mark)
        language = LANGUAGE.match(source, at) if kind == "pre" else None
        at = language.end() if language else at
        closing = "]" if kind == "text_link" else mark
        stop = source.find(closing, at)
        if stop < 0:
            offset = utf16.byte_offset(source, begin)
            raise EntityProblem(f"Can't find end of the entity starting at byte offset {offset}")
        covered = source[at:stop]
        at = stop + len(closing)
        entity: Json = {"type": kind, "offset": utf16.length(text), "length": utf16.length(covered)}
        text += covered
        if language and language.group(1):
            entity["language"] = language.group(1)
        if kind == "text_link":
            address, at = _legacy_address(source, at)
            link = link_entity(address)
            if link is None:
                continue
            entity.update(link)
        if covered:
            entities.append(entity)
    return text, entities


def _legacy_address(source: str, at: int) -> tuple[str, int]:
    stop = source.find(")", at)
    if not source.startswith("(", at) or stop < 0:
        return "", at
    return source[at + 1 : stop], stop + 1
