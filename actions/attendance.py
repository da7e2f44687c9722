"""Who came: the board, marking by name, and the close, after which the unmarked are absent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, briefs, invitations, ledger, live, motions, reach, rolls, signatures, summons
from actions.actors import Who
from actions.app import App
from actions.briefs import Brief
from actions.motions import Tally
from actions.reach import Leaf
from actions.rolls import One
from storage import attendance, audit, groups, leaves, meetings, members
from storage.meetings import Held
from study import meetings as rules
from study import votes
from study.calendar import day_of
from study.changes import What
from study.meetings import Count, Duty, Mark, Means, Reason, State
from study.members import Actor, NoSuchMember, Permission
from study.points import Action

MOST_NAMED = 30  # missing people named on a board


@dataclass(frozen=True)
class Board:
    """A meeting as its secretary sees it. `missing` names who is expected and not marked, the first of `count.open`;
    None where no names are shown. `quorum` is for kinds that vote, before and after the motion on hand."""

    brief: Brief
    count: Count
    missing: tuple[str, ...] | None
    leaves_waiting: int
    quorum: int | None
    motion: Tally | None
    leads: bool = False


@dataclass(frozen=True)
class Guest:
    """Somebody who may be asked in, or is on the roll already."""

    member_id: int
    name: str
    unit: str
    mark: Mark | None
    on_roll: bool


@dataclass(frozen=True)
class Guests:
    """A page of whoever a query may mean."""

    brief: Brief
    query: str
    people: tuple[Guest, ...]
    leaf: Leaf


async def board(app: App, who: Who, *, meeting_id: int) -> Board:
    """The meeting as it stands now, for those who keep it."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.kept(tx, actor, meeting_id)
        await rolls.fresh(app, tx, held)
        leads = actor.may(Permission.KEEP_MEETINGS, held.unit.path)
        return await _board(app, tx, held, names=True, leads=leads)


async def drawn(app: App, meeting_id: int, chat_id: int) -> Board | None:
    """The board for the chat it stands in: a keeper's own, or a group's, with names only if the group has them.

    None when whoever it is must not see it any more.
    """
    async with app.db.reading() as tx:
        held = await meetings.find(tx, meeting_id)
        if held is None:
            return None
        if chat_id < 0:
            bound = await groups.find(tx, chat_id)
            if bound is None or bound.group.removed_at is not None or bound.unit.id != held.unit.id:
                return None
            return await _board(app, tx, held, names=bound.group.names_shown, leads=False)
        found = await members.by_chat(tx, chat_id)
        if found is None:
            return None
        actor = await actors.load(tx, chat_id)
        if not briefs.keeps(actor, held):
            return None
        leads = actor.may(Permission.KEEP_MEETINGS, held.unit.path)
        return await _board(app, tx, held, names=True, leads=leads)


async def mark(
    app: App, who: Who, *, meeting_id: int, member_id: int, mark: Mark | None, note: str = ""
) -> One:
    """Mark somebody by name, or take the mark back; who did it and why stays. After the close a reason is asked for.

    Raises NoNote, MeetingLocked, NotYet for somebody who cannot have come yet.
    """
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        # Locked, so that a close at the same moment comes wholly before or after.
        held = await briefs.kept(tx, actor, meeting_id, lock=True)
        await _mark(app, tx, actor, held, member_id, mark, note)
        return await rolls.one_within(app, tx, actor, held, member_id)


async def tick(app: App, who: Who, *, meeting_id: int, member_id: int, note: str) -> One:
    """Somebody in the list of the unmarked is there; whoever has come meanwhile stays as they are.

    Raises MeetingClosed: such a list may be an old one, and after the close one says why.
    """
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.kept(tx, actor, meeting_id, lock=True)
        briefs.ensure_planned(held)
        row = await attendance.find(tx, meeting_id, member_id)
        if row is None or row.mark not in rules.CAME:
            await _mark(app, tx, actor, held, member_id, Mark.PRESENT, note)
        return await rolls.one_within(app, tx, actor, held, member_id)


