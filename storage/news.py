"""Notices filed under columns, as members find them again, and who reads which column in a weekly digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, cast, delete, exists, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.inserts import insert
from storage.tables import Member, Notice, Outgoing, Recipient, Subscription, Unit
from study.audience import Audience
from study.columns import Edition, is_open_to
from study.notices import Fate, State, fill

SHOWN = (State.SENDING.value, State.PAUSED.value, State.SENT.value)
MOST = 2_000  # notices shown, or found: years of them

# The unit a notice is from, beside the unit of whoever reads it.
Sender = aliased(Unit)


@dataclass(frozen=True)
class Filed:
    """A notice in its column."""

    id: int
    column: str
    title: str
    unit: str
    announced_at: datetime


@dataclass(frozen=True)
class Reader:
    """Somebody whose digest is due."""

    member_id: int
    chat_id: int


async def visible(
    tx: AsyncSession,
    member_id: int,
    *,
    columns: Sequence[str],
    notice_id: int | None = None,
    words: Sequence[str] = (),
) -> list[Filed]:
    """What the member may read in these columns, the newest first: what was for their unit, or for themselves; and of
    that what has all of these folded words."""
    query = (
        _seen(
            and_(Member.id == member_id, *(Notice.words.contains(word, autoescape=True) for word in words)),
            [],
        )
        .where(Notice.column.in_(columns))
        .order_by(Notice.announced_at.desc(), Notice.id.desc())
        .limit(MOST)
    )
    if notice_id is not None:
        query = query.where(Notice.id == notice_id)
    return _filed(await tx.execute(query))


async def digest(tx: AsyncSession, member_id: int, *, since: datetime, until: datetime) -> list[Filed]:
    """What was announced in these days in the columns that the member reads in the digest, and not sent to them by
    itself; the oldest first."""
    query = _subscribed(_seen(Member.id == member_id, []), since, until)
    return _filed(await tx.execute(query.order_by(Notice.announced_at, Notice.id)))


async def readers(tx: AsyncSession, zone: str | None, edition: Edition) -> list[Reader]:
    """Those of one time zone for whom the edition has something, and who have none queued yet."""
    key = literal(edition.key(0).removesuffix("0")).concat(cast(Member.id, Outgoing.key.type))
    due = and_(
        Unit.timezone.is_(None) if zone is None else Unit.timezone == zone,
        Member.telegram_id.is_not(None),
        Member.blocked_at.is_(None),
        Member.left_at.is_(None),
        Member.muted.is_(False),
        ~exists().where(Outgoing.key == key),
    )
    query = _seen(due, [Member.id.label("reader"), Member.telegram_id])
    rows = await tx.execute(_subscribed(query, edition.since, edition.until).order_by(Member.id))
    return list(dict.fromkeys(Reader(row.reader, row.telegram_id) for row in rows if _may_read(row)))


def _seen(whose: ColumnElement[bool], more: Sequence[Any]) -> Any:
    """Notices and members side by side, as far as the database can tell who may read what."""
    return (
        select(
            Notice.id,
            Notice.column,
            Notice.title,
            Sender.name.label("unit"),
            Notice.announced_at,
            Notice.audience,
            Recipient.id.label("copy"),
            Member.name,
            Unit.name.label("home"),
            Unit.path,
            *more,
        )
        .select_from(Member)
        .join(Unit, Unit.id == Member.unit_id)
        .join(Notice, and_(Notice.column.is_not(None), Notice.state.in_(SHOWN)))
        .join(Sender, Sender.id == Notice.unit_id)
        .outerjoin(Recipient, and_(Recipient.notice_id == Notice.id, Recipient.member_id == Member.id))
        .where(whose, or_(Recipient.id.is_not(None), Unit.path.startswith(Sender.path)))
    )


def _subscribed(query: Any, since: datetime, until: datetime) -> Any:
    """Of these, what was announced in these days, since the member subscribed to the column, and not sent by itself."""
    return query.join(
        Subscription,
        and_(
            Subscription.member_id == Member.id,
            Subscription.column == Notice.column,
            Subscription.since <= Notice.announced_at,
        ),
    ).where(
        Notice.announced_at >= since,
        Notice.announced_at < until,
        or_(Recipient.fate.is_(None), Recipient.fate == Fate.DIGEST.value),
    )


def _may_read(row: Any) -> bool:
    """Whoever was meant may, and everybody of the units that it was for."""
    return row.copy is not None or is_open_to(Audience.read(row.audience), row.path)


def _filed(rows: Any) -> list[Filed]:
    return [
        Filed(
            id=row.id,
            column=row.column,
            title=fill(row.title, name=row.name, unit=row.home),
            unit=row.unit,
            announced_at=row.announced_at,
        )
        for row in rows
        if _may_read(row)
    ]


# --- subscriptions --------------------------------------------------------------------------------


async def subscribe(tx: AsyncSession, member_id: int, column: str, *, at: datetime) -> None:
    """From now on the member reads the column in the weekly digest."""
    statement = insert(tx, Subscription).values(member_id=member_id, column=column, since=at)
    await tx.execute(statement.on_conflict_do_nothing())


async def unsubscribe(tx: AsyncSession, member_id: int, column: str) -> None:
    """From now on single messages again."""
    await tx.execute(
        delete(Subscription).where(Subscription.member_id == member_id, Subscription.column == column)
    )


async def subscriptions(tx: AsyncSession, member_id: int) -> set[str]:
    return set(await tx.scalars(select(Subscription.column).where(Subscription.member_id == member_id)))
