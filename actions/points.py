"""Points in the open: one's own ledger, and a secretary's grants and reversals, each with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors
from actions.actors import Who
from actions.app import App
from storage import audit, members, outbox
from storage import points as ledger
from storage import units as tree
from storage.tables import Member, Unit
from study import names
from study import points as rules
from study.calendar import DEFAULT_ZONE, day_of
from study.delivery import Lane
from study.members import Actor, NotAllowed, Permission
from study.points import Action

PAGE = 8


@dataclass(frozen=True)
class Entry:
    """A line of the ledger, which explains itself."""

    id: int
    day: date
    action: str
    amount: int
    details: Mapping[str, Any]
    reverses: bool
    reversed: bool


@dataclass(frozen=True)
class Ledger:
    """A page of a member's entries, newest first. `page` counts from 0."""

    member_id: int
    name: str
    total: int
    season: int
    entries: tuple[Entry, ...]
    page: int
    pages: int
    own: bool
    may_give: bool


@dataclass(frozen=True)
class Given:
    """Points granted or taken back, and the member's sum after it."""

    name: str
    amount: int
    total: int


async def mine(app: App, who: Who, *, page: int = 0) -> Ledger:
    """One's own ledger."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        return await _ledger(app, tx, actor, actor.own_id(), page=page)


async def of_member(app: App, who: Who, *, member_id: int, page: int = 0) -> Ledger:
    """A member's ledger, for the secretaries of that member."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        await _in_reach(tx, actor, member_id)
        return await _ledger(app, tx, actor, member_id, page=page)


async def find(app: App, who: Who, *, name: str) -> Sequence[tuple[int, str, str]]:
    """(member, name, unit) of the people within reach whose name matches, pinyin initials included."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.GIVE_POINTS)
        found: dict[int, tuple[int, str, str]] = {}
        for path in actor.reach(Permission.GIVE_POINTS):
            units = {unit.id: unit.name for unit in await tree.below(tx, path)}
            for one in await members.active(tx, path):
                if names.matches(name, one.name):
                    found[one.id] = (one.id, one.name, units[one.unit_id])
        return list(found.values())


async def may_give(app: App, who: Who) -> bool:
    async with app.db.reading() as tx:
        return (await actors.load(tx, who)).may_anywhere(Permission.GIVE_POINTS)


async def ensure_may_give(app: App, who: Who) -> None:
    """Raise NotAllowed for those who give points to nobody."""
    async with app.db.reading() as tx:
        (await actors.load(tx, who)).require(Permission.GIVE_POINTS)


async def grant(app: App, who: Who, *, member_id: int, amount: int, reason: str, source: str) -> Given:
    """Give points for a reason, within the year's cap; `source` names the request, so that a repeat counts once."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        member, unit = await _in_reach(tx, actor, member_id)
        if member_id == actor.member_id:
            raise rules.OwnGrant()
        await members.hold(tx, member_id)
        now = app.clock()
        day = day_of(now, unit.timezone or DEFAULT_ZONE)
        tallies = await ledger.tallies(tx, member_id, season=day.year, day_on=day)
        rules.check_grant(
            app.points, amount=amount, reason=reason, granted=tallies.get(Action.GRANT, (0, 0))[1]
        )
        entry_id = await ledger.book(
            tx,
            member_id=member_id,
            season=day.year,
            day_on=day,
            action=Action.GRANT.value,
            amount=amount,
            key=f"grant:{source}",
            details={"reason": reason.strip()},
            at=now,
            by=actor.member_id,
        )
        total = app.points.base + sum(season for _, season in tallies.values())
        if entry_id is None:
            return Given(member.name, 0, total)
        _note(app, tx, actor, "points.grant", member=member, entry=entry_id, amount=amount)
        await _tell(
            app,
            tx,
            member,
            unit,
            key=f"points:{entry_id}",
            amount=amount,
            reason=reason.strip(),
        )
        return Given(member.name, amount, total + amount)


