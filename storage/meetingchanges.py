"""What was changed by hand about meetings: lines are added and stay as they are."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import MeetingChange
from study.changes import What


def add(
    tx: AsyncSession,
    meeting_id: int,
    *,
    at: datetime,
    by: int | None,
    what: What,
    member_id: int | None = None,
    before: str | None = None,
    after: str | None = None,
    note: str | None = None,
    version: int = 0,
    after_close: bool = False,
) -> None:
    tx.add(
        MeetingChange(
            meeting_id=meeting_id,
            at=at,
            by=by,
            what=what.value,
            member_id=member_id,
            before=before,
            after=after,
            note=note,
            version=version,
            after_close=after_close,
        )
    )


async def of_member(tx: AsyncSession, meeting_id: int, member_id: int) -> Sequence[MeetingChange]:
    """Everything about one person on the roll, in order."""
    query = _of(meeting_id).where(MeetingChange.member_id == member_id, MeetingChange.what.in_(_ON_ROLL))
    return (await tx.scalars(query)).all()


async def of_meeting(tx: AsyncSession, meeting_id: int) -> Sequence[MeetingChange]:
    """Everything, in order."""
    return (await tx.scalars(_of(meeting_id))).all()


def _of(meeting_id: int) -> Select[MeetingChange]:
    return select(MeetingChange).where(MeetingChange.meeting_id == meeting_id).order_by(MeetingChange.id)


_ON_ROLL = [one.value for one in (What.MARK, What.LEAVE, What.DUTY, What.VOTES, What.GUEST)]
