"""The year's calendar of reminders: drafts proposed to secretaries days before, and sent only when one of them does so."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, notices, reach
from actions.actors import Who
from actions.app import App
from actions.notices import Look
from actions.reach import Leaf
from storage import occasions as records
from storage import outbox
from storage.occasions import Proposed
from storage.tables import Member, Unit
from study.calendar import DEFAULT_ZONE, day_of, end_of, moment
from study.delivery import Lane
from study.feasts import AlreadyHandled, Coming, Feast, NoSuchFeast, coming, due
from study.members import Actor, Permission
from study.notices import State

LETTER = "occasions"


@dataclass(frozen=True)
class Proposal:
    """An entry as a secretary may use it. `left`: days until then; `above`: a unit above that has sent out the same;
    `notice_id`: the notice that was made of it, in `state`; `dismissed`: not wanted this year."""

    occasion_id: int
    feast: Feast
    day: date
    left: int
    unit: str
    above: str | None
    notice_id: int | None
    state: State | None
    dismissed: bool


@dataclass(frozen=True)
class Calendar:
    """A page of what is to come in the next twelve months, for one unit."""

    unit: str
    coming: tuple[Coming, ...]
    leaf: Leaf


async def propose_due(app: App) -> int:
    """Propose what is due to the secretaries: one message each, in waking hours; how many messages. A second time
    proposes nothing twice. Whoever looks after a unit and others below it is asked for the top one alone."""
    async with app.db.reading() as tx:
        missing = await _missing(app, tx)
    if not missing:
        return 0
    fresh: defaultdict[int, list[int]] = defaultdict(list)
    told: dict[int, tuple[Member, Unit]] = {}
    last: dict[int, date] = {}
    async with app.db.writing() as tx:
        for unit, secretaries, one in missing:
            occasion_id = await records.propose_once(
                tx,
                unit_id=unit.id,
                entry=one.feast.key,
                year=one.year,
                at=app.clock(),
                since=_since(one, unit),
            )
            for member in secretaries if occasion_id is not None else ():
                fresh[member.id].append(occasion_id or 0)
                told[member.id] = member, unit
                last[member.id] = max(one.day, last.get(member.id, one.day))
        for member_id, occasion_ids in fresh.items():
            member, unit = told[member_id]
            assert member.telegram_id is not None
            await outbox.put(
                tx,
                key=f"{LETTER}:{member_id}:{occasion_ids[0]}",
                chat_id=member.telegram_id,
                member_id=member_id,
                letter=LETTER,
                payload={"occasions": occasion_ids},
                lane=Lane.PERSONAL,
                not_before=app.when_awake(unit.timezone),
                expires_at=end_of(last[member_id], unit.timezone or DEFAULT_ZONE),
            )
    return len(fresh)


async def _missing(app: App, tx: AsyncSession) -> list[tuple[Unit, list[Member], Coming]]:
    """What is due and not yet proposed, by unit, with whom to ask there."""
    by_unit: dict[int, tuple[Unit, list[Member]]] = {}
    tops: defaultdict[int, list[str]] = defaultdict(list)
    for member, unit in await records.secretaries(tx, app.feasts.levels):
        if not unit.path.startswith(tuple(tops[member.id])):
            tops[member.id].append(unit.path)
            by_unit.setdefault(unit.id, (unit, []))[1].append(member)
    known = await records.known(tx, [feast.key for feast in app.feasts.feasts])
    return [
        (unit, members, one)
        for unit, members in by_unit.values()
        for one in due(app.feasts.feasts, day_of(app.clock(), unit.timezone or DEFAULT_ZONE))
        if _is_open(known.get((unit.id, one.feast.key, one.year)), _since(one, unit))
    ]


def _since(one: Coming, unit: Unit) -> datetime:
    """From when on its draft is proposed."""
    return moment(one.from_day, 0, unit.timezone or DEFAULT_ZONE)


def _is_open(known: tuple[datetime, bool] | None, since: datetime) -> bool:
    """Whether it has yet to be proposed: nobody knows of it, or it was merely looked at in the calendar before."""
    return known is None or (known[1] and known[0] < since)


async def told(app: App, occasion_ids: Sequence[int]) -> list[Proposal]:
    """What a letter proposes when it is sent: those that nobody has used or dismissed, and whose day is not past."""
    async with app.db.reading() as tx:
        found = [await records.find(tx, occasion_id) for occasion_id in occasion_ids]
        proposals = [await _proposal(app, tx, one) for one in found if one is not None]
    return [one for one in proposals if one and one.notice_id is None and not one.dismissed and one.left >= 0]


async def look(app: App, who: Who, *, occasion_id: int) -> Proposal:
    """One proposal. Raises NoSuchFeast."""
    async with app.db.reading() as tx:
        return await _shown(app, tx, await _reached(tx, await actors.load(tx, who), occasion_id))


async def use(app: App, who: Who, *, occasion_id: int) -> Look:
    """Make a draft of it, which is opened to be changed, and sent only from there; a second time gives the same draft.
    Raises AlreadyHandled when somebody else has made one."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        found = await _reached(tx, actor, occasion_id, lock=True)
        notice = found.notice
        if notice is not None and (notice.state != State.DRAFT or notice.author_id != actor.member_id):
            raise AlreadyHandled()
        feast = app.feasts.find(found.occasion.entry)
        notice_id = await notices.make(
            app,
            tx,
            author_id=actor.member_id,
            unit=found.unit,
            body=escape(feast.text, quote=False),
            source=f"occasion:{occasion_id}",
            column=feast.column,
        )
        found.occasion.notice_id, found.occasion.dismissed_at = notice_id, None
        await tx.flush()
        return await notices.seen_by(app, tx, actor, *await notices.within_reach(tx, actor, notice_id))


