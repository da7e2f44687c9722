"""Who sits on a unit's committee (支部委员会), and so is expected at its meetings."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, reach
from actions.actors import Who
from actions.app import App
from storage import audit, meetings, roster
from storage.tables import Unit
from study import meetings as rules
from study.members import Actor, NoSuchMember, Permission

LONGEST_TITLE = 20


@dataclass(frozen=True)
class Place:
    """A seat with who holds it."""

    seat_id: int
    name: str
    title: str


@dataclass(frozen=True)
class Committee:
    """All seats of a unit."""

    unit_id: int
    unit: str
    places: tuple[Place, ...]


async def committee(app: App, who: Who, *, unit_id: int) -> Committee:
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        return await _committee(tx, await _unit(tx, actor, unit_id))


async def whom(app: App, who: Who, *, unit_id: int, query: str) -> list[tuple[int, str, str]]:
    """(member, name, unit) of those below the unit whom the query may mean."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        unit = await _unit(tx, actor, unit_id)
        return [(one.id, one.name, home.name) for one, home in await roster.search(tx, unit.path, query)]


async def seat(app: App, who: Who, *, unit_id: int, member_id: int, title: str) -> Committee:
    """Give somebody of the unit a seat; who has one keeps it. Audited."""
    title = rules.checked(title, most=LONGEST_TITLE)
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        unit = await _unit(tx, actor, unit_id)
        _, home = await reach.member(tx, actor, Permission.KEEP_MEETINGS, member_id)
        if not home.path.startswith(unit.path):
            raise NoSuchMember()
        seat_id = await meetings.take_seat(
            tx, unit_id=unit.id, member_id=member_id, title=title, at=app.clock()
        )
        if seat_id is not None:
            _note(app, tx, actor, "seat.taken", unit, member_id)
        return await _committee(tx, unit)


async def unseat(app: App, who: Who, *, unit_id: int, seat_id: int) -> Committee:
    """Somebody leaves the committee; the record of the past stays. Audited."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        unit = await _unit(tx, actor, unit_id)
        for place, member in await meetings.seats(tx, unit.id):
            if place.id == seat_id and await meetings.leave_seat(tx, seat_id, at=app.clock()):
                _note(app, tx, actor, "seat.left", unit, member.id)
        return await _committee(tx, unit)


async def _unit(tx: AsyncSession, actor: Actor, unit_id: int) -> Unit:
    return await reach.unit(tx, actor, Permission.KEEP_MEETINGS, unit_id)


async def _committee(tx: AsyncSession, unit: Unit) -> Committee:
    held = await meetings.seats(tx, unit.id)
    return Committee(unit.id, unit.name, tuple(Place(seat.id, one.name, seat.title) for seat, one in held))


def _note(app: App, tx: AsyncSession, actor: Actor, action: str, unit: Unit, member_id: int) -> None:
    audit.note(
        tx,
        at=app.clock(),
        actor_id=actor.member_id,
        action=action,
        unit_id=unit.id,
        member_id=member_id,
    )
