"""Whom letters about a meeting go to, and where they were put."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Attendee, Leave, Member, Outgoing
from study.leave import STANDING

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