async def dismiss(app: App, who: Who, *, occasion_id: int) -> Proposal:
    """Not this year. Raises AlreadyHandled when there is a notice of it."""
    async with app.db.writing() as tx:
        found = await _reached(tx, await actors.load(tx, who), occasion_id, lock=True)
        if found.notice is not None:
            raise AlreadyHandled()
        found.occasion.dismissed_at = found.occasion.dismissed_at or app.clock()
        return await _shown(app, tx, found)


async def calendar(app: App, who: Who, *, page: int = 0) -> Calendar:
    """The year to come, the next first."""
    async with app.db.reading() as tx:
        unit = await notices.home(tx, await actors.load(tx, who))
        today = day_of(app.clock(), unit.timezone or DEFAULT_ZONE)
        found = coming(app.feasts.feasts, today)
        leaf = reach.leaf(len(found), page)
        return Calendar(unit.name, tuple(reach.cut(found, leaf)), leaf)


async def open_entry(app: App, who: Who, *, key: str) -> Proposal:
    """The next occasion of an entry for one's unit, whether it was proposed already or not. Raises NoSuchFeast."""
    async with app.db.writing() as tx:
        unit = await notices.home(tx, await actors.load(tx, who))
        today = day_of(app.clock(), unit.timezone or DEFAULT_ZONE)
        one = next(iter(coming([app.feasts.find(key)], today)), None)
        if one is None:
            raise NoSuchFeast()
        await records.add_once(tx, unit_id=unit.id, entry=key, year=one.year, at=app.clock())
        found = await records.of_unit(tx, unit.id, key, one.year)
        assert found is not None
        return await _shown(app, tx, found)


# --- within a transaction -------------------------------------------------------------------------


async def _reached(tx: AsyncSession, actor: Actor, occasion_id: int, *, lock: bool = False) -> Proposed:
    actor.require(Permission.SEND_NOTICES)
    found = await records.find(tx, occasion_id, lock=lock)
    if found is None:
        raise NoSuchFeast()
    actor.require(Permission.SEND_NOTICES, found.unit.path)
    return found


async def _shown(app: App, tx: AsyncSession, found: Proposed) -> Proposal:
    proposal = await _proposal(app, tx, found)
    if proposal is None:
        raise NoSuchFeast()
    return proposal


async def _proposal(app: App, tx: AsyncSession, found: Proposed) -> Proposal | None:
    """None when the calendar has no such entry any more."""
    occasion, unit = found.occasion, found.unit
    try:
        feast = app.feasts.find(occasion.entry)
    except NoSuchFeast:
        return None
    day = feast.day.on(occasion.year)
    return Proposal(
        occasion_id=occasion.id,
        feast=feast,
        day=day,
        left=(day - day_of(app.clock(), unit.timezone or DEFAULT_ZONE)).days,
        unit=unit.name,
        above=await records.announced_above(tx, unit, occasion.entry, occasion.year),
        notice_id=found.notice.id if found.notice else None,
        state=State(found.notice.state) if found.notice else None,
        dismissed=occasion.dismissed_at is not None,
    )
