"""Who holds what, and giving and taking it."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, reach
from actions.actors import Who
from actions.app import App
from actions.reach import Leaf
from storage import audit, outbox, roles, units
from storage.roles import Held
from storage.tables import Member, Unit
from study import names
from study.delivery import Lane
from study.members import (
    Actor,
    AlreadyHeld,
    LastAdministrator,
    Level,
    NoSuchUnit,
    NotHeld,
    Permission,
    Role,
)
from study.roster import unit_key


@dataclass(frozen=True)
class Holding:
    """A role somebody holds."""

    role_id: int
    role: Role
    member_id: int
    name: str
    home: str
    unit: str


@dataclass(frozen=True)
class Holdings:
    """A page of the roles held within reach."""

    holdings: tuple[Holding, ...]
    leaf: Leaf


@dataclass(frozen=True)
class Named:
    """Somebody found by name."""

    member_id: int
    name: str
    unit: str
    staff_no: str | None


@dataclass(frozen=True)
class Found:
    people: tuple[Named, ...]
    leaf: Leaf
    query: str


@dataclass(frozen=True)
class Place:
    unit_id: int
    name: str
    level: Level


@dataclass(frozen=True)
class Offer:
    """Where a role may be granted to somebody: their own units first, then the others, by page."""

    member_id: int
    name: str
    home: str
    places: tuple[Place, ...]
    leaf: Leaf


@dataclass(frozen=True)
class Moved:
    """A role granted or withdrawn. `account` is the Telegram account concerned, if one is bound."""

    role_id: int
    role: Role
    name: str
    unit: str
    account: int | None


async def holders(app: App, who: Who, *, page: int = 0) -> Holdings:
    """Every role held within reach, a page at a time."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.MANAGE_ROLES)
        found = {
            one.role.id: one
            for path in actor.reach(Permission.MANAGE_ROLES)
            for one in await roles.held(tx, path)
        }
        homes = {unit.id: unit.name for unit in await units.below(tx, "/")}
    leaf = reach.leaf(len(found), page)
    shown = reach.cut(list(found.values()), leaf)
    return Holdings(tuple(_holding(one, homes[one.member.unit_id]) for one in shown), leaf)


async def search(app: App, who: Who, *, query: str, page: int = 0) -> Found:
    """People within reach by name, pinyin or initials, or by exactly their staff number."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.MANAGE_ROLES)
        people = await reach.people(tx, actor.reach(Permission.MANAGE_ROLES))
    numbered = [one for one in people if one[0].staff_no == query.strip()]
    wanted = numbered or [one for one in people if names.matches(query, one[0].name)]
    leaf = reach.leaf(len(wanted), page)
    return Found(
        tuple(Named(one.id, one.name, unit.name, one.staff_no) for one, unit in reach.cut(wanted, leaf)),
        leaf,
        query,
    )


async def offer(app: App, who: Who, *, member_id: int, page: int = 0) -> Offer:
    """The units for which somebody can be given a role."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        member, home = await reach.member(tx, actor, Permission.MANAGE_ROLES, member_id)
        paths = actor.reach(Permission.MANAGE_ROLES)
        tree = {unit.id: unit for path in paths for unit in await units.below(tx, path)}
    own = sorted(
        (one for one in tree.values() if home.path.startswith(one.path)), key=lambda one: -len(one.path)
    )
    others = [one for one in tree.values() if not home.path.startswith(one.path)]
    leaf = reach.leaf(len(tree), page)
    places = tuple(Place(one.id, one.name, Level(one.level)) for one in reach.cut([*own, *others], leaf))
    return Offer(member.id, member.name, home.name, places, leaf)


