"""Leave from a meeting: asked before it starts with a reason, decided with one tap. It is not absence."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, briefs, invitations, live, reach, rolls, signatures, summons
from actions.actors import Who
from actions.app import App
from actions.briefs import Brief
from actions.reach import Leaf
from storage import attendance, audit, leaves, meetings, outbox, roles
from storage.leaves import Asked
from storage.meetings import Held
from storage.tables import Leave, Member
from study import leave as rules
from study.calendar import local
from study.changes import What
from study.delivery import Lane
from study.leave import State
from study.meetings import Duty, Mark, MeetingCancelled, MeetingClosed, NotOnRoll, Reason, Roll
from study.members import Actor, Role


@dataclass(frozen=True)
class Mine:
    """A meeting to come, and how one stands to it."""

    brief: Brief
    duty: Duty | None
    mark: Mark | None
    leave: State | None


@dataclass(frozen=True)
class Ahead:
    """A page of one's meetings to come."""

    meetings: tuple[Mine, ...]
    leaf: Leaf


@dataclass(frozen=True)
class Request:
    """A request as whoever decides sees it. `at` is local."""

    leave_id: int
    brief: Brief
    name: str
    reason: str
    state: State
    at: datetime


@dataclass(frozen=True)
class Requests:
    """A page of the requests for one meeting."""

    brief: Brief
    requests: tuple[Request, ...]
    leaf: Leaf


async def ahead(app: App, who: Who, *, page: int = 0) -> Ahead:
    """One's meetings to come, the soonest first."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        member_id = actor.own_id()
        found = await _expected_at(app, tx, actor)
        leaf = reach.leaf(len(found), page)
        shown = reach.cut(found, leaf)
        asked = await leaves.of_member(tx, member_id, [held.meeting.id for held in shown])
        return Ahead(tuple([await _mine(app, tx, held, member_id, asked) for held in shown]), leaf)


async def look(app: App, who: Who, *, meeting_id: int) -> Mine:
    """One meeting of one's own. Raises NotOnRoll."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        member_id = actor.own_id()
        held = await briefs.find(tx, meeting_id)
        if not await _is_expected(app, tx, actor, held):
            raise NotOnRoll()
        asked = await leaves.of_member(tx, member_id, [meeting_id])
        return await _mine(app, tx, held, member_id, asked)


async def ask(app: App, who: Who, *, meeting_id: int, reason: str, message_id: int | None = None) -> Mine:
    """Ask for leave; the secretaries hear of it. `reason` is a Ground or one's own few words.

    Raises TooLate once the meeting has begun, AskedAlready, HereAlready, BadReason.
    """
    reason = rules.checked_reason(reason)
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        member_id = actor.own_id()
        held = await briefs.find(tx, meeting_id, lock=True)
        briefs.ensure_planned(held)
        now = app.clock()
        if now >= held.meeting.starts_at:
            raise rules.TooLate()
        await rolls.lay(app, tx, held)
        row = await attendance.find(tx, meeting_id, member_id)
        if row is None:
            raise NotOnRoll()
        if row.mark is not None:
            raise rules.HereAlready()
        leave_id = await leaves.ask_once(
            tx, meeting_id=meeting_id, member_id=member_id, reason=reason, at=now
        )
        if leave_id is None:
            raise rules.AskedAlready()
        await summons.answered(app, tx, held, member_id, but=message_id)
        await _call(app, tx, held, leave_id, member_id)
        await live.touch(app, tx, briefs.subject(meeting_id))
        asked = await leaves.of_member(tx, member_id, [meeting_id])
        return await _mine(app, tx, held, member_id, asked)


