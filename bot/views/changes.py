"""What was changed by hand about a meeting, a line each: when, by whom, from what to what, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from markupsafe import Markup

from actions.minutes import Record
from actions.signatures import Correction
from bot import texts
from study.calendar import clock_text
from study.changes import MOMENTS, PEOPLE, What

GLANCE = 60  # characters of a title or an agenda
MARKS = (What.MARK, What.LEAVE)


@dataclass(frozen=True)
class Printed:
    """A correction as it is printed under the record: what was done, and why. `at` is local."""

    at: datetime
    by: str
    told: str
    note: str = ""


def line(one: Correction, *, named: bool) -> Markup:
    """One change; `named` tells whom it is about."""
    told = _told(one, about=one.member if named else None)
    if one.note:
        told = texts.plain("change.why", told=told, note=one.note)
    return texts.html("change.line", told=told, by=_by(one.by), **_moment(one.at))


def printed(record: Record) -> list[Printed]:
    """What was corrected after the close, in order, for the record on paper: people of whom the same was changed for the
    same reason share an entry. What was enclosed is left out: it is counted as it stands."""
    corrections = [one for one in record.corrections if one.what is not What.ENCLOSED]
    found = [_together(list(group)) for _, group in groupby(corrections, key=_alike)]
    for before, version in zip(record.versions, record.versions[1:], strict=False):
        if before.signed and version.changes:  # before a signature it is a draft
            parts = "、".join(texts.plain(f"minutes.{change.part.value}") for change in version.changes)
            told = texts.plain("change.words", parts=parts, version=version.number)
            found.append(Printed(version.at, _by(version.by), told))
    return sorted(found, key=lambda one: one.at)


def paragraph(one: Printed) -> str:
    """A printed correction in one line."""
    told = texts.plain("change.why", told=one.told, note=one.note) if one.note else one.told
    return texts.plain("change.printed", told=told, by=one.by, **_moment(one.at))


def _alike(one: Correction) -> tuple[object, ...]:
    return one.what, one.at.date(), one.by, one.before, one.after, one.note, one.member is None


def _together(group: Sequence[Correction]) -> Printed:
    names = "、".join(dict.fromkeys(one.member for one in group if one.member))
    last = group[-1]
    return Printed(last.at, _by(last.by), _told(last, about=names or None), last.note or "")


def _told(one: Correction, *, about: str | None) -> str:
    what = texts.plain(f"change.{one.what.value}")
    told = texts.plain("change.about", member=about, what=what) if about else what
    if one.before is None and one.after is None:
        return told
    return texts.plain("change.step", what=told, before=_value(one, one.before), after=_value(one, one.after))


def _by(name: str | None) -> str:
    return name or texts.plain("minutes.versions.nobody")


def _moment(at: datetime) -> dict[str, object]:
    return {"month": at.month, "day": at.day, "clock": clock_text(at.hour * 60 + at.minute)}


def _value(one: Correction, value: str | None) -> str:
    if one.what in MARKS:
        return texts.plain(f"roll.is.{value}") if value else texts.plain("roll.unmarked")
    if one.what is What.DUTY:
        return texts.plain(f"change.duty.{value}")
    if one.what is What.VOTES:
        return texts.plain("roll.votes" if value == "True" else "roll.no_vote")
    if not value:
        return texts.plain(
            "change.somebody" if one.what in PEOPLE and value is not None else "change.nothing"
        )
    if one.what in MOMENTS:
        at = datetime.fromisoformat(value)
        return texts.plain(
            "change.moment", month=at.month, day=at.day, clock=clock_text(at.hour * 60 + at.minute)
        )
    value = " ".join(value.split())
    return value if len(value) <= GLANCE else value[:GLANCE] + "…"
