"""Questions about quizzes and the answers given in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import inserts
from storage.prepared import Prepared
from storage.tables import Answer, Quiz
from study.grading import Verdict
from study.quiz import REWARDED, Occasion


@dataclass(frozen=True)
class Record:
    """A quiz as it is kept: its questions, how far it is, and when it was touched."""

    id: int
    kind: str
    day_on: date | None
    topic: str | None
    questions: Sequence[Mapping[str, Any]]
    ticks: Mapping[str, Sequence[int]]
    answered: int
    started_at: datetime
    touched_at: datetime


# Asked at every answer: put together once, and of rows alone, which cost half as much as entities.
_quizzes, _answers = Quiz.__table__.c, Answer.__table__.c
_RECORDS = select(*(_quizzes[one.name] for one in fields(Record)))
_LOCKED = Prepared(
    _RECORDS.where(
        _quizzes.id == bindparam("quiz_id"), _quizzes.member_id == bindparam("member_id")
    ).with_for_update()
)
_OF_DAY = Prepared(
    _RECORDS.where(
        _quizzes.member_id == bindparam("member_id"),
        _quizzes.kind == bindparam("kind"),
        _quizzes.day_on == bindparam("day_on"),
    )
)
_OPEN_LATEST = Prepared(
    _RECORDS.where(
        _quizzes.member_id == bindparam("member_id"),
        _quizzes.finished_at.is_(None),
        _quizzes.touched_at >= bindparam("since"),
    )
    .order_by(_quizzes.touched_at.desc(), _quizzes.id.desc())
    .limit(1)
    .with_for_update()
)
_CHANGED = update(cast(Table, Quiz.__table__)).where(_quizzes.id == bindparam("quiz_id"))
_TOUCHED = Prepared(_CHANGED.values(touched_at=bindparam("now")))
_TICKED = Prepared(_CHANGED.values(touched_at=bindparam("now"), ticks=bindparam("ticked")))
_ADVANCED = Prepared(
    _CHANGED.values(
        touched_at=bindparam("now"), answered=bindparam("done"), finished_at=bindparam("finished")
    )
)
_RESULT = Prepared(
    select(
        func.count(),
        func.coalesce(func.sum(case((_answers.verdict == "correct", 1), else_=0)), 0),
        func.coalesce(func.sum(case((or_(_answers.verdict == "partial", _answers.held), 1), else_=0)), 0),
        func.coalesce(func.sum(_answers.points), 0),
    ).where(_answers.quiz_id == bindparam("quiz_id"))
)
_FROM = Prepared(
    select(_answers.quiz_id, _answers.position, _answers.member_id).where(
        _answers.source == bindparam("source")
    )
)


async def create(
    tx: AsyncSession,
    *,
    member_id: int,
    kind: str,
    day_on: date | None,
    topic: str | None,
    questions: Sequence[Mapping[str, Any]],
    now: datetime,
) -> Record | None:
    """A new quiz; None when the member has one of this kind for the day already."""
    values: dict[str, Any] = {
        "kind": kind,
        "day_on": day_on,
        "topic": topic,
        "questions": list(questions),
        "ticks": {},
        "answered": 0,
        "started_at": now,
        "touched_at": now,
    }
    new_id = await inserts.add_once(tx, Quiz, {**values, "member_id": member_id})
    return Record(id=new_id, **values) if new_id is not None else None


async def locked(tx: AsyncSession, quiz_id: int, member_id: int) -> Record | None:
    """A quiz of this member, held against other writers until the transaction ends."""
    return await _record(tx, _LOCKED, quiz_id=quiz_id, member_id=member_id)


async def of_day(tx: AsyncSession, member_id: int, *, kind: str, day_on: date) -> Record | None:
    return await _record(tx, _OF_DAY, member_id=member_id, kind=kind, day_on=day_on)


async def open_latest(tx: AsyncSession, member_id: int, *, since: datetime) -> Record | None:
    """The unfinished quiz that the member touched last, if that was after `since`; held for writing."""
    return await _record(tx, _OPEN_LATEST, member_id=member_id, since=since)


async def _record(tx: AsyncSession, query: Prepared, **asked: Any) -> Record | None:
    rows = await query.rows(tx, asked)
    return Record(*rows[0]) if rows else None


async def touch(tx: AsyncSession, quiz_id: int, *, now: datetime) -> None:
    """The quiz is looked at again."""
    await _TOUCHED.run(tx, {"quiz_id": quiz_id, "now": now})


async def tick(tx: AsyncSession, quiz_id: int, *, ticks: Mapping[str, Sequence[int]], now: datetime) -> None:
    """Keep which boxes of the quiz are ticked."""
    await _TICKED.run(tx, {"quiz_id": quiz_id, "ticked": ticks, "now": now})


async def advance(tx: AsyncSession, quiz_id: int, *, answered: int, finished: bool, now: datetime) -> None:
    """Keep which questions of the quiz, one a bit, have their answers, and whether that is all of them."""
    values = {"quiz_id": quiz_id, "done": answered, "finished": now if finished else None, "now": now}
    await _ADVANCED.run(tx, values)


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


@dataclass(frozen=True)
class Place:
    """The question of a quiz that an answer belongs to, and whose it is."""

    quiz_id: int
    position: int
    member_id: int


async def answered_by(tx: AsyncSession, source: str) -> Place | None:
    """What this message answered, if it did."""
    rows = await _FROM.rows(tx, {"source": source})
    return Place(*rows[0]) if rows else None


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
    [(answers, right, partly, points)] = await _RESULT.rows(tx, {"quiz_id": quiz_id})
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
