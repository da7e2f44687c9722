"""Meetings: planned, found, moved, closed once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, false, func, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import inserts
from storage.tables import Attendee, Meeting, Member, Seat, Unit
from study.meetings import State

# Literal, not a parameter: only so does either database see that the partial index serves.
PLANNED: ColumnElement[bool] = Meeting.state == literal_column("'planned'")


# Asked at every check-in, so they are put together once.
_FIND = (
    select(Meeting, Unit).join(Unit, Unit.id == Meeting.unit_id).where(Meeting.id == bindparam("meeting_id"))
)
_LOCK = _FIND.with_for_update(of=Meeting).execution_options(populate_existing=True)


@dataclass(frozen=True)
class Held:
    """A meeting with its unit."""

    meeting: Meeting
    unit: Unit


async def add_once(tx: AsyncSession, values: Mapping[str, Any]) -> int | None:
    """A new meeting; its id, or None when its source was used before."""
    return await inserts.add_once(tx, Meeting, values)


async def find(tx: AsyncSession, meeting_id: int, *, lock: bool = False) -> Held | None:
    """The meeting; with `lock` nobody else changes it until the transaction ends."""
    row = (await tx.execute(_LOCK if lock else _FIND, {"meeting_id": meeting_id})).first()
    return Held(*row) if row else None


async def by_source(tx: AsyncSession, source: str) -> int | None:
    return await tx.scalar(select(Meeting.id).where(Meeting.source == source))


async def last_of_kind(tx: AsyncSession, unit_id: int, kind: str) -> Meeting | None:
    """The newest meeting of this kind in the unit that was not called off: what the next one is copied from."""
    query = (
        select(Meeting)
        .where(Meeting.unit_id == unit_id, Meeting.kind == kind, Meeting.state != State.CANCELLED.value)
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
        .limit(1)
    )
    return (await tx.scalars(query)).first()


async def kept(
    tx: AsyncSession,
    paths: Sequence[str],
    member_id: int | None,
    *,
    states: Iterable[State],
    newest_first: bool = False,
    limit: int,
    offset: int = 0,
) -> list[Held]:
    """Meetings of the units at these paths and below, and those that the member hosts or records, by time."""
    order = (Meeting.starts_at.desc(), Meeting.id.desc()) if newest_first else (Meeting.starts_at, Meeting.id)
    query = (
        select(Meeting, Unit)
        .join(Unit, Unit.id == Meeting.unit_id)
        .where(_kept(paths, member_id), Meeting.state.in_([state.value for state in states]))
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )
    return [Held(*row) for row in await tx.execute(query)]


async def count_kept(
    tx: AsyncSession, paths: Sequence[str], member_id: int | None, *, states: Iterable[State]
) -> int:
    query = (
        select(func.count())
        .select_from(Meeting)
        .join(Unit, Unit.id == Meeting.unit_id)
        .where(_kept(paths, member_id), Meeting.state.in_([state.value for state in states]))
    )
    return await tx.scalar(query) or 0


async def ahead(tx: AsyncSession, member_id: int, unit_ids: Collection[int], *, now: datetime) -> list[Held]:
    """Planned meetings that have not ended, of exactly these units or with the member on the roll, the soonest first."""
    query = (
        select(Meeting, Unit)
        .join(Unit, Unit.id == Meeting.unit_id)
        .where(or_(Meeting.unit_id.in_(unit_ids), _on_roll(member_id)), PLANNED, Meeting.closes_at > now)
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return [Held(*row) for row in await tx.execute(query)]


async def open_now(
    tx: AsyncSession, member_id: int, unit_ids: Collection[int], *, opened_until: datetime, now: datetime
) -> list[Held]:
    """Planned meetings that started before `opened_until` and have not ended, of these units or with the member on
    the roll."""
    query = (
        select(Meeting, Unit)
        .join(Unit, Unit.id == Meeting.unit_id)
        .where(
            PLANNED,
            Meeting.closes_at > now,
            Meeting.starts_at <= opened_until,
            or_(Meeting.unit_id.in_(unit_ids), _on_roll(member_id)),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return [Held(*row) for row in await tx.execute(query)]


async def of_series(tx: AsyncSession, series: str, *, planned: bool = False) -> Sequence[Meeting]:
    """What was planned together, or of that what is still planned, in order."""
    query = select(Meeting).where(Meeting.series == series).order_by(Meeting.starts_at)
    return (await tx.scalars(query.where(PLANNED) if planned else query)).all()


async def times_of_kind(
    tx: AsyncSession, unit_id: int, kind: str, *, since: datetime, until: datetime
) -> Sequence[datetime]:
    """When meetings of this kind in the unit begin or began in between, without those called off."""
    query = select(Meeting.starts_at).where(
        Meeting.unit_id == unit_id,
        Meeting.kind == kind,
        Meeting.state != State.CANCELLED.value,
        Meeting.starts_at >= since,
        Meeting.starts_at < until,
    )
    return (await tx.scalars(query)).all()


async def to_close(tx: AsyncSession, *, now: datetime) -> Sequence[int]:
    """Meetings whose check-in has ended and that nobody has closed."""
    query = select(Meeting.id).where(PLANNED, Meeting.closes_at <= now).order_by(Meeting.closes_at)
    return (await tx.scalars(query)).all()


async def to_remind(tx: AsyncSession, *, starts_before: datetime, now: datetime) -> list[Held]:
    """Planned meetings that begin soon and of whose present plan not everybody has been told."""
    query = (
        select(Meeting, Unit)
        .join(Unit, Unit.id == Meeting.unit_id)
        .where(
            PLANNED,
            Meeting.closes_at > now,
            Meeting.starts_at <= starts_before,
            or_(Meeting.day_told < Meeting.revision, Meeting.soon_told < Meeting.revision),
        )
        .order_by(Meeting.starts_at)
    )
    return [Held(*row) for row in await tx.execute(query)]


async def close_once(tx: AsyncSession, meeting_id: int, *, at: datetime, by: int | None) -> bool:
    """Close the meeting; False when it is not open (any more)."""
    return await _leave_planned(tx, meeting_id, state=State.CLOSED, closed_at=at, closed_by=by)


async def cancel_once(tx: AsyncSession, meeting_id: int, *, at: datetime) -> bool:
    """Call the meeting off; False when it is closed or called off already."""
    return await _leave_planned(
        tx, meeting_id, state=State.CANCELLED, cancelled_at=at, revision=Meeting.revision + 1
    )


async def _leave_planned(tx: AsyncSession, meeting_id: int, *, state: State, **values: Any) -> bool:
    statement = (
        update(Meeting)
        .where(Meeting.id == meeting_id, PLANNED)
        .values(state=state.value, **values)
        .returning(Meeting.id)
    )
    return await tx.scalar(statement) is not None


async def seats(tx: AsyncSession, unit_id: int) -> list[tuple[Seat, Member]]:
    """Who sits on the unit's committee now, in the order of taking the seat."""
    query = (
        select(Seat, Member)
        .join(Member, Member.id == Seat.member_id)
        .where(Seat.unit_id == unit_id, Seat.left_at.is_(None), Member.left_at.is_(None))
        .order_by(Seat.id)
    )
    return [(seat, member) for seat, member in await tx.execute(query)]


