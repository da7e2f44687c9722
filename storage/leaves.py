"""Requests for leave: one a member and meeting."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.inserts import insert
from storage.tables import Leave, Meeting, Member, Unit
from study.leave import State


@dataclass(frozen=True)
class Asked:
    """A request with who asks, for which meeting."""

    leave: Leave
    member: Member
    meeting: Meeting
    unit: Unit


async def ask_once(
    tx: AsyncSession, *, meeting_id: int, member_id: int, reason: str, at: datetime
) -> int | None:
    """A new request, or one that was withdrawn asked again; its id, or None when one stands or was declined."""
    values = {"reason": reason, "state": State.ASKED.value, "asked_at": at}
    statement = insert(tx, Leave).values(meeting_id=meeting_id, member_id=member_id, **values)
    statement = statement.on_conflict_do_update(
        index_elements=[Leave.meeting_id, Leave.member_id],
        set_={**values, "decided_at": None, "decided_by": None},
        where=Leave.state == State.WITHDRAWN.value,
    )
    return await tx.scalar(statement.returning(Leave.id), execution_options={"populate_existing": True})


async def of(tx: AsyncSession, meeting_id: int, member_id: int) -> Leave | None:
    query = select(Leave).where(Leave.meeting_id == meeting_id, Leave.member_id == member_id)
    return (await tx.scalars(query)).first()


async def find(tx: AsyncSession, leave_id: int, *, lock: bool = False) -> Asked | None:
    query = (
        select(Leave, Member, Meeting, Unit)
        .join(Member, Member.id == Leave.member_id)
        .join(Meeting, Meeting.id == Leave.meeting_id)
        .join(Unit, Unit.id == Meeting.unit_id)
        .where(Leave.id == leave_id)
    )
    if lock:
        query = query.with_for_update(of=Leave).execution_options(populate_existing=True)
    row = (await tx.execute(query)).first()
    return Asked(*row) if row else None


async def decide_once(tx: AsyncSession, leave_id: int, *, state: State, by: int | None, at: datetime) -> bool:
    """False when somebody was quicker, or the request was withdrawn."""
    statement = (
        update(Leave)
        .where(Leave.id == leave_id, Leave.state == State.ASKED.value)
        .values(state=state.value, decided_by=by, decided_at=at)
        .returning(Leave.id)
    )
    return await tx.scalar(statement) is not None


async def waiting(tx: AsyncSession, meeting_id: int) -> int:
    query = select(func.count()).where(Leave.meeting_id == meeting_id, Leave.state == State.ASKED.value)
    return await tx.scalar(query) or 0


async def of_meeting(tx: AsyncSession, meeting_id: int) -> list[tuple[Leave, Member]]:
    """Every request for this meeting that was not withdrawn, those that wait first."""
    query = (
        select(Leave, Member)
        .join(Member, Member.id == Leave.member_id)
        .where(Leave.meeting_id == meeting_id, Leave.state != State.WITHDRAWN.value)
        .order_by((Leave.state != State.ASKED.value), Leave.asked_at, Leave.id)
    )
    return [(leave, member) for leave, member in await tx.execute(query)]


async def of_member(tx: AsyncSession, member_id: int, meeting_ids: list[int]) -> dict[int, Leave]:
    """What somebody has asked for these meetings."""
    query = select(Leave).where(Leave.member_id == member_id, Leave.meeting_id.in_(meeting_ids))
    return {leave.meeting_id: leave for leave in await tx.scalars(query)}
