"""The roster: look at it, compare a file with it, and take the file over."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, reach
from actions.actors import Who
from actions.app import App
from storage import audit, conversations, invites, roles, roster, rosterfiles, units
from storage import members as people_of_roster
from storage.tables import Unit
from study import rostersheet
from study.calendar import day_of, is_zone
from study.members import Actor, Level, Permission
from study.roster import FaultsLeft, NoSuchZone, Place, Proposal, propose
from study.rostersheet import Note, Person, Sheet


@dataclass(frozen=True)
class Preview:
    """What a file would do; `people` is what it says, to be given back for confirmation (nobody, with faults)."""

    proposal: Proposal
    people: tuple[Person, ...]
    notes: tuple[Note, ...]
    units: Mapping[int, str]  # names of existing units


@dataclass(frozen=True)
class Imported:
    """What a file has done."""

    units: int
    added: int
    changed: int
    left: int


@dataclass(frozen=True)
class Branch:
    """A unit in the tree, `depth` below the top shown; the figures hold all below it."""

    unit_id: int
    level: Level
    name: str
    depth: int
    people: int
    joined: int


@dataclass(frozen=True)
class Line:
    """Somebody on the roster."""

    name: str
    staff_no: str | None
    unit: str
    kind: str
    can_vote: bool
    joined: bool


async def read(app: App, who: Who, *, data: bytes, full: bool = False) -> Preview:
    """Compare a roster file with the roster. Changes nothing; raises Unreadable for what is no roster."""
    async with app.db.reading() as tx:
        actor = await _manager(tx, who)
    today = day_of(app.clock(), actor.timezone)
    # Unpacking and reading takes up to seconds; the bot goes on meanwhile.
    sheet = await asyncio.to_thread(lambda: rostersheet.read(rosterfiles.tables(data), today=today))
    async with app.db.reading() as tx:
        return await _preview(tx, sheet, full=full)


async def compare(
    app: App, who: Who, *, people: Sequence[Person], notes: Sequence[Note] = (), full: bool = False
) -> Preview:
    """Compare what a file said with the roster as it is now."""
    async with app.db.reading() as tx:
        await _manager(tx, who)
        return await _preview(tx, Sheet(tuple(people), notes=tuple(notes)), full=full)


async def confirm(
    app: App,
    who: Who,
    *,
    people: Sequence[Person],
    notes: Sequence[Note] = (),
    full: bool,
    digest: str,
) -> Imported | Preview:
    """Take the file over, all of it, if it still does exactly what was shown (`digest`).

    Otherwise the roster changed meanwhile: nothing is done, and the new comparison comes back.
    """
    async with app.db.writing() as tx:
        await roster.lock(tx)
        actor = await _manager(tx, who)
        preview = await _preview(tx, Sheet(tuple(people), notes=tuple(notes)), full=full)
        if preview.proposal.faults:
            raise FaultsLeft()
        if preview.proposal.digest != digest:
            return preview
        return await _take_over(app, tx, actor, preview.proposal)


async def overview(app: App, who: Who) -> tuple[Branch, ...]:
    """The tree of what the actor may manage, with how many people are on the roster and have joined."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.MANAGE_ROSTER)
        tree = [
            unit for path in actor.reach(Permission.MANAGE_ROSTER) for unit in await units.below(tx, path)
        ]
        counts = {unit_id: (people, joined) for unit_id, people, joined in await roster.counts(tx)}
    known = {unit.id: unit for unit in tree}
    return tuple(_branch(unit, known, counts) for unit in _in_tree_order(list(known.values())))


