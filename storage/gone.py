"""Keeping the figures of meetings when somebody has themselves erased."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Attendee, MakeUp, Meeting, Member
from study import gone
from study.meetings import Duty, Mark, Seen, State


async def keep(tx: AsyncSession, member: Member) -> None:
    """Add the member's lines of the rolls to what the meetings keep of people who went.

    Lines without a mark of meetings still to come are nothing to keep: the roster counts there.
    """
    query = (
        select(Meeting, Attendee, MakeUp.done_at)
        .join(Attendee, Attendee.meeting_id == Meeting.id)
        .outerjoin(
            MakeUp, (MakeUp.meeting_id == Attendee.meeting_id) & (MakeUp.member_id == Attendee.member_id)
        )
        .where(
            Attendee.member_id == member.id,
            Attendee.mark.is_not(None) | (Meeting.state == State.CLOSED.value),
        )
        .order_by(Meeting.id)
        .with_for_update(of=Meeting)
    )
    for meeting, attendee, done_at in await tx.execute(query):
        line = Seen(Duty(attendee.duty), attendee.votes, Mark(attendee.mark) if attendee.mark else None)
        meeting.gone = gone.add(meeting.gone, line, made_up=done_at is not None)
    await tx.flush()
