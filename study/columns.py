"""Columns that notices are filed under, and the weekly digest of those a member subscribed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from study.audience import Audience
from study.calendar import DEFAULT_ZONE, day_of, moment
from study.hearing import folded
from study.notices import plain
from study.refusal import Refusal

LATE = timedelta(days=2)  # a digest that could not be sent for so long is no longer worth sending
WEEK = timedelta(days=7)


MOST_WORDS = 60  # characters


class NothingSearched(Refusal):
    """There are no words to search for, or more than a few."""

    key = "refusal.nothing_searched"


class NoSuchColumn(Refusal):
    """There is no column (any more) of this key."""

    key = "refusal.no_such_column"


@dataclass(frozen=True)
class Column:
    """One column; `key` is what is stored."""

    key: str
    title: str
    icon: str

    @property
    def label(self) -> str:
        return f"{self.icon} {self.title}"


@dataclass(frozen=True)
class Columns:
    """All columns in their order (content/columns.yaml), and when the weekly digest is due, on the local clock."""

    columns: Sequence[Column] = ()
    weekday: int = 5  # ISO
    minute: int = 17 * 60

    def find(self, key: str) -> Column:
        """The column of this key; raises NoSuchColumn."""
        found = self.get(key)
        if found is None:
            raise NoSuchColumn()
        return found

    def get(self, key: str | None) -> Column | None:
        return next((column for column in self.columns if column.key == key), None)


def search_words(words: str) -> tuple[str, ...]:
    """What to look for, folded; raises NothingSearched."""
    found = tuple(dict.fromkeys(folded(words).split()))
    if not found or len(words) > MOST_WORDS:
        raise NothingSearched(most=MOST_WORDS)
    return found


def searched(title: str, body: str) -> str:
    """What of a notice is looked through for search words: all that can be read in it, folded as they are."""
    return folded(f"{title}\n{plain(body)}")


@dataclass(frozen=True)
class Edition:
    """One week's digest in one time zone: what was announced from `since` until `until`, not including it."""

    week: str  # ISO, "2026-W10"
    since: datetime
    until: datetime

    def key(self, member_id: int) -> str:
        """The name of a member's copy in the outbox; being unique, it makes the copy so."""
        return f"digest:{self.week}:{member_id}"


def edition(now: datetime, zone: str | None, *, weekday: int, minute: int) -> Edition | None:
    """The edition that is due at this moment; None when the last one is too long ago to be sent now."""
    zone = zone or DEFAULT_ZONE
    day = day_of(now, zone)
    day -= timedelta(days=(day.isoweekday() - weekday) % 7)
    if moment(day, minute, zone) > now:
        day -= WEEK
    until = moment(day, minute, zone)
    if now - until > LATE:
        return None
    year, week, _ = day.isocalendar()
    return Edition(week=f"{year}-W{week:02d}", since=moment(day - WEEK, minute, zone), until=until)


def is_open_to(audience: Audience, unit_path: str) -> bool:
    """Whether a notice for this audience may be read in its column by everybody of the unit at `unit_path`, though they
    got no copy: it is for whole units, and this is one of them or below one. What is for some people only, such as those
    who missed a meeting, stays with them."""
    narrowed = (
        audience.roles or audience.kinds or audience.unconfirmed or audience.unanswered or audience.absent
    )
    above = {int(step) for step in unit_path.split("/") if step}
    return not narrowed and not above.isdisjoint(audience.units)
