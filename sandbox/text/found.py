"""Entities that Telegram finds by itself: commands, mentions, hashtags, links, addresses."""

from __future__ import annotations

import re

from sandbox.state import Json
from sandbox.text import links, utf16

FOUND = re.compile(
    r"""
    (?P<url>(?<![\w@.])(?:https?://[^\s<>"'，。；：！？、（）《》「」【】]+
        |(?:[A-Za-z0-9\-]+\.)+(?:com|org|net|cn|edu|gov|io|me|app|dev|info)\b(?:/[^\s<>"'，。；：！？、（）《》]*)?))
    |(?P<email>(?<![\w.+\-])[\w.+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+)
    |(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>@]))
    |(?P<mention>(?<![\w@])@[A-Za-z0-9_]{3,32}(?!\w))
    |(?P<hashtag>(?<![\w\#])\#(?=\w*[^\W\d_])\w{1,256}(?![\w\#]))
    """,
    re.VERBOSE,
)
TRIGGERS = re.compile(r"[/@#.]")
TRAILING = ".,:;!?…'\")"


def entities(text: str) -> list[Json]:
    """What Telegram would make clickable in plain `text`, in order."""
    if not TRIGGERS.search(text):
        return []
    found: list[Json] = []
    for match in FOUND.finditer(text):
        kind = match.lastgroup or ""
        piece = match.group().rstrip(TRAILING) if kind == "url" else match.group()
        if kind == "url" and not links.checked(piece):
            continue
        start = utf16.length(text[: match.start()])
        found.append({"type": kind, "offset": start, "length": utf16.length(piece)})
    return found
