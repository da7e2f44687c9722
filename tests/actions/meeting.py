"""What the tests of meetings share: one planned in the ward for this evening, and what time it is there."""

from datetime import datetime, timedelta

from actions import attendance, checkin, meetings
from actions.actors import Console, Who
from actions.app import App
from actions.meetings import Card
from study.meetings import Mark
from tests.conftest import START, Clock, Hospital

NURSE, DOCTOR, SECRETARY, GENERAL, OUTSIDER, ADMINISTRATOR = range(1001, 1007)
# 19:30 in Shanghai on the Monday on which every test begins at eight.
EVENING = START + timedelta(hours=11, minutes=30)


async def planned(
    app: App,
    hospital: Hospital,
    *,
    who: Who = SECRETARY,
    kind: str = "assembly",
    starts_at: datetime = EVENING,
    unit_id: int | None = None,
    source: str = "1:1",
) -> Card:
    """A meeting of the ward."""
    return await meetings.plan(
        app,
        who,
        unit_id=unit_id or hospital.ward1.id,
        kind=kind,
        starts_at=starts_at,
        source=source,
    )


async def opened(app: App, hospital: Hospital, clock: Clock, **more: object) -> int:
    """The same, when check-in has just opened; its number."""
    card = await planned(app, hospital, **more)  # type: ignore[arg-type]
    clock.now = card.brief.opens
    return card.brief.id


async def code_of(app: App, meeting_id: int) -> str:
    return (await checkin.show(app, Console.SHELL, meeting_id=meeting_id)).code


async def come(app: App, meeting_id: int, *member_ids: int) -> None:
    """Mark these people as there."""
    for member_id in member_ids:
        await attendance.mark(
            app, Console.SHELL, meeting_id=meeting_id, member_id=member_id, mark=Mark.PRESENT, note="现场确认"
        )
