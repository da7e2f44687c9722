"""Everything stored about oneself: handed out, or erased."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors
from actions.actors import Who
from actions.app import App
from storage import audit, gone, members, personal, roles, units
from storage.tables import Member, Unit
from study.calendar import local
from study.members import LastAdministrator


@dataclass(frozen=True)
class Export:
    """All that is stored about somebody: by subject, rows of column -> value. Times are local, `at` too."""

    name: str
    at: datetime
    subjects: Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Summary:
    """How much there is of each subject, those that erasing removes."""

    name: str
    unit: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Erased:
    """What went, by subject; `account` is the account that was bound."""

    name: str
    unit: str
    counts: Mapping[str, int]
    account: int | None


async def export(app: App, who: Who) -> Export:
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        member, unit = await _self(tx, actor.own_id())
        subjects: dict[str, Sequence[Mapping[str, Any]]] = {"member": [_row(member, unit)]}
        for holding in personal.HOLDINGS:
            subjects[holding.name] = await personal.rows(tx, holding, member)
    at = local(app.clock(), actor.timezone)
    return Export(
        actor.name,
        at,
        {
            name: [{key: _local(value, actor.timezone) for key, value in row.items()} for row in rows]
            for name, rows in subjects.items()
        },
    )


async def summary(app: App, who: Who) -> Summary:
    """What erasing would remove."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        member, unit = await _self(tx, actor.own_id())
        counts = {
            holding.name: len(await personal.rows(tx, holding, member))
            for holding in personal.HOLDINGS
            if holding.erased
        }
    return Summary(member.name, unit.name, counts)


async def erase(app: App, who: Who) -> Erased:
    """Erase whoever asks; the unit keeps sums that name nobody. Raises LastAdministrator: hand over first."""
    now = app.clock()
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        administrators = {role.member_id for role in await roles.administrators(tx, lock=True)}
        if administrators == {actor.own_id()}:
            raise LastAdministrator()
        member = await members.lock(tx, actor.own_id())
        assert member is not None
        _, unit = await _self(tx, member.id)
        account = member.telegram_id
        for held in await roles.of_member(tx, member.id):
            await roles.withdraw(tx, held.role.id, by=member.id, at=now)
        await personal.keep_sums(tx, member, unit)
        await gone.keep(tx, member)
        counts = await personal.erase(tx, member)
        audit.note(
            tx, at=now, actor_id=member.id, action="member.erased", unit_id=unit.id, member_id=member.id
        )
        return Erased(member.name, unit.name, counts, account)


async def _self(tx: AsyncSession, member_id: int) -> tuple[Member, Unit]:
    member = await members.find(tx, member_id)
    assert member is not None
    unit = await units.find(tx, member.unit_id)
    assert unit is not None
    return member, unit


def _row(member: Member, unit: Unit) -> dict[str, Any]:
    row = {column.key: getattr(member, column.key) for column in Member.__table__.columns}
    return {**row, "unit": unit.name}


def _local(value: Any, zone: str) -> Any:
    return local(value, zone) if isinstance(value, datetime) else value
