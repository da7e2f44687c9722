"""Totals over units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Answer, Member, StudyDay, Unit


@dataclass(frozen=True)
class Counts:
    """Head counts, and what was studied since a moment: `studied` are those who read a lesson or answered."""

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
            func.count(),
            func.coalesce(func.sum(case((Answer.verdict == "correct", 1), else_=0)), 0),
        )
        .join(Member, Member.id == Answer.member_id)
        .join(Unit, Unit.id == Member.unit_id)
        .where(_on_roster(path), Answer.answered_at >= since)
    )
    answers, right = (await tx.execute(study)).one()
    at_it = union(
        select(Answer.member_id).where(Answer.answered_at >= since),
        select(StudyDay.member_id).where(StudyDay.read_at >= since),
    ).subquery()
    students = select(func.count()).select_from(Member).join(Unit, Unit.id == Member.unit_id)
    studied = await tx.scalar(students.where(_on_roster(path), Member.id.in_(select(at_it.c.member_id))))
    return Counts(members, joined, studied or 0, answers, right)


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
