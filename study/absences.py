"""When absences are worth a quiet word: several unexcused ones in a row. Facts for a person, never a judgement.

The regulation's six months (党员教育管理工作条例, Art. 31) are for people to think about; nothing here counts them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Past:
    """A meeting somebody was expected at, oldest first in a history. `missed`: absent without leave, and not made up."""

    meeting_id: int
    on: date
    missed: bool


def in_a_row(history: Iterable[Past], *, at: int, length: int) -> tuple[Past, ...]:
    """The row of absences that the meeting `at` completes: its last `length` ones, or nothing.

    Being there, having leave, or having made up ends a row. A row twice as long completes a second time, so nobody
    is spoken of twice for the same meeting.
    """
    row: list[Past] = []
    for past in history:
        row = [*row, past] if past.missed else []
        if past.meeting_id == at:
            break
    if not row or row[-1].meeting_id != at or len(row) % length:
        return ()
    return tuple(row[-length:])


def dates(row: Sequence[Past]) -> tuple[date, ...]:
    return tuple(past.on for past in row)
