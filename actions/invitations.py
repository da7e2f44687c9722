"""The invitation to a meeting: a notice to everybody on the roll, confirmed with 「收到」, with a report by name.

Its words are those of the meeting at the moment it is sent or edited, so it follows moves and cancellations; and each
copy follows its reader: who has asked for leave or checked in has answered, and sees that in place of the buttons.
Whoever muted the bot gets it too, in the waking hours.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, briefs, copies, live, notices, rolls
from actions.actors import Who
from actions.app import App
from actions.briefs import Brief
from storage import attendance, audit, leaves, meetings, members, outbox
from storage import notices as records
from storage import summons as sent
from storage.meetings import Held
from storage.tables import Notice
from study import meetings as rules
from study.audience import Audience
from study.delivery import Lane
from study.leave import STANDING
from study.meetings import Duty, Mark, Stage
from study.notices import UNDER_WAY, Fate, State

LETTER = "invited"  # brings one copy up to date


class Answer(StrEnum):
    """What somebody has answered to an invitation."""

    NONE = "none"
    LEAVE = "leave"
    HERE = "here"


@dataclass(frozen=True)
class Invited:
    """How many were sent the invitation just now; `again`: it had been sent before, and these were missing. `unreached`
    have no chat."""

    brief: Brief
    notice_id: int
    people: int
    unreached: int
    again: bool


@dataclass(frozen=True)
class Invitation:
    """What somebody's copy says now; `received`: confirmed."""

    brief: Brief
    duty: Duty
    answer: Answer
    received: bool
    can_leave: bool


async def invite(app: App, who: Who, *, meeting_id: int) -> Invited:
    """Send the invitation to everybody on the roll; once more, to those it has not reached. Raises MeetingCancelled,
    MeetingClosed."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.led(tx, actor, meeting_id, lock=True)
        briefs.ensure_planned(held)
        await rolls.lay(app, tx, held)
        notice = await sent.invitation(tx, meeting_id, lock=True)
        again = notice is not None
        if notice is None:
            notice = await _announce(app, tx, held, author_id=actor.member_id)
            held.meeting.invited_at = app.clock()
            audit.note(
                tx,
                at=app.clock(),
                actor_id=actor.member_id,
                action="meeting.invited",
                unit_id=held.unit.id,
                meeting=meeting_id,
            )
        else:
            await records.requeue(tx, notice.id)
        people = await _deliver(app, tx, held, notice)
        tally = await records.tally(tx, notice.id)
        return Invited(
            brief=await briefs.brief(app, tx, held),
            notice_id=notice.id,
            people=people,
            unreached=tally.of(Fate.NOT_JOINED, Fate.BLOCKED, Fate.UNREACHABLE),
            again=again,
        )


async def receive(app: App, who: Who, *, meeting_id: int, message_id: int | None = None) -> Invitation:
    """Confirm the invitation; a second time changes nothing. `message_id` is the message with the button, which shows
    that itself. Raises NotOnRoll for whoever was not invited."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        held = await briefs.find(tx, meeting_id)
        copy = await sent.copy_of(tx, meeting_id, actor.own_id())
        if copy is None:
            raise rules.NotOnRoll()
        if await sent.receive(tx, copy.notice_id, actor.own_id(), at=app.clock()):
            await live.touch(app, tx, f"notice:{copy.notice_id}")
            await _bring_up_to_date(app, tx, meeting_id, actor.own_id(), copy, but=message_id)
        found = await _shown(app, tx, held, actor.own_id())
        if found is None:
            raise rules.NotOnRoll()
        return found


async def shown(app: App, *, meeting_id: int, member_id: int) -> Invitation | None:
    """What somebody's copy says now; None for whoever is not on the roll any more."""
    async with app.db.reading() as tx:
        held = await meetings.find(tx, meeting_id)
        return await _shown(app, tx, held, member_id) if held else None


async def worth_sending(app: App, *, meeting_id: int) -> bool:
    """Whether the invitation still invites: not once the meeting is over or called off."""
    async with app.db.reading() as tx:
        held = await meetings.find(tx, meeting_id)
        return held is not None and (await briefs.brief(app, tx, held)).stage in (Stage.AHEAD, Stage.OPEN)


# --- within a transaction -------------------------------------------------------------------------


async def include(app: App, tx: AsyncSession, held: Held) -> None:
    """Somebody has been put on the roll: they are invited too, if the others are. The meeting is locked."""
    if held.meeting.invited_at is not None and held.meeting.state == rules.State.PLANNED:
        notice = await sent.invitation(tx, held.meeting.id, lock=True)
        if notice is not None:
            await _deliver(app, tx, held, notice)


