"""Text with entities as safe HTML for the page."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise

from sandbox.state import Json
from sandbox.text import utf16

TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ('<span class="tg-spoiler">', "</span>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote expandable>", "</blockquote>"),
    "code": ("<code>", "</code>"),
    "bot_command": ('<a class="bot-command">', "</a>"),
    "mention": ('<a class="mention">', "</a>"),
    "text_mention": ('<a class="mention">', "</a>"),
    "hashtag": ('<a class="hashtag">', "</a>"),
}
PLAIN = ("<span>", "</span>")
SAFE = ("http://", "https://", "tg://", "mailto:")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text, by index, and the tags around it."""

    start: int
    stop: int
    opening: str
    closing: str


def html(text: str, entities: list[Json]) -> str:
    """HTML in which only our own tags stand; line breaks stay line breaks (show it with pre-wrap)."""
    if not entities:
        return escape(text)
    spans = [_span(text, entity) for entity in entities]
    edges = sorted({0, len(text), *(span.start for span in spans), *(span.stop for span in spans)})
    pieces: list[str] = []
    open_now: list[Span] = []
    for start, stop in pairwise(edges):
        covering = [span for span in spans if span.start <= start < span.stop]
        common = 0
        while common < min(len(open_now), len(covering)) and open_now[common] is covering[common]:
            common += 1
        pieces += [span.closing for span in reversed(open_now[common:])]
        pieces += [span.opening for span in covering[common:]]
        open_now = covering
        pieces.append(escape(text[start:stop]))
    pieces += [span.closing for span in reversed(open_now)]
    return "".join(pieces)


def _span(text: str, entity: Json) -> Span:
    start = utf16.index(text, entity["offset"])
    stop = utf16.index(text, entity["offset"] + entity["length"])
    return Span(start, stop, *_tags(entity, text[start:stop]))


def _tags(entity: Json, covered: str) -> tuple[str, str]:
    kind = entity["type"]
    if kind == "pre":
        language = escape(entity.get("language", ""))
        return (f'<pre><code class="language-{language}">' if language else "<pre><code>"), "</code></pre>"
    address = {"text_link": entity.get("url", ""), "email": f"mailto:{covered}"}.get(kind, "")
    if kind == "url":
        address = covered if "://" in covered else f"http://{covered}"
    if address.lower().startswith(SAFE):
        return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">', "</a>"
    return TAGS.get(kind, PLAIN)