async def find(app: App, who: Who, *, meeting_id: int, query: str, page: int = 0) -> Guests:
    """People whom the query may mean: of the meeting's unit, and of whatever else the actor keeps meetings in; and, for a
    secretary who types the whole name, of the committee's other units, by name and unit alone."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.kept(tx, actor, meeting_id)
        there = await attendance.rows(tx, meeting_id)
        paths = (held.unit.path, *actor.reach(Permission.KEEP_MEETINGS))
        found = await reach.people(tx, paths, query)
        if actor.may(Permission.KEEP_MEETINGS, held.unit.path):
            within = {one.id for one, _ in found}
            anywhere = await reach.people(tx, ["/"], query)
            found += [
                (one, unit) for one, unit in anywhere if one.id not in within and _is_named(one.name, query)
            ]
        found.sort(key=lambda one: one[0].id not in there)  # those on the roll first
        leaf = reach.leaf(len(found), page)
        people = []
        for member, unit in reach.cut(found, leaf):
            row = there.get(member.id)
            known = Mark(row.mark) if row and row.mark else None
            people.append(Guest(member.id, member.name, unit.name, known, row is not None))
        return Guests(await briefs.brief(app, tx, held), query, tuple(people), leaf)


async def ask_in(app: App, who: Who, *, meeting_id: int, member_id: int, named: str = "") -> One:
    """Put somebody on the roll who was not expected (列席): may come, and has no vote. Audited.

    Out of the actor's reach, a secretary may ask in whoever they called by the whole name (`named`). Raises NotAllowed.
    """
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.kept(tx, actor, meeting_id, lock=True)
        rolls.ensure_unlocked(held)
        member = await members.find(tx, member_id)
        if member is None or member.left_at is not None:
            raise NoSuchMember()
        unit = await reach.home(tx, member)
        if not unit.path.startswith(held.unit.path):
            called = _is_named(member.name, named) and actor.may(Permission.KEEP_MEETINGS, held.unit.path)
            if not called:
                actor.require(Permission.KEEP_MEETINGS, unit.path)
        if await attendance.find(tx, meeting_id, member_id) is None:
            await attendance.put(
                tx,
                [
                    {
                        "meeting_id": meeting_id,
                        "member_id": member_id,
                        "duty": Duty.MAY.value,
                        "votes": False,
                        "reason": Reason.GUEST.value,
                    }
                ],
            )
            audit.note(
                tx,
                at=app.clock(),
                actor_id=actor.member_id,
                action="roll.guest",
                unit_id=held.unit.id,
                member_id=member_id,
                meeting=meeting_id,
            )
            await signatures.changed(app, tx, actor, held, What.GUEST, member_id=member_id)
            await invitations.include(app, tx, held)
            await live.touch(app, tx, briefs.subject(meeting_id))
        return await rolls.one_within(app, tx, actor, held, member_id)


async def close(app: App, who: Who, *, meeting_id: int) -> Board:
    """Close the meeting, once: whoever is unmarked becomes absent. Raises NotBegun, MeetingClosed."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.kept(tx, actor, meeting_id, lock=True)
        briefs.ensure_planned(held)
        if app.clock() < held.meeting.starts_at:
            raise rules.NotBegun()
        await _close(app, tx, held, by=actor.member_id)
        leads = actor.may(Permission.KEEP_MEETINGS, held.unit.path)
        return await _board(app, tx, await briefs.find(tx, meeting_id), names=True, leads=leads)


async def close_due(app: App) -> int:
    """Close every meeting whose check-in has ended; how many there were. Each in a transaction of its own."""
    async with app.db.reading() as tx:
        due = await meetings.to_close(tx, now=app.clock())
    closed = 0
    for meeting_id in due:
        async with app.db.writing() as tx:
            held = await meetings.find(tx, meeting_id, lock=True)
            if held is not None and held.meeting.state == State.PLANNED:
                await _close(app, tx, held, by=None)
                closed += 1
    return closed


# --- within a transaction -------------------------------------------------------------------------


def _is_named(name: str, query: str) -> bool:
    """Whether the query is the whole name: who knows it may invite, and nobody can leaf through other units."""
    return "".join(query.split()) == "".join(name.split())