async def reverse(app: App, who: Who, *, entry_id: int, reason: str) -> Given:
    """Undo an entry with one of the opposite amount; the entry itself stays. Raises AlreadyReversed."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        entry = await ledger.find(tx, entry_id)
        if entry is None or entry.reverses_id is not None:
            raise rules.NoSuchEntry()
        member, unit = await _in_reach(tx, actor, entry.member_id)
        if not reason.strip() or len(reason) > rules.MAX_REASON:
            raise rules.BadGrant(most=rules.MAX_GRANT, longest=rules.MAX_REASON)
        now = app.clock()
        new_id = await ledger.book(
            tx,
            member_id=entry.member_id,
            season=entry.season,
            day_on=day_of(now, unit.timezone or DEFAULT_ZONE),
            action=entry.action,
            amount=-entry.amount,
            key=f"reverse:{entry.id}",
            details={"reason": reason.strip(), "of": entry.id},
            at=now,
            by=actor.member_id,
            reverses_id=entry.id,
        )
        if new_id is None:
            raise rules.AlreadyReversed()
        _note(app, tx, actor, "points.reverse", member=member, entry=entry.id, amount=-entry.amount)
        await _tell(
            app,
            tx,
            member,
            unit,
            key=f"points:{new_id}",
            amount=-entry.amount,
            reason=reason.strip(),
        )
        total = app.points.base + await ledger.total(tx, entry.member_id, season=entry.season)
        return Given(member.name, -entry.amount, total)


async def _in_reach(tx: AsyncSession, actor: Actor, member_id: int) -> tuple[Member, Unit]:
    member = await members.find(tx, member_id)
    unit = await tree.find(tx, member.unit_id) if member and member.left_at is None else None
    if member is None or unit is None:
        raise NotAllowed()
    actor.require(Permission.GIVE_POINTS, unit.path)
    return member, unit


async def _ledger(app: App, tx: AsyncSession, actor: Actor, member_id: int, *, page: int) -> Ledger:
    member = await members.find(tx, member_id)
    assert member is not None
    unit = await tree.find(tx, member.unit_id)
    assert unit is not None
    season = day_of(app.clock(), unit.timezone or DEFAULT_ZONE).year
    pages = max(1, -(-await ledger.count(tx, member_id) // PAGE))
    page = min(max(page, 0), pages - 1)
    rows = await ledger.entries(tx, member_id, limit=PAGE, offset=page * PAGE)
    undone = await ledger.reversed_among(tx, [row.id for row in rows])
    return Ledger(
        member_id=member_id,
        name=member.name,
        total=app.points.base + await ledger.total(tx, member_id, season=season),
        season=season,
        entries=tuple(
            Entry(
                id=row.id,
                day=row.day_on,
                action=row.action,
                amount=row.amount,
                details=row.details,
                reverses=row.reverses_id is not None,
                reversed=row.id in undone,
            )
            for row in rows
        ),
        page=page,
        pages=pages,
        own=member_id == actor.member_id,
        may_give=actor.may(Permission.GIVE_POINTS, unit.path),
    )


def _note(
    app: App, tx: AsyncSession, actor: Actor, action: str, *, member: Member, entry: int, amount: int
) -> None:
    audit.note(
        tx,
        at=app.clock(),
        actor_id=actor.member_id,
        action=action,
        unit_id=member.unit_id,
        member_id=member.id,
        entry=entry,
        amount=amount,
    )


async def _tell(
    app: App, tx: AsyncSession, member: Member, unit: Unit, *, key: str, amount: int, reason: str
) -> None:
    """A quiet word to the member, who should not have to find out by chance, nor at night."""
    if member.telegram_id is None or member.blocked_at is not None:
        return
    await outbox.put(
        tx,
        key=key,
        chat_id=member.telegram_id,
        letter="text",
        payload={"key": "points.told", "params": {"amount": f"{amount:+d}", "reason": reason}},
        lane=Lane.PERSONAL,
        member_id=member.id,
        not_before=app.when_awake(unit.timezone),
    )
