"""The outbox: messages on their way to Telegram, written in the transaction that causes them.

A courier claims rows under a lease, sends them with no transaction open, and settles them. A courier that dies gives
its rows back when the lease runs out; on PostgreSQL several may claim at once (SKIP LOCKED), on SQLite one writes at
a time (BEGIN IMMEDIATE), so no row is claimed by two.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.ext.asyncio import AsyncSession

from storage.inserts import add_once, insert
from storage.tables import Halt, Member, Notice, Outgoing, Unit
from study import daily
from study.delivery import Lane, Outcome, State

CHUNK = 1_000
BURIED_AT_ONCE = 5_000
TOKEN = "token"  # the halt of the whole bot
COURIER = "courier:"  # what is noted of each courier at work

# Literal, not a parameter: only so does either database see that the partial indexes serve.
QUEUED: ColumnElement[bool] = text("outbox.state = 'queued'")  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to put into the outbox. `letter` names the kind that bot/letters.py writes from `payload`."""

    key: str
    chat_id: int
    letter: str
    payload: dict[str, Any]
    not_before: datetime
    lane: Lane = Lane.BULK
    member_id: int | None = None
    expires_at: datetime | None = None
    notice_id: int | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What a notice says at the moment its copies are claimed."""

    id: int
    state: str
    title: str
    body: str
    media: Sequence[dict[str, Any]]
    receipt: bool
    revision: int
    meeting_id: int | None = None  # it is the invitation to this meeting


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that one courier holds until the lease ends. `addressed` is False when the person it was
    queued for has since left, been erased, or bound another account. `name` and `unit` are that person's; `notice` is
    what the message has to do with."""

    id: int
    key: str
    lane: int
    member_id: int | None
    chat_id: int
    letter: str
    payload: dict[str, Any]
    attempts: int
    expires_at: datetime | None
    locale: str | None
    addressed: bool
    name: str = ""
    unit: str = ""
    notice: Words | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a claimed message."""

    id: int
    state: State
    outcome: Outcome
    attempts: int
    at: datetime
    not_before: datetime | None = None
    message_id: int | None = None
    refusal: str | None = None


async def put(
    tx: AsyncSession,
    *,
    key: str,
    chat_id: int,
    letter: str,
    payload: dict[str, Any],
    not_before: datetime,
    lane: Lane = Lane.BULK,
    member_id: int | None = None,
    expires_at: datetime | None = None,
    notice_id: int | None = None,
) -> bool:
    """Queue one message, to be sent from `not_before` on; False when its key was used before (nothing changes)."""
    draft = Draft(
        key=key,
        chat_id=chat_id,
        letter=letter,
        payload=payload,
        not_before=not_before,
        lane=lane,
        member_id=member_id,
        expires_at=expires_at,
        notice_id=notice_id,
    )
    return await add_once(tx, Outgoing, _values(draft)) is not None


async def put_many(tx: AsyncSession, drafts: Iterable[Draft]) -> None:
    """Queue many messages; those whose key was used before are passed over. Takes a generator in small bites."""
    connection = await tx.connection()
    statement = insert(tx, Outgoing).on_conflict_do_nothing()
    rest = iter(drafts)
    while chunk := [_values(draft) for draft in islice(rest, CHUNK)]:
        await connection.execute(statement, chunk)


def _values(draft: Draft) -> dict[str, Any]:
    return {
        "key": draft.key,
        "chat_id": draft.chat_id,
        "letter": draft.letter,
        "payload": draft.payload,
        "lane": int(draft.lane),
        "member_id": draft.member_id,
        "not_before": draft.not_before,
        "created_at": draft.not_before,
        "expires_at": draft.expires_at,
        "notice_id": draft.notice_id,
    }


async def any_due(tx: AsyncSession, *, now: datetime) -> bool:
    """Whether there may be something to claim; a cheap look that takes no lock."""
    query = select(literal(1)).where(QUEUED, Outgoing.not_before <= now, _free(now)).limit(1)
    return await tx.scalar(query) is not None


async def claim(
    tx: AsyncSession, *, courier: str, limit: int, now: datetime, lease: timedelta
) -> list[Claimed]:
    """Take up to `limit` messages that are due, in the order lane, time, id, and hold them for `lease`.

    Messages past their time die with the outcome "expired". A courier never takes what it holds itself, even when
    the clock jumps ahead; and a lease that ends impossibly late (the clock was set back) holds nobody up.
    """
    await bury_expired(tx, now=now)
    rows: list[Any] = []
    for lane in Lane:
        if len(rows) < limit:
            rows += (await tx.execute(_due(lane, courier, limit - len(rows), now=now, lease=lease))).all()
    if rows:
        taken = (
            update(Outgoing)
            .where(Outgoing.id.in_([row.id for row in rows]))
            .values(leased_until=now + lease, leased_by=courier)
        )
        await tx.execute(taken, execution_options={"synchronize_session": False})
    notices = await _words(tx, {row.notice_id for row in rows if row.notice_id is not None})
    return [_claimed(row, notices.get(row.notice_id)) for row in rows]


async def _words(tx: AsyncSession, notice_ids: set[int]) -> dict[int, Words]:
    """What these notices say now: asked once a claim, not once a copy."""
    if not notice_ids:
        return {}
    found = select(
        *(Notice.id, Notice.state, Notice.title, Notice.body, Notice.media),
        *(Notice.receipt, Notice.revision, Notice.meeting_id),
    ).where(Notice.id.in_(notice_ids))
    return {row.id: Words(*row) for row in await tx.execute(found)}


def _due(lane: Lane, courier: str, limit: int, *, now: datetime, lease: timedelta) -> Any:
    return (
        select(
            Outgoing.id,
            Outgoing.key,
            Outgoing.lane,
            Outgoing.member_id,
            Outgoing.chat_id,
            Outgoing.letter,
            Outgoing.payload,
            Outgoing.attempts,
            Outgoing.expires_at,
            Outgoing.notice_id,
            Member.locale,
            Member.telegram_id,
            Member.left_at,
            Member.name,
            Unit.name.label("unit"),
        )
        .outerjoin(Member, Member.id == Outgoing.member_id)
        .outerjoin(Unit, Unit.id == Member.unit_id)
        .where(
            QUEUED,
            Outgoing.lane == int(lane),
            Outgoing.not_before <= now,
            or_(Outgoing.leased_by.is_(None), Outgoing.leased_by != courier),
            or_(_free(now), Outgoing.leased_until > now + 2 * lease),
            or_(Outgoing.expires_at.is_(None), Outgoing.expires_at > now),
        )
        .order_by(Outgoing.not_before, Outgoing.id)
        .limit(limit)
        .with_for_update(of=Outgoing, skip_locked=True)
    )


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(Outgoing.leased_until.is_(None), Outgoing.leased_until <= now)


def _claimed(row: Any, notice: Words | None) -> Claimed:
    private = row.member_id is not None and row.chat_id > 0
    return Claimed(
        id=row.id,
        key=row.key,
        lane=row.lane,
        member_id=row.member_id,
        chat_id=row.chat_id,
        letter=row.letter,
        payload=row.payload,
        attempts=row.attempts,
        expires_at=row.expires_at,
        locale=row.locale,
        addressed=not private or (row.telegram_id == row.chat_id and row.left_at is None),
        name=row.name or "",
        unit=row.unit or "",
        notice=notice,
    )


async def bury_expired(tx: AsyncSession, *, now: datetime, limit: int = BURIED_AT_ONCE) -> int:
    """Give up messages that are no longer worth sending and that nobody is sending; how many there were."""
    late = select(Outgoing.id).where(QUEUED, Outgoing.expires_at <= now, _free(now)).limit(limit)
    # On PostgreSQL a second courier passes over what the first is burying.
    late = late.with_for_update(skip_locked=True)
    buried = (
        update(Outgoing)
        .where(Outgoing.id.in_(late))
        .values(state=State.DEAD, outcome=Outcome.EXPIRED, settled_at=now, leased_until=None, leased_by=None)
    )
    result = await tx.execute(buried, execution_options={"synchronize_session": False})
    return int(result.rowcount)  # type: ignore[attr-defined]


_ROW = Outgoing.__table__
_CLOSE = (
    update(Outgoing)
    .where(Outgoing.id == bindparam("row_id"), QUEUED)
    .values(
        state=bindparam("new_state"),
        outcome=bindparam("new_outcome"),
        attempts=bindparam("new_attempts"),
        message_id=bindparam("new_message_id"),
        settled_at=bindparam("new_settled_at"),
        refusal=bindparam("new_refusal"),
        leased_until=None,
        leased_by=None,
    )
)
_REQUEUE = (
    update(Outgoing)
    .where(Outgoing.id == bindparam("row_id"), QUEUED, Outgoing.leased_by == bindparam("holder"))
    .values(
        outcome=bindparam("new_outcome"),
        attempts=bindparam("new_attempts"),
        # Held back meanwhile: then it stays so.
        not_before=case(
            (Outgoing.not_before > bindparam("new_not_before"), Outgoing.not_before),
            else_=bindparam("new_not_before"),
        ),
        leased_until=None,
        leased_by=None,
    )
)


async def settle_many(tx: AsyncSession, settled: Sequence[Settled], *, courier: str) -> None:
    """Write down what became of messages that `courier` held.

    What arrived is written down even when the lease was lost meanwhile; what is to be tried again only by its holder.
    """
    connection = await tx.connection()
    closed = [
        {
            "row_id": one.id,
            "new_state": one.state,
            "new_outcome": one.outcome,
            "new_attempts": one.attempts,
            "new_message_id": one.message_id,
            "new_settled_at": one.at,
            "new_refusal": one.refusal,
        }
        for one in settled
        if one.state is not State.QUEUED
    ]
    if closed:
        await connection.execute(_CLOSE, closed)
    again = [
        {
            "row_id": one.id,
            "holder": courier,
            "new_outcome": one.outcome,
            "new_attempts": one.attempts,
            "new_not_before": one.not_before or one.at,
        }
        for one in settled
        if one.state is State.QUEUED
    ]
    if again:
        await connection.execute(_REQUEUE, again)


async def release(
    tx: AsyncSession, ids: Sequence[int], *, courier: str, not_before: datetime | None = None
) -> None:
    """Give claimed messages back unsent, as they were; with `not_before`, not to be taken before then."""
    later: dict[str, Any] = {}
    if not_before is not None:
        later["not_before"] = case((Outgoing.not_before > not_before, Outgoing.not_before), else_=not_before)
    statement = (
        update(Outgoing)
        .where(Outgoing.id.in_(ids), QUEUED, Outgoing.leased_by == courier)
        .values(leased_until=None, leased_by=None, **later)
    )
    await tx.execute(statement, execution_options={"synchronize_session": False})


async def drop(tx: AsyncSession, chat_id: int, letters: Sequence[str], *, at: datetime) -> None:
    """Letters of these kinds to the chat are no longer worth sending."""
    statement = (
        update(Outgoing)
        .where(QUEUED, Outgoing.chat_id == chat_id, Outgoing.letter.in_(letters))
        .values(state=State.DEAD, outcome=Outcome.NOTHING, settled_at=at, leased_until=None, leased_by=None)
    )
    await tx.execute(statement, execution_options={"synchronize_session": False})


async def move_chat(tx: AsyncSession, *, old: int, new: int) -> None:
    """Everything still on its way to a chat goes to its new id."""
    statement = update(Outgoing).where(QUEUED, Outgoing.chat_id == old).values(chat_id=new)
    await tx.execute(statement, execution_options={"synchronize_session": False})


# --- halts ----------------------------------------------------------------------------------------


async def halted_until(tx: AsyncSession, *, now: datetime) -> datetime | None:
    """The end of the pause that Telegram asked this token for, if one is on."""
    halt = await tx.get(Halt, TOKEN, populate_existing=True)
    return halt.until if halt and halt.since <= now < halt.until else None


async def halt(tx: AsyncSession, *, now: datetime, until: datetime) -> None:
    """Pause the token for every courier; of two pauses the longer holds."""
    known = await halted_until(tx, now=now)
    values = {"since": now, "until": max(until, known or until)}
    statement = insert(tx, Halt).values(name=TOKEN, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=[Halt.name], set_=values))


async def check_in(tx: AsyncSession, courier: str, *, now: datetime, until: datetime) -> int:
    """Note that a courier is at work until then; how many are, this one included."""
    await tx.execute(delete(Halt).where(Halt.name.startswith(COURIER), Halt.until <= now))
    values = {"since": now, "until": until}
    statement = insert(tx, Halt).values(name=COURIER + courier, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=[Halt.name], set_=values))
    query = select(func.count()).select_from(Halt).where(Halt.name.startswith(COURIER), Halt.since <= now)
    return await tx.scalar(query) or 1


async def check_out(tx: AsyncSession, courier: str) -> None:
    """The courier has stopped."""
    await tx.execute(delete(Halt).where(Halt.name == COURIER + courier))


# --- the daily message ----------------------------------------------------------------------------


async def zones(tx: AsyncSession) -> list[str | None]:
    """The time zones in use; None stands for the default."""
    return list(await tx.scalars(select(Unit.timezone).distinct()))


async def first_waiting_for_daily(tx: AsyncSession, zone: str | None, now_due: daily.Round) -> int | None:
    """The smallest id of a member to whom the message of the day is due and not yet queued."""
    query = select(func.min(Member.id)).join(Unit, Unit.id == Member.unit_id)
    return await tx.scalar(query.where(_daily_due(zone, now_due), ~_daily_queued(now_due)))


async def queue_daily(
    tx: AsyncSession, zone: str | None, now_due: daily.Round, *, start: int, size: int, now: datetime
) -> tuple[int, int | None]:
    """Queue the day's message for the next `size` members from id `start` on, those to whom it is due.

    Returns how many were queued and the id to go on from; None at the end of the roster.
    """
    page = select(Member.id).where(Member.id >= start).order_by(Member.id).offset(size).limit(1)
    following = await tx.scalar(page)
    within = [Member.id >= start] if following is None else [Member.id >= start, Member.id < following]
    chosen = (
        select(
            _daily_key(now_due),
            literal(int(Lane.BULK)),
            Member.id,
            Member.telegram_id,
            literal(daily.LETTER),
            literal({"day": now_due.day.isoformat()}, Outgoing.payload.type),
            literal(now, Outgoing.not_before.type),
            literal(now_due.expires_at, Outgoing.expires_at.type),
            literal(now, Outgoing.created_at.type),
        )
        .join(Unit, Unit.id == Member.unit_id)
        .where(*within, _daily_due(zone, now_due), ~_daily_queued(now_due))
        # One order everywhere, so that two schedulers at once wait for each other instead of locking up.
        .order_by(Member.id)
    )
    names = [
        "key",
        "lane",
        "member_id",
        "chat_id",
        "letter",
        "payload",
        "not_before",
        "expires_at",
        "created_at",
    ]
    statement = insert(tx, Outgoing).from_select(names, chosen).on_conflict_do_nothing()
    result = await tx.execute(statement)
    return int(result.rowcount), following  # type: ignore[attr-defined]


def _daily_key(now_due: daily.Round) -> ColumnElement[str]:
    head, tail = daily.key(0, now_due.day).split("0", 1)
    return literal(head).concat(sql_cast(Member.id, Outgoing.key.type)).concat(literal(tail))


def _daily_queued(now_due: daily.Round) -> ColumnElement[bool]:
    return select(literal_column("1")).where(Outgoing.key == _daily_key(now_due)).exists()


def _daily_due(zone: str | None, now_due: daily.Round) -> ColumnElement[bool]:
    return and_(
        Unit.timezone.is_(None) if zone is None else Unit.timezone == zone,
        Member.telegram_id.is_not(None),
        Member.blocked_at.is_(None),
        Member.left_at.is_(None),
        Member.muted.is_(False),
        or_(Member.study_minute <= now_due.minute, Member.study_minute >= now_due.or_from),
        Member.quiet_days.not_like(f"%{now_due.weekday}%"),
    )
