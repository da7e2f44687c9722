"""Words from members to the administrators, and the answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.inserts import insert
from storage.tables import Feedback, Member, Unit


@dataclass(frozen=True)
class Letter:
    """A feedback with who wrote it."""

    feedback: Feedback
    member: Member
    unit: Unit


async def add_once(tx: AsyncSession, *, member_id: int, text: str, source: str, at: datetime) -> int | None:
    """Keep the feedback; its id, or None when the same message was kept before."""
    values = {"member_id": member_id, "text": text, "source": source, "at": at}
    return await tx.scalar(
        insert(tx, Feedback).values(values).on_conflict_do_nothing().returning(Feedback.id)
    )


async def find(tx: AsyncSession, feedback_id: int) -> Letter | None:
    query = (
        select(Feedback, Member, Unit)
        .join(Member, Member.id == Feedback.member_id)
        .join(Unit, Unit.id == Member.unit_id)
        .where(Feedback.id == feedback_id)
    )
    row = (await tx.execute(query)).first()
    return Letter(*row) if row else None


async def id_of(tx: AsyncSession, source: str) -> int:
    """The feedback that came in this message, which is known to be kept."""
    return (await tx.scalars(select(Feedback.id).where(Feedback.source == source))).one()


async def unanswered(tx: AsyncSession, path: str) -> Sequence[Letter]:
    """What waits for an answer from people of the unit at `path` and below, the oldest first."""
    query = (
        select(Feedback, Member, Unit)
        .join(Member, Member.id == Feedback.member_id)
        .join(Unit, Unit.id == Member.unit_id)
        .where(Feedback.replied_at.is_(None), Unit.path.startswith(path))
        .order_by(Feedback.id)
    )
    return [Letter(*row) for row in await tx.execute(query)]


async def answer_once(
    tx: AsyncSession, feedback_id: int, *, reply: str, by: int | None, at: datetime
) -> bool:
    """Answer it; False when somebody has answered already."""
    statement = (
        update(Feedback)
        .where(Feedback.id == feedback_id, Feedback.replied_at.is_(None))
        .values(reply=reply, replied_by=by, replied_at=at)
        .returning(Feedback.id)
    )
    return await tx.scalar(statement) is not None
