"""The roll of a meeting: one row for each person expected or let in, and what became of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, bindparam, case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.inserts import once
from storage.tables import Attendee, Leave, Meeting, Member
from study import gone
from study.leave import STANDING
from study.leave import State as LeaveState
from study.meetings import CAME, Count, Duty, Mark, Means, State
from study.meetings import count as tally

CHUNK = 500  # rows an insert
CAME_VALUES = tuple(sorted(mark.value for mark in CAME))


_attendees = Attendee.__table__
assert isinstance(_attendees, Table)
# Asked at every check-in, so it is put together once.
_CHECK_IN = (
    update(_attendees)
    .where(
        _attendees.c.meeting_id == bindparam("in_meeting"),
        _attendees.c.member_id == bindparam("who"),
        or_(_attendees.c.mark.is_(None), _attendees.c.mark == Mark.LEAVE.value),
    )
    .values(
        mark=bindparam("mark"),
        means=bindparam("means"),
        marked_at=bindparam("marked_at"),
        marked_by=None,
        note=None,
    )
    .returning(_attendees.c.member_id)
)


@dataclass(frozen=True)
class Line:
    """One line of the roll: the row, whose it is, and how a request for leave stands, if there is one."""

    row: Attendee
    member: Member
    leave: str | None


async def lines(tx: AsyncSession, meeting_id: int) -> list[Line]:
    """The whole roll, those who must come first, by name."""
    order = (case((Attendee.duty == Duty.MUST.value, 0), else_=1), Member.name, Member.id)
    return [Line(*row) for row in await tx.execute(_lines(meeting_id).order_by(*order))]


async def line(tx: AsyncSession, meeting_id: int, member_id: int) -> Line | None:
    row = (await tx.execute(_lines(meeting_id).where(Attendee.member_id == member_id))).first()
    return Line(*row) if row else None


def _lines(meeting_id: int) -> Select[Attendee, Member, str]:
    return (
        select(Attendee, Member, Leave.state)
        .join(Member, Member.id == Attendee.member_id)
        .outerjoin(Leave, (Leave.meeting_id == Attendee.meeting_id) & (Leave.member_id == Attendee.member_id))
        .where(Attendee.meeting_id == meeting_id)
    )


async def rows(tx: AsyncSession, meeting_id: int) -> dict[int, Attendee]:
    """The roll by member."""
    found = await tx.scalars(select(Attendee).where(Attendee.meeting_id == meeting_id))
    return {row.member_id: row for row in found}


async def find(tx: AsyncSession, meeting_id: int, member_id: int, *, lock: bool = False) -> Attendee | None:
    key = (meeting_id, member_id)
    return await tx.get(Attendee, key, with_for_update=lock, populate_existing=lock)


async def missing(tx: AsyncSession, meeting_id: int, *, limit: int) -> Sequence[str]:
    """Names of those who must come and are not marked, the first of them."""
    query = (
        select(Member.name)
        .join(Attendee, Attendee.member_id == Member.id)
        .where(Attendee.meeting_id == meeting_id, Attendee.duty == Duty.MUST.value, Attendee.mark.is_(None))
        .order_by(Member.name, Member.id)
        .limit(limit)
    )
    return (await tx.scalars(query)).all()


async def came(tx: AsyncSession, meeting_id: int) -> Sequence[int]:
    query = select(Attendee.member_id).where(
        Attendee.meeting_id == meeting_id, Attendee.mark.in_(CAME_VALUES)
    )
    return (await tx.scalars(query)).all()


async def count(tx: AsyncSession, meeting_id: int) -> Count:
    """The figures, summed up in the database: a board is drawn again and again."""
    query = (
        select(Attendee.duty, Attendee.votes, Attendee.mark, func.count())
        .where(Attendee.meeting_id == meeting_id)
        .group_by(Attendee.duty, Attendee.votes, Attendee.mark)
    )
    sums: dict[str, int] = dict.fromkeys(Count.__dataclass_fields__, 0)
    for duty, votes, mark, number in await tx.execute(query):
        came = mark in CAME_VALUES
        if duty == Duty.MUST:
            sums["expected"] += number
            sums["came" if came else "open" if mark is None else mark] += number
        else:
            sums["may"] += number
            sums["may_came"] += number * came
        sums["late"] += number * (mark == Mark.LATE)
        sums["voters"] += number * votes
        sums["voters_here"] += number * (votes and came)
    kept = await tx.scalar(select(Meeting.gone).where(Meeting.id == meeting_id))
    if kept:  # of people who had themselves erased
        for name, number in asdict(tally(gone.seen(kept))).items():
            sums[name] += number
    return Count(**sums)


async def put(tx: AsyncSession, rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows of the roll; whoever is on it already stays as they are."""
    values = list(rows)
    for start in range(0, len(values), CHUNK):
        await tx.execute(once(tx, Attendee, values[start : start + CHUNK]))


