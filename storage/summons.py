"""Whom letters about a meeting go to, and where they were put. Its invitation is a notice, with a copy for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import inserts
from storage.tables import Attendee, Leave, Member, Notice, Outgoing, Recipient
from study.leave import STANDING
from study.notices import Fate, State

# Asked at every check-in, so it is put together once.
_SENT = select(Outgoing.chat_id, Outgoing.message_id).where(
    Outgoing.key.in_(bindparam("keys", expanding=True)), Outgoing.message_id.is_not(None)
)


async def everybody(tx: AsyncSession, meeting_id: int) -> Sequence[Member]:
    """Everybody on the roll who is still on the roster."""
    query = (
        select(Member)
        .join(Attendee, Attendee.member_id == Member.id)
        .where(Attendee.meeting_id == meeting_id, Member.left_at.is_(None))
        .order_by(Member.id)
    )
    return (await tx.scalars(query)).all()


async def unanswered(tx: AsyncSession, meeting_id: int) -> Sequence[Member]:
    """Those of the roll who are not marked and have asked for no leave."""
    on_leave = select(Leave.member_id).where(
        Leave.meeting_id == meeting_id, Leave.state.in_([state.value for state in STANDING])
    )
    query = (
        select(Member)
        .join(Attendee, Attendee.member_id == Member.id)
        .where(
            Attendee.meeting_id == meeting_id,
            Attendee.mark.is_(None),
            Member.left_at.is_(None),
            Member.id.not_in(on_leave),
        )
        .order_by(Member.id)
    )
    return (await tx.scalars(query)).all()


async def sent(tx: AsyncSession, keys: Sequence[str]) -> list[tuple[int, int]]:
    """(chat, message) of the letters with these keys that arrived."""
    found = await tx.execute(_SENT, {"keys": list(keys)})
    return [(chat_id, message_id) for chat_id, message_id in found if message_id is not None]


# --- the invitation -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Copy:
    """Somebody's copy of an invitation; `message_id` is empty while it is on its way."""

    notice_id: int
    chat_id: int | None
    message_id: int | None
    seen_at: datetime | None


async def invitation(tx: AsyncSession, meeting_id: int, *, lock: bool = False) -> Notice | None:
    """The notice that invites to the meeting; with `lock` nobody else changes it until the transaction ends."""
    query = select(Notice).where(Notice.meeting_id == meeting_id, Notice.state != State.DRAFT.value)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await tx.scalars(query)).first()


async def add_recipients(tx: AsyncSession, notice_id: int, meeting_id: int) -> None:
    """Write down everybody on the roll whom the invitation does not know yet, and who cannot be reached."""
    fate = case(
        (Member.telegram_id.is_(None), literal(Fate.NOT_JOINED.value)),
        (Member.blocked_at.is_not(None), literal(Fate.BLOCKED.value)),
        else_=Fate.QUEUED.value,
    )
    people = (
        select(literal(notice_id), Member.id, Member.telegram_id, fate)
        .join(Attendee, Attendee.member_id == Member.id)
        .where(Attendee.meeting_id == meeting_id, Member.left_at.is_(None))
        .order_by(Member.id)
    )
    columns = ["notice_id", "member_id", "chat_id", "fate"]
    await tx.execute(inserts.insert(tx, Recipient).from_select(columns, people).on_conflict_do_nothing())


async def copy_of(tx: AsyncSession, meeting_id: int, member_id: int) -> Copy | None:
    """Somebody's copy of the invitation to the meeting."""
    query = (
        select(Recipient.notice_id, Recipient.chat_id, Recipient.message_ids, Recipient.seen_at)
        .join(Notice, Notice.id == Recipient.notice_id)
        .where(Notice.meeting_id == meeting_id, Recipient.member_id == member_id)
    )
    row = (await tx.execute(query)).first()
    return Copy(row[0], row[1], row[2][0] if row[2] else None, row[3]) if row else None


async def receive(tx: AsyncSession, notice_id: int, member_id: int, *, at: datetime) -> bool:
    """Note that somebody has the invitation, however they came by it; False when that was known."""
    statement = (
        update(Recipient)
        .where(
            Recipient.notice_id == notice_id, Recipient.member_id == member_id, Recipient.seen_at.is_(None)
        )
        .values(seen_at=at)
    )
    return await tx.scalar(statement.returning(Recipient.id)) is not None


async def ask_anew(tx: AsyncSession, notice_id: int) -> None:
    """Nobody has confirmed the plan as it is now."""
    await tx.execute(
        update(Recipient).where(Recipient.notice_id == notice_id).values(seen_at=None, reminded_on=None),
        execution_options={"synchronize_session": False},
    )
