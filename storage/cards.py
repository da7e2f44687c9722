"""How well members remember items."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import inserts
from storage.tables import Card


async def find(tx: AsyncSession, member_id: int, item_id: str) -> Card | None:
    return await tx.get(Card, (member_id, item_id))


async def put(tx: AsyncSession, **values: Any) -> None:
    """The card as it is after an answer."""
    await inserts.put(tx, Card, values, key=(Card.member_id, Card.item_id))


async def due(tx: AsyncSession, member_id: int, *, now: datetime, limit: int) -> Sequence[Card]:
    """What is due for the member: mistakes first, then the longest overdue."""
    query = (
        select(Card)
        .where(Card.member_id == member_id, Card.due_at <= now)
        .order_by(case((Card.last_verdict == "correct", 1), else_=0), Card.due_at, Card.item_id)
        .limit(limit)
    )
    return (await tx.scalars(query)).all()


async def mistakes(tx: AsyncSession, member_id: int, *, limit: int) -> Sequence[Card]:
    """Items whose last answer was not right, the oldest due first, whether due or not."""
    query = (
        select(Card)
        .where(Card.member_id == member_id, Card.last_verdict != "correct")
        .order_by(Card.due_at, Card.item_id)
        .limit(limit)
    )
    return (await tx.scalars(query)).all()


async def count_due(tx: AsyncSession, member_id: int, *, now: datetime) -> tuple[int, int]:
    """How many items are (due, mistakes)."""
    query = select(
        func.coalesce(func.sum(case((Card.due_at <= now, 1), else_=0)), 0),
        func.coalesce(func.sum(case((Card.last_verdict != "correct", 1), else_=0)), 0),
    ).where(Card.member_id == member_id)
    due_count, wrong = (await tx.execute(query)).one()
    return due_count, wrong
