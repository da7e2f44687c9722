"""Notices, their copies, and what became of these."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    case,
    delete,
    false,
    func,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.ext.asyncio import AsyncSession

from storage import audience, inserts, occasions
from storage.audience import Meant
from storage.tables import Group, Member, Notice, Outgoing, Recipient, Unit
from study.audience import Audience
from study.columns import searched
from study.delivery import Lane, Outcome
from study.delivery import State as Post
from study.notices import ARRIVED, EDITABLE, Fate, State, Tally

LETTER = "notice"
EDIT = "notice-edit"
DELETE = "notice-delete"
ASK = "notice-ask"  # the button under an album, which can have none itself
REMIND = "notice-remind"
CHUNK = 500
FAR = datetime.fromisoformat("9999-01-01T00:00:00+00:00")  # a copy held back


@dataclass(frozen=True)
class Line:
    """A notice in a list."""

    id: int
    state: State
    title: str
    unit: str
    author: str | None
    at: datetime | None  # announced, or to be sent


@dataclass(frozen=True)
class Sent:
    """A copy that arrived."""

    chat_id: int
    member_id: int | None
    message_ids: Sequence[int]
    seen: bool = False


@dataclass(frozen=True)
class Copy:
    """What became of one copy. `name` is a person's or a group's, also of a group bound no longer; empty for whoever had
    themselves erased (then there is no `chat_id` either)."""

    member_id: int | None
    chat_id: int | None
    name: str
    unit: str
    fate: Fate
    settled_at: datetime | None
    seen_at: datetime | None


async def add_once(
    tx: AsyncSession,
    *,
    unit_id: int,
    author_id: int | None,
    at: datetime,
    source: str | None = None,
    **more: Any,
) -> int | None:
    """A new draft; its id, or None when one was made of the same message before."""
    values = {
        "unit_id": unit_id,
        "author_id": author_id,
        "created_at": at,
        "source": source,
        **_fresh(),
        **more,
    }
    values["words"] = searched(values["title"], values["body"])
    return await tx.scalar(
        inserts.insert(tx, Notice).values(values).on_conflict_do_nothing().returning(Notice.id)
    )


def _fresh() -> dict[str, Any]:
    return {
        "state": State.DRAFT.value,
        "title": "",
        "body": "",
        "media": [],
        "audience": {},
        "receipt": False,
        "revision": 0,
    }


async def by_source(tx: AsyncSession, source: str) -> Notice | None:
    return (await tx.scalars(select(Notice).where(Notice.source == source))).first()


async def find(tx: AsyncSession, notice_id: int) -> tuple[Notice, Unit] | None:
    row = (await tx.execute(_with_unit().where(Notice.id == notice_id))).first()
    return (row[0], row[1]) if row else None


async def lock(tx: AsyncSession, notice_id: int) -> tuple[Notice, Unit] | None:
    """The notice, which nobody else can change until the transaction ends. Take it before its copies."""
    query = _with_unit().where(Notice.id == notice_id).with_for_update(of=Notice)
    row = (await tx.execute(query, execution_options={"populate_existing": True})).first()
    return (row[0], row[1]) if row else None


def _with_unit() -> Any:
    return select(Notice, Unit).join(Unit, Unit.id == Notice.unit_id)


async def listed(
    tx: AsyncSession, paths: Sequence[str], *, author_id: int | None, limit: int, offset: int
) -> list[Line]:
    """One's own drafts and everything else of these units and below: what waits first, then the newest."""
    query = (
        select(
            Notice.id, Notice.state, Notice.title, Unit.name, Member.name, Notice.announced_at, Notice.send_at
        )
        .join(Unit, Unit.id == Notice.unit_id)
        .outerjoin(Member, Member.id == Notice.author_id)
        .where(_listed(paths, author_id))
        .order_by(
            case((Notice.state == State.DRAFT.value, 0), (Notice.announced_at.is_(None), 1), else_=2),
            Notice.announced_at.desc(),
            Notice.id.desc(),
        )
    )
    return [
        Line(id_, State(state), title, unit, author, announced_at or send_at)
        for id_, state, title, unit, author, announced_at, send_at in await tx.execute(
            query.limit(limit).offset(offset)
        )
    ]