async def grant(app: App, who: Who, *, member_id: int, role: Role, unit_id: int) -> Moved:
    """Grant the role for the unit and all below it; the person is told. Raises AlreadyHeld."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        member, _ = await reach.member(tx, actor, Permission.MANAGE_ROLES, member_id)
        unit = await reach.unit(tx, actor, Permission.MANAGE_ROLES, unit_id)
        role_id = await roles.grant_once(
            tx, member_id=member.id, role=role, unit_id=unit.id, by=actor.member_id, at=app.clock()
        )
        if role_id is None:
            raise AlreadyHeld(name=member.name)
        moved = Moved(role_id, role, member.name, unit.name, member.telegram_id)
        await _record(app, tx, actor, member, unit, moved, "granted")
        return moved


async def withdraw(app: App, who: Who, *, role_id: int) -> Moved:
    """Withdraw a role; the person is told. Raises NotHeld, or LastAdministrator for the last of the whole tree."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.MANAGE_ROLES)
        last = {one.id for one in await roles.administrators(tx, lock=True)} == {role_id}
        held = await roles.find(tx, role_id)
        if held is None:
            raise NotHeld()
        actor.require(Permission.MANAGE_ROLES, held.unit.path)
        if last:
            raise LastAdministrator()
        if not await roles.withdraw(tx, role_id, by=actor.member_id, at=app.clock()):
            raise NotHeld()
        moved = Moved(
            role_id, Role(held.role.role), held.member.name, held.unit.name, held.member.telegram_id
        )
        await _record(app, tx, actor, held.member, held.unit, moved, "withdrawn")
        return moved


async def held(app: App, who: Who, *, role_id: int) -> Holding:
    """A role within reach that is still held; raises NotHeld."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.MANAGE_ROLES)
        found = await roles.find(tx, role_id)
        if found is None:
            raise NotHeld()
        actor.require(Permission.MANAGE_ROLES, found.unit.path)
        home = await units.find(tx, found.member.unit_id)
    return _holding(found, home.name if home else "")


async def held_by(app: App, who: Who, *, member_id: int) -> tuple[Holding, ...]:
    """The roles of one person within reach."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        _, home = await reach.member(tx, actor, Permission.MANAGE_ROLES, member_id)
        held = await roles.of_member(tx, member_id)
    return tuple(
        _holding(one, home.name) for one in held if actor.may(Permission.MANAGE_ROLES, one.unit.path)
    )


async def unit_named(app: App, who: Who, *, name: str) -> Place:
    """The one unit within reach of that name; raises NoSuchUnit when there is none, or several."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.MANAGE_ROLES)
        paths = actor.reach(Permission.MANAGE_ROLES)
        found = {
            unit.id: unit
            for path in paths
            for unit in await units.below(tx, path)
            if unit_key(unit.name) == unit_key(name)
        }
    if len(found) != 1:
        raise NoSuchUnit()
    (unit,) = found.values()
    return Place(unit.id, unit.name, Level(unit.level))


async def top(app: App, who: Who) -> Place:
    """The top of the tree; raises NoSuchUnit while there is no roster."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.MANAGE_ROLES)
        unit = await units.root(tx)
    if unit is None:
        raise NoSuchUnit()
    return Place(unit.id, unit.name, Level(unit.level))


def _holding(held: Held, home: str) -> Holding:
    return Holding(held.role.id, Role(held.role.role), held.member.id, held.member.name, home, held.unit.name)


async def _record(
    app: App, tx: AsyncSession, actor: Actor, member: Member, unit: Unit, moved: Moved, verb: str
) -> None:
    """Note the deed, and tell whom it concerns."""
    audit.note(
        tx,
        at=app.clock(),
        actor_id=actor.member_id,
        action=f"role.{verb}",
        unit_id=unit.id,
        member_id=member.id,
        role=moved.role.value,
    )
    if member.telegram_id is not None and member.id != actor.member_id:
        await outbox.put(
            tx,
            key=f"role:{moved.role_id}:{verb}",
            chat_id=member.telegram_id,
            member_id=member.id,
            letter="text",
            payload={"key": f"roles.told.{verb}.{moved.role}", "params": {"unit": unit.name}},
            lane=Lane.PERSONAL,
            not_before=app.when_awake(unit.timezone),
        )
