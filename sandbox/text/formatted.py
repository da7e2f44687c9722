"""The way of every text from the bot: parse mode or given entities, checks, cleaning, found entities."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

from telegram import MessageEntity
from telegram.constants import MessageEntityType, MessageLimit

from sandbox.state import Json
from sandbox.text import found, html_mode, links, markdown_mode, nesting, utf16
from sandbox.text.problems import EntityProblem

# Sent by hand these are ignored: Telegram finds them itself.
FOUND_TYPES = {"url", "email", "bot_command", "mention", "hashtag", "cashtag", "phone_number"}
GIVEN_TYPES = {str(kind.value) for kind in MessageEntityType} - FOUND_TYPES
# Ideographic spaces stay: a Chinese paragraph may begin with two.
BLANKS = " \n"
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e]")


@dataclass(frozen=True, slots=True)
class Formatted:
    """Plain text and its entities in Telegram's order; offsets in UTF-16 units."""

    text: str
    entities: list[Json]


def read(source: str, *, parse_mode: str = "", given: list[Any] | None = None) -> Formatted:
    """Reads text as sendMessage does. Raises EntityProblem with Telegram's words, or UnicodeEncodeError."""
    source.encode()
    match parse_mode.lower():
        case "":
            text, entities = source, _given(given or [])
        case "html":
            text, entities = _parsed(html_mode.parse, source)
        case "markdownv2":
            text, entities = _parsed(markdown_mode.parse_v2, source)
        case "markdown":
            text, entities = _parsed(markdown_mode.parse_legacy, source)
        case _:
            raise EntityProblem("unsupported parse_mode")
    return plain(text, entities)


def plain(text: str, entities: list[Json] | None = None) -> Formatted:
    """Cleans and trims text with these entities, and adds what Telegram finds by itself."""
    text, kept = _cleaned(text, entities or [])
    extra = found.entities(text)
    if not kept:
        return Formatted(text, extra[: MessageLimit.MESSAGE_ENTITIES])
    return Formatted(text, nesting.normal(kept, extra)[: MessageLimit.MESSAGE_ENTITIES])


def _parsed(parse: Any, source: str) -> tuple[str, list[Json]]:
    try:
        text, entities = parse(source)
    except EntityProblem as problem:
        raise EntityProblem(f"can't parse entities: {problem}") from problem
    for entity in entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    return text, entities


def _given(entities: list[Any]) -> list[Json]:
    """Entities that came as JSON: checked as the Bot API does."""
    kept = []
    for entity in entities:
        if not isinstance(entity, dict):
            raise EntityProblem("can't parse MessageEntity: expected an Object")
        kind, offset, units = entity.get("type"), entity.get("offset"), entity.get("length")
        if not isinstance(offset, int) or not isinstance(units, int):
            raise EntityProblem(
                'can\'t parse MessageEntity: fields "offset" and "length" must be of type Integer'
            )
        if kind in FOUND_TYPES:
            continue
        if kind not in GIVEN_TYPES:
            raise EntityProblem("can't parse MessageEntity: unsupported type specified")
        if offset < 0 or units <= 0:
            continue
        if kind == "text_link" and not links.checked(str(entity.get("url", ""))):
            raise EntityProblem(f"entity URL '{entity.get('url', '')}' is invalid: Wrong HTTP URL")
        known = {name: entity[name] for name in MessageEntity.__slots__ if entity.get(name) is not None}
        kept.append(known)
    return kept


def _cleaned(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Text without control characters and outer blanks; entities move along and lose what is cut."""
    returns: list[int] = []
    if CONTROL.search(text):
        returns = [utf16.length(text[: match.start()]) for match in re.finditer("\r", text)]
        text = CONTROL.sub(" ", text.replace("\r", ""))
    if not text.strip():
        return "", []
    start = len(text) - len(text.lstrip(BLANKS))
    lead = utf16.length(text[:start])
    text = text.strip(BLANKS)
    last = utf16.length(text)

    def moved(edge: int) -> int:
        return min(max(edge - bisect_left(returns, edge) - lead, 0), last)

    kept = []
    for entity in entities:
        begin, stop = moved(entity["offset"]), moved(nesting.end(entity))
        if begin < stop:
            kept.append({**entity, "offset": begin, "length": stop - begin})
    return text, kept