async def count_listed(tx: AsyncSession, paths: Sequence[str], *, author_id: int | None) -> int:
    query = select(func.count()).select_from(Notice).join(Unit, Unit.id == Notice.unit_id)
    return await tx.scalar(query.where(_listed(paths, author_id))) or 0


def _listed(paths: Sequence[str], author_id: int | None) -> ColumnElement[bool]:
    own_draft = and_(Notice.state == State.DRAFT.value, Notice.author_id == author_id)
    return and_(
        or_(false(), *(Unit.path.startswith(path) for path in paths)),
        or_(Notice.state != State.DRAFT.value, own_draft if author_id is not None else true()),
    )


async def move_audiences(tx: AsyncSession, *, old: int, new: int) -> None:
    """Notices that are yet to go out mean a group by its new id."""
    for notice, meant in await _yet_to_go_to(tx, old):
        groups = dict.fromkeys(new if one == old else one for one in meant.groups)
        notice.audience = replace(meant, groups=tuple(groups)).stored()


async def drop_from_audiences(tx: AsyncSession, chat_id: int, *, title: str) -> None:
    """Notices that are yet to go out mean this group no longer; its title stays with them."""
    for notice, meant in await _yet_to_go_to(tx, chat_id):
        left = tuple(one for one in meant.groups if one != chat_id)
        unbound = tuple(dict.fromkeys((*meant.unbound, title)))
        notice.audience = replace(meant, groups=left, unbound=unbound).stored()


async def _yet_to_go_to(tx: AsyncSession, chat_id: int) -> list[tuple[Notice, Audience]]:
    """The notices yet to go out that mean this group, held until the transaction ends."""
    waiting = [state.value for state in EDITABLE]
    query = select(Notice).where(Notice.state.in_(waiting)).order_by(Notice.id).with_for_update()
    found = ((notice, Audience.read(notice.audience)) for notice in await tx.scalars(query))
    return [(notice, meant) for notice, meant in found if chat_id in meant.groups]


async def remove(tx: AsyncSession, notice_id: int) -> None:
    """Throw a draft away."""
    await occasions.forget_notice(tx, notice_id)
    # What a monthly one has sent out stays.
    await tx.execute(update(Notice).where(Notice.parent_id == notice_id).values(parent_id=None))
    await tx.execute(delete(Notice).where(Notice.id == notice_id))


# Whoever had themselves erased is neither named nor in a chat.
_IS_GROUP = and_(Recipient.member_id.is_(None), Recipient.chat_id.is_not(None))


# --- on its way -----------------------------------------------------------------------------------


async def queue(tx: AsyncSession, meant: Meant, notice_id: int, *, now: datetime, not_before: Any) -> None:
    """Write down whom the notice means, who is left out and why, and queue a copy for everybody else.

    `not_before` maps time zones (None stands for the default) to the moment from which copies may go there.
    """
    columns, people, groups = audience.recipients(meant, notice_id)
    for chosen in (people, groups):
        statement = inserts.insert(tx, Recipient).from_select([*columns], chosen).on_conflict_do_nothing()
        await tx.execute(statement)
    await queue_copies(tx, notice_id, now=now, not_before=not_before)


