"""Parse mode HTML, with the tags, the leniencies and the error texts of Telegram's own reader."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.state import Json
from sandbox.text import utf16
from sandbox.text.links import checked_emoji_id, link_entity
from sandbox.text.problems import EntityProblem

STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "blockquote": "blockquote",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#(\d+)|#x([0-9a-fA-F]+)|([A-Za-z]+));?")
LAST_CODE = 0x10FFFF
LONGEST_NUMBER = 9
HALF_A_PAIR = (
    "Text contains invalid Unicode characters after decoding HTML entities,"
    " check for unmatched surrogate code units"
)
PLAIN = re.compile(r"[^<&]+")
NAME = re.compile(r"[^\s>]*")
ATTRIBUTE = re.compile(r"[^\s=>]*")
TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
SPACE = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class OpenTag:
    name: str
    argument: str
    # Where its text begins: in UTF-16 units, and as an index into the pieces' text.
    offset: int
    start: int


def parse(source: str) -> tuple[str, list[Json]]:
    """Reads HTML; returns the plain text and its entities, unsorted. Raises EntityProblem."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.text = ""
        self.units = 0
        self.open: list[OpenTag] = []
        self.entities: list[Json] = []

    def read(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            plain = PLAIN.match(self.source, self.at)
            if plain:
                self.add(plain.group())
                self.at = plain.end()
            elif self.source[self.at] == "&":
                character, self.at = self.reference(self.at)
                self.add(character)
            elif self.source.startswith("</", self.at):
                self.end_tag()
            else:
                self.start_tag()
        if self.open:
            raise EntityProblem(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        return self.text, self.entities

    def add(self, piece: str) -> None:
        self.text += piece
        self.units += utf16.length(piece)

    def reference(self, at: int) -> tuple[str, int]:
        """Decodes a reference such as &lt; or &#39;; what is none stays as it is, as in Telegram."""
        match = REFERENCE.match(self.source, at)
        if match:
            decimal, hexadecimal, name = match.groups()
            if name:
                if name in NAMED:
                    return NAMED[name], match.end()
            else:
                code = int(decimal) if decimal else int(hexadecimal, 16)
                if 0xD800 <= code <= 0xDFFF:
                    raise EntityProblem(HALF_A_PAIR)
                if 0 < code < LAST_CODE and match.end() - at <= LONGEST_NUMBER + match.group().endswith(";"):
                    return chr(code), match.end()
        return "&", at + 1

    def fail(self, text: str, position: int) -> EntityProblem:
        return EntityProblem(f"{text} at byte offset {utf16.byte_offset(self.source, position)}")

    def skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.source, self.at)
        if match is None:
            return ""
        self.at = match.end()
        return match.group()

    def here(self) -> str:
        return self.source[self.at : self.at + 1]

    def start_tag(self) -> None:
        begin = self.at
        self.at += 1
        name = self.skip(NAME).lower()
        if not self.here():
            raise self.fail("Unclosed start tag", begin)
        if name not in STYLES:
            raise self.fail(f'Unsupported start tag "{name}"', begin)
        argument = self.attributes(name, begin)
        if name == "span" and argument != "spoiler":
            raise self.fail('Tag "span" must have class "tg-spoiler"', begin)
        self.at += 1
        self.open.append(OpenTag(name, argument, self.units, len(self.text)))

    def attributes(self, name: str, begin: int) -> str:
        """Reads up to the >; returns the one attribute that matters for this tag."""
        argument = ""
        while True:
            self.skip(SPACE)
            if self.here() == ">":
                return argument
            attribute = self.skip(ATTRIBUTE)
            if not attribute and self.here():
                raise self.fail(f'Empty attribute name in the tag "{name}"', begin)
            self.skip(SPACE)
            value = ""
            if self.here() == "=":
                self.at += 1
                value = self.value(name, begin)
            elif not self.here():
                raise self.fail("Unclosed start tag", begin)
            argument = self.argument(name, attribute, value) or argument

    def value(self, name: str, begin: int) -> str:
        self.skip(SPACE)
        quote = self.here()
        if not quote:
            raise self.fail(f'Unclosed start tag "{name}"', begin)
        if quote not in "'\"":
            token_at = self.at
            token = self.skip(TOKEN)
            if not self.here().isspace() and self.here() != ">":
                raise self.fail("Unexpected end of name token", token_at)
            return token.lower()
        self.at += 1
        value = ""
        while self.here() not in ("", quote):
            if self.here() == "&":
                character, self.at = self.reference(self.at)
            else:
                character = self.here()
                self.at += 1
            value += character
        self.at += 1
        if not self.here():
            raise self.fail("Unclosed start tag", begin)
        return value

    @staticmethod
    def argument(name: str, attribute: str, value: str) -> str:
        match name, attribute:
            case ("a", "href") | ("tg-emoji", "emoji-id"):
                return value
            case ("code", "class"):
                return value.removeprefix("language-") if value.startswith("language-") else ""
            case ("blockquote", "expandable"):
                return "expandable"
            case ("span", "class"):
                return value.removeprefix("tg-") if value.startswith("tg-") else ""
        return ""

    def end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise self.fail("Unexpected end tag", begin)
        self.at += 2
        name = self.skip(NAME).lower()
        self.skip(SPACE)
        if self.here() != ">":
            raise self.fail("Unclosed end tag", begin)
        self.at += 1
        tag = self.open.pop()
        if name and name != tag.name:
            unmatched = self.fail("Unmatched end tag", begin)
            raise EntityProblem(f'{unmatched}, expected "</{tag.name}>", found "</{name}>"')
        if self.units > tag.offset:
            self.close(tag)

    def close(self, tag: OpenTag) -> None:
        entity: Json = {"type": STYLES[tag.name], "offset": tag.offset, "length": self.units - tag.offset}
        inner = self.entities[-1] if self.entities else {}
        same = inner.get("offset") == entity["offset"] and inner.get("length") == entity["length"]
        if tag.name == "a":
            link = link_entity(tag.argument or self.text[tag.start :])
            if link is None:
                return
            entity.update(link)
        elif tag.name == "tg-emoji":
            entity["custom_emoji_id"] = checked_emoji_id(tag.argument)
        elif tag.name == "blockquote" and tag.argument:
            entity["type"] = "expandable_blockquote"
        elif tag.name == "pre" and same and inner["type"] == "code":
            if "language" in inner:
                inner["type"] = "pre"
                return
        elif tag.name == "code":
            if same and inner["type"] == "pre" and tag.argument:
                inner["language"] = tag.argument
                return
            if tag.argument:
                # Kept until a <pre> around it turns it into a block with a language.
                entity["language"] = tag.argument
        self.entities.append(entity)
