"""Text with entities as safe HTML for the page."""

from __future__ import annotations

import itertools
from html import escape

from sandbox.state import Json
from sandbox.text import utf16

OPENING = {
    "bold": "<b>",
    "italic": "<i>",
    "underline": "<u>",
    "strikethrough": "<s>",
    "spoiler": '<span class="tg-spoiler">',
    "blockquote": "<blockquote>",
    "expandable_blockquote": '<blockquote class="expandable">',
    "code": "<code>",
    "bot_command": '<a class="bot-command">',
    "mention": '<a class="mention">',
    "text_mention": '<a class="mention">',
    "hashtag": '<a class="hashtag">',
}
CLOSING = {
    "bold": "</b>",
    "italic": "</i>",
    "underline": "</u>",
    "strikethrough": "</s>",
    "spoiler": "</span>",
    "blockquote": "</blockquote>",
    "expandable_blockquote": "</blockquote>",
    "code": "</code>",
    "pre": "</code></pre>",
}


def html(text: str, entities: list[Json]) -> str:
    """HTML in which only our own tags stand; line breaks stay line breaks (show it with pre-wrap)."""
    if not entities:
        return escape(text)
    edges = sorted({0, len(text), *(edge for entity in entities for edge in _edges(text, entity))})
    pieces: list[str] = []
    open_now: list[Json] = []
    for start, stop in itertools.pairwise(edges):
        covering = [entity for entity in entities if _covers(text, entity, start)]
        # Entities may cross: close down to the first that ends here, reopen what goes on.
        common = 0
        while common < min(len(open_now), len(covering)) and open_now[common] is covering[common]:
            common += 1
        pieces += [_closing(entity) for entity in reversed(open_now[common:])]
        pieces += [_opening(entity, text) for entity in covering[common:]]
        open_now = covering
        pieces.append(escape(text[start:stop]))
    pieces += [_closing(entity) for entity in reversed(open_now)]
    return "".join(pieces)


def _edges(text: str, entity: Json) -> tuple[int, int]:
    return utf16.index(text, entity["offset"]), utf16.index(text, entity["offset"] + entity["length"])


def _covers(text: str, entity: Json, position: int) -> bool:
    start, stop = _edges(text, entity)
    return start <= position < stop


def _opening(entity: Json, text: str) -> str:
    kind = entity["type"]
    covered = utf16.cut(text, entity["offset"], entity["length"])
    if kind == "pre":
        language = entity.get("language")
        return f'<pre><code class="language-{escape(language)}">' if language else "<pre><code>"
    url = {"text_link": entity.get("url", ""), "email": f"mailto:{covered}"}.get(kind, "")
    if kind == "url":
        url = covered if "://" in covered else f"http://{covered}"
    if url.lower().startswith(("http://", "https://", "tg://", "mailto:")):
        return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">'
    return OPENING.get(kind, "<span>")


def _closing(entity: Json) -> str:
    kind = entity["type"]
    if kind in CLOSING:
        return CLOSING[kind]
    linked = kind in OPENING or kind in ("url", "text_link", "email")
    return "</a>" if linked else "</span>"
