"""Letters about a meeting: a reminder the day before and when check-in opens, changes of plan. The invitation is a notice.

What a letter says is decided when it is sent: one of an earlier plan says nothing, and a reminder only reaches those
who have not answered. Whoever muted the bot gets the invitation and changes of plan, and no reminders. Reminders keep
to the waking hours: what falls into the night comes in the morning, unless the meeting has begun by then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from actions import briefs, invitations, live, rolls
from actions.app import App
from actions.briefs import Brief
from storage import attendance, groups, leaves, meetings, members, outbox
from storage import summons as records
from storage.meetings import Held
from storage.outbox import Draft
from storage.tables import Member
from study import leave
from study.calendar import waking
from study.delivery import Lane
from study.meetings import Duty, State

DAY = timedelta(days=1)
HARDLY_WORTH = timedelta(hours=3)  # planned later than so long before the start: one reminder is enough


class What(StrEnum):
    DAY = "day"
    SOON = "soon"
    MOVED = "moved"
    CANCELLED = "cancelled"


REMINDERS = (What.DAY, What.SOON)


@dataclass(frozen=True)
class Summons:
    """What a letter about a meeting says to one person."""

    what: What
    brief: Brief
    duty: Duty
    votes: bool
    can_leave: bool
    received: bool | None = None  # whether the plan is confirmed; None: not asked for


async def remind_due(app: App) -> int:
    """Take the roll and remind, the day before and when check-in opens, each plan once; how many meetings it was."""
    async with app.db.reading() as tx:
        due = [
            held.meeting.id
            for held in await meetings.to_remind(tx, starts_before=app.clock() + DAY, now=app.clock())
            if _what_is_due(app, held, app.clock())
        ]
    for meeting_id in due:
        async with app.db.writing() as tx:
            held = await briefs.find(tx, meeting_id, lock=True)
            for what in _what_is_due(app, held, app.clock()):
                await _remind(app, tx, held, what)
    return len(due)


async def letter(app: App, *, meeting_id: int, revision: int, what: What, account: int) -> Summons | None:
    """What a letter says when it is sent; None when it has nothing to say (any more)."""
    async with app.db.reading() as tx:
        held = await meetings.find(tx, meeting_id)
        found = await members.by_chat(tx, account)
        if held is None or found is None or held.meeting.revision != revision:
            return None
        row = await attendance.find(tx, meeting_id, found.member.id)
        if row is None or (held.meeting.state != State.PLANNED) is not (what is What.CANCELLED):
            return None
        asked = await leaves.of(tx, meeting_id, found.member.id)
        answered = row.mark is not None or (asked is not None and asked.state in leave.STANDING)
        if what in REMINDERS and (answered or found.member.muted):
            return None
        copy = await records.copy_of(tx, meeting_id, found.member.id) if what is What.MOVED else None
        return Summons(
            what=what,
            brief=await briefs.brief(app, tx, held),
            duty=Duty(row.duty),
            votes=row.votes,
            can_leave=not answered and app.clock() < held.meeting.starts_at,
            received=copy.seen_at is not None if copy else None,
        )


# --- within a transaction -------------------------------------------------------------------------


async def tell(app: App, tx: AsyncSession, held: Held, what: What) -> None:
    """Tell everybody who may have heard of the meeting that it was moved or called off. The meeting is locked."""
    await invitations.follow(app, tx, held, anew=what is What.MOVED)
    if held.meeting.invited_at is not None or held.meeting.day_told or held.meeting.soon_told:
        await _send(app, tx, held, what, await records.everybody(tx, held.meeting.id))


async def answered(app: App, tx: AsyncSession, held: Held, member_id: int, *, but: int | None = None) -> None:
    """Somebody has checked in or asked for leave: the reminders go from their chat, all but the message in hand, and the
    invitation says so."""
    await invitations.answered(app, tx, held, member_id, but=but)
    if not held.meeting.day_told and not held.meeting.soon_told:
        return
    keys = [_key(held, what, member_id) for what in REMINDERS]
    for chat_id, message_id in await records.sent(tx, keys):
        if message_id != but:
            await outbox.put(
                tx,
                key=f"unsay:{chat_id}:{message_id}",
                chat_id=chat_id,
                letter="unsay",
                payload={"message": message_id},
                lane=Lane.PERSONAL,
                not_before=app.clock(),
            )


async def _remind(app: App, tx: AsyncSession, held: Held, what: What) -> None:
    meeting = held.meeting
    await rolls.lay(app, tx, held)
    people = [one for one in await records.unanswered(tx, meeting.id) if not one.muted]
    await _send(app, tx, held, what, people)
    if what is What.SOON:
        meeting.soon_told = meeting.day_told = meeting.revision
        await _put_up_boards(app, tx, held)
    else:
        meeting.day_told = meeting.revision


async def _put_up_boards(app: App, tx: AsyncSession, held: Held) -> None:
    """The board, which keeps itself true, for the host, the recorder and the groups of the unit; none by night."""
    if app.when_awake(held.unit.timezone) > app.clock():
        return
    chats = [group.chat_id for group in await groups.of_unit(tx, held.unit.id)]
    for member_id in {held.meeting.host_id, held.meeting.recorder_id} - {None}:
        member = await members.find(tx, member_id or 0)
        if member is not None and _reachable(member):
            chats.append(member.telegram_id or 0)
    for chat_id in chats:
        await live.post(
            app, tx, briefs.subject(held.meeting.id), chat_id=chat_id, edition=held.meeting.revision
        )


def _what_is_due(app: App, held: Held, now: datetime) -> list[What]:
    meeting = held.meeting
    if meeting.state != State.PLANNED or now >= meeting.closes_at:
        return []
    opens_at = app.meetings.opens_at(meeting.starts_at)
    if now >= opens_at:
        return [What.SOON] if meeting.soon_told < meeting.revision else []
    fits = meeting.starts_at - DAY <= now < meeting.starts_at - HARDLY_WORTH
    return [What.DAY] if fits and meeting.day_told < meeting.revision else []


async def _send(app: App, tx: AsyncSession, held: Held, what: What, people: Sequence[Member]) -> None:
    meeting, now = held.meeting, app.clock()
    when = waking(now, briefs.zone_of(held), quiet_from=app.quiet_from, quiet_until=app.quiet_until)
    # A change of plan that only a night's sleep away is too late has to be told at once.
    if what in (What.MOVED, What.CANCELLED) and when >= meeting.starts_at:
        when = now
    # The reminder of the day before is void once check-in has opened: the next one asks to check in.
    ends = {What.DAY: app.meetings.opens_at(meeting.starts_at), What.SOON: meeting.late_at}
    ends_at = ends.get(what, meeting.closes_at)
    if what not in (What.MOVED, What.CANCELLED) and when >= ends_at:
        return
    await outbox.put_many(
        tx,
        (
            Draft(
                key=_key(held, what, member.id),
                chat_id=member.telegram_id or 0,
                letter="meeting",
                payload={"meeting": meeting.id, "revision": meeting.revision, "what": what.value},
                lane=Lane.PERSONAL if what is What.SOON else Lane.BULK,
                member_id=member.id,
                not_before=when,
                expires_at=max(ends_at, when + DAY) if what in (What.MOVED, What.CANCELLED) else ends_at,
            )
            for member in people
            if _reachable(member)
        ),
    )


def _reachable(member: Member) -> bool:
    return member.telegram_id is not None and member.blocked_at is None and member.left_at is None


def _key(held: Held, what: What, member_id: int) -> str:
    return f"meeting:{held.meeting.id}:{held.meeting.revision}:{what.value}:{member_id}"
