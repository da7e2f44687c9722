"""Questions about packs that administrators sent and have not decided on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from storage.tables import Answer, Appeal, Card, PackDraft, Quiz

BATCH = 500  # ids a query: databases take only so many parameters


async def add(tx: AsyncSession, **values: Any) -> PackDraft:
    row = PackDraft(**values)
    tx.add(row)
    await tx.flush()
    return row


async def find(tx: AsyncSession, draft_id: int, *, lock: bool = False) -> PackDraft | None:
    """The draft with its body and faults; with `lock`, held against other writers until the transaction ends."""
    query = select(PackDraft).where(PackDraft.id == draft_id)
    query = query.options(undefer(PackDraft.body), undefer(PackDraft.faults))
    return (await tx.scalars(query.with_for_update() if lock else query)).first()


async def waiting(tx: AsyncSession, *, limit: int = 20) -> Sequence[PackDraft]:
    """Everybody's, the newest first, without bodies and faults."""
    return (await tx.scalars(select(PackDraft).order_by(PackDraft.id.desc()).limit(limit))).all()


async def remove_undecided(tx: AsyncSession, by: int | None) -> None:
    """Forget what this person sent and put off to no day: a new file takes its place."""
    await tx.execute(delete(PackDraft).where(PackDraft.by == by, PackDraft.publish_at.is_(None)))


async def due(tx: AsyncSession, *, now: datetime) -> Sequence[int]:
    """Drafts whose day has come, in the order in which they were sent."""
    query = select(PackDraft.id).where(PackDraft.publish_at <= now).order_by(PackDraft.id)
    return (await tx.scalars(query)).all()


async def members_concerned(tx: AsyncSession, item_ids: Sequence[str]) -> int:
    """How many members have answered any of the items."""
    members: set[int] = set()
    for start in range(0, len(item_ids), BATCH):
        some = item_ids[start : start + BATCH]
        members.update(await tx.scalars(select(Card.member_id).where(Card.item_id.in_(some)).distinct()))
    return len(members)


async def forget_trials(tx: AsyncSession, member_id: int) -> None:
    """Throw away what the member answered while trying drafts: it belongs to no record."""
    trials = select(Quiz.id).where(Quiz.member_id == member_id, Quiz.kind == "trial")
    answers = select(Answer.id).where(Answer.quiz_id.in_(trials))
    await tx.execute(delete(Appeal).where(Appeal.answer_id.in_(answers)))
    await tx.execute(delete(Answer).where(Answer.quiz_id.in_(trials)))
    await tx.execute(delete(Quiz).where(Quiz.member_id == member_id, Quiz.kind == "trial"))