async def follow(app: App, tx: AsyncSession, held: Held, *, anew: bool = False) -> None:
    """The plan has changed, and so do the copies. With `anew` it has to be confirmed again. The meeting is locked."""
    if held.meeting.invited_at is None:
        return
    notice = await sent.invitation(tx, held.meeting.id, lock=True)
    if notice is None:
        return
    notice.title, notice.body = _title(held), held.meeting.title
    notice.revision += 1
    if held.meeting.state == rules.State.CANCELLED:
        await records.call_off(tx, notice.id, now=app.clock())
        if notice.state in UNDER_WAY and not await records.any_queued(tx, notice.id):
            notice.state, notice.finished_at = State.CANCELLED.value, app.clock()
    if anew:
        await sent.ask_anew(tx, notice.id)
    await tx.flush()
    arrived = await records.sent(tx, notice.id)
    await outbox.put_many(tx, (copies.edit(notice, one, at=app.clock()) for one in arrived))
    await live.touch(app, tx, f"notice:{notice.id}")


async def answered(app: App, tx: AsyncSession, held: Held, member_id: int, *, but: int | None = None) -> None:
    """Somebody has checked in, asked for leave, or taken that back: their copy says so, unless it is the message in hand,
    and the invitation has been received."""
    if held.meeting.invited_at is None:
        return
    copy = await sent.copy_of(tx, held.meeting.id, member_id)
    if copy is not None:
        await sent.receive(tx, copy.notice_id, member_id, at=app.clock())
        await _bring_up_to_date(app, tx, held.meeting.id, member_id, copy, but=but)


async def _announce(app: App, tx: AsyncSession, held: Held, *, author_id: int | None) -> Notice:
    await records.add_once(
        tx,
        unit_id=held.unit.id,
        author_id=author_id,
        at=app.clock(),
        source=f"invitation:{held.meeting.id}",
        title=_title(held),
        body=held.meeting.title,
        audience=Audience(units=(held.unit.id,)).stored(),
        receipt=True,
        meeting_id=held.meeting.id,
        state=State.SENDING.value,
        announced_at=app.clock(),
    )
    notice = await sent.invitation(tx, held.meeting.id, lock=True)
    assert notice is not None
    return notice


async def _deliver(app: App, tx: AsyncSession, held: Held, notice: Notice) -> int:
    """Queue a copy for everybody on the roll who has none; how many. The notice is locked."""
    await sent.add_recipients(tx, notice.id, held.meeting.id)
    not_before = await notices.moments(app, tx, notice, held.unit)
    queued = await records.queue_copies(tx, notice.id, now=app.clock(), not_before=not_before)
    if queued:
        notice.state, notice.finished_at = State.SENDING.value, None
    elif notice.state == State.SENDING and not await records.any_queued(tx, notice.id):
        notice.state, notice.finished_at = State.SENT.value, app.clock()
    await tx.flush()
    await live.touch(app, tx, f"notice:{notice.id}")
    return queued


async def _bring_up_to_date(
    app: App, tx: AsyncSession, meeting_id: int, member_id: int, copy: sent.Copy, *, but: int | None
) -> None:
    if copy.message_id is None or copy.chat_id is None or copy.message_id == but:
        return
    await outbox.put(
        tx,
        key=f"{LETTER}:{copy.notice_id}:{member_id}:{app.clock().timestamp():.3f}",
        chat_id=copy.chat_id,
        member_id=member_id,
        letter=LETTER,
        payload={"meeting": meeting_id, "message": copy.message_id},
        lane=Lane.PERSONAL,
        not_before=app.clock(),
    )


async def _shown(app: App, tx: AsyncSession, held: Held, member_id: int) -> Invitation | None:
    row = await attendance.find(tx, held.meeting.id, member_id)
    member = await members.find(tx, member_id)
    if row is None or member is None or member.left_at is not None:
        return None
    asked = await leaves.of(tx, held.meeting.id, member_id)
    on_leave = row.mark == Mark.LEAVE or (asked is not None and asked.state in STANDING)
    answer = Answer.HERE if row.mark in rules.CAME else Answer.LEAVE if on_leave else Answer.NONE
    copy = await sent.copy_of(tx, held.meeting.id, member_id)
    return Invitation(
        brief=await briefs.brief(app, tx, held),
        duty=Duty(row.duty),
        answer=answer,
        received=copy is not None and copy.seen_at is not None,
        can_leave=answer is Answer.NONE and app.clock() < held.meeting.starts_at,
    )


def _title(held: Held) -> str:
    """What the notice is called; in Chinese, as the record is kept."""
    return f"会议通知：{held.meeting.title}"