async def listing(app: App, who: Who, *, unit_id: int | None = None) -> tuple[Line, ...]:
    """Everybody on the roster of a unit and below; without a unit, of all that the actor may see."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.SEE_MEMBERS)
        paths = actor.reach(Permission.SEE_MEMBERS)
        if unit_id is not None:
            paths = ((await reach.unit(tx, actor, Permission.SEE_MEMBERS, unit_id)).path,)
        rows = [row for path in paths for row in await people_of_roster.active(tx, path)]
        names = {unit.id: unit.name for path in paths for unit in await units.below(tx, path)}
    return tuple(
        Line(
            row.name,
            row.staff_no,
            names[row.unit_id],
            row.kind,
            row.can_vote,
            row.telegram_id is not None,
        )
        for row in {row.id: row for row in rows}.values()
    )


async def set_zone(app: App, who: Who, *, unit_id: int, zone: str) -> int:
    """Where the unit and all below it are, as an IANA time zone; how many units that are. Raises NoSuchZone."""
    if not is_zone(zone):
        raise NoSuchZone(zone=zone)
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        unit = await reach.unit(tx, actor, Permission.MANAGE_ROSTER, unit_id)
        audit.note(
            tx, at=app.clock(), actor_id=actor.member_id, action="unit.zone", unit_id=unit.id, zone=zone
        )
        return await units.set_zone(tx, unit.path, zone=zone)


async def _manager(tx: AsyncSession, who: Who) -> Actor:
    """The actor, who has to manage the roster of the whole tree: a file may touch any of it."""
    actor = await actors.load(tx, who)
    top = await units.root(tx)
    actor.require(Permission.MANAGE_ROSTER, top.path if top else None)
    return actor


async def _preview(tx: AsyncSession, sheet: Sheet, *, full: bool) -> Preview:
    tree = await roster.known_units(tx)
    proposal = propose(
        sheet,
        units=tree,
        members=await roster.known_members(tx),
        administrators={role.member_id for role in await roles.administrators(tx)},
        full=full,
    )
    people = () if proposal.faults else sheet.people
    return Preview(proposal, people, sheet.notes, {unit.id: unit.name for unit in tree})


async def _take_over(app: App, tx: AsyncSession, actor: Actor, proposal: Proposal) -> Imported:
    now = app.clock()
    made = await _make_units(tx, proposal.new_units, timezone=app.timezone)
    for change in proposal.changed:
        place = change.after.place
        await roster.change_member(tx, change.member_id, change.after, unit_id=made.get(place, place.below))
    for one in proposal.added:
        place = one.facts.place
        roster.add_member(tx, one.facts, unit_id=made.get(place, place.below), at=now)
    await tx.flush()
    gone = [one.member_id for one in proposal.missing]
    for account in await roster.bound_accounts(tx, gone):
        await conversations.forget_person(tx, account)
    await invites.revoke_open(tx, gone, at=now)
    await roster.let_go(tx, gone, by=actor.member_id, at=now)
    done = Imported(len(made), len(proposal.added), len(proposal.changed), len(gone))
    _note(app, tx, actor, proposal, done)
    return done


async def _make_units(tx: AsyncSession, places: Sequence[Place], *, timezone: str) -> dict[Place, int]:
    """The new units; each has the time zone of the one above, the first the given one."""
    made: dict[Place, Unit] = {}
    for place in places:
        above = Place(place.below, place.new[:-1])
        parent = made.get(above) or (await units.find(tx, place.below) if place.below else None)
        step = place.new[-1]
        made[place] = await units.add(
            tx,
            name=step.name,
            level=step.level.value,
            parent=parent,
            timezone=(parent.timezone if parent else None) or timezone,
        )
    return {place: unit.id for place, unit in made.items()}


def _note(app: App, tx: AsyncSession, actor: Actor, proposal: Proposal, done: Imported) -> None:
    now, by = app.clock(), actor.member_id
    audit.note(
        tx,
        at=now,
        actor_id=by,
        action="roster.imported",
        units=done.units,
        added=done.added,
        changed=done.changed,
        left=done.left,
        full=proposal.full,
    )
    for change in proposal.changed:
        audit.note(
            tx,
            at=now,
            actor_id=by,
            action="roster.back" if change.back else "roster.changed",
            member_id=change.member_id,
            fields=list(change.fields),
        )
    for one in proposal.missing:
        audit.note(tx, at=now, actor_id=by, action="roster.left", member_id=one.member_id)


def _in_tree_order(tree: Sequence[Unit]) -> list[Unit]:
    """Parents before their children, brothers in their own order."""
    known = {unit.id: unit for unit in tree}

    def way(unit: Unit) -> list[tuple[int, int]]:
        steps = [known[int(step)] for step in unit.path.strip("/").split("/") if int(step) in known]
        return [(step.position, step.id) for step in steps]

    return sorted(tree, key=way)


def _branch(unit: Unit, known: Mapping[int, Unit], counts: Mapping[int, tuple[int, int]]) -> Branch:
    inside = [counts[one.id] for one in known.values() if one.path.startswith(unit.path) and one.id in counts]
    depth = sum(int(step) in known for step in unit.path.strip("/").split("/")) - 1
    return Branch(
        unit_id=unit.id,
        level=Level(unit.level),
        name=unit.name,
        depth=depth,
        people=sum(people for people, _ in inside),
        joined=sum(joined for _, joined in inside),
    )
