"""The points ledger."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, case, extract, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import inserts
from storage.prepared import Prepared
from storage.tables import Member, PointsEntry, Unit

CHUNK = 500  # rows an insert
_points = PointsEntry.__table__.c
# Asked at every answer, so it is put together once.
_TALLIES = Prepared(
    select(
        _points.action,
        func.sum(case((_points.day_on == bindparam("day_on"), _points.amount), else_=0)),
        func.sum(_points.amount),
    )
    .where(_points.member_id == bindparam("member_id"), _points.season == bindparam("season"))
    .group_by(_points.action)
)


async def tallies(
    tx: AsyncSession, member_id: int, *, season: int, day_on: date
) -> Mapping[str, tuple[int, int]]:
    """Per action: what it brought (on that day, in the season)."""
    asked = {"member_id": member_id, "season": season, "day_on": day_on}
    found = await _TALLIES.rows(tx, asked)
    return {action: (int(day or 0), int(whole or 0)) for action, day, whole in found}


async def book(tx: AsyncSession, **values: Any) -> int | None:
    """Append an entry and give its id; None when its key is in the ledger already."""
    return await inserts.add_once(tx, PointsEntry, values)


async def book_many(tx: AsyncSession, entries: Sequence[Mapping[str, Any]]) -> None:
    """Append entries; those whose key is in the ledger already are passed over."""
    for start in range(0, len(entries), CHUNK):
        await tx.execute(inserts.once(tx, PointsEntry, entries[start : start + CHUNK]))


async def tallies_of(
    tx: AsyncSession, member_ids: Sequence[int], *, action: str, season: int, day_on: date
) -> Mapping[int, tuple[str, int, int]]:
    """Per member: their kind, and what the action brought (on that day, in the season)."""
    entry = (
        (PointsEntry.member_id == Member.id) & (PointsEntry.action == action) & (PointsEntry.season == season)
    )
    query = (
        select(
            Member.id,
            Member.kind,
            func.coalesce(func.sum(case((PointsEntry.day_on == day_on, PointsEntry.amount), else_=0)), 0),
            func.coalesce(func.sum(PointsEntry.amount), 0),
        )
        .outerjoin(PointsEntry, entry)
        .where(Member.id.in_(member_ids))
        .group_by(Member.id, Member.kind)
    )
    return {id_: (kind, int(day), int(whole)) for id_, kind, day, whole in await tx.execute(query)}


async def find(tx: AsyncSession, entry_id: int) -> PointsEntry | None:
    return await tx.get(PointsEntry, entry_id)


async def under(tx: AsyncSession, member_id: int, key: str) -> Sequence[PointsEntry]:
    """Every entry booked under the key or one that goes on from it ("answer:7:0", "answer:7:0:1", …), in order."""
    query = (
        select(PointsEntry)
        .where(
            PointsEntry.member_id == member_id,
            (PointsEntry.key == key) | PointsEntry.key.startswith(f"{key}:"),
        )
        .order_by(PointsEntry.id)
    )
    return (await tx.scalars(query)).all()


async def entries(tx: AsyncSession, member_id: int, *, limit: int, offset: int = 0) -> Sequence[PointsEntry]:
    """A member's entries, newest first."""
    query = (
        select(PointsEntry)
        .where(PointsEntry.member_id == member_id)
        .order_by(PointsEntry.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return (await tx.scalars(query)).all()


async def count(tx: AsyncSession, member_id: int) -> int:
    query = select(func.count()).select_from(PointsEntry).where(PointsEntry.member_id == member_id)
    return await tx.scalar(query) or 0


async def total(tx: AsyncSession, member_id: int, *, season: int) -> int:
    query = select(func.coalesce(func.sum(PointsEntry.amount), 0)).where(
        PointsEntry.member_id == member_id, PointsEntry.season == season
    )
    return int(await tx.scalar(query) or 0)


async def by_month(tx: AsyncSession, member_id: int, *, season: int) -> Mapping[int, int]:
    """Points of each month of the season that has any."""
    month = extract("month", PointsEntry.day_on)
    query = (
        select(month, func.sum(PointsEntry.amount))
        .where(PointsEntry.member_id == member_id, PointsEntry.season == season)
        .group_by(month)
    )
    return {int(number): int(amount) for number, amount in await tx.execute(query)}


async def ranking(
    tx: AsyncSession, unit_id: int, *, season: int, limit: int = 50
) -> list[tuple[int, str, int]]:
    """(member, name, points) of those in the unit who take part in its ranking, most points first."""
    amount = func.coalesce(func.sum(PointsEntry.amount), 0)
    query = (
        select(Member.id, Member.name, amount)
        .outerjoin(PointsEntry, (PointsEntry.member_id == Member.id) & (PointsEntry.season == season))
        .where(
            Member.unit_id == unit_id,
            Member.left_at.is_(None),
            Member.telegram_id.is_not(None),
            Member.in_ranking,
        )
        .group_by(Member.id, Member.name)
        .order_by(amount.desc(), Member.id)
        .limit(limit)
    )
    return [(id_, name, int(points)) for id_, name, points in await tx.execute(query)]


async def of_unit(tx: AsyncSession, path: str, *, since: datetime) -> int:
    """What the unit at `path` and all below earned since then, together."""
    query = (
        select(func.coalesce(func.sum(PointsEntry.amount), 0))
        .join(Member, Member.id == PointsEntry.member_id)
        .join(Unit, Unit.id == Member.unit_id)
        .where(Unit.path.startswith(path), PointsEntry.at >= since)
    )
    return int(await tx.scalar(query) or 0)


async def reversed_among(tx: AsyncSession, ids: Sequence[int]) -> set[int]:
    """Which of these entries have been undone."""
    query = select(PointsEntry.reverses_id).where(PointsEntry.reverses_id.in_(ids))
    return {id_ for id_ in await tx.scalars(query) if id_ is not None}
