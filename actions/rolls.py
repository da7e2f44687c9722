"""The roll of a meeting: taken from the roster until check-in opens, corrected by name, each with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, briefs, reach, signatures
from actions.actors import Who
from actions.app import App
from actions.briefs import Brief
from actions.reach import Leaf
from actions.signatures import Correction
from storage import attendance, audit, meetings, members
from storage.attendance import Line
from storage.meetings import Held
from storage.tables import Attendee, Member
from study import meetings as rules
from study.calendar import DEFAULT_ZONE, day_of, local
from study.changes import What
from study.leave import State as LeaveState
from study.meetings import Count, Duty, Expected, Mark, Means, Person, Reason, Roll, State
from study.members import Actor, MemberKind, Permission, Standing

NAMES = 16  # shown at a time


class Part(StrEnum):
    """Which part of a roll is shown."""

    ALL = "all"
    OPEN = "open"  # not marked yet
    CAME = "came"
    AWAY = "away"  # on leave or absent


@dataclass(frozen=True)
class Name:
    """One line of a roll as it is shown. `at` is local; `reason` None: not for the eyes of whoever asks."""

    member_id: int
    name: str
    duty: Duty
    votes: bool
    reason: Reason | None
    corrected: bool
    mark: Mark | None
    means: Means | None
    at: datetime | None
    note: str | None
    leave: LeaveState | None
    joined: bool


@dataclass(frozen=True)
class Names:
    """A page of a roll."""

    brief: Brief
    count: Count
    part: Part
    names: tuple[Name, ...]
    leaf: Leaf


@dataclass(frozen=True)
class One:
    """One person of a roll, with what a secretary may change of them. `leads`: of the roster's facts too."""

    brief: Brief
    name: Name
    standing: Standing
    excused_until: date | None
    marked_by: str | None
    leads: bool
    history: tuple[Correction, ...] = ()  # whatever was changed by hand about this line, in order


async def page(app: App, who: Who, *, meeting_id: int, part: Part = Part.ALL, page: int = 0) -> Names:
    """The roll as it is now."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.kept(tx, actor, meeting_id)
        await fresh(app, tx, held)
        lines = [line for line in await attendance.lines(tx, meeting_id) if _is_in(part, line)]
        leaf = reach.leaf(len(lines), page, size=NAMES)
        return Names(
            brief=await briefs.brief(app, tx, held),
            count=await attendance.count(tx, meeting_id),
            part=part,
            names=tuple(name_of(line, briefs.zone_of(held)) for line in reach.cut(lines, leaf, size=NAMES)),
            leaf=leaf,
        )


async def one(app: App, who: Who, *, meeting_id: int, member_id: int) -> One:
    """One person of the roll."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        return await one_within(app, tx, actor, await briefs.kept(tx, actor, meeting_id), member_id)


async def facts(app: App, who: Who, *, meeting_id: int, member_id: int) -> One:
    """The same with how the member stands in the Party: for whoever keeps meetings of their unit, no recorder."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.kept(tx, actor, meeting_id)
        await reach.member(tx, actor, Permission.KEEP_MEETINGS, member_id)
        return await one_within(app, tx, actor, held, member_id)


async def correct(
    app: App,
    who: Who,
    *,
    meeting_id: int,
    member_id: int,
    duty: Duty | None = None,
    votes: bool | None = None,
) -> One:
    """Whether somebody must come, or votes, otherwise than the roster has it; audited, and kept at later looks."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.led(tx, actor, meeting_id, lock=True)
        ensure_unlocked(held)
        await fresh(app, tx, held)
        row = await _row(tx, held, member_id)
        before, mark_before = {"duty": row.duty, "votes": row.votes}, row.mark
        row.duty = duty.value if duty else row.duty
        row.votes = row.votes if votes is None else votes
        row.corrected_by = actor.member_id or 0
        if held.meeting.state == State.CLOSED and row.means == Means.CLOSE:
            on_leave = row.mark == Mark.LEAVE
            mark = rules.at_close(Duty(row.duty), on_leave=on_leave)
            row.mark = mark.value if mark else None
        audit.note(
            tx,
            at=app.clock(),
            actor_id=actor.member_id,
            action="roll.corrected",
            unit_id=held.unit.id,
            member_id=member_id,
            meeting=meeting_id,
            before=before,
            after={"duty": row.duty, "votes": row.votes},
        )
        for what, was, now in (
            (What.DUTY, before["duty"], row.duty),
            (What.VOTES, before["votes"], row.votes),
            (What.MARK, mark_before, row.mark),
        ):
            if was != now:
                await signatures.changed(
                    app, tx, actor, held, what, member_id=member_id, before=was, after=now
                )
        return await one_within(app, tx, actor, held, member_id)


async def stand(app: App, who: Who, *, meeting_id: int, member_id: int, standing: Standing) -> One:
    """How a member stands in the Party, for this roll and all to come. Asked of whoever keeps meetings of their unit."""
    return await _change_member(
        app,
        who,
        meeting_id=meeting_id,
        member_id=member_id,
        action="member.standing",
        standing=standing.value,
    )


async def excuse(app: App, who: Who, *, meeting_id: int, member_id: int, months: int) -> One:
    """Nothing is asked of a frail or seriously ill member for so many months from today; 0 ends it. Never why."""
    today = day_of(app.clock(), DEFAULT_ZONE)
    until = _months_on(today, months) if months else None
    return await _change_member(
        app, who, meeting_id=meeting_id, member_id=member_id, action="member.excused", excused_until=until
    )


