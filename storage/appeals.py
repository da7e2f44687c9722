"""Questions about appeals: which wait for whom, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import inserts
from storage.prepared import Prepared
from storage.tables import Answer, Appeal, Member, Unit
from study.appeals import Origin, State


@dataclass(frozen=True)
class Case:
    """An appeal with the answer it is about and the unit of the member."""

    appeal: Appeal
    answer: Answer
    unit: Unit


async def add_once(
    tx: AsyncSession, *, answer_id: int, member_id: int, origin: Origin, mark: dict[str, Any], at: datetime
) -> int | None:
    """Raise an appeal; its id, or None when there is one about this answer already."""
    values = {
        "answer_id": answer_id,
        "member_id": member_id,
        "origin": origin.value,
        "mark": mark,
        "raised_at": at,
    }
    return await inserts.add_once(tx, Appeal, values)


async def find(tx: AsyncSession, appeal_id: int) -> Case | None:
    row = (await tx.execute(_cases().where(Appeal.id == appeal_id))).first()
    return Case(*row) if row else None


async def of_answer(tx: AsyncSession, answer_id: int) -> Case | None:
    row = (await tx.execute(_cases().where(Appeal.answer_id == answer_id))).first()
    return Case(*row) if row else None


async def waiting(
    tx: AsyncSession, paths: Sequence[str], *, without: int | None, limit: int, offset: int
) -> list[Case]:
    """Open appeals from the units at these paths and below, but for one member's, the oldest first."""
    query = _cases().where(*_waiting(paths, without)).order_by(Appeal.id).limit(limit).offset(offset)
    return [Case(*row) for row in await tx.execute(query)]


async def count_waiting(tx: AsyncSession, paths: Sequence[str], *, without: int | None) -> int:
    query = (
        select(func.count())
        .select_from(Appeal)
        .join(Member, Member.id == Appeal.member_id)
        .join(Unit, Unit.id == Member.unit_id)
        .where(*_waiting(paths, without))
    )
    return await tx.scalar(query) or 0


async def of_member(tx: AsyncSession, member_id: int, *, limit: int, offset: int) -> list[Case]:
    """A member's appeals, the newest first."""
    query = _cases().where(Appeal.member_id == member_id).order_by(Appeal.id.desc())
    return [Case(*row) for row in await tx.execute(query.limit(limit).offset(offset))]


async def count_of_member(tx: AsyncSession, member_id: int) -> int:
    query = select(func.count()).select_from(Appeal).where(Appeal.member_id == member_id)
    return await tx.scalar(query) or 0


_answers, _appeals = Answer.__table__.c, Appeal.__table__.c
# Asked at every answer near the edge, so it is put together once.
_REJECTED = Prepared(
    select(_answers.given).where(
        _appeals.member_id == bindparam("member_id"),
        _answers.id == _appeals.answer_id,
        _answers.item_id == bindparam("item_id"),
        _appeals.state == State.REJECTED.value,
    )
)


async def rejected_words(tx: AsyncSession, member_id: int, item_id: str) -> list[str]:
    """What the member answered to the item when a person decided that the grader was right."""
    rows = await _REJECTED.rows(tx, {"member_id": member_id, "item_id": item_id})
    return [given for (given,) in rows]


async def add_word(tx: AsyncSession, appeal_id: int, *, word: str) -> bool:
    """Put the member's word beside an open appeal; False once it is decided."""
    statement = update(Appeal).where(_open(appeal_id)).values(word=word)
    return await tx.scalar(statement.returning(Appeal.id)) is not None


async def decide_once(
    tx: AsyncSession, appeal_id: int, *, state: State, by: int | None, reply: str | None, at: datetime
) -> bool:
    """Decide it; False when somebody has decided already."""
    statement = (
        update(Appeal)
        .where(_open(appeal_id))
        .values(state=state.value, decided_by=by, decided_at=at, reply=reply)
    )
    return await tx.scalar(statement.returning(Appeal.id)) is not None


async def follow(tx: AsyncSession, answer_id: int, *, state: State, by: int | None, at: datetime) -> None:
    """The decision on an equal answer holds for this one's appeal too, if there is one."""
    await tx.execute(
        update(Appeal)
        .where(Appeal.answer_id == answer_id)
        .values(state=state.value, decided_by=by, decided_at=at),
        execution_options={"synchronize_session": False},
    )


async def state_of(tx: AsyncSession, appeal_id: int) -> str | None:
    """How it stands at this moment."""
    return await tx.scalar(select(Appeal.state).where(Appeal.id == appeal_id))


def _cases() -> Any:
    return (
        select(Appeal, Answer, Unit)
        .join(Answer, Answer.id == Appeal.answer_id)
        .join(Member, Member.id == Appeal.member_id)
        .join(Unit, Unit.id == Member.unit_id)
    )


def _waiting(paths: Sequence[str], without: int | None) -> list[ColumnElement[bool]]:
    within = or_(*(Unit.path.startswith(path) for path in paths))
    is_open = Appeal.state == State.OPEN.value
    return [is_open, within] if without is None else [is_open, within, Appeal.member_id != without]


def _open(appeal_id: int) -> ColumnElement[bool]:
    return (Appeal.id == appeal_id) & (Appeal.state == State.OPEN.value)
