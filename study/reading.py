"""A lesson in pages that fit a telephone's screen and Telegram's limit."""

from study.items import Lesson

PAGE_CHARACTERS = 1200


def pages(lesson: Lesson, *, limit: int = PAGE_CHARACTERS) -> tuple[str, ...]:
    """The body in pages of at most `limit` characters, broken between paragraphs, then sentences, never lost.

    Joining the pages gives every character of the body but white space at the breaks.
    """
    found: list[str] = []
    rest = lesson.body.strip()
    while len(rest) > limit:
        cut = _break(rest, limit)
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return (*found, rest)


def _break(text: str, limit: int) -> int:
    """Where to cut within the first `limit` characters: after a paragraph, a line, a sentence, or hard."""
    window = text[:limit]
    for mark in ("\n\n", "\n", "。", "；", "，", " "):
        at = window.rfind(mark)
        if at >= limit // 3:
            return at + len(mark)
    return limit
