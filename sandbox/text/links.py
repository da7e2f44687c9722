"""Links as Telegram takes them in texts and buttons."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from sandbox.state import Json
from sandbox.text.problems import EntityProblem

SCHEMES = ("http", "https", "ftp", "tg", "ton", "tonsite")
HOST = re.compile(
    r"(?i)^(?:[\w\-]+\.)+[^\W\d_][\w\-]+$|^localhost$|^\d{1,3}(?:\.\d{1,3}){3}$|^\[[0-9a-f:]+\]$"
)


def checked(link: str) -> str:
    """The link with a scheme, or "" when it is none."""
    if not link or re.search(r"\s", link):
        return ""
    with_scheme = link if re.match(r"(?i)^[a-z][a-z0-9+.\-]*:", link) and "://" in link else f"http://{link}"
    if link.lower().startswith(("tg:", "ton:")):
        with_scheme = link
    try:
        parts = urlsplit(with_scheme)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in SCHEMES:
        return ""
    if parts.scheme.lower() in ("tg", "ton"):
        return with_scheme
    if not HOST.match(f"[{host}]" if ":" in host else host):
        return ""
    if parts.path:
        return with_scheme
    # Telegram writes the slash that stands for the whole site.
    rest = with_scheme.index("://") + 3 + len(parts.netloc)
    return f"{with_scheme[:rest]}/{with_scheme[rest:]}"


def person_id(link: str) -> int | None:
    """The person of a tg://user?id=… link."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    if parts.scheme.lower() != "tg" or (parts.netloc or parts.path.strip("/")).lower() != "user":
        return None
    given = parse_qs(parts.query).get("id", [""])[0]
    return int(given) if given.isdigit() and int(given) > 0 else None


def link_entity(link: str) -> Json | None:
    """The fields of an entity for this link: a text_link, a text_mention, or None when it is no link."""
    person = person_id(link)
    if person is not None:
        return {"type": "text_mention", "user": {"id": person}}
    url = checked(link)
    return {"type": "text_link", "url": url} if url else None


def emoji_id(link: str) -> str:
    """The emoji of a tg://emoji?id=… link. Raises EntityProblem."""
    parts = urlsplit(link)
    if parts.scheme.lower() != "tg":
        raise EntityProblem("Custom emoji URL must have scheme tg")
    if (parts.netloc or parts.path.strip("/")).lower() != "emoji":
        raise EntityProblem('Custom emoji URL must have host "emoji"')
    given = parse_qs(parts.query).get("id")
    if not given:
        raise EntityProblem("Custom emoji URL must have an emoji identifier")
    return checked_emoji_id(given[0])


def checked_emoji_id(given: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,18}", given):
        raise EntityProblem("Invalid custom emoji identifier specified")
    return given