async def queue_copies(
    tx: AsyncSession, notice_id: int, *, now: datetime, not_before: Mapping[str | None, datetime]
) -> int:
    """Queue the copies of everybody whose fate is QUEUED and whose copy is not in the outbox; how many there were."""
    copies = (
        select(
            literal(f"{LETTER}:{notice_id}:").concat(sql_cast(Recipient.chat_id, Outgoing.key.type)),
            literal(int(Lane.BULK)),
            Recipient.member_id,
            Recipient.chat_id,
            literal(LETTER),
            literal({}, Outgoing.payload.type),
            _moment(not_before),
            literal(now, Outgoing.created_at.type),
            literal(notice_id),
        )
        .select_from(Recipient)
        .outerjoin(Member, Member.id == Recipient.member_id)
        .outerjoin(Unit, Unit.id == Member.unit_id)
        .where(Recipient.notice_id == notice_id, Recipient.fate == Fate.QUEUED.value)
        .order_by(Recipient.id)
    )
    names = "key lane member_id chat_id letter payload not_before created_at notice_id".split()
    statement = inserts.insert(tx, Outgoing).from_select(names, copies).on_conflict_do_nothing()
    return int((await tx.execute(statement)).rowcount)  # type: ignore[attr-defined]


def _moment(not_before: Mapping[str | None, datetime]) -> ColumnElement[datetime]:
    """The moment for the time zone of the copy's unit; that of None for groups and units without one."""
    kind = Outgoing.not_before.type
    default = literal(not_before[None], kind)
    zones = [
        (Unit.timezone == zone, literal(at, kind)) for zone, at in not_before.items() if zone is not None
    ]
    return case(*zones, else_=default) if zones else default


async def tally(tx: AsyncSession, notice_id: int) -> Tally:
    """What became of its copies so far."""
    query = select(Recipient.fate, func.count(), func.count(Recipient.seen_at)).where(
        Recipient.notice_id == notice_id
    )
    rows = (await tx.execute(query.group_by(Recipient.fate))).all()
    return Tally({Fate(fate): number for fate, number, _ in rows}, seen=sum(seen for _, _, seen in rows))


async def settled_since(tx: AsyncSession, notice_id: int, since: datetime) -> tuple[int, datetime | None]:
    """How many copies were settled since then, and when the first of them was."""
    query = select(func.count(), func.min(Recipient.settled_at)).where(
        Recipient.notice_id == notice_id, Recipient.settled_at >= since
    )
    number, first = (await tx.execute(query)).one()
    return number, first


async def any_queued(tx: AsyncSession, notice_id: int) -> bool:
    """Whether a copy still waits."""
    return await tx.scalar(select(literal(1)).where(*_waiting(notice_id)).limit(1)) is not None


async def begins_at(tx: AsyncSession, notice_id: int) -> datetime | None:
    """When the first copy that waits may go."""
    return await tx.scalar(select(func.min(Outgoing.not_before)).where(*_waiting(notice_id)))


def _waiting(notice_id: int, letter: str = LETTER) -> tuple[ColumnElement[bool], ...]:
    return (
        Outgoing.notice_id == notice_id,
        Outgoing.state == Post.QUEUED.value,
        Outgoing.letter == letter,
    )


async def hold(tx: AsyncSession, notice_id: int) -> int:
    """Let no copy go from now on; how many a courier has in hand, which may still go."""
    in_hand = select(func.count()).where(*_waiting(notice_id), Outgoing.leased_by.is_not(None))
    number = await tx.scalar(in_hand) or 0
    await tx.execute(
        update(Outgoing).where(*_waiting(notice_id)).values(not_before=FAR),
        execution_options={"synchronize_session": False},
    )
    return number


async def let_go(tx: AsyncSession, notice_id: int, *, not_before: Mapping[str | None, datetime]) -> None:
    """Let the copies go that were held, each when it is time where its reader is."""
    zone = (
        select(_moment(not_before))
        .select_from(Member)
        .join(Unit, Unit.id == Member.unit_id)
        .where(Member.id == Outgoing.member_id)
        .scalar_subquery()
    )
    await tx.execute(
        update(Outgoing)
        .where(*_waiting(notice_id))
        .values(not_before=func.coalesce(zone, not_before[None], type_=Outgoing.not_before.type)),
        execution_options={"synchronize_session": False},
    )


