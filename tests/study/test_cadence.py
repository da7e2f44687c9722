"""Which meetings are held, due, or without a record."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study import cadence
from study.cadence import Every, Period, Standing

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
EVERY = st.sampled_from(list(Every))


def standings(
    every: Every, *, today: date, held: str = "", planned: str = "", since: str = "2020-01-01"
) -> str:
    """The year so far, a letter a period: Held, Planned, Due, Missing, Before."""
    found = cadence.cells(
        every,
        held=[date.fromisoformat(day) for day in held.split()],
        planned=[date.fromisoformat(day) for day in planned.split()],
        since=date.fromisoformat(since) if since else None,
        today=today,
    )
    return "".join(cell.standing.value[0] for cell in found)


@pytest.mark.parametrize(
    ("every", "number", "first", "last"),
    [
        (Every.MONTH, 2, date(2028, 2, 1), date(2028, 2, 29)),
        (Every.MONTH, 12, date(2028, 12, 1), date(2028, 12, 31)),
        (Every.QUARTER, 1, date(2028, 1, 1), date(2028, 3, 31)),
        (Every.QUARTER, 4, date(2028, 10, 1), date(2028, 12, 31)),
        (Every.YEAR, 1, date(2028, 1, 1), date(2028, 12, 31)),
    ],
)
def test_periods_are_those_of_the_calendar(every: Every, number: int, first: date, last: date) -> None:
    period = Period(every, 2028, number)
    assert (period.first, period.last) == (first, last)


def test_february_has_no_29th_in_other_years() -> None:
    assert Period(Every.MONTH, 2100, 2).last == date(2100, 2, 28)


@given(DAYS, EVERY)
def test_every_day_lies_in_its_period_and_in_no_other(day: date, every: Every) -> None:
    period = cadence.period_of(day, every)
    assert day in period
    assert period.first - timedelta(days=1) not in period
    assert period.last + timedelta(days=1) not in period
    assert cadence.period_of(period.first, every) == cadence.period_of(period.last, every) == period
    assert cadence.period_of(period.last + timedelta(days=1), every) != period


@given(DAYS, EVERY)
def test_the_periods_of_a_year_so_far_leave_no_gap(today: date, every: Every) -> None:
    periods = cadence.year_of(every, today=today)
    assert periods[0].first == date(today.year, 1, 1)
    assert today in periods[-1]
    for earlier, later in pairwise(periods):
        assert earlier.last + timedelta(days=1) == later.first


def test_a_month_is_held_missing_due_or_planned() -> None:
    today = date(2026, 4, 10)
    assert standings(Every.MONTH, today=today, held="2026-01-31 2026-03-01") == "hmhd"
    assert standings(Every.MONTH, today=today, held="2026-01-31", planned="2026-04-10") == "hmmp"


def test_a_plan_that_went_by_is_no_plan() -> None:
    assert standings(Every.MONTH, today=date(2026, 4, 10), planned="2026-04-09") == "mmmd"


def test_the_last_day_is_not_too_late() -> None:
    assert standings(Every.QUARTER, today=date(2026, 3, 31)) == "d"
    assert standings(Every.QUARTER, today=date(2026, 4, 1)) == "md"


def test_a_leap_day_belongs_to_its_month() -> None:
    assert standings(Every.MONTH, today=date(2028, 3, 1), held="2028-02-29") == "mhd"


def test_the_year_starts_anew() -> None:
    assert standings(Every.YEAR, today=date(2026, 12, 31), held="2025-12-31") == "d"
    assert standings(Every.YEAR, today=date(2026, 12, 31), held="2026-12-31") == "h"
    assert standings(Every.MONTH, today=date(2027, 1, 1), held="2026-12-31") == "d"


def test_what_was_before_the_records_is_not_called_missing() -> None:
    assert standings(Every.MONTH, today=date(2026, 5, 2), since="2026-03-20") == "bbmmd"
    assert standings(Every.MONTH, today=date(2026, 3, 2), since="") == "bbd"


def test_several_in_one_period_are_counted() -> None:
    [cell] = cadence.cells(
        Every.YEAR, held=[date(2026, 1, 1), date(2026, 2, 1)], since=None, today=date(2026, 3, 1)
    )
    assert (cell.standing, cell.meetings) == (Standing.HELD, 2)


def test_the_days_that_remain_count_today() -> None:
    assert cadence.days_left(Period(Every.MONTH, 2026, 3), today=date(2026, 3, 31)) == 1
    assert cadence.days_left(Period(Every.YEAR, 2028, 1), today=date(2028, 1, 1)) == 366


@given(st.lists(DAYS, max_size=8), DAYS, EVERY)
def test_each_meeting_of_the_year_so_far_is_counted_once(held: list[date], today: date, every: Every) -> None:
    found = cadence.cells(every, held=held, since=None, today=today)
    until = found[-1].period.last
    assert sum(cell.meetings for cell in found) == sum(date(today.year, 1, 1) <= day <= until for day in held)