async def _change_member(
    app: App, who: Who, *, meeting_id: int, member_id: int, action: str, **values: str | date | None
) -> One:
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.kept(tx, actor, meeting_id, lock=True)
        member, unit = await reach.member(tx, actor, Permission.KEEP_MEETINGS, member_id, lock=True)
        for name, value in values.items():
            setattr(member, name, value)
        audit.note(
            tx,
            at=app.clock(),
            actor_id=actor.member_id,
            action=action,
            unit_id=unit.id,
            member_id=member_id,
            **{
                name: value.isoformat() if isinstance(value, date) else value
                for name, value in values.items()
            },
        )
        await tx.flush()
        await lay(app, tx, held)
        return await one_within(app, tx, actor, held, member_id)


# --- within a transaction -------------------------------------------------------------------------


def is_fixed(app: App, held: Held) -> bool:
    """Whether the roll stays as it is: check-in has opened since it was taken, or the meeting is over."""
    rolled_at = held.meeting.rolled_at
    opened = rolled_at is not None and rolled_at >= app.meetings.opens_at(held.meeting.starts_at)
    return opened or held.meeting.state != State.PLANNED


async def fresh(app: App, tx: AsyncSession, held: Held) -> None:
    """Take the roll anew unless it is fixed; once check-in has opened this is the last time."""
    if not is_fixed(app, held):
        locked = await briefs.find(tx, held.meeting.id, lock=True)
        await lay(app, tx, locked)


async def lay(app: App, tx: AsyncSession, held: Held) -> None:
    """Take the roll from the roster as it is now; the meeting has to be locked. A fixed roll stays as it is.

    What a secretary corrected stays, and so does whoever is marked already.
    """
    if is_fixed(app, held):
        return
    meeting = held.meeting
    kind = app.meetings.kind(meeting.kind, meeting.own)
    day = day_of(meeting.starts_at, briefs.zone_of(held))
    if kind.roll is Roll.COMMITTEE:
        people: Sequence[Member] = [member for _, member in await meetings.seats(tx, held.unit.id)]
    else:
        people = await members.active(tx, held.unit.path)
    wanted = {
        member.id: rules.expected(kind, _person(member, day), optional=app.meetings.optional)
        for member in people
    }
    there = await attendance.rows(tx, meeting.id)
    await attendance.put(
        tx,
        [
            _values(meeting.id, member_id, want)
            for member_id, want in wanted.items()
            if member_id not in there
        ],
    )
    gone = []
    for row in there.values():
        if row.corrected_by is not None or row.reason == Reason.GUEST:
            continue
        want = wanted.get(row.member_id)
        if want is not None:
            row.duty, row.votes, row.reason = want.duty.value, want.votes, want.reason.value
        elif row.mark is None:
            gone.append(row.member_id)
    await tx.flush()
    if gone:
        await attendance.strike(tx, meeting.id, gone)
    meeting.rolled_at = app.clock()
    await tx.flush()


def ensure_unlocked(held: Held) -> None:
    """Raise MeetingCancelled or MeetingLocked when nothing about the roll can change any more."""
    if held.meeting.state == State.CANCELLED:
        raise rules.MeetingCancelled()
    if held.meeting.locked_at is not None:
        raise rules.MeetingLocked()


def name_of(line: Line, zone: str) -> Name:
    row = line.row
    return Name(
        member_id=row.member_id,
        name=line.member.name,
        duty=Duty(row.duty),
        votes=row.votes,
        reason=Reason(row.reason),
        corrected=row.corrected_by is not None,
        mark=Mark(row.mark) if row.mark else None,
        means=Means(row.means) if row.means else None,
        at=local(row.marked_at, zone) if row.marked_at else None,
        note=row.note,
        leave=LeaveState(line.leave) if line.leave else None,
        joined=line.member.telegram_id is not None,
    )


async def _row(tx: AsyncSession, held: Held, member_id: int) -> Attendee:
    row = await attendance.find(tx, held.meeting.id, member_id)
    if row is None:
        raise rules.NotOnRoll()
    return row


async def one_within(app: App, tx: AsyncSession, actor: Actor, held: Held, member_id: int) -> One:
    line = await attendance.line(tx, held.meeting.id, member_id)
    if line is None:
        raise rules.NotOnRoll()
    by = await members.find(tx, line.row.marked_by) if line.row.marked_by else None
    home = await reach.home(tx, line.member)
    leads = actor.may(Permission.KEEP_MEETINGS, home.path)
    name = name_of(line, briefs.zone_of(held))
    if not leads and name.reason in rules.PRIVATE:
        name = replace(name, reason=None)
    return One(
        brief=await briefs.brief(app, tx, held),
        name=name,
        standing=Standing(line.member.standing),
        excused_until=line.member.excused_until,
        marked_by=by.name if by else None,
        leads=leads,
        history=await signatures.history(tx, held, member_id=member_id),
    )


def _is_in(part: Part, line: Line) -> bool:
    mark = line.row.mark
    match part:
        case Part.ALL:
            return True
        case Part.OPEN:
            return mark is None
        case Part.CAME:
            return mark in rules.CAME
        case Part.AWAY:
            return mark in (Mark.LEAVE, Mark.ABSENT)


def _person(member: Member, day: date) -> Person:
    return Person(
        kind=MemberKind(member.kind),
        can_vote=member.can_vote,
        standing=Standing(member.standing),
        excused=member.excused_until is not None and day <= member.excused_until,
    )


def _values(meeting_id: int, member_id: int, want: Expected) -> dict[str, object]:
    return {
        "meeting_id": meeting_id,
        "member_id": member_id,
        "duty": want.duty.value,
        "votes": want.votes,
        "reason": want.reason.value,
    }


def _months_on(day: date, months: int) -> date:
    """The last day of the month so many months on, so that nobody counts days."""
    month = day.month + months + 1
    return date(day.year + (month - 1) // 12, (month - 1) % 12 + 1, 1) - timedelta(days=1)
