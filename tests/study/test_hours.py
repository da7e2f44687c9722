"""学时: whole and part hours, of one year."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study import hours
from study.hours import Line


@pytest.mark.parametrize(("quarters", "text"), [(0, "0"), (1, "0.25"), (6, "1.5"), (8, "2"), (128, "32")])
def test_quarters_are_shown_as_hours(quarters: int, text: str) -> None:
    assert hours.shown(quarters) == text


@given(st.integers(0, 10_000))
def test_nothing_is_rounded_away(quarters: int) -> None:
    assert float(hours.shown(quarters)) * hours.QUARTERS == quarters


def test_only_the_year_asked_for_counts_and_the_newest_comes_first() -> None:
    found = hours.of_year(
        2026,
        [
            Line(date(2025, 12, 31), "去年的", 8),
            Line(date(2026, 1, 1), "元旦的", 4),
            Line(date(2026, 5, 1), "五月的", 6, made_up=True),
            Line(date(2026, 3, 1), "没有学时的", 0),
        ],
        target=32,
    )
    assert [line.title for line in found.lines] == ["五月的", "元旦的"]
    assert (found.quarters, found.target) == (10, 32)
