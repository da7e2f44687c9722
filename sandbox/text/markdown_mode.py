"""Parse modes MarkdownV2 and (legacy) Markdown, with Telegram's rules and error texts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.state import Json
from sandbox.text import utf16
from sandbox.text.links import link_entity
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
LANGUAGE = re.compile(r"[^\s`]+(?=\n)|")


@dataclass(frozen=True, slots=True)
class Opened:
    kind: str
    argument: str
    offset: int
    start: int
    begin: int


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
        self.line_start = True

    def read(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            self.step()
        if self.open and self.open[-1].kind == "blockquote":
            self.end_quote()
        if self.open:
            last = self.open[-1]
            raise self.fail(f"Can't find end of {KIND_NAMES[last.kind]} entity", last.begin)
        return self.text, self.entities

    def fail(self, text: str, position: int) -> EntityProblem:
        return EntityProblem(f"{text} at byte offset {utf16.byte_offset(self.source, position)}")

    def add(self, piece: str) -> None:
        self.text += piece
        self.units += utf16.length(piece)
        self.line_start = piece == "\n"

    def ahead(self, mark: str) -> bool:
        return self.source.startswith(mark, self.at)

    def step(self) -> None:
        here = self.source[self.at]
        following = self.source[self.at + 1 : self.at + 2]
        if here == "\\" and following and 0 < ord(following) <= 126:
            self.add(following)
            self.at += 2
        elif self.open and self.open[-1].kind in ("code", "pre"):
            self.inside_code(here)
        elif self.ends_here():
            self.end(self.open[-1])
        elif here == "\n":
            self.line_break()
        elif here not in RESERVED:
            self.add(here)
            self.at += 1
        else:
            self.begin(here)

    def inside_code(self, here: str) -> None:
        if here == "`" and self.ahead(ENDS[self.open[-1].kind]):
            self.end(self.open[-1])
        elif here == "`":
            raise EntityProblem("Character '`' is reserved and must be escaped with the preceding '\\'")
        else:
            self.add(here)
            self.at += 1

    def ends_here(self) -> bool:
        if not self.open or self.open[-1].kind == "blockquote":
            return False
        kind = self.open[-1].kind
        if kind == "italic":
            return self.ahead("_") and not self.ahead("__")
        return self.ahead(ENDS[kind])

    def line_break(self) -> None:
        quoted = bool(self.open) and self.open[-1].kind == "blockquote"
        if quoted and not self.source.startswith(">", self.at + 1):
            self.end_quote()
        self.add("\n")
        self.at += 1
        if quoted and self.ahead(">") and self.open and self.open[-1].kind == "blockquote":
            self.at += 1
            self.line_start = False

    def begin(self, here: str) -> None:
        begin = self.at
        if self.line_start and self.ahead("**>") and not self.quoting():
            self.push("blockquote", 3, begin)
        elif self.line_start and here == ">" and not self.quoting():
            self.push("blockquote", 1, begin)
        elif self.ahead("__"):
            self.push("underline", 2, begin)
        elif here == "_":
            self.push("italic", 1, begin)
        elif here == "*":
            self.push("bold", 1, begin)
        elif here == "~":
            self.push("strikethrough", 1, begin)
        elif self.ahead("||"):
            if self.expandable_end():
                return
            self.push("spoiler", 2, begin)
        elif here == "[":
            self.push("text_link", 1, begin)
        elif self.ahead("!["):
            self.push("custom_emoji", 2, begin)
        elif self.ahead("```"):
            self.push("pre", 3, begin)
        elif here == "`":
            self.push("code", 1, begin)
        else:
            raise EntityProblem(f"Character '{here}' is reserved and must be escaped with the preceding '\\'")

    def quoting(self) -> bool:
        return any(opened.kind == "blockquote" for opened in self.open)

    def push(self, kind: str, width: int, begin: int) -> None:
        self.at += width
        argument = ""
        if kind == "pre":
            match = LANGUAGE.match(self.source, self.at)
            argument = match.group() if match else ""
            self.at += len(argument)
            if self.ahead("\n"):
                self.at += 1
        self.open.append(Opened(kind, argument, self.units, len(self.text), begin))
        self.line_start = False

    def expandable_end(self) -> bool:
        """A quote whose last line ends with || is expandable."""
        rest = self.source[self.at + 2 : self.at + 3]
        quote = self.open[-1] if self.open else None
        last_line = rest == "" or (rest == "\n" and not self.source.startswith(">", self.at + 3))
        if quote is None or quote.kind != "blockquote" or not last_line:
            return False
        self.at += 2
        self.end_quote("expandable_blockquote")
        return True

    def end_quote(self, kind: str = "blockquote") -> None:
        quote = self.open.pop()
        if self.units > quote.offset:
            length = self.units - quote.offset
            self.entities.append({"type": kind, "offset": quote.offset, "length": length})

    def end(self, opened: Opened) -> None:
        self.open.pop()
        self.at += len(ENDS[opened.kind])
        entity: Json = {"type": opened.kind, "offset": opened.offset, "length": self.units - opened.offset}
        if opened.kind == "pre" and opened.argument:
            entity["language"] = opened.argument
        elif opened.kind == "text_link":
            link = link_entity(self.address() or self.text[opened.start :])
            if link is None:
                return
            entity.update(link)
        elif opened.kind == "custom_emoji":
            entity["custom_emoji_id"] = self.emoji_id()
        if entity["length"] > 0:
            self.entities.append(entity)

    def address(self) -> str:
        """The (address) after [text]; "" when there is none."""
        if not self.ahead("("):
            return ""
        begin = self.at
        self.at += 1
        address = ""
        while self.at < len(self.source) and not self.ahead(")"):
            if self.ahead("\\") and 0 < ord(self.source[self.at + 1 : self.at + 2] or "\0") <= 126:
                self.at += 1
            address += self.source[self.at]
            self.at += 1
        if self.at >= len(self.source):
            raise self.fail("Can't find end of a URL", begin)
        self.at += 1
        return address

    def emoji_id(self) -> str:
        if not self.ahead("("):
            raise self.fail("Custom emoji entity must contain a tg://emoji URL", self.at)
        match = re.fullmatch(r"tg://emoji\?id=([1-9]\d*)", self.address())
        if match is None:
            raise EntityProblem("Custom emoji URL must have an emoji identifier")
        return match.group(1)


LEGACY_KINDS = {"*": "bold", "_": "italic", "`": "code", "[": "text_link"}


def parse_legacy(source: str) -> tuple[str, list[Json]]:
    """Reads the old Markdown mode: *bold*, _italic_, `code`, ```pre```, [text](address); no nesting."""
    text, entities, at = "", [], 0
    while at < len(source):
        here = source[at]
        if here == "\\" and source[at + 1 : at + 2] in ("_", "*", "`", "["):
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
        closing = "]" if kind == "text_link" else mark
        at += len(mark)
        language = ""
        if kind == "pre":
            match = LANGUAGE.match(source, at)
            language = match.group() if match else ""
            at += len(language)
        stop = source.find(closing, at)
        if stop < 0:
            offset = utf16.byte_offset(source, begin)
            raise EntityProblem(f"Can't find end of the entity starting at byte offset {offset}")
        covered = source[at:stop]
        at = stop + len(closing)
        entity: Json = {"type": kind, "offset": utf16.length(text), "length": utf16.length(covered)}
        text += covered
        if language:
            entity["language"] = language
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
