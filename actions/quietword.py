"""A quiet word to the secretary when somebody has been absent without leave several times in a row: who, and when.

Nothing else: no article, no threat, no figure. Whoever was made up for, or has leave, is not spoken of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from actions.app import App
from storage import members, outbox, roles, units
from storage import recordbook as records
from storage.tables import Attendee, Meeting, Member
from study import absences
from study.absences import Past
from study.calendar import DEFAULT_ZONE, day_of
from study.delivery import Lane
from study.meetings import Mark
from study.members import Role

LETTER = "quiet"
LOOK_BACK = timedelta(days=7)  # closed meetings looked at again, should the program have been down
HISTORY = timedelta(days=366)


@dataclass(frozen=True)
class Word:
    """Who was absent, and on which days."""

    name: str
    days: tuple[date, ...]


async def say_due(app: App) -> int:
    """Queue a word for each row of absences that a recent meeting completed, once; how many were queued."""
    length = app.meetings.quiet_word
    if not length:
        return 0
    now = app.clock()
    said = 0
    async with app.db.writing() as tx:
        absent = await records.absent_lately(
            tx,
            closed_before=now - timedelta(minutes=app.meetings.settled),
            closed_after=now - LOOK_BACK,
        )
        people = {member_id for _, member_id in absent}
        history = await records.history(tx, people, since=now - HISTORY)
        for held, member_id in absent:
            past = [_past(*one) for one in history.get(member_id, ())]
            row = absences.in_a_row(past, at=held.meeting.id, length=length)
            if row:
                said += await _say(app, tx, member_id, row)
    return said


async def told(app: App, *, member_id: int, meeting_ids: Sequence[int]) -> Word | None:
    """What a letter says; None when a mark was corrected, or one of the meetings was made up for meanwhile."""
    async with app.db.reading() as tx:
        member = await members.find(tx, member_id)
        if member is None or member.left_at is not None:
            return None
        unit = await units.find(tx, member.unit_id)
        zone = (unit.timezone if unit else None) or DEFAULT_ZONE
        history = await records.history(tx, [member_id], since=app.clock() - HISTORY - LOOK_BACK)
        missed = [
            meeting
            for meeting, attendee, made_up in history.get(member_id, ())
            if meeting.id in meeting_ids and _past(meeting, attendee, made_up).missed
        ]
        if len(missed) < len(meeting_ids):
            return None
        return Word(member.name, tuple(day_of(meeting.starts_at, zone) for meeting in missed))


async def _say(app: App, tx: AsyncSession, member_id: int, row: Sequence[Past]) -> int:
    member = await members.find(tx, member_id)
    unit = await units.find(tx, member.unit_id) if member else None
    if member is None or unit is None or member.left_at is not None:
        return 0
    ids = [past.meeting_id for past in row]
    said = 0
    for secretary in await _nearest(tx, member, unit.path):
        assert secretary.telegram_id is not None
        said += await outbox.put(
            tx,
            key=f"quiet:{secretary.id}:{member_id}:{'-'.join(map(str, ids))}",
            chat_id=secretary.telegram_id,
            member_id=secretary.id,
            letter=LETTER,
            payload={"member": member_id, "meetings": ids},
            lane=Lane.PERSONAL,
            not_before=app.when_awake(unit.timezone),
        )
    return said


async def _nearest(tx: AsyncSession, member: Member, path: str) -> list[Member]:
    """The secretaries closest to the member: of the own unit, or of the next one above that has any."""
    holders = [
        one
        for one in await roles.holders_reaching(tx, Role.SECRETARY, path)
        if one.id != member.id and one.blocked_at is None
    ]
    posts = await roles.posts_of(tx, [one.id for one in holders])
    depth = {
        one.id: max(
            len(post.unit_path)
            for post in posts[one.id]
            if post.role is Role.SECRETARY and path.startswith(post.unit_path)
        )
        for one in holders
    }
    return [one for one in holders if depth[one.id] == max(depth.values())]


def _past(meeting: Meeting, attendee: Attendee, made_up: bool) -> Past:
    missed = attendee.mark == Mark.ABSENT.value and not made_up
    return Past(meeting.id, meeting.starts_at.date(), missed)
