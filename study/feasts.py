"""The year's calendar of reminders: on which day each falls, and when it is time to propose its draft.

Lunar dates and solar terms are those of the tables in `borax` (1900 to 2100), which follow the Hong Kong Observatory's.
"""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from borax.calendars.lunardate import TERMS_CN, LCalendars, LunarDate, TermUtils

from study.members import Level
from study.refusal import Refusal

TERMS: Sequence[str] = tuple(TERMS_CN)
FIRST_YEAR, LAST_YEAR = 1900, 2100


class NoSuchFeast(Refusal):
    """The calendar has no such entry (any more)."""

    key = "refusal.no_such_feast"


class AlreadyHandled(Refusal):
    """Somebody has made a draft of it already, or said that none is needed this year."""

    key = "refusal.feast_handled"


class Kind(StrEnum):
    CONDUCT = "conduct"  # a reminder of conduct before a holiday
    LESSON = "lesson"  # a mini lesson of clean conduct


@dataclass(frozen=True)
class Fixed:
    """The same day each year; 29 February is the 28th in other years."""

    month: int
    day: int

    def on(self, year: int) -> date:
        return date(year, self.month, min(self.day, calendar.monthrange(year, self.month)[1]))


@dataclass(frozen=True)
class Lunar:
    """A day of the lunar year, never of its leap month; a 30th that the month has not is the 29th.

    `on(2026)` is of the lunar year that begins in 2026, so the twelfth month's days fall in 2027.
    """

    month: int
    day: int

    def on(self, year: int) -> date:
        day = min(self.day, LCalendars.ndays(year, self.month))
        found: date = LunarDate(year, self.month, day).to_solar_date()
        return found


@dataclass(frozen=True)
class Term:
    """One of the 24 solar terms, such as 清明."""

    name: str

    def on(self, year: int) -> date:
        found: date = TermUtils.nth_term_day(year, term_name=self.name)
        return found


@dataclass(frozen=True)
class Nth:
    """The `week`th ISO weekday of a month; -1 is the last."""

    month: int
    week: int
    weekday: int

    def on(self, year: int) -> date:
        if self.week > 0:
            first = date(year, self.month, 1)
            return first + timedelta(days=(self.weekday - first.isoweekday()) % 7 + 7 * (self.week - 1))
        last = date(year, self.month, calendar.monthrange(year, self.month)[1])
        return last - timedelta(days=(last.isoweekday() - self.weekday) % 7)


Day = Fixed | Lunar | Term | Nth


@dataclass(frozen=True)
class Feast:
    """One entry of content/calendar.yaml: the draft `text` is proposed `days_before` the day."""

    key: str
    title: str
    day: Day
    days_before: int
    kind: Kind
    text: str
    source: str
    column: str | None = None


@dataclass(frozen=True)
class Feasts:
    """The whole calendar, and to the secretaries of which units it proposes drafts."""

    feasts: Sequence[Feast] = ()
    levels: frozenset[Level] = frozenset(Level)

    def find(self, key: str) -> Feast:
        """The entry of this key; raises NoSuchFeast."""
        found = next((feast for feast in self.feasts if feast.key == key), None)
        if found is None:
            raise NoSuchFeast()
        return found


@dataclass(frozen=True)
class Coming:
    """An entry with the day on which it falls; `year` names this one among all years'."""

    feast: Feast
    year: int
    day: date

    @property
    def from_day(self) -> date:
        """When its draft is proposed."""
        return self.day - timedelta(days=self.feast.days_before)


def coming(feasts: Iterable[Feast], today: date) -> list[Coming]:
    """For each entry the next day on which it falls, today included, by that day."""
    found = []
    for feast in feasts:
        for year in range(max(today.year - 1, FIRST_YEAR), min(today.year + 2, LAST_YEAR + 1)):
            day = feast.day.on(year)
            if day >= today:
                found.append(Coming(feast, year, day))
                break
    return sorted(found, key=lambda one: (one.day, one.feast.key))


def due(feasts: Iterable[Feast], today: date) -> list[Coming]:
    """Those whose draft is to be proposed by now, as long as their day is not past."""
    return [one for one in coming(feasts, today) if one.from_day <= today]