async def withdraw(app: App, who: Who, *, meeting_id: int) -> Mine:
    """Take one's request back, while the meeting is not closed: one comes after all."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        member_id = actor.own_id()
        held = await briefs.find(tx, meeting_id, lock=True)
        briefs.ensure_planned(held)
        request = await leaves.of(tx, meeting_id, member_id)
        if request is None or request.state not in rules.STANDING:
            raise rules.NoSuchLeave()
        request.state, request.decided_at, request.decided_by = State.WITHDRAWN.value, app.clock(), member_id
        row = await attendance.find(tx, meeting_id, member_id, lock=True)
        if row is not None and row.mark == Mark.LEAVE:
            row.mark = row.means = row.marked_at = row.marked_by = None
        await tx.flush()
        await invitations.answered(app, tx, held, member_id)
        await live.touch(app, tx, briefs.subject(meeting_id))
        return await _mine(app, tx, held, member_id, {meeting_id: request})


async def of_meeting(app: App, who: Who, *, meeting_id: int, page: int = 0) -> Requests:
    """Every request for a meeting, for those who keep it."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.kept(tx, actor, meeting_id)
        found = await leaves.of_meeting(tx, meeting_id)
        leaf = reach.leaf(len(found), page)
        brief = await briefs.brief(app, tx, held)
        zone = briefs.zone_of(held)
        shown = tuple(_request(brief, row, member, zone) for row, member in reach.cut(found, leaf))
        return Requests(brief, shown, leaf)


async def decide(app: App, who: Who, *, leave_id: int, approve: bool) -> Request:
    """Approve or decline a request, once; the member is told. Raises DecidedAlready, OwnLeave."""
    state = State.APPROVED if approve else State.DECLINED
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        asked = await leaves.find(tx, leave_id)
        if asked is None:
            raise rules.NoSuchLeave()
        # The meeting before the request, in the order of everybody who changes both.
        held = await briefs.kept(tx, actor, asked.meeting.id, lock=True)
        asked = await leaves.find(tx, leave_id, lock=True)
        if asked is None or asked.leave.state == State.WITHDRAWN:
            raise rules.NoSuchLeave()
        if asked.member.id == actor.member_id and await _somebody_else(tx, held, asked.member.id):
            raise rules.OwnLeave()
        _ensure_decidable(held)
        if not await leaves.decide_once(tx, leave_id, state=state, by=actor.member_id, at=app.clock()):
            raise rules.DecidedAlready(state=asked.leave.state)
        await tx.refresh(asked.leave)
        await _settle(app, tx, actor, held, asked, approve=approve)
        audit.note(
            tx,
            at=app.clock(),
            actor_id=actor.member_id,
            action=f"leave.{state.value}",
            unit_id=held.unit.id,
            member_id=asked.member.id,
            meeting=held.meeting.id,
        )
        await invitations.answered(app, tx, held, asked.member.id)
        await _tell(app, tx, held, asked)
        await live.touch(app, tx, briefs.subject(held.meeting.id))
        brief = await briefs.brief(app, tx, held)
        return _request(brief, asked.leave, asked.member, briefs.zone_of(held))


async def letter(app: App, leave_id: int) -> Request | None:
    """What a letter about a request tells when it is sent; None once it is gone."""
    async with app.db.reading() as tx:
        asked = await leaves.find(tx, leave_id)
        if asked is None or asked.leave.state == State.WITHDRAWN:
            return None
        held = Held(asked.meeting, asked.unit)
        brief = await briefs.brief(app, tx, held)
        return _request(brief, asked.leave, asked.member, briefs.zone_of(held))


# --- within a transaction -------------------------------------------------------------------------


async def _expected_at(app: App, tx: AsyncSession, actor: Actor) -> list[Held]:
    """Meetings to come of one's unit and those above it, of committees one sits on, and those one is on the roll of."""
    unit_ids = [int(part) for part in actor.unit_path.strip("/").split("/")]
    seated = await meetings.seated(tx, actor.own_id())
    found = await meetings.ahead(tx, actor.own_id(), {*unit_ids, *seated}, now=app.clock())
    return [held for held in found if await _is_expected(app, tx, actor, held)]


