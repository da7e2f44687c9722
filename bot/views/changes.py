"""What was changed by hand about a meeting, a line each: when, by whom, from what to what, and why."""

from datetime import datetime

from markupsafe import Markup

from actions.signatures import Correction
from bot import texts
from study.calendar import clock_text
from study.changes import MOMENTS, PEOPLE, What

GLANCE = 60  # characters of a title or an agenda
MARKS = (What.MARK, What.LEAVE)


def line(one: Correction, *, named: bool) -> Markup:
    """One change; `named` tells whom it is about."""
    by = one.by or texts.plain("minutes.versions.nobody")
    about = one.member if named else None
    what = texts.plain(f"change.{one.what.value}")
    told = texts.plain("change.about", member=about, what=what) if about else what
    if one.before is not None or one.after is not None:
        told = texts.plain(
            "change.step", what=told, before=_value(one, one.before), after=_value(one, one.after)
        )
    if one.note:
        told = texts.plain("change.why", told=told, note=one.note)
    clock = clock_text(one.at.hour * 60 + one.at.minute)
    return texts.html("change.line", month=one.at.month, day=one.at.day, clock=clock, by=by, told=told)


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
