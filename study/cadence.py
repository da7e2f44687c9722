"""Which required meeting has been held, is still due, or has no record: month by month, quarter by quarter, a year."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Every(StrEnum):
    """How often a kind of meeting is asked for; periods are those of the local calendar."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}


class Standing(StrEnum):
    """How a period stands."""

    HELD = "held"
    PLANNED = "planned"  # not held yet, but on the calendar
    DUE = "due"  # there is still time
    MISSING = "missing"  # the period is over and nothing is recorded
    BEFORE = "before"  # it was over before records were kept here: nothing can be said


@dataclass(frozen=True)
class Period:
    """A month, quarter or year: both days belong to it. `number` counts from 1 within the year."""

    every: Every
    year: int
    number: int

    @property
    def first(self) -> date:
        return date(self.year, (self.number - 1) * MONTHS[self.every] + 1, 1)

    @property
    def last(self) -> date:
        month = self.number * MONTHS[self.every]
        return date(self.year, month, monthrange(self.year, month)[1])

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Cell:
    """One period of one kind of meeting; `meetings` of it were held."""

    period: Period
    standing: Standing
    meetings: int


def period_of(day: date, every: Every) -> Period:
    """The period the day lies in."""
    return Period(every, day.year, (day.month - 1) // MONTHS[every] + 1)


def year_of(every: Every, *, today: date) -> tuple[Period, ...]:
    """The periods of this year up to and with the one of today."""
    now = period_of(today, every)
    return tuple(Period(every, now.year, number) for number in range(1, now.number + 1))


def cells(
    every: Every,
    *,
    held: Iterable[date],
    planned: Iterable[date] = (),
    since: date | None,
    today: date,
) -> tuple[Cell, ...]:
    """How each period of this year stands, up to today's.

    `held` and `planned` are local days of meetings of the kind; `since` is the day from which records are kept (None:
    nothing is recorded yet, so nothing can be missing).
    """
    held, planned = tuple(held), tuple(planned)
    found = []
    for period in year_of(every, today=today):
        count = sum(day in period for day in held)
        found.append(Cell(period, _standing(period, count, planned, since=since, today=today), count))
    return tuple(found)


def _standing(
    period: Period, count: int, planned: tuple[date, ...], *, since: date | None, today: date
) -> Standing:
    if count:
        return Standing.HELD
    if period.last >= today:
        coming = any(day in period and day >= today for day in planned)
        return Standing.PLANNED if coming else Standing.DUE
    return Standing.BEFORE if since is None or period.last < since else Standing.MISSING


def days_left(period: Period, *, today: date) -> int:
    """Days that remain in the period, today included."""
    return (period.last + timedelta(days=1) - today).days