async def _is_expected(app: App, tx: AsyncSession, actor: Actor, held: Held) -> bool:
    row = await attendance.find(tx, held.meeting.id, actor.own_id())
    if rolls.is_fixed(app, held) or (row is not None and row.reason == Reason.GUEST):
        return row is not None
    kind = app.meetings.kind(held.meeting.kind, held.meeting.own)
    if kind.roll is Roll.COMMITTEE:
        return held.unit.id in await meetings.seated(tx, actor.own_id())
    return actor.unit_path.startswith(held.unit.path)


async def _mine(app: App, tx: AsyncSession, held: Held, member_id: int, asked: dict[int, Leave]) -> Mine:
    row = await attendance.find(tx, held.meeting.id, member_id)
    request = asked.get(held.meeting.id)
    return Mine(
        brief=await briefs.brief(app, tx, held),
        duty=Duty(row.duty) if row else None,
        mark=Mark(row.mark) if row and row.mark else None,
        leave=State(request.state) if request else None,
    )


def _request(brief: Brief, row: Leave, member: Member, zone: str) -> Request:
    return Request(row.id, brief, member.name, row.reason, State(row.state), local(row.asked_at, zone))


def _ensure_decidable(held: Held) -> None:
    """A request that nobody decided in time can still be decided until the record is locked."""
    if held.meeting.cancelled_at is not None:
        raise MeetingCancelled()
    if held.meeting.locked_at is not None:
        raise MeetingClosed()


async def _settle(
    app: App, tx: AsyncSession, actor: Actor, held: Held, asked: Asked, *, approve: bool
) -> None:
    """Write the decision onto the roll, unless the member has come after all."""
    row = await attendance.find(tx, held.meeting.id, asked.member.id, lock=True)
    if row is None or row.mark in (Mark.PRESENT, Mark.LATE):
        return
    before = row.mark
    if approve:
        row.mark, row.marked_at, row.marked_by = Mark.LEAVE.value, app.clock(), actor.member_id
    elif row.mark == Mark.LEAVE:
        # Closed meanwhile with the request undecided, which counted as leave.
        row.mark = Mark.ABSENT.value if held.meeting.closed_at and row.duty == Duty.MUST else None
    await tx.flush()
    if row.mark != before:
        await signatures.changed(
            app, tx, actor, held, What.LEAVE, member_id=asked.member.id, before=before, after=row.mark
        )


async def _somebody_else(tx: AsyncSession, held: Held, member_id: int) -> bool:
    """Whether another secretary could decide."""
    able = await roles.holders_reaching(tx, Role.SECRETARY, held.unit.path)
    return any(one.id != member_id for one in able)


async def _call(app: App, tx: AsyncSession, held: Held, leave_id: int, member_id: int) -> None:
    """A word with buttons to the secretaries of the unit itself, or, where it has none, of those above."""
    holders = await roles.holders_reaching(tx, Role.SECRETARY, held.unit.path)
    able = [one for one in holders if one.id != member_id]
    posts = await roles.posts_of(tx, [one.id for one in able])
    near = [one for one in able if any(post.unit_path == held.unit.path for post in posts.get(one.id, ()))]
    for one in near or able:
        if one.telegram_id is None or one.blocked_at is not None:
            continue
        await outbox.put(
            tx,
            key=f"leave:{leave_id}:{app.clock().timestamp():.0f}:{one.id}",
            chat_id=one.telegram_id,
            member_id=one.id,
            letter="leave",
            payload={"leave": leave_id},
            lane=Lane.PERSONAL,
            not_before=min(app.when_awake(held.unit.timezone), held.meeting.starts_at),
        )


async def _tell(app: App, tx: AsyncSession, held: Held, asked: Asked) -> None:
    """The member hears of the decision."""
    member = asked.member
    if member.telegram_id is None or member.blocked_at is not None:
        return
    await outbox.put(
        tx,
        key=f"leave:{asked.leave.id}:{app.clock().timestamp():.0f}:told",
        chat_id=member.telegram_id,
        member_id=member.id,
        letter="leave-told",
        payload={"leave": asked.leave.id},
        lane=Lane.PERSONAL,
        not_before=app.when_awake(held.unit.timezone),
    )