async def seated(tx: AsyncSession, member_id: int) -> frozenset[int]:
    """The units on whose committee somebody sits."""
    query = select(Seat.unit_id).where(Seat.member_id == member_id, Seat.left_at.is_(None))
    return frozenset((await tx.scalars(query)).all())


async def take_seat(
    tx: AsyncSession, *, unit_id: int, member_id: int, title: str, at: datetime
) -> int | None:
    """A seat on the committee; None when it is held already."""
    values = {"unit_id": unit_id, "member_id": member_id, "title": title, "taken_at": at}
    return await inserts.add_once(tx, Seat, values)


async def leave_seat(tx: AsyncSession, seat_id: int, *, at: datetime) -> bool:
    """False when it was given up already."""
    statement = (
        update(Seat).where(Seat.id == seat_id, Seat.left_at.is_(None)).values(left_at=at).returning(Seat.id)
    )
    return await tx.scalar(statement) is not None


def _on_roll(member_id: int) -> ColumnElement[bool]:
    return exists().where(Attendee.meeting_id == Meeting.id, Attendee.member_id == member_id)


def _kept(paths: Sequence[str], member_id: int | None) -> ColumnElement[bool]:
    own = or_(Meeting.host_id == member_id, Meeting.recorder_id == member_id)
    return or_(own if member_id is not None else false(), *(Unit.path.startswith(path) for path in paths))
