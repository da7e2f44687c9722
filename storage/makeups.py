"""Study in place of missed meetings: who is to be offered some, what was offered, what became of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import inserts
from storage.meetings import Held
from storage.tables import Attendee, MakeUp, Meeting, Member, Unit
from study.meetings import Mark, State

MISSED = (Mark.LEAVE.value, Mark.ABSENT.value)


@dataclass(frozen=True)
class Case:
    """Something to make up for, with the meeting and its unit, the mark that stands, and whoever it is for."""

    make_up: MakeUp
    meeting: Meeting
    unit: Unit
    attendee: Attendee
    member: Member


async def meetings_to_offer(
    tx: AsyncSession, kinds: Collection[str], *, closed_before: datetime, closed_after: datetime
) -> list[Held]:
    """Meetings of these kinds that closed in between and whose misses are not all offered study yet."""
    query = (
        select(Meeting, Unit)
        .join(Unit, Unit.id == Meeting.unit_id)
        .where(
            Meeting.state == State.CLOSED.value,
            Meeting.kind.in_(kinds),
            Meeting.closed_at <= closed_before,
            Meeting.closed_at > closed_after,
            exists().where(Attendee.meeting_id == Meeting.id, *_to_offer()),
        )
        .order_by(Meeting.id)
    )
    return [Held(*row) for row in await tx.execute(query)]


async def to_offer(tx: AsyncSession, meeting_id: int) -> Sequence[tuple[Attendee, Member]]:
    """Those who missed the meeting and were offered nothing yet."""
    query = (
        select(Attendee, Member)
        .join(Member, Member.id == Attendee.member_id)
        .where(Attendee.meeting_id == meeting_id, Member.left_at.is_(None), *_to_offer())
        .order_by(Member.id)
    )
    return [(attendee, member) for attendee, member in await tx.execute(query)]


def _to_offer() -> list[ColumnElement[bool]]:
    offered = exists().where(MakeUp.meeting_id == Attendee.meeting_id, MakeUp.member_id == Attendee.member_id)
    return [Attendee.mark.in_(MISSED), ~offered]


async def offer_once(tx: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Offer each; whoever was offered something for that meeting keeps it."""
    if rows:
        await tx.execute(inserts.insert(tx, MakeUp).on_conflict_do_nothing(), list(rows))


async def find(tx: AsyncSession, meeting_id: int, member_id: int, *, lock: bool = False) -> Case | None:
    """The offer to a member, as long as the meeting still counts as missed."""
    query = _cases().where(MakeUp.meeting_id == meeting_id, MakeUp.member_id == member_id)
    row = (await tx.execute(query.with_for_update(of=MakeUp) if lock else query)).first()
    return Case(*row) if row else None


async def of_quiz(tx: AsyncSession, quiz_id: int) -> Case | None:
    row = (await tx.execute(_cases().where(MakeUp.quiz_id == quiz_id))).first()
    return Case(*row) if row else None


async def of_member(tx: AsyncSession, member_id: int, *, limit: int, offset: int) -> list[Case]:
    """A member's offers: what is open first, then the newest."""
    query = (
        _cases()
        .where(MakeUp.member_id == member_id)
        .order_by(MakeUp.done_at.is_not(None), Meeting.starts_at.desc(), Meeting.id)
    )
    return [Case(*row) for row in await tx.execute(query.limit(limit).offset(offset))]


async def count_of_member(tx: AsyncSession, member_id: int, *, open_only: bool = False) -> int:
    query = _cases().where(MakeUp.member_id == member_id)
    if open_only:
        query = query.where(MakeUp.done_at.is_(None))
    numbers = query.with_only_columns(MakeUp.meeting_id)
    return await tx.scalar(select(func.count()).select_from(numbers.subquery())) or 0


async def due_between(tx: AsyncSession, first: date, last: date) -> list[Case]:
    """Offers not taken up yet that are due from the first to the last day."""
    query = _cases().where(MakeUp.done_at.is_(None), MakeUp.due_on >= first, MakeUp.due_on <= last)
    return [Case(*row) for row in await tx.execute(query.order_by(MakeUp.meeting_id, MakeUp.member_id))]


async def progress(tx: AsyncSession, meeting_ids: Collection[int]) -> Mapping[int, tuple[int, int]]:
    """By meeting: how many have made up, of how many who were offered to."""
    query = (
        select(MakeUp.meeting_id, func.count(MakeUp.done_at), func.count())
        .join(
            Attendee,
            (Attendee.meeting_id == MakeUp.meeting_id) & (Attendee.member_id == MakeUp.member_id),
        )
        .where(MakeUp.meeting_id.in_(meeting_ids), Attendee.mark.in_(MISSED))
        .group_by(MakeUp.meeting_id)
    )
    return {meeting_id: (done, offered) for meeting_id, done, offered in await tx.execute(query)}


async def lesson_of(tx: AsyncSession, meeting_id: int) -> str | None:
    """The lesson offered to those who have not begun; the newest, should there be several."""
    query = (
        select(MakeUp.lesson_id)
        .where(MakeUp.meeting_id == meeting_id)
        .order_by(MakeUp.read_at.is_not(None), MakeUp.offered_at.desc(), MakeUp.member_id)
        .limit(1)
    )
    return await tx.scalar(query)


async def change_lesson(tx: AsyncSession, meeting_id: int, *, lesson_id: str) -> None:
    """Offer another lesson to those who have not read theirs yet."""
    await tx.execute(
        update(MakeUp)
        .where(MakeUp.meeting_id == meeting_id, MakeUp.read_at.is_(None), MakeUp.done_at.is_(None))
        .values(lesson_id=lesson_id)
    )


def _cases() -> Any:
    return (
        select(MakeUp, Meeting, Unit, Attendee, Member)
        .join(Meeting, Meeting.id == MakeUp.meeting_id)
        .join(Unit, Unit.id == Meeting.unit_id)
        .join(
            Attendee,
            (Attendee.meeting_id == MakeUp.meeting_id) & (Attendee.member_id == MakeUp.member_id),
        )
        .join(Member, Member.id == MakeUp.member_id)
        .where(Attendee.mark.in_(MISSED), Member.left_at.is_(None))
    )