async def call_off(tx: AsyncSession, notice_id: int, *, now: datetime) -> int:
    """Give up every copy that no courier has in hand; how many there were."""
    loose = [*_waiting(notice_id), or_(Outgoing.leased_by.is_(None), Outgoing.leased_until <= now)]
    chats = select(Outgoing.chat_id).where(*loose)
    await tx.execute(
        update(Recipient)
        .where(
            Recipient.notice_id == notice_id,
            Recipient.fate == Fate.QUEUED.value,
            Recipient.chat_id.in_(chats),
        )
        .values(fate=Fate.CANCELLED.value, settled_at=now),
        execution_options={"synchronize_session": False},
    )
    given_up = await tx.execute(
        update(Outgoing)
        .where(*loose)
        .values(
            state=Post.DEAD.value,
            outcome=Outcome.NOTHING.value,
            settled_at=now,
            leased_by=None,
            leased_until=None,
        ),
        execution_options={"synchronize_session": False},
    )
    return int(given_up.rowcount)  # type: ignore[attr-defined]


async def requeue(tx: AsyncSession, notice_id: int) -> int:
    """Let the copies be queued again that were given up or refused, and those of people who can be reached by now; how
    many there are."""
    other = Recipient.__table__.alias("other")
    now_here = (
        select(Member.telegram_id)
        .where(
            Member.id == Recipient.member_id,
            Member.telegram_id.is_not(None),
            Member.blocked_at.is_(None),
            Member.left_at.is_(None),
        )
        .correlate(Recipient)
    )
    taken = select(literal(1)).where(
        other.c.notice_id == notice_id,
        other.c.chat_id == now_here.scalar_subquery(),
        other.c.id != Recipient.id,
    )
    again = await tx.execute(
        update(Recipient)
        .where(
            Recipient.notice_id == notice_id,
            or_(
                and_(
                    Recipient.fate.in_([one.value for one in _ONCE_MORE]), now_here.exists(), ~taken.exists()
                ),
                and_(Recipient.fate.in_([one.value for one in _ONCE_MORE]), _IS_GROUP),
            ),
        )
        .values(
            fate=Fate.QUEUED.value,
            settled_at=None,
            chat_id=func.coalesce(now_here.scalar_subquery(), Recipient.chat_id),
        ),
        execution_options={"synchronize_session": False},
    )
    await tx.execute(
        delete(Outgoing).where(
            Outgoing.notice_id == notice_id, Outgoing.letter == LETTER, Outgoing.state == Post.DEAD.value
        ),
        execution_options={"synchronize_session": False},
    )
    return int(again.rowcount)  # type: ignore[attr-defined]


_ONCE_MORE = (Fate.FAILED, Fate.REFUSED, Fate.UNREACHABLE, Fate.GONE, Fate.BLOCKED, Fate.NOT_JOINED)


async def due(tx: AsyncSession, *, now: datetime) -> list[int]:
    """The notices whose time has come."""
    waiting = [state.value for state in (State.SCHEDULED, State.REPEATING)]
    query = select(Notice.id).where(Notice.state.in_(waiting), Notice.send_at <= now)
    return list(await tx.scalars(query.order_by(Notice.send_at, Notice.id)))


_SETTLE = (
    update(Recipient)
    .where(Recipient.notice_id == bindparam("of_notice"), Recipient.chat_id == bindparam("of_chat"))
    .values(
        fate=bindparam("new_fate"), settled_at=bindparam("new_at"), message_ids=bindparam("new_message_ids")
    )
)


_DELETED = (
    update(Recipient)
    .where(
        Recipient.notice_id == bindparam("of_notice"),
        Recipient.chat_id == bindparam("of_chat"),
        Recipient.fate == Fate.SENT.value,
    )
    .values(fate=Fate.WITHDRAWN.value)
)


