"""Three in a row, each counted once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study import absences
from study.absences import Past

FIRST = date(2026, 1, 5)


def history(marks: str) -> list[Past]:
    """`-` missed without leave, `+` anything else; meetings are numbered from 1."""
    return [
        Past(number, FIRST + timedelta(weeks=number), mark == "-")
        for number, mark in enumerate(marks, start=1)
    ]


def spoken(marks: str) -> list[tuple[int, ...]]:
    """The rows that are spoken of when one meeting after another closes."""
    past = history(marks)
    rows = [
        absences.in_a_row(past[: place + 1], at=one.meeting_id, length=3) for place, one in enumerate(past)
    ]
    return [tuple(one.meeting_id for one in row) for row in rows if row]


@pytest.mark.parametrize(
    ("marks", "rows"),
    [
        ("---", [(1, 2, 3)]),
        ("--+-", []),
        ("+--", []),
        ("-+-+-", []),
        ("----", [(1, 2, 3)]),
        ("------", [(1, 2, 3), (4, 5, 6)]),
        ("---+---", [(1, 2, 3), (5, 6, 7)]),
        ("", []),
    ],
)
def test_a_row_of_three_is_spoken_of_once(marks: str, rows: list[tuple[int, ...]]) -> None:
    assert spoken(marks) == rows


@given(st.text(alphabet="+-", max_size=40))
def test_no_meeting_is_spoken_of_twice(marks: str) -> None:
    named = [meeting for row in spoken(marks) for meeting in row]
    assert len(named) == len(set(named))
    assert all(marks[meeting - 1] == "-" for meeting in named)


def test_what_came_later_does_not_matter() -> None:
    assert absences.in_a_row(history("----"), at=3, length=3) == tuple(history("---"))
    assert absences.in_a_row(history("---+"), at=4, length=3) == ()
    assert absences.in_a_row(history("---"), at=99, length=3) == ()


def test_the_dates_are_those_of_the_row() -> None:
    row = absences.in_a_row(history("---"), at=3, length=3)
    assert absences.dates(row) == tuple(FIRST + timedelta(weeks=number) for number in (1, 2, 3))
