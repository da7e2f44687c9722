"""Meetings as a file for calendars (RFC 5545), written by the icalendar library."""

from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta

from icalendar import Alarm, Calendar, Event, vUri

from actions.briefs import Brief
from study.meetings import Stage

PRODUCT = "-//branch-study-bot//meetings//ZH"
DOMAIN = "branch-study-bot"
SOON = timedelta(minutes=15)


def ics(meetings: Sequence[Brief], *, links: Mapping[int, str]) -> bytes:
    """The meetings as events; `links` are one's own links to check in with, by meeting.

    A moved meeting has the same name and a higher sequence, so that calendars replace it.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for brief in meetings:
        calendar.add_component(_event(brief, links.get(brief.id)))
    written: bytes = calendar.to_ical()
    return written


def name(meetings: Sequence[Brief]) -> str:
    """The name of the file."""
    first = meetings[0]
    title = first.title if len(meetings) == 1 else first.kind.name
    safe = "".join(char for char in title if char.isalnum())
    return f"{safe or 'meeting'}.ics"


def _event(brief: Brief, link: str | None) -> Event:
    event = Event()
    event.add("uid", f"meeting-{brief.id}@{DOMAIN}")
    event.add("sequence", brief.revision - 1)
    event.add("dtstamp", brief.now.astimezone(UTC))
    event.add("dtstart", brief.starts.astimezone(UTC))
    event.add("dtend", brief.closes.astimezone(UTC))
    event.add("summary", brief.title)
    event.add("status", "CANCELLED" if brief.stage is Stage.CANCELLED else "CONFIRMED")
    if where := brief.place or brief.link:
        event.add("location", where)
    if about := "\n".join(part for part in (brief.unit, brief.agenda, brief.link, link) if part):
        event.add("description", about)
    if link:
        event.add("url", vUri(link))
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", brief.title)
    alarm.add("trigger", -SOON)
    event.add_component(alarm)
    return event