async def arrived(tx: AsyncSession, letters: Sequence[int], *, at: datetime) -> None:
    """Write down that these letters of the outbox, settled as single messages, arrived: in one statement, for there are
    many of them."""
    messages = func.json_array if tx.get_bind().dialect.name == "sqlite" else func.jsonb_build_array
    for start in range(0, len(letters), CHUNK):
        await tx.execute(
            update(Recipient)
            .where(
                Outgoing.id.in_(letters[start : start + CHUNK]),
                Recipient.notice_id == Outgoing.notice_id,
                Recipient.chat_id == Outgoing.chat_id,
            )
            .values(
                fate=Fate.SENT.value,
                settled_at=at,
                message_ids=messages(Outgoing.message_id, type_=Recipient.message_ids.type),
            ),
            execution_options={"synchronize_session": False},
        )


async def settle(
    tx: AsyncSession, copies: Iterable[tuple[int, int, Fate, Sequence[int] | None]], *, at: datetime
) -> None:
    """Write down what became of copies: (notice, chat, fate, messages)."""
    rows = [
        {"of_notice": notice, "of_chat": chat, "new_fate": fate.value, "new_at": at, "new_message_ids": ids}
        for notice, chat, fate, ids in copies
    ]
    if rows:
        await (await tx.connection()).execute(_SETTLE, rows)


async def deleted(tx: AsyncSession, copies: Sequence[tuple[int, int]]) -> None:
    """These copies (notice, chat) are not in their chats any more."""
    rows = [{"of_notice": notice, "of_chat": chat} for notice, chat in copies]
    if rows:
        await (await tx.connection()).execute(_DELETED, rows)


async def add_message(tx: AsyncSession, notice_id: int, chat_id: int, message_id: int) -> None:
    """A further message belongs to this copy."""
    query = select(Recipient).where(Recipient.notice_id == notice_id, Recipient.chat_id == chat_id)
    found = (await tx.scalars(query.with_for_update())).first()
    if found:
        found.message_ids = [*(found.message_ids or ()), message_id]


async def author(tx: AsyncSession, notice: Notice) -> Member | None:
    """Who sent it, if still on the roster."""
    found = await tx.get(Member, notice.author_id) if notice.author_id is not None else None
    return found if found and found.left_at is None else None


async def sent(tx: AsyncSession, notice_id: int, *, since: datetime | None = None) -> list[Sent]:
    """The copies that are in their chats, or those sent since then."""
    query = select(
        Recipient.chat_id, Recipient.member_id, Recipient.message_ids, Recipient.seen_at.is_not(None)
    ).where(
        Recipient.notice_id == notice_id,
        Recipient.fate == Fate.SENT.value,
        Recipient.chat_id.is_not(None),
        true() if since is None else Recipient.settled_at > since,
    )
    return [Sent(*row) for row in await tx.execute(query.order_by(Recipient.id)) if row[2]]


# --- the report -----------------------------------------------------------------------------------


