"""Questions about wordings that were accepted on top of the packs, and the answers that they concern."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.inserts import insert
from storage.tables import Answer, Member, Overlay, Quiz, Unit
from study.appeals import Accepted, Offer
from study.grading import Verdict
from study.quiz import Occasion


async def mark(tx: AsyncSession) -> tuple[int, int]:
    """Changes whenever the live wordings change; one tiny query."""
    query = select(func.coalesce(func.max(Overlay.id), 0), func.count(Overlay.revoked_at))
    newest, revoked = (await tx.execute(query)).one()
    return newest, revoked


async def live(tx: AsyncSession) -> list[Accepted]:
    """Every wording that counts now, in the order in which they were accepted."""
    query = (
        select(Overlay.item_id, Overlay.point, Overlay.reference, Overlay.wording, Unit.path)
        .join(Unit, Unit.id == Overlay.unit_id)
        .where(Overlay.revoked_at.is_(None))
        .order_by(Overlay.id)
    )
    return [Accepted(*row) for row in await tx.execute(query)]


async def add_once(
    tx: AsyncSession,
    *,
    unit_id: int,
    item_id: str,
    offer: Offer,
    answer_id: int,
    by: int | None,
    at: datetime,
) -> int | None:
    """Accept a wording; its id, or None when it counts already."""
    values: dict[str, Any] = {
        "unit_id": unit_id,
        "item_id": item_id,
        "point": offer.point,
        "reference": offer.reference,
        "wording": offer.wording,
        "answer_id": answer_id,
        "created_by": by,
        "created_at": at,
    }
    statement = insert(tx, Overlay).values(values).on_conflict_do_nothing().returning(Overlay.id)
    return await tx.scalar(statement)


async def find(tx: AsyncSession, overlay_id: int) -> tuple[Overlay, Unit] | None:
    query = select(Overlay, Unit).join(Unit, Unit.id == Overlay.unit_id).where(Overlay.id == overlay_id)
    row = (await tx.execute(query)).first()
    return (row[0], row[1]) if row else None


async def lock(tx: AsyncSession, overlay_id: int) -> Overlay | None:
    """The wording, which nobody else changes or sweeps until the transaction ends."""
    return await tx.get(Overlay, overlay_id, with_for_update=True, populate_existing=True)


async def around(
    tx: AsyncSession, paths: Sequence[str], *, limit: int | None = None, offset: int = 0
) -> list[tuple[Overlay, Unit]]:
    """The wordings that count for people at these paths (those of units above and below too), newest first."""
    query = (
        select(Overlay, Unit)
        .join(Unit, Unit.id == Overlay.unit_id)
        .where(Overlay.revoked_at.is_(None), _touching(paths))
        .order_by(Overlay.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(row[0], row[1]) for row in await tx.execute(query)]


async def count_around(tx: AsyncSession, paths: Sequence[str]) -> int:
    query = (
        select(func.count())
        .select_from(Overlay)
        .join(Unit, Unit.id == Overlay.unit_id)
        .where(Overlay.revoked_at.is_(None), _touching(paths))
    )
    return await tx.scalar(query) or 0


async def revoke_once(tx: AsyncSession, overlay_id: int, *, by: int | None, at: datetime) -> bool:
    """Let it count no longer; False when that was so already."""
    statement = (
        update(Overlay)
        .where(Overlay.id == overlay_id, Overlay.revoked_at.is_(None))
        .values(revoked_by=by, revoked_at=at)
        .returning(Overlay.id)
    )
    return await tx.scalar(statement) is not None


async def unswept(tx: AsyncSession) -> list[int]:
    """Wordings whose equal answers were not all looked at."""
    query = select(Overlay.id).where(Overlay.swept_at.is_(None), Overlay.revoked_at.is_(None))
    return list(await tx.scalars(query.order_by(Overlay.id)))


async def candidates(
    tx: AsyncSession, overlay: Overlay, *, path: str, since: datetime, limit: int
) -> Sequence[Answer]:
    """The next answers in words to the overlay's item, of members at `path` and below, that are not right yet."""
    query = (
        select(Answer)
        .join(Member, Member.id == Answer.member_id)
        .join(Unit, Unit.id == Member.unit_id)
        .join(Quiz, Quiz.id == Answer.quiz_id)
        .where(
            Answer.item_id == overlay.item_id,
            Answer.id > overlay.swept_to,
            Answer.id != overlay.answer_id,
            Answer.answered_at >= since,
            Answer.verdict != Verdict.CORRECT.value,
            Answer.given != "",
            Quiz.kind != Occasion.TRIAL.value,
            Unit.path.startswith(path),
        )
        .order_by(Answer.id)
        .limit(limit)
    )
    return (await tx.scalars(query)).all()


def _touching(paths: Sequence[str]) -> Any:
    ours = [Unit.path.startswith(path) for path in paths]
    above = sorted({step for path in paths for step in _steps(path)})
    return or_(*ours, Unit.path.in_(above))


def _steps(path: str) -> list[str]:
    """Every path from the root down to this one: /1/4/ -> /1/, /1/4/."""
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[: count + 1]) + "/" for count in range(len(parts))]
