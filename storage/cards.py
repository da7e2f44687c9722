"""How well members remember items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import inserts
from storage.prepared import Prepared
from storage.tables import Card
from study.review import FORGIVEN_AFTER


@dataclass(frozen=True)
class Memory:
    """What a card tells of the answers so far."""

    state: Mapping[str, Any]
    mistakes: int
    seen: int


_cards = Card.__table__.c
# Asked at every answer, so it is put together once.
_MEMORY = Prepared(
    select(_cards.state, _cards.mistakes, _cards.seen).where(
        _cards.member_id == bindparam("member_id"), _cards.item_id == bindparam("item_id")
    )
)


async def find(tx: AsyncSession, member_id: int, item_id: str) -> Memory | None:
    rows = await _MEMORY.rows(tx, {"member_id": member_id, "item_id": item_id})
    return Memory(*rows[0]) if rows else None


async def put(tx: AsyncSession, **values: Any) -> None:
    """The card as it is after an answer."""
    await inserts.put(tx, Card, values, key=(Card.member_id, Card.item_id))


async def due(tx: AsyncSession, member_id: int, *, by: datetime) -> Sequence[Card]:
    """What is due by then and not forgiven yet, what fell due last first."""
    query = (
        select(Card)
        .where(Card.member_id == member_id, Card.due_at <= by, Card.due_at > by - FORGIVEN_AFTER)
        .order_by(Card.due_at.desc(), Card.item_id)
    )
    return (await tx.scalars(query)).all()


async def mistakes(tx: AsyncSession, member_id: int, *, limit: int) -> Sequence[Card]:
    """Items whose last answer was not right, the latest due first, whether due or not."""
    query = (
        select(Card)
        .where(Card.member_id == member_id, Card.last_verdict != "correct")
        .order_by(Card.due_at.desc(), Card.item_id)
        .limit(limit)
    )
    return (await tx.scalars(query)).all()


async def forgiven(tx: AsyncSession, member_id: int, *, by: datetime) -> set[str]:
    """Items that waited so long by then that they wait no more."""
    query = select(Card.item_id).where(Card.member_id == member_id, Card.due_at <= by - FORGIVEN_AFTER)
    return set(await tx.scalars(query))


async def count_due(tx: AsyncSession, member_id: int, *, by: datetime) -> tuple[int, int]:
    """How many items are (due by then, mistakes)."""
    is_due = and_(Card.due_at <= by, Card.due_at > by - FORGIVEN_AFTER)
    query = select(
        func.coalesce(func.sum(case((is_due, 1), else_=0)), 0),
        func.coalesce(func.sum(case((Card.last_verdict != "correct", 1), else_=0)), 0),
    ).where(Card.member_id == member_id)
    due_count, wrong = (await tx.execute(query)).one()
    return due_count, wrong