async def copies(
    tx: AsyncSession,
    notice_id: int,
    *,
    fates: Sequence[Fate] | None = None,
    unseen: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> list[Copy]:
    """Its copies, by unit and name; groups last."""
    query = (
        select(
            Recipient.member_id,
            Recipient.chat_id,
            func.coalesce(Member.name, Group.title, Recipient.group_name),
            Unit.name,
            Recipient.fate,
            Recipient.settled_at,
            Recipient.seen_at,
        )
        .select_from(Recipient)
        .outerjoin(Member, Member.id == Recipient.member_id)
        .outerjoin(Group, and_(Group.chat_id == Recipient.chat_id, Recipient.member_id.is_(None)))
        .outerjoin(Unit, Unit.id == func.coalesce(Member.unit_id, Group.unit_id))
        .where(_chosen(notice_id, fates, unseen))
        .order_by(Recipient.member_id.is_(None), Unit.position, Unit.id, Member.name, Recipient.id)
    )
    return [
        Copy(member_id, chat_id, name or "", unit or "", Fate(fate), settled_at, seen_at)
        for member_id, chat_id, name, unit, fate, settled_at, seen_at in await tx.execute(
            query.limit(limit).offset(offset)
        )
    ]


async def count_copies(
    tx: AsyncSession, notice_id: int, *, fates: Sequence[Fate] | None = None, unseen: bool = False
) -> int:
    return (
        await tx.scalar(select(func.count()).select_from(Recipient).where(_chosen(notice_id, fates, unseen)))
        or 0
    )


def _chosen(notice_id: int, fates: Sequence[Fate] | None, unseen: bool) -> ColumnElement[bool]:
    conditions = [Recipient.notice_id == notice_id]
    if fates is not None:
        conditions.append(Recipient.fate.in_([fate.value for fate in fates]))
    if unseen:
        conditions += [Recipient.member_id.is_not(None), Recipient.seen_at.is_(None)]
    return and_(*conditions)


async def count_asked(tx: AsyncSession, notice_id: int) -> int:
    """How many people have a copy, or the one in their group, that they may confirm."""
    query = select(func.count()).where(
        Recipient.notice_id == notice_id,
        ~_IS_GROUP,
        Recipient.fate.in_([one.value for one in ARRIVED]),
    )
    return await tx.scalar(query) or 0


async def count_sent(tx: AsyncSession, notice_id: int, *, since: datetime) -> int:
    """How many copies were sent since then and are still there."""
    query = select(func.count()).where(
        Recipient.notice_id == notice_id, Recipient.fate == Fate.SENT.value, Recipient.settled_at > since
    )
    return await tx.scalar(query) or 0


async def changes(tx: AsyncSession, notice: Notice, letter: str) -> tuple[int, int, int] | None:
    """How far the last correction, or the deletion, has come: (done, all, failed); None when there is none."""
    head = f"{letter}:{notice.id}:{notice.revision}:" if letter == EDIT else f"{letter}:{notice.id}:"
    done = or_(
        Outgoing.state == Post.SENT.value,
        and_(Outgoing.state == Post.DEAD.value, Outgoing.outcome == Outcome.NOTHING.value),
    )
    query = select(
        func.count().filter(done),
        func.count(),
        func.count().filter(Outgoing.state == Post.DEAD.value, ~done),
    ).where(Outgoing.notice_id == notice.id, Outgoing.letter == letter, Outgoing.key.startswith(head))
    row = (await tx.execute(query)).one()
    return (row[0], row[1], row[2]) if row[1] else None


# --- receipts -------------------------------------------------------------------------------------


async def confirm_once(tx: AsyncSession, notice_id: int, member_id: int, *, at: datetime) -> bool:
    """Note that the member has seen their copy; False when there is none or they had confirmed it."""
    statement = (
        update(Recipient)
        .where(
            Recipient.notice_id == notice_id,
            Recipient.member_id == member_id,
            Recipient.seen_at.is_(None),
            Recipient.fate.in_([Fate.SENT.value, Fate.QUEUED.value]),
        )
        .values(seen_at=at)
    )
    return await tx.scalar(statement.returning(Recipient.id)) is not None


async def has_copy(tx: AsyncSession, notice_id: int, member_id: int) -> bool:
    """Whether the member was sent a copy of their own."""
    return await own_copy(tx, notice_id, member_id) is not None


async def own_copy(tx: AsyncSession, notice_id: int, member_id: int) -> Sequence[int] | None:
    """The messages of the copy that the member was sent, none while it is on its way; None when there is no copy."""
    query = select(Recipient.id, Recipient.message_ids).where(
        Recipient.notice_id == notice_id,
        Recipient.member_id == member_id,
        Recipient.fate.in_([Fate.SENT.value, Fate.QUEUED.value]),
    )
    row = (await tx.execute(query)).first()
    return (row[1] or ()) if row else None


async def has_confirmed(tx: AsyncSession, notice_id: int, member_id: int) -> bool:
    query = select(literal(1)).where(
        Recipient.notice_id == notice_id, Recipient.member_id == member_id, Recipient.seen_at.is_not(None)
    )
    return await tx.scalar(query) is not None


async def reminders(tx: AsyncSession, notice_id: int, member_id: int) -> list[int]:
    """The messages in which the member was reminded of the notice."""
    query = select(Outgoing.message_id).where(
        Outgoing.notice_id == notice_id,
        Outgoing.letter == REMIND,
        Outgoing.member_id == member_id,
        Outgoing.message_id.is_not(None),
    )
    return [number for number in await tx.scalars(query.order_by(Outgoing.id)) if number is not None]


async def all_reminders(tx: AsyncSession, notice_id: int, *, since: datetime) -> list[tuple[int, int]]:
    """The messages in which anybody was reminded of the notice since then: (chat, message)."""
    query = select(Outgoing.chat_id, Outgoing.message_id).where(
        Outgoing.notice_id == notice_id,
        Outgoing.letter == REMIND,
        Outgoing.message_id.is_not(None),
        Outgoing.settled_at > since,
    )
    found = await tx.execute(query.order_by(Outgoing.id))
    return [(chat, message) for chat, message in found if message is not None]


async def in_group(tx: AsyncSession, notice_id: int) -> bool:
    """Whether the notice was posted to a group."""
    query = select(literal(1)).where(
        Recipient.notice_id == notice_id, _IS_GROUP, Recipient.fate == Fate.SENT.value
    )
    return await tx.scalar(query.limit(1)) is not None


async def add_confirmed(tx: AsyncSession, notice_id: int, member_id: int, *, at: datetime) -> bool:
    """Note that somebody without a copy of their own has confirmed the one in the group; False the second time."""
    values = {"notice_id": notice_id, "member_id": member_id, "fate": Fate.GROUP.value, "seen_at": at}
    statement = inserts.insert(tx, Recipient).values(values)
    statement = statement.on_conflict_do_update(
        index_elements=[Recipient.notice_id, Recipient.member_id],
        set_={"fate": Fate.GROUP.value, "seen_at": at},
        where=Recipient.seen_at.is_(None),
    )
    return await tx.scalar(statement.returning(Recipient.id)) is not None


async def to_remind(tx: AsyncSession, notice_id: int, *, zone: str | None, day: date) -> list[Sent]:
    """The copies that arrived, are not confirmed, and whose readers, in units of this time zone, were not reminded on
    that day."""
    query = select(Recipient.chat_id, Recipient.member_id, Recipient.message_ids)
    found = await tx.execute(query.where(_to_remind(notice_id, zone, day)).order_by(Recipient.id))
    return [Sent(*row) for row in found]


async def count_to_remind(tx: AsyncSession, notice_id: int, *, zone: str | None, day: date) -> int:
    return await tx.scalar(select(func.count()).where(_to_remind(notice_id, zone, day))) or 0


def _to_remind(notice_id: int, zone: str | None, day: date) -> ColumnElement[bool]:
    there = select(Member.id).join(Unit, Unit.id == Member.unit_id)
    there = there.where(Unit.timezone.is_(None) if zone is None else Unit.timezone == zone)
    return and_(
        Recipient.notice_id == notice_id,
        Recipient.fate == Fate.SENT.value,
        Recipient.member_id.in_(there),
        Recipient.message_ids.is_not(None),
        Recipient.seen_at.is_(None),
        or_(Recipient.reminded_on.is_(None), Recipient.reminded_on < day),
    )


async def set_reminded(tx: AsyncSession, notice_id: int, chats: Sequence[int], *, day: date) -> None:
    for start in range(0, len(chats), CHUNK):
        await tx.execute(
            update(Recipient)
            .where(Recipient.notice_id == notice_id, Recipient.chat_id.in_(chats[start : start + CHUNK]))
            .values(reminded_on=day),
            execution_options={"synchronize_session": False},
        )
