"""The bot in a unit's Telegram group: bound by its secretary, let go, and told of what becomes of the group."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, live, reach
from actions.actors import Who
from actions.app import App
from actions.reach import Leaf
from storage import audit, members, notices, outbox, roles, units
from storage import groups as records
from storage.groups import Bound
from storage.tables import Member
from study.delivery import Lane
from study.groups import BoundElsewhere, NotBound
from study.members import Actor, Permission, Role


@dataclass(frozen=True)
class Group:
    """A group and the unit it belongs to. `there`: the bot has not been taken out of it."""

    chat_id: int
    title: str
    unit: str
    names_shown: bool
    there: bool


@dataclass(frozen=True)
class Choice:
    """A unit that a group may be bound to."""

    unit_id: int
    name: str


@dataclass(frozen=True)
class Offer:
    """The units that somebody may bind a group to, a page of them; `bound` is the one it belongs to now."""

    choices: tuple[Choice, ...]
    leaf: Leaf
    bound: str | None


@dataclass(frozen=True)
class Groups:
    """A page of bound groups."""

    groups: tuple[Group, ...]
    leaf: Leaf


async def offer(app: App, who: Who, *, chat_id: int, page: int = 0) -> Offer:
    """What the group may be bound to instead of what it is, one's own units first. Raises BoundElsewhere when it is not
    one's to change."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.SET_UNIT)
        bound = await _theirs(tx, actor, chat_id)
        found = {
            unit.id: unit.name
            for path in actor.reach(Permission.SET_UNIT)
            for unit in await units.below(tx, path)
            if bound is None or unit.id != bound.unit.id
        }
        leaf = reach.leaf(len(found), page)
        choices = reach.cut([Choice(*one) for one in found.items()], leaf)
        return Offer(tuple(choices), leaf, bound.unit.name if bound else None)


async def bind(app: App, who: Who, *, chat_id: int, title: str, unit_id: int) -> Group:
    """The group is this unit's from now on. Raises BoundElsewhere when it is another's, out of reach."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        unit = await reach.unit(tx, actor, Permission.SET_UNIT, unit_id)
        await _theirs(tx, actor, chat_id)
        await records.bind(
            tx, chat_id=chat_id, title=title, unit_id=unit.id, by=actor.member_id, at=app.clock()
        )
        _note(app, tx, actor, "group.bound", unit.id, chat_id)
        bound = await records.find(tx, chat_id)
        assert bound is not None
        return _shown(bound)


async def unbind(app: App, who: Who, *, chat_id: int) -> Group:
    """The group is nobody's any more; the bot may stay in it, and says nothing. Raises NotBound."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        bound = await _reached(tx, actor, chat_id)
        await records.unbind(tx, chat_id)
        await notices.drop_from_audiences(tx, chat_id, title=bound.group.title)
        _note(app, tx, actor, "group.unbound", bound.unit.id, chat_id)
        return _shown(bound)


async def listing(app: App, who: Who, *, page: int = 0) -> Groups:
    """The groups of the units within reach."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.SET_UNIT)
        paths = actor.reach(Permission.SET_UNIT)
        leaf = reach.leaf(await records.count_within(tx, paths), page)
        found = await records.within(tx, paths, limit=reach.PAGE, offset=leaf.page * reach.PAGE)
        return Groups(tuple(_shown(one) for one in found), leaf)


async def look(app: App, who: Who, *, chat_id: int) -> Group:
    """One group. Raises NotBound."""
    async with app.db.reading() as tx:
        return _shown(await _reached(tx, await actors.load(tx, who), chat_id))


async def set_names_shown(app: App, who: Who, *, chat_id: int, shown: bool) -> Group:
    """Whether meeting boards in the group name people, or only count them."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        bound = await _reached(tx, actor, chat_id)
        bound.group.names_shown = shown
        return _shown(bound)


# --- what becomes of a group, told by Telegram ----------------------------------------------------


async def removed(app: App, chat_id: int) -> None:
    """The bot was taken out of the group: kept in mind, and told to whoever looks after it."""
    async with app.db.writing() as tx:
        await lost(app, tx, chat_id)


async def returned(app: App, chat_id: int) -> Group | None:
    """The bot is in the group again; the group if it was missed, for a word there, once."""
    async with app.db.writing() as tx:
        bound = await records.find(tx, chat_id, lock=True)
        if bound is None or bound.group.removed_at is None:
            return None
        bound.group.removed_at = None
        return _shown(bound)


async def moved(app: App, *, old: int, new: int) -> None:
    """The group became a supergroup. Telegram tells so in both; a second time changes nothing."""
    async with app.db.writing() as tx:
        await live.move(app, tx, old=old, new=new)


async def renamed(app: App, chat_id: int, title: str) -> None:
    async with app.db.writing() as tx:
        bound = await records.find(tx, chat_id, lock=True)
        if bound is not None:
            bound.group.title = title


# --- within a transaction -------------------------------------------------------------------------


async def lost(app: App, tx: AsyncSession, chat_id: int) -> None:
    """The same as `removed`, found out when something was to be sent there."""
    bound = await records.find(tx, chat_id, lock=True)
    if bound is None or bound.group.removed_at is not None:
        return
    bound.group.removed_at = app.clock()
    for one in await _keepers(tx, bound):
        assert one.telegram_id is not None
        await outbox.put(
            tx,
            key=f"group-lost:{chat_id}:{one.id}:{app.clock().timestamp():.0f}",
            chat_id=one.telegram_id,
            member_id=one.id,
            letter="text",
            payload={"key": "groups.lost", "params": {"title": bound.group.title, "unit": bound.unit.name}},
            lane=Lane.PERSONAL,
            not_before=app.when_awake(bound.unit.timezone),
        )


async def _theirs(tx: AsyncSession, actor: Actor, chat_id: int) -> Bound | None:
    """The group if it is bound, and the actor's to change."""
    bound = await records.find(tx, chat_id)
    if bound is not None and not actor.may(Permission.SET_UNIT, bound.unit.path):
        raise BoundElsewhere(unit=bound.unit.name)
    return bound


async def _reached(tx: AsyncSession, actor: Actor, chat_id: int) -> Bound:
    actor.require(Permission.SET_UNIT)
    bound = await records.find(tx, chat_id)
    if bound is None:
        raise NotBound()
    actor.require(Permission.SET_UNIT, bound.unit.path)
    return bound


async def _keepers(tx: AsyncSession, bound: Bound) -> Sequence[Member]:
    """Whoever bound the group, if they can still be told; else the secretaries whose unit it is."""
    binder = await members.find(tx, bound.group.bound_by) if bound.group.bound_by else None
    if binder is not None and binder.telegram_id is not None and binder.blocked_at is None:
        return [binder]
    return await roles.holders_reaching(tx, Role.SECRETARY, bound.unit.path)


def _shown(bound: Bound) -> Group:
    group = bound.group
    return Group(group.chat_id, group.title, bound.unit.name, group.names_shown, group.removed_at is None)


def _note(app: App, tx: AsyncSession, actor: Actor, action: str, unit_id: int, chat_id: int) -> None:
    audit.note(tx, at=app.clock(), actor_id=actor.member_id, action=action, unit_id=unit_id, group=chat_id)
