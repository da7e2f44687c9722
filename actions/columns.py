"""Columns: notices filed under them, found again by members, and read in a weekly digest if they like that better."""

from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, notices, reach
from actions.actors import Who
from actions.app import App
from actions.reach import Leaf
from storage import audit, news, units
from storage import notices as records
from storage.news import Filed
from study import columns as rules
from study.calendar import day_of
from study.columns import Column
from study.members import Actor
from study.notices import NoSuchNotice, Piece, State, fill

UNFILED = (State.CANCELLED, State.WITHDRAWN)
PIECES = TypeAdapter(tuple[Piece, ...])


@dataclass(frozen=True)
class Shelf:
    """A column, how many notices the member finds there, and whether they read it in the weekly digest."""

    column: Column
    count: int
    weekly: bool


@dataclass(frozen=True)
class Line:
    """A notice in a list."""

    notice_id: int
    column: Column
    title: str
    unit: str
    day: date


@dataclass(frozen=True)
class Lines:
    """A page of notices: of a column, or found by words."""

    lines: tuple[Line, ...]
    leaf: Leaf


@dataclass(frozen=True)
class Opened:
    """A notice as the member reads it. `asks`: they have not confirmed yet that they have."""

    line: Line
    body: str
    media: tuple[Piece, ...]
    asks: bool


async def shelves(app: App, who: Who) -> tuple[Shelf, ...]:
    """Every column, in order."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        return await _shelves(app, tx, actor)


async def listing(app: App, who: Who, *, column: str, page: int = 0) -> tuple[Shelf, Lines]:
    """The notices of one column, the newest first. Raises NoSuchColumn."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        member_id = actor.own_id()
        one = app.columns.find(column)
        found = await news.visible(tx, member_id, columns=[column])
        weekly = column in await news.subscriptions(tx, member_id)
        return Shelf(one, len(found), weekly), _lines(app, actor, found, page)


async def search(app: App, who: Who, *, words: str, page: int = 0) -> Lines:
    """The notices that have all these words, the newest first; script, width and case do not matter.
    Raises NothingSearched."""
    wanted = rules.search_words(words)
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        keys = [one.key for one in app.columns.columns]
        found = await news.visible(tx, actor.own_id(), columns=keys, words=wanted)
        return _lines(app, actor, found, page)


async def read(app: App, who: Who, *, notice_id: int) -> Opened:
    """One notice. Raises NoSuchNotice for what is not for this member."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        member_id = actor.own_id()
        columns = [one.key for one in app.columns.columns]
        found = await news.visible(tx, member_id, columns=columns, notice_id=notice_id)
        kept = await records.find(tx, notice_id)
        if not found or kept is None:
            raise NoSuchNotice()
        notice, _ = kept
        unit = await units.find(tx, actor.unit_id)
        return Opened(
            line=line(app.columns.find(found[0].column), found[0], actor.timezone),
            body=fill(notice.body, name=actor.name, unit=unit.name if unit else ""),
            media=PIECES.validate_python(notice.media),
            asks=notice.receipt
            and await records.has_copy(tx, notice_id, member_id)
            and not await records.has_confirmed(tx, notice_id, member_id),
        )


async def set_weekly(app: App, who: Who, *, column: str, weekly: bool) -> Shelf:
    """Read the column in the weekly digest, or in single messages. Raises NoSuchColumn."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        member_id = actor.own_id()
        one = app.columns.find(column)
        if weekly:
            await news.subscribe(tx, member_id, column, at=app.clock())
        else:
            await news.unsubscribe(tx, member_id, column)
        count = len(await news.visible(tx, member_id, columns=[column]))
        return Shelf(one, count, weekly)


async def file(app: App, who: Who, *, notice_id: int, column: str | None) -> None:
    """Put a notice, written or sent, under a column, or under none. Raises NoSuchColumn, and WrongState for one that was
    called off or withdrawn."""
    filed = app.columns.find(column) if column is not None else None
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await notices.within_reach(tx, actor, notice_id, lock=True)
        notices.require_state(notice, *(state for state in State if state not in UNFILED))
        if notice.column == column:
            return
        notice.column = column
        if notice.announced_at is not None:
            audit.note(
                tx,
                at=app.clock(),
                actor_id=actor.member_id,
                action="notice.filed" if filed else "notice.unfiled",
                unit_id=unit.id,
                notice=notice_id,
                column=filed.title if filed else "",
            )


async def _shelves(app: App, tx: AsyncSession, actor: Actor) -> tuple[Shelf, ...]:
    columns = app.columns.columns
    found = await news.visible(tx, actor.own_id(), columns=[one.key for one in columns])
    weekly = await news.subscriptions(tx, actor.own_id())
    return tuple(
        Shelf(one, sum(filed.column == one.key for filed in found), one.key in weekly) for one in columns
    )


def _lines(app: App, actor: Actor, found: list[Filed], page: int) -> Lines:
    leaf = reach.leaf(len(found), page)
    shown = (line(app.columns.find(one.column), one, actor.timezone) for one in reach.cut(found, leaf))
    return Lines(tuple(shown), leaf)


def line(column: Column, one: Filed, zone: str) -> Line:
    """The notice as one line, with the local day on which it was announced."""
    return Line(one.id, column, one.title, one.unit, day_of(one.announced_at, zone))
