"""Questions about quizzes and the answers given in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import inserts
from storage.tables import Answer, Quiz
from study.grading import Verdict
from study.quiz import REWARDED, Occasion


async def create(
    tx: AsyncSession,
    *,
    member_id: int,
    kind: str,
    day_on: date | None,
    topic: str | None,
    questions: Sequence[Mapping[str, Any]],
    now: datetime,
) -> Quiz | None:
    """A new quiz; None when the member has one of this kind for the day already."""
    values = {
        "member_id": member_id,
        "kind": kind,
        "day_on": day_on,
        "topic": topic,
        "questions": list(questions),
        "ticks": {},
        "answered": 0,
        "started_at": now,
        "touched_at": now,
    }
    new_id = await inserts.add_once(tx, Quiz, values)
    return await tx.get(Quiz, new_id) if new_id is not None else None


# Asked at every answer, so they are put together once.
_LOCKED = (
    select(Quiz)
    .where(Quiz.id == bindparam("quiz_id"), Quiz.member_id == bindparam("member_id"))
    .with_for_update()
)
_OPEN_LATEST = (
    select(Quiz)
    .where(
        Quiz.member_id == bindparam("member_id"),
        Quiz.finished_at.is_(None),
        Quiz.touched_at >= bindparam("since"),
    )
    .order_by(Quiz.touched_at.desc(), Quiz.id.desc())
    .limit(1)
    .with_for_update()
)


async def locked(tx: AsyncSession, quiz_id: int, member_id: int) -> Quiz | None:
    """A quiz of this member, held against other writers until the transaction ends."""
    return (await tx.scalars(_LOCKED, {"quiz_id": quiz_id, "member_id": member_id})).first()


async def of_day(tx: AsyncSession, member_id: int, *, kind: str, day_on: date) -> Quiz | None:
    query = select(Quiz).where(Quiz.member_id == member_id, Quiz.kind == kind, Quiz.day_on == day_on)
    return (await tx.scalars(query)).first()


async def open_latest(tx: AsyncSession, member_id: int, *, since: datetime) -> Quiz | None:
    """The unfinished quiz that the member touched last, if that was after `since`; held for writing."""
    return (await tx.scalars(_OPEN_LATEST, {"member_id": member_id, "since": since})).first()


async def answer_once(tx: AsyncSession, **values: Any) -> int | None:
    """Keep an answer; its id, or None when the question, or the message, brought one before."""
    return await inserts.add_once(tx, Answer, values)


async def answer(tx: AsyncSession, answer_id: int, *, lock: bool = False) -> Answer | None:
    """The answer; with `lock` as it is at this moment, and nobody else changes it until the transaction ends."""
    if not lock:
        return await tx.get(Answer, answer_id)
    return await tx.get(Answer, answer_id, with_for_update=True, populate_existing=True)


async def answers_to(tx: AsyncSession, member_id: int, item_id: str) -> Sequence[Answer]:
    """A member's answers to an item in the order in which they were given; trials do not count."""
    query = (
        select(Answer)
        .join(Quiz, Quiz.id == Answer.quiz_id)
        .where(Answer.member_id == member_id, Answer.item_id == item_id, Quiz.kind != Occasion.TRIAL.value)
        .order_by(Answer.answered_at, Answer.id)
    )
    return (await tx.scalars(query)).all()


async def short_of(
    tx: AsyncSession, member_id: int, *, verdict: Verdict, points: int, since: datetime, until: datetime
) -> Sequence[Answer]:
    """A member's answers of that time, where answers are rewarded, that count as `verdict` and brought less than
    `points`."""
    held = verdict is Verdict.PARTIAL
    counts = or_(Answer.verdict == verdict.value, Answer.held) if held else Answer.verdict == verdict.value
    query = (
        select(Answer)
        .join(Quiz, Quiz.id == Answer.quiz_id)
        .where(
            Answer.member_id == member_id,
            Answer.answered_at >= since,
            Answer.answered_at < until,
            counts,
            Answer.points < points,
            Quiz.kind.in_(sorted(REWARDED)),
        )
        .order_by(Answer.answered_at, Answer.id)
    )
    return (await tx.scalars(query)).all()


async def answer_at(tx: AsyncSession, quiz_id: int, position: int) -> Answer | None:
    query = select(Answer).where(Answer.quiz_id == quiz_id, Answer.position == position)
    return (await tx.scalars(query)).first()


async def answer_from(tx: AsyncSession, source: str) -> Answer | None:
    """The answer that came in this message, if one did."""
    return (await tx.scalars(select(Answer).where(Answer.source == source))).first()


async def positions(tx: AsyncSession, quiz_id: int) -> set[int]:
    """Which questions of the quiz have their answer."""
    return set(await tx.scalars(select(Answer.position).where(Answer.quiz_id == quiz_id)))


@dataclass(frozen=True)
class Result:
    answers: int
    right: int
    partly: int
    points: int


async def result(tx: AsyncSession, quiz_id: int) -> Result:
    """How the quiz went so far."""
    query = select(
        func.count(),
        func.coalesce(func.sum(case((Answer.verdict == "correct", 1), else_=0)), 0),
        func.coalesce(func.sum(case((or_(Answer.verdict == "partial", Answer.held), 1), else_=0)), 0),
        func.coalesce(func.sum(Answer.points), 0),
    ).where(Answer.quiz_id == quiz_id)
    answers, right, partly, points = (await tx.execute(query)).one()
    return Result(answers, right, partly, points)


async def answered_items(tx: AsyncSession, member_id: int) -> set[str]:
    """Every item that the member has answered at least once."""
    return set(await tx.scalars(select(Answer.item_id).where(Answer.member_id == member_id).distinct()))


async def by_item(tx: AsyncSession, member_id: int) -> Mapping[str, tuple[int, int]]:
    """Per item: how many answers, and how many of them right."""
    query = (
        select(
            Answer.item_id,
            func.count(),
            func.sum(case((Answer.verdict == "correct", 1), else_=0)),
        )
        .where(Answer.member_id == member_id)
        .group_by(Answer.item_id)
    )
    return {item: (count, right or 0) for item, count, right in await tx.execute(query)}
