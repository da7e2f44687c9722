"""Entries of the year's calendar as proposed to units: once a unit, entry and year."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.inserts import insert
from storage.tables import Member, Notice, Occasion, Role, Unit
from study.members import Level
from study.members import Role as RoleName


@dataclass(frozen=True)
class Proposed:
    """An occasion with its unit, and the notice that was made of it."""

    occasion: Occasion
    unit: Unit
    notice: Notice | None


async def secretaries(tx: AsyncSession, levels: Collection[Level]) -> list[tuple[Member, Unit]]:
    """Whoever can be told, and the unit of one of these levels whose secretary they are; by unit, the top first."""
    query = (
        select(Member, Unit)
        .join(Role, Role.member_id == Member.id)
        .join(Unit, Unit.id == Role.unit_id)
        .where(
            Role.role == RoleName.SECRETARY.value,
            Role.withdrawn_at.is_(None),
            Member.left_at.is_(None),
            Member.blocked_at.is_(None),
            Member.telegram_id.is_not(None),
            Unit.level.in_([level.value for level in levels]),
        )
        .order_by(Unit.path, Member.id)
    )
    return [(member, unit) for member, unit in await tx.execute(query)]


async def known(
    tx: AsyncSession, entries: Collection[str]
) -> dict[tuple[int, str, int], tuple[datetime, bool]]:
    """Of these entries by (unit, entry, year): when it was proposed or looked at, and whether that is all."""
    query = select(
        Occasion.unit_id,
        Occasion.entry,
        Occasion.year,
        Occasion.proposed_at,
        Occasion.notice_id.is_(None) & Occasion.dismissed_at.is_(None),
    ).where(Occasion.entry.in_(entries))
    return {
        (unit_id, entry, year): (at, open_) for unit_id, entry, year, at, open_ in await tx.execute(query)
    }


async def add_once(tx: AsyncSession, *, unit_id: int, entry: str, year: int, at: datetime) -> int | None:
    """Its id, or None when it is there already."""
    values = {"unit_id": unit_id, "entry": entry, "year": year, "proposed_at": at}
    statement = insert(tx, Occasion).values(values).on_conflict_do_nothing().returning(Occasion.id)
    return await tx.scalar(statement)


async def propose_once(
    tx: AsyncSession, *, unit_id: int, entry: str, year: int, at: datetime, since: datetime
) -> int | None:
    """Its id, or None when it was proposed since then, made a notice of, or dismissed; to have been looked at before
    then is none of these."""
    values = {"unit_id": unit_id, "entry": entry, "year": year, "proposed_at": at}
    statement = insert(tx, Occasion).values(values)
    statement = statement.on_conflict_do_update(
        index_elements=[Occasion.unit_id, Occasion.entry, Occasion.year],
        set_={"proposed_at": at},
        where=and_(
            Occasion.proposed_at < since, Occasion.notice_id.is_(None), Occasion.dismissed_at.is_(None)
        ),
    )
    return await tx.scalar(statement.returning(Occasion.id))


async def find(tx: AsyncSession, occasion_id: int, *, lock: bool = False) -> Proposed | None:
    query = _proposed().where(Occasion.id == occasion_id)
    if lock:
        query = query.with_for_update(of=Occasion)
    row = (await tx.execute(query, execution_options={"populate_existing": lock})).first()
    return Proposed(*row) if row else None


async def of_unit(tx: AsyncSession, unit_id: int, entry: str, year: int) -> Proposed | None:
    query = _proposed().where(Occasion.unit_id == unit_id, Occasion.entry == entry, Occasion.year == year)
    row = (await tx.execute(query)).first()
    return Proposed(*row) if row else None


async def announced_above(tx: AsyncSession, unit: Unit, entry: str, year: int) -> str | None:
    """The unit above that has sent out the same already; the nearest."""
    above = [int(step) for step in unit.path.split("/") if step and int(step) != unit.id]
    query = (
        _proposed()
        .where(
            Occasion.unit_id.in_(above),
            Occasion.entry == entry,
            Occasion.year == year,
            Notice.announced_at.is_not(None),
            Notice.withdrawn_at.is_(None),
        )
        .order_by(Unit.path.desc())
    )
    row = (await tx.execute(query)).first()
    return row[1].name if row else None


async def forget_notice(tx: AsyncSession, notice_id: int) -> None:
    """The draft was thrown away; the occasion is as it was."""
    await tx.execute(update(Occasion).where(Occasion.notice_id == notice_id).values(notice_id=None))


def _proposed() -> Any:
    return (
        select(Occasion, Unit, Notice)
        .join(Unit, Unit.id == Occasion.unit_id)
        .outerjoin(Notice, Notice.id == Occasion.notice_id)
    )