async def _mark(
    app: App, tx: AsyncSession, actor: Actor, held: Held, member_id: int, mark: Mark | None, note: str
) -> None:
    """The meeting is locked."""
    rolls.ensure_unlocked(held)
    await rolls.fresh(app, tx, held)
    note = " ".join(note.split())
    meeting, now = held.meeting, app.clock()
    closed = meeting.state == State.CLOSED
    if closed and (not note or mark is None):
        raise rules.NoNote()
    if len(note) > rules.LONGEST_NOTE:
        raise rules.BadMeeting(most=rules.LONGEST_NOTE)
    if mark in (Mark.PRESENT, Mark.LATE, Mark.ABSENT) and now < app.meetings.opens_at(meeting.starts_at):
        raise rules.NotBegun()
    row = await attendance.find(tx, meeting.id, member_id, lock=True)
    if row is None:
        raise rules.NotOnRoll()
    before, same = row.mark, (row.mark, row.note or "") == (mark, note)
    row.mark = mark.value if mark else None
    row.means = Means.HAND.value if mark else None
    row.marked_at, row.marked_by = (now, actor.member_id) if mark else (None, None)
    row.note = note or None
    await tx.flush()
    audit.note(
        tx,
        at=now,
        actor_id=actor.member_id,
        action="attendance.marked",
        unit_id=held.unit.id,
        member_id=member_id,
        meeting=meeting.id,
        before=before,
        after=row.mark,
        after_close=closed,
    )
    if not same:
        await signatures.changed(
            app, tx, actor, held, What.MARK, member_id=member_id, before=before, after=row.mark, note=note
        )
    if closed and (before in rules.CAME) is not (mark in rules.CAME):
        await _settle_points(app, tx, actor, held, member_id, came=mark in rules.CAME)
    elif not closed and mark in rules.CAME and (member := await members.find(tx, member_id)):
        await summons.answered(app, tx, held, member_id)
        await motions.ask_newcomer(app, tx, held, member_id=member_id, account=member.telegram_id)
    await live.touch(app, tx, briefs.subject(meeting.id))


async def _close(app: App, tx: AsyncSession, held: Held, *, by: int | None) -> None:
    """The meeting is locked, and open."""
    meeting, now = held.meeting, app.clock()
    await rolls.lay(app, tx, held)
    await motions.close_open(app, tx, held, by=by)
    await meetings.close_once(tx, meeting.id, at=now, by=by)
    await attendance.close(tx, meeting.id, at=now)
    await _reward(app, tx, held, await attendance.came(tx, meeting.id))
    audit.note(
        tx,
        at=now,
        actor_id=by,
        action="meeting.closed" if by is not None else "meeting.closed_itself",
        unit_id=held.unit.id,
        meeting=meeting.id,
    )
    await live.finish(app, tx, briefs.subject(meeting.id))


async def _reward(app: App, tx: AsyncSession, held: Held, member_ids: Sequence[int]) -> None:
    """Points for coming, by the committee's own rule, once a meeting."""
    await ledger.book_for(
        app,
        tx,
        member_ids,
        Action.ATTENDANCE,
        key=_key(held),
        day=_day(held),
        details=_details(held),
    )


def _key(held: Held) -> str:
    """What points for coming to the meeting are booked under."""
    return f"attendance:{held.meeting.id}"


def _day(held: Held) -> date:
    return day_of(held.meeting.starts_at, briefs.zone_of(held))


def _details(held: Held) -> dict[str, object]:
    return {"meeting": held.meeting.id, "title": held.meeting.title}


async def _settle_points(
    app: App, tx: AsyncSession, actor: Actor, held: Held, member_id: int, *, came: bool
) -> None:
    """A mark was corrected after the close: points for coming follow it, by a line of the ledger that says why."""
    key = f"{_key(held)}:{member_id}"
    if not came:
        await ledger.take_back(app, tx, member_id, key=key, because="mark", by=actor.member_id)
        return
    await ledger.give_again(
        app,
        tx,
        member_id,
        Action.ATTENDANCE,
        key=key,
        day=_day(held),
        because="mark",
        details=_details(held),
        by=actor.member_id,
    )


async def _board(app: App, tx: AsyncSession, held: Held, *, names: bool, leads: bool) -> Board:
    brief = await briefs.brief(app, tx, held)
    count = await attendance.count(tx, held.meeting.id)
    missing = await attendance.missing(tx, held.meeting.id, limit=MOST_NAMED) if names else None
    rule = brief.kind.rule
    return Board(
        brief=brief,
        count=count,
        missing=tuple(missing) if missing is not None else None,
        leaves_waiting=await leaves.waiting(tx, held.meeting.id),
        quorum=votes.quorum(rule, count.voters) if rule else None,
        motion=await motions.on_hand(tx, held, count) if rule else None,
        leads=leads,
    )
