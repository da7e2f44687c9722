"""What the fictional hospital has before it: a meeting of the first branch that begins in a moment, and one to come.

Done by its people, as anybody would: planned, announced, somebody asks for leave, some have checked in.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from actions import checkin, invitations, leave, meetings
from actions.app import App
from study.calendar import DEFAULT_ZONE, day_of, in_quiet_hours, minute_of, moment

SOON = timedelta(minutes=10)
EVENING = 19 * 60 + 30
AGENDA = "一、学习本月重点内容\n二、讨论下季度工作安排\n三、表决"
LINK = "https://meeting.example.com/yunshan"
CAME, ON_LEAVE = 6, 2  # of those who have joined


async def fill(app: App, *, unit_id: int, secretary: int, others: Sequence[int]) -> None:
    """`secretary` and `others` are accounts of members of the unit."""
    now = app.clock()
    today = day_of(now, DEFAULT_ZONE)
    meeting = await _plan(app, unit_id, secretary, kind="assembly", starts_at=_soon(app, now))
    await meetings.set_agenda(app, secretary, meeting_id=meeting, agenda=AGENDA)
    await meetings.set_place(app, secretary, meeting_id=meeting, place=LINK)
    away, came = others[:ON_LEAVE], others[ON_LEAVE : ON_LEAVE + CAME]
    for who in away:
        await leave.ask(app, who, meeting_id=meeting, reason="duty")
    if now >= app.meetings.opens_at(_soon(app, now)):
        for who in came:
            await checkin.by_button(app, who, meeting_id=meeting)
    later = await _plan(
        app,
        unit_id,
        secretary,
        kind="day",
        starts_at=moment(today + timedelta(days=5), EVENING, DEFAULT_ZONE),
    )
    await invitations.invite(app, secretary, meeting_id=later)


async def _plan(app: App, unit_id: int, secretary: int, *, kind: str, starts_at: datetime) -> int:
    card = await meetings.plan(
        app,
        secretary,
        unit_id=unit_id,
        kind=kind,
        starts_at=starts_at,
        source=f"fiction:{kind}",
    )
    return card.brief.id


def _soon(app: App, now: datetime) -> datetime:
    """In ten minutes, or, by night, tomorrow evening."""
    if in_quiet_hours(minute_of(now, DEFAULT_ZONE), quiet_from=app.quiet_from, quiet_until=app.quiet_until):
        return moment(day_of(now, DEFAULT_ZONE) + timedelta(days=1), EVENING, DEFAULT_ZONE)
    return (now + SOON).replace(second=0, microsecond=0)
