"""Telegram counts text in UTF-16 code units; these are the only places that convert."""

from __future__ import annotations


def length(text: str) -> int:
    """The length of `text` in UTF-16 code units."""
    if text.isascii():
        return len(text)
    return len(text) + sum(1 for character in text if character > "\uffff")


def index(text: str, offset: int) -> int:
    """The Python index of UTF-16 `offset`; an offset inside a surrogate pair counts as before it."""
    if text.isascii():
        return max(0, min(offset, len(text)))
    units = 0
    for position, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > offset:
            return position
    return len(text)


def cut(text: str, offset: int, units: int) -> str:
    """The piece of `text` that an entity of this offset and length covers."""
    return text[index(text, offset) : index(text, offset + units)]


def byte_offset(text: str, position: int) -> int:
    """Where Python index `position` lies in the UTF-8 form; Telegram's parse errors tell that."""
    return len(text[:position].encode("utf-8", "surrogatepass"))
