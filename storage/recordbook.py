"""The ledger of meetings (台账): what was held, who came, what was voted, year by year and unit by unit."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.meetings import Held
from storage.tables import Attendee, Leave, MakeUp, Meeting, Member, Motion, Seat, Unit
from study.meetings import CAME, Duty, Mark, Seen, State


@dataclass(frozen=True)
class Row:
    """One line of a meeting's roll, with the leave asked for it and what was made up."""

    attendee: Attendee
    member: Member
    leave: Leave | None
    made_up_at: datetime | None


async def meetings(
    tx: AsyncSession,
    paths: Sequence[str],
    *,
    since: datetime,
    until: datetime,
    states: Collection[State] = (State.CLOSED,),
) -> list[Held]:
    """Meetings of the units at these paths and below that began in between, by unit and time."""
    query = (
        select(Meeting, Unit)
        .join(Unit, Unit.id == Meeting.unit_id)
        .where(*_within(paths, since, until, states))
        .order_by(Unit.path, Meeting.starts_at, Meeting.id)
    )
    return [Held(*row) for row in await tx.execute(query)]


async def latest(
    tx: AsyncSession, path: str, *, since: datetime, until: datetime, limit: int, offset: int
) -> list[Held]:
    """Closed meetings of the unit at the path and below, the newest first."""
    query = (
        select(Meeting, Unit)
        .join(Unit, Unit.id == Meeting.unit_id)
        .where(*_within([path], since, until, (State.CLOSED,)))
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    )
    return [Held(*row) for row in await tx.execute(query.limit(limit).offset(offset))]


async def count(tx: AsyncSession, path: str, *, since: datetime, until: datetime) -> int:
    query = (
        select(func.count())
        .select_from(Meeting)
        .join(Unit, Unit.id == Meeting.unit_id)
        .where(*_within([path], since, until, (State.CLOSED,)))
    )
    return await tx.scalar(query) or 0


def _within(
    paths: Sequence[str], since: datetime, until: datetime, states: Collection[State]
) -> list[ColumnElement[bool]]:
    return [
        or_(*(Unit.path.startswith(path) for path in paths)),
        Meeting.state.in_([state.value for state in states]),
        Meeting.starts_at >= since,
        Meeting.starts_at < until,
    ]


async def first_meeting_at(tx: AsyncSession) -> datetime | None:
    """When the first meeting on record began, anywhere."""
    query = select(Meeting.starts_at).where(Meeting.state == State.CLOSED.value)
    return await tx.scalar(query.order_by(Meeting.starts_at).limit(1))


async def rolls(tx: AsyncSession, meeting_ids: Collection[int]) -> Mapping[int, list[Seen]]:
    """The lines of each meeting's roll as far as counting goes."""
    found: defaultdict[int, list[Seen]] = defaultdict(list)
    query = select(
        Attendee.meeting_id, Attendee.duty, Attendee.votes, Attendee.mark, func.count().label("people")
    ).group_by(Attendee.meeting_id, Attendee.duty, Attendee.votes, Attendee.mark)
    for meeting_id, duty, votes, mark, people in await tx.execute(
        query.where(Attendee.meeting_id.in_(meeting_ids))
    ):
        found[meeting_id] += [Seen(Duty(duty), votes, Mark(mark) if mark else None)] * people
    return found


async def roll(tx: AsyncSession, meeting_id: int) -> list[Row]:
    """Everybody on the roll, those who must come first, by name."""
    query = (
        select(Attendee, Member, Leave, MakeUp.done_at)
        .join(Member, Member.id == Attendee.member_id)
        .outerjoin(Leave, (Leave.meeting_id == Attendee.meeting_id) & (Leave.member_id == Attendee.member_id))
        .outerjoin(
            MakeUp, (MakeUp.meeting_id == Attendee.meeting_id) & (MakeUp.member_id == Attendee.member_id)
        )
        .where(Attendee.meeting_id == meeting_id)
        .order_by(Attendee.duty.desc(), Member.name, Member.id)
    )
    return [Row(*row) for row in await tx.execute(query)]


