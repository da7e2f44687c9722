"""Totals over units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Answer, Member, Unit


@dataclass(frozen=True)
class Counts:
    """Head counts, and what was answered since a moment."""

    members: int
    joined: int
    studied: int
    answers: int
    right: int


def _on_roster(path: str) -> ColumnElement[bool]:
    return Unit.path.startswith(path) & Member.left_at.is_(None)


async def counts(tx: AsyncSession, path: str, *, since: datetime) -> Counts:
    """Totals of the unit at `path` and all below."""
    people = select(func.count(), func.count(Member.telegram_id)).join(Unit, Unit.id == Member.unit_id)
    members, joined = (await tx.execute(people.where(_on_roster(path)))).one()
    study = (
        select(
            func.count(Answer.member_id.distinct()),
            func.count(),
            func.coalesce(func.sum(case((Answer.verdict == "correct", 1), else_=0)), 0),
        )
        .join(Member, Member.id == Answer.member_id)
        .join(Unit, Unit.id == Member.unit_id)
        .where(_on_roster(path), Answer.answered_at >= since)
    )
    studied, answers, right = (await tx.execute(study)).one()
    return Counts(members, joined, studied, answers, right)


async def by_item(tx: AsyncSession, path: str, *, since: datetime) -> Sequence[tuple[str, int, int]]:
    """(item, answers, right ones) within the unit at `path` and all below."""
    query = (
        select(Answer.item_id, func.count(), func.sum(case((Answer.verdict == "correct", 1), else_=0)))
        .join(Member, Member.id == Answer.member_id)
        .join(Unit, Unit.id == Member.unit_id)
        .where(_on_roster(path), Answer.answered_at >= since)
        .group_by(Answer.item_id)
    )
    return [(item, count, right or 0) for item, count, right in await tx.execute(query)]
