"""The way of every text from the bot: parse mode or given entities, checks, cleaning, found entities."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from telegram import MessageEntity
from telegram.constants import MessageEntityType, MessageLimit

from sandbox.state import Json
from sandbox.text import found, html_mode, markdown_mode, utf16
from sandbox.text.problems import EntityProblem

# Which of two entities over the same text comes first.
TYPE_ORDER = [
    "expandable_blockquote",
    "blockquote",
    "pre",
    "code",
    "text_link",
    "text_mention",
    "date_time",
    "url",
    "email",
    "bot_command",
    "mention",
    "hashtag",
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "custom_emoji",
]
# Sent by hand these are ignored: Telegram finds them itself.
FOUND_TYPES = {"url", "email", "bot_command", "mention", "hashtag", "cashtag", "phone_number"}
GIVEN_TYPES = {str(kind.value) for kind in MessageEntityType} - FOUND_TYPES
OPAQUE = {"code", "pre", "text_link", "text_mention"}
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\r]")


@dataclass(frozen=True, slots=True)
class Formatted:
    """Plain text and its entities in Telegram's order; offsets in UTF-16 units."""

    text: str
    entities: list[Json]


def read(source: str, *, parse_mode: str = "", given: list[Any] | None = None) -> Formatted:
    """Reads text as sendMessage does. Raises EntityProblem with Telegram's words."""
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
    kept = _nested(kept)
    opaque = [entity for entity in kept if entity["type"] in OPAQUE]
    extra = [
        entity for entity in found.entities(text) if not any(_overlap(entity, other) for other in opaque)
    ]
    ordered = _sorted(kept + extra)
    return Formatted(text, ordered[: MessageLimit.MESSAGE_ENTITIES])


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
        known = {name: entity[name] for name in MessageEntity.__slots__ if entity.get(name) is not None}
        kept.append(known)
    return kept


def _cleaned(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    text = (
        CONTROL.sub(lambda match: "" if match.group() == "\r" else " ", text)
        if CONTROL.search(text)
        else text
    )
    start = len(text) - len(text.lstrip())
    lead = utf16.length(text[:start])
    text = text.strip()
    end = utf16.length(text)
    kept = []
    for entity in entities:
        begin = max(0, entity["offset"] - lead)
        stop = min(end, entity["offset"] + entity["length"] - lead)
        if stop > begin:
            kept.append({**entity, "offset": begin, "length": stop - begin})
    return text, kept


def _nested(entities: list[Json]) -> list[Json]:
    """Drops what may not stand inside something else: anything in code, a link in a link, a quote in a quote."""
    kept: list[Json] = []
    for entity in _sorted(entities):
        kind = entity["type"]
        allowed = True
        for other in kept:
            if not _overlap(entity, other):
                continue
            outer = other["type"]
            quotes = "blockquote" in kind and "blockquote" in outer
            links = kind in ("text_link", "text_mention") and outer in ("text_link", "text_mention")
            if outer in ("code", "pre") or quotes or links or outer == kind:
                allowed = False
        if allowed:
            kept.append(entity)
    return kept


def _overlap(one: Json, other: Json) -> bool:
    return bool(
        one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"]
    )


def _sorted(entities: list[Json]) -> list[Json]:
    def place(entity: Json) -> tuple[int, int, int]:
        kind = entity["type"]
        return entity["offset"], -entity["length"], TYPE_ORDER.index(kind)

    return sorted(entities, key=place)
