"""Entities as Telegram keeps them: merged, without what may not stand inside something else, properly nested."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable

from sandbox.state import Json

# These may be cut at the borders of others; of one kind, what overlaps or touches becomes one.
STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTES = ("blockquote", "expandable_blockquote")
# Nothing else may stand in these.
VERBATIM = ("code", "pre")
# Which of two entities over the same text comes first.
RANK = (*QUOTES, "pre", "code", "text_link", "text_mention", "date_time")
LAST = (*STYLES, "custom_emoji")


def place(entity: Json) -> tuple[int, int, int]:
    """Telegram's order: from left to right, the longer first."""
    kind = entity["type"]
    if kind in RANK:
        rank = RANK.index(kind)
    else:
        rank = len(RANK) + 1 + LAST.index(kind) if kind in LAST else len(RANK)
    return entity["offset"], -entity["length"], rank


def end(entity: Json) -> int:
    return int(entity["offset"] + entity["length"])


def overlap(one: Json, other: Json) -> bool:
    return bool(one["offset"] < end(other) and other["offset"] < end(one))


def normal(given: Iterable[Json], found: Iterable[Json]) -> list[Json]:
    """Entities given by the bot and found by Telegram itself, as the message will carry them."""
    entities = list(given)
    quotes = _apart(entity for entity in entities if entity["type"] in QUOTES)
    whole = _apart(entity for entity in entities if entity["type"] not in (*STYLES, *QUOTES))
    whole += [entity for entity in found if not any(overlap(entity, other) for other in whole)]
    verbatim = [entity for entity in whole if entity["type"] in VERBATIM]
    styles: list[Json] = []
    for kind in STYLES:
        for piece in _merged(entity for entity in entities if entity["type"] == kind):
            styles += _without(piece, verbatim)
    return _nested(quotes + whole, styles)


def _apart(entities: Iterable[Json]) -> list[Json]:
    """Those that do not overlap an earlier one."""
    kept: list[Json] = []
    for entity in sorted(entities, key=place):
        if not any(overlap(entity, other) for other in kept):
            kept.append(entity)
    return kept


def _merged(entities: Iterable[Json]) -> list[Json]:
    merged: list[Json] = []
    for entity in sorted(entities, key=place):
        if merged and entity["offset"] <= end(merged[-1]):
            last = merged[-1]
            merged[-1] = {**last, "length": max(end(last), end(entity)) - last["offset"]}
        else:
            merged.append(entity)
    return merged


def _piece(entity: Json, start: int, stop: int) -> Json:
    return {**entity, "offset": start, "length": stop - start}


def _without(entity: Json, verbatim: list[Json]) -> list[Json]:
    """What is left of a style outside of code."""
    pieces, start = [], entity["offset"]
    for code in verbatim:
        if not overlap(entity, code):
            continue
        if start < code["offset"]:
            pieces.append(_piece(entity, start, code["offset"]))
        start = max(start, end(code))
    if start < end(entity):
        pieces.append(_piece(entity, start, end(entity)))
    return pieces


def _nested(fixed: list[Json], styles: list[Json]) -> list[Json]:
    """All in order, with styles cut where they would cross a border."""
    cut = [piece for style in styles for piece in _cut(style, fixed)]
    waiting = [(place(entity), number, entity) for number, entity in enumerate(fixed + cut)]
    heapq.heapify(waiting)
    kept: list[Json] = []
    open_now: list[Json] = []
    number = len(waiting)
    while waiting:
        _, _, entity = heapq.heappop(waiting)
        open_now = [other for other in open_now if end(other) > entity["offset"]]
        border = min((end(other) for other in open_now), default=end(entity))
        if border < end(entity) and entity["type"] in STYLES:
            rest = _piece(entity, border, end(entity))
            entity = _piece(entity, entity["offset"], border)
            number += 1
            heapq.heappush(waiting, (place(rest), number, rest))
        kept.append(entity)
        open_now.append(entity)
    return sorted(kept, key=place)


def _cut(style: Json, fixed: list[Json]) -> list[Json]:
    """A style that begins outside of a whole entity and ends inside of it is cut where that begins."""
    borders = [
        other["offset"] for other in fixed if style["offset"] < other["offset"] < end(style) < end(other)
    ]
    edges = [style["offset"], *sorted(set(borders)), end(style)]
    return [_piece(style, start, stop) for start, stop in itertools.pairwise(edges)]