async def motions(tx: AsyncSession, meeting_ids: Collection[int]) -> Mapping[int, list[Motion]]:
    """What was voted on and closed, by meeting, in order."""
    found: defaultdict[int, list[Motion]] = defaultdict(list)
    query = select(Motion).where(Motion.meeting_id.in_(meeting_ids), Motion.closed_at.is_not(None))
    for motion in await tx.scalars(query.order_by(Motion.id)):
        found[motion.meeting_id].append(motion)
    return found


async def names(tx: AsyncSession, member_ids: Iterable[int | None]) -> Mapping[int, str]:
    """What people are called, whether they are still on the roster or not."""
    ids = {one for one in member_ids if one is not None}
    query = select(Member.id, Member.name).where(Member.id.in_(ids))
    return {member_id: name for member_id, name in await tx.execute(query)} if ids else {}


async def with_seats(tx: AsyncSession) -> set[int]:
    """The units that have a committee (支委会)."""
    return set(await tx.scalars(select(Seat.unit_id).where(Seat.left_at.is_(None)).distinct()))


async def attended(tx: AsyncSession, member_id: int, *, since: datetime, until: datetime) -> list[Held]:
    """The closed meetings that a member came to."""
    query = (
        select(Meeting, Unit)
        .join(Attendee, Attendee.meeting_id == Meeting.id)
        .join(Unit, Unit.id == Meeting.unit_id)
        .where(
            Attendee.member_id == member_id,
            Attendee.mark.in_([mark.value for mark in CAME]),
            Meeting.state == State.CLOSED.value,
            Meeting.starts_at >= since,
            Meeting.starts_at < until,
        )
    )
    return [Held(*row) for row in await tx.execute(query)]


async def made_up(
    tx: AsyncSession, member_id: int, *, since: datetime, until: datetime
) -> Sequence[tuple[MakeUp, Meeting]]:
    """What a member has made up for in between."""
    query = (
        select(MakeUp, Meeting)
        .join(Meeting, Meeting.id == MakeUp.meeting_id)
        .where(MakeUp.member_id == member_id, MakeUp.done_at >= since, MakeUp.done_at < until)
    )
    return [(make_up, meeting) for make_up, meeting in await tx.execute(query)]


async def history(
    tx: AsyncSession, member_ids: Collection[int], *, since: datetime
) -> Mapping[int, list[tuple[Meeting, Attendee, bool]]]:
    """By member: the closed meetings they were expected at, oldest first, and whether each was made up."""
    found: defaultdict[int, list[tuple[Meeting, Attendee, bool]]] = defaultdict(list)
    query = (
        select(Meeting, Attendee, MakeUp.done_at)
        .join(Attendee, Attendee.meeting_id == Meeting.id)
        .outerjoin(
            MakeUp, (MakeUp.meeting_id == Attendee.meeting_id) & (MakeUp.member_id == Attendee.member_id)
        )
        .where(
            Attendee.member_id.in_(member_ids),
            Attendee.duty == Duty.MUST.value,
            Meeting.state == State.CLOSED.value,
            Meeting.starts_at >= since,
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    for meeting, attendee, done_at in await tx.execute(query):
        found[attendee.member_id].append((meeting, attendee, done_at is not None))
    return found


async def absent_lately(
    tx: AsyncSession, *, closed_before: datetime, closed_after: datetime
) -> list[tuple[Held, int]]:
    """Who was absent without leave from meetings that closed in between."""
    query = (
        select(Meeting, Unit, Attendee.member_id)
        .join(Attendee, Attendee.meeting_id == Meeting.id)
        .join(Unit, Unit.id == Meeting.unit_id)
        .where(
            Meeting.state == State.CLOSED.value,
            Meeting.closed_at <= closed_before,
            Meeting.closed_at > closed_after,
            Attendee.duty == Duty.MUST.value,
            Attendee.mark == Mark.ABSENT.value,
        )
        .order_by(Meeting.closed_at, Meeting.id, Attendee.member_id)
    )
    return [(Held(meeting, unit), member_id) for meeting, unit, member_id in await tx.execute(query)]
