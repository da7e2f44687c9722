"""What stays on a meeting's roll of people who had themselves erased: figures that name nobody."""

from collections.abc import Mapping
from typing import Any

from study.meetings import Duty, Mark, Seen

MADE_UP = "made_up"


def add(gone: Mapping[str, Any] | None, line: Seen, *, made_up: bool) -> dict[str, int]:
    """The figures with one more line of the roll among them."""
    figures = dict(gone or {})
    key = _key(line)
    figures[key] = figures.get(key, 0) + 1
    if made_up:
        figures[MADE_UP] = figures.get(MADE_UP, 0) + 1
    return figures


def seen(gone: Mapping[str, Any] | None) -> list[Seen]:
    """The lines of the roll that went, as far as counting goes."""
    return [
        line for key, people in (gone or {}).items() if key != MADE_UP for line in [_line(key)] * int(people)
    ]


def made_up(gone: Mapping[str, Any] | None) -> int:
    """How many of them had made up for the meeting."""
    return int((gone or {}).get(MADE_UP, 0))


def _key(line: Seen) -> str:
    return f"{line.duty.value}/{'vote' if line.votes else 'none'}/{line.mark.value if line.mark else ''}"


def _line(key: str) -> Seen:
    duty, vote, mark = key.split("/")
    return Seen(Duty(duty), vote == "vote", Mark(mark) if mark else None)
