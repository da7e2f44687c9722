"""Votes: each counted once, and of a secret one nothing kept but the sums."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import inserts
from storage.inserts import once
from storage.tables import Attendee, Ballot, Member, Motion
from study.meetings import CAME
from study.votes import Choice

# Asked at every check-in, so it is put together once.
_OPEN = (
    select(Motion)
    .where(Motion.meeting_id == bindparam("meeting_id"), Motion.closed_at.is_(None))
    .order_by(Motion.id)
    .limit(1)
)
SUMS = {Choice.AYE: Motion.ayes, Choice.NO: Motion.noes, Choice.ABSTAIN: Motion.abstentions}


async def put_once(tx: AsyncSession, **values: Any) -> int | None:
    """A new motion; None when its source was used before."""
    return await inserts.add_once(tx, Motion, values)


async def by_source(tx: AsyncSession, source: str) -> int | None:
    return await tx.scalar(select(Motion.id).where(Motion.source == source))


async def find(tx: AsyncSession, motion_id: int, *, lock: bool = False) -> Motion | None:
    return await tx.get(Motion, motion_id, with_for_update=lock, populate_existing=lock)


async def of_meeting(tx: AsyncSession, meeting_id: int) -> Sequence[Motion]:
    """In the order in which they were put."""
    return (await tx.scalars(select(Motion).where(Motion.meeting_id == meeting_id).order_by(Motion.id))).all()


async def open_of(tx: AsyncSession, meeting_id: int) -> Motion | None:
    """The motion that is being voted on."""
    return (await tx.scalars(_OPEN, {"meeting_id": meeting_id})).first()


async def cast_once(
    tx: AsyncSession, motion: Motion, member_id: int, *, choice: Choice, at: datetime
) -> bool:
    """Count a vote; False when one was cast before. The motion has to be locked."""
    secret = motion.secret
    values = {
        "motion_id": motion.id,
        "member_id": member_id,
        "choice": None if secret else choice.value,
        "cast_at": None if secret else at,
    }
    if not await tx.scalar(once(tx, Ballot, values).returning(Ballot.member_id)):
        return False
    await _add(tx, motion.id, {choice: 1})
    return True


async def change(tx: AsyncSession, motion_id: int, member_id: int, *, choice: Choice, at: datetime) -> None:
    """Another choice in an open vote. The motion has to be locked."""
    ballot = await tx.get(Ballot, (motion_id, member_id))
    assert ballot is not None and ballot.choice is not None
    before = Choice(ballot.choice)
    if before is choice:
        return
    ballot.choice, ballot.cast_at = choice.value, at
    await _add(tx, motion_id, {before: -1, choice: 1})


async def ballots(tx: AsyncSession, motion_id: int) -> int:
    """How many have tapped."""
    return await tx.scalar(select(func.count()).where(Ballot.motion_id == motion_id)) or 0


async def has_voted(tx: AsyncSession, motion_id: int, member_id: int) -> bool:
    return await tx.get(Ballot, (motion_id, member_id)) is not None


async def choice_of(tx: AsyncSession, motion_id: int, member_id: int) -> Choice | None:
    """What somebody chose, where that is kept."""
    ballot = await tx.get(Ballot, (motion_id, member_id))
    return Choice(ballot.choice) if ballot and ballot.choice else None


async def choices(tx: AsyncSession, motion_id: int) -> list[tuple[str, Choice]]:
    """Who voted what in an open vote, by name."""
    query = (
        select(Member.name, Ballot.choice)
        .join(Member, Member.id == Ballot.member_id)
        .where(Ballot.motion_id == motion_id, Ballot.choice.is_not(None))
        .order_by(Member.name, Member.id)
    )
    return [(name, Choice(choice)) for name, choice in await tx.execute(query) if choice]


async def voters_here(tx: AsyncSession, meeting_id: int) -> list[Member]:
    """Who came, has a vote and a chat."""
    query = (
        select(Member)
        .join(Attendee, Attendee.member_id == Member.id)
        .where(
            Attendee.meeting_id == meeting_id,
            Attendee.votes,
            Attendee.mark.in_([mark.value for mark in CAME]),
            Member.telegram_id.is_not(None),
            Member.blocked_at.is_(None),
            Member.left_at.is_(None),
        )
    )
    return list(await tx.scalars(query))


async def _add(tx: AsyncSession, motion_id: int, changes: dict[Choice, int]) -> None:
    values = {SUMS[choice].key: SUMS[choice] + step for choice, step in changes.items()}
    await tx.execute(
        update(Motion).where(Motion.id == motion_id).values(values),
        execution_options={"synchronize_session": False},
    )
