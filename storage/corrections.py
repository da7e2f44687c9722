"""Questions about corrected items, and the answers that they concern."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Answer, Appeal, Correction, Quiz


def add(
    tx: AsyncSession, items: Iterable[tuple[str, str]], *, version_id: int, by: int | None, at: datetime
) -> None:
    """Note items as (id, revision) whose right answer is another one from this version on."""
    tx.add_all(
        Correction(item_id=item_id, revision=revision, version_id=version_id, by=by, at=at)
        for item_id, revision in items
    )


async def unswept(tx: AsyncSession) -> Sequence[int]:
    """Corrections whose earlier answers were not all looked at."""
    query = select(Correction.id).where(Correction.swept_at.is_(None)).order_by(Correction.id)
    return (await tx.scalars(query)).all()


async def lock(tx: AsyncSession, correction_id: int) -> Correction | None:
    """The correction, which nobody else sweeps until the transaction ends."""
    return await tx.get(Correction, correction_id, with_for_update=True, populate_existing=True)


async def candidates(
    tx: AsyncSession, correction: Correction, *, since: datetime, limit: int
) -> Sequence[Answer]:
    """The next answers to an earlier form of the item; a person's decision on one stands, and trials do not count."""
    seen_by_a_person = select(Appeal.id).where(Appeal.answer_id == Answer.id).exists()
    query = (
        select(Answer)
        .join(Quiz, Quiz.id == Answer.quiz_id)
        .where(
            Answer.item_id == correction.item_id,
            Answer.id > correction.swept_to,
            Answer.revision != correction.revision,
            Answer.answered_at >= since,
            Answer.given != "",
            Quiz.kind != "trial",
            ~seen_by_a_person,
        )
        .order_by(Answer.id)
        .limit(limit)
    )
    return (await tx.scalars(query)).all()
