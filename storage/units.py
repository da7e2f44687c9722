"""Questions about the tree of organisations."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Member, Unit


async def add(
    tx: AsyncSession,
    *,
    name: str,
    level: str,
    parent: Unit | None = None,
    timezone: str | None = None,
    position: int = 0,
) -> Unit:
    """A new unit below `parent`, with its path set."""
    unit = Unit(
        parent_id=parent.id if parent else None,
        name=name,
        level=level,
        timezone=timezone,
        position=position,
        path="",
        ranking_on=False,
    )
    tx.add(unit)
    await tx.flush()
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    await tx.flush()
    return unit


async def find(tx: AsyncSession, unit_id: int) -> Unit | None:
    return await tx.get(Unit, unit_id)


async def lock(tx: AsyncSession, unit_id: int) -> None:
    """Let only one transaction at a time do what belongs to the whole unit."""
    await tx.get(Unit, unit_id, with_for_update=True)


async def root(tx: AsyncSession) -> Unit | None:
    """The top of the tree; the oldest, should there be several."""
    query = select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1)
    return (await tx.scalars(query)).first()


async def below(tx: AsyncSession, path: str) -> Sequence[Unit]:
    """The unit at `path` and everything under it, in the order of the tree."""
    query = select(Unit).where(Unit.path.startswith(path)).order_by(Unit.position, Unit.id)
    return (await tx.scalars(query)).all()


async def set_zone(tx: AsyncSession, path: str, *, zone: str) -> int:
    """The time zone of the unit at `path` and everything under it; how many they are."""
    places = await below(tx, path)
    for unit in places:
        unit.timezone = zone
    return len(places)


async def children(tx: AsyncSession, unit_id: int | None) -> Sequence[Unit]:
    query = select(Unit).where(Unit.parent_id == unit_id).order_by(Unit.position, Unit.id)
    return (await tx.scalars(query)).all()


async def head_count(tx: AsyncSession, path: str) -> int:
    """How many people are on the roster of the unit at `path` and below."""
    query = (
        select(func.count())
        .select_from(Member)
        .join(Unit, Unit.id == Member.unit_id)
        .where(Unit.path.startswith(path), Member.left_at.is_(None))
    )
    return await tx.scalar(query) or 0


async def at(tx: AsyncSession, path: str) -> Unit | None:
    """The unit with this path; "/" is the root of the tree."""
    return (
        await root(tx) if path == "/" else (await tx.scalars(select(Unit).where(Unit.path == path))).first()
    )