async def strike(tx: AsyncSession, meeting_id: int, member_ids: Collection[int]) -> None:
    """Take people off the roll."""
    await tx.execute(
        delete(Attendee).where(Attendee.meeting_id == meeting_id, Attendee.member_id.in_(member_ids)),
        execution_options={"synchronize_session": False},
    )


async def check_in(
    tx: AsyncSession, meeting_id: int, member_id: int, *, mark: Mark, means: Means, at: datetime
) -> bool:
    """Mark somebody who comes; False when they are marked already, or not on the roll.

    Leave gives way: whoever comes after all has come. The close of the meeting does not.
    """
    asked = {
        "in_meeting": meeting_id,
        "who": member_id,
        "mark": mark.value,
        "means": means.value,
        "marked_at": at,
    }
    return await tx.scalar(_CHECK_IN, asked) is not None


async def begin_anew(tx: AsyncSession, meeting_id: int, *, keep_leave: bool) -> None:
    """The meeting is put off: nobody has come yet, and without `keep_leave` nobody is on leave either."""
    marked = update(Attendee).where(Attendee.meeting_id == meeting_id)
    if keep_leave:
        marked = marked.where(or_(Attendee.mark.is_(None), Attendee.mark != Mark.LEAVE.value))
    else:
        await tx.execute(
            update(Leave).where(Leave.meeting_id == meeting_id).values(state=LeaveState.WITHDRAWN.value),
            execution_options={"synchronize_session": False},
        )
    await tx.execute(
        marked.values(mark=None, means=None, marked_at=None, marked_by=None, note=None),
        execution_options={"synchronize_session": False},
    )


async def close(tx: AsyncSession, meeting_id: int, *, at: datetime) -> None:
    """Give everybody whom nobody marked what becomes of them at the close (study.meetings.at_close)."""
    unmarked = (Attendee.meeting_id == meeting_id, Attendee.mark.is_(None))
    asked = select(Leave.member_id).where(
        Leave.meeting_id == meeting_id, Leave.state.in_([state.value for state in STANDING])
    )
    closing: Sequence[tuple[Any, Mark]] = (
        (Attendee.member_id.in_(asked), Mark.LEAVE),
        (Attendee.duty == Duty.MUST.value, Mark.ABSENT),
    )
    for whose, mark in closing:
        await tx.execute(
            update(Attendee)
            .where(*unmarked, whose)
            .values(mark=mark.value, means=Means.CLOSE.value, marked_at=at),
            execution_options={"synchronize_session": False},
        )


async def open_for(tx: AsyncSession, member_id: int, *, now: datetime) -> Sequence[int]:
    """Planned meetings on whose roll somebody is and whose check-in has not ended, the soonest first."""
    query = (
        select(Meeting.id)
        .join(Attendee, Attendee.meeting_id == Meeting.id)
        .where(Attendee.member_id == member_id, Meeting.state == State.PLANNED.value, Meeting.closes_at > now)
        .order_by(Meeting.starts_at)
    )
    return (await tx.scalars(query)).all()
