"""「收到」: confirming a notice, and reminding those who have not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from actions import actors, live, notices
from actions.actors import Who
from actions.app import App
from storage import audit, outbox
from storage import notices as records
from storage.notices import Sent
from storage.outbox import Draft
from storage.tables import Notice
from study.notices import NoSuchNotice, NothingToDo, State, TakenBack


@dataclass(frozen=True)
class Confirmed:
    """A notice confirmed. `fresh`: just now; `own`: their own copy, not one in a group. `asking` are the messages in
    their private chat that asked them to."""

    notice_id: int
    fresh: bool
    own: bool
    asking: tuple[int, ...]


async def confirm(app: App, who: Who, *, notice_id: int) -> Confirmed:
    """Confirm that one has seen the notice; a second time changes nothing. Raises NoSuchNotice for what was not for
    oneself, and TakenBack when it was withdrawn."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        member_id = actor.own_id()
        found = await records.find(tx, notice_id)
        if found is None:
            raise NoSuchNotice()
        notice, unit = found
        if notice.state == State.WITHDRAWN:
            raise TakenBack()
        fresh = await records.confirm_once(tx, notice_id, member_id, at=app.clock())
        copy = await records.own_copy(tx, notice_id, member_id)
        if copy is None:
            # They read it in the group that it was posted to.
            if not actor.unit_path.startswith(unit.path) or not await records.in_group(tx, notice_id):
                raise NoSuchNotice()
            fresh = await records.add_confirmed(tx, notice_id, member_id, at=app.clock())
        if fresh:
            await live.touch(app, tx, f"notice:{notice_id}")
        asking = _asking(notice, copy or ()) + await records.reminders(tx, notice_id, member_id)
        return Confirmed(notice_id, fresh, copy is not None, tuple(asking))


def _asking(notice: Notice, messages: Sequence[int]) -> list[int]:
    """Which message of a copy has the button: the only one, or that which follows an album."""
    pieces = len(notice.media)
    return [*messages[pieces : pieces + 1]] if pieces > 1 else [*messages[:1]]


async def has_seen(app: App, *, notice_id: int, member_id: int) -> bool:
    """Whether this member has confirmed the notice; asked when a reminder is about to go."""
    async with app.db.reading() as tx:
        return await records.has_confirmed(tx, notice_id, member_id)


async def remind(app: App, who: Who, *, notice_id: int) -> int:
    """Remind those who have a copy and have not confirmed it, quietly, once a day at most and not by night, both by the
    clock where their unit is; how many. Raises NothingToDo."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await notices.within_reach(tx, actor, notice_id, lock=True)
        notices.require_state(notice, State.SENDING, State.PAUSED, State.SENT, State.CANCELLED)
        people = 0
        for zone, day, when in await notices.mornings(app, tx, unit) if notice.receipt else ():
            waiting = await records.to_remind(tx, notice_id, zone=zone, day=day)
            await outbox.put_many(tx, (_reminder(notice_id, copy, day=day, when=when) for copy in waiting))
            await records.set_reminded(tx, notice_id, [copy.chat_id for copy in waiting], day=day)
            people += len(waiting)
        if not people:
            raise NothingToDo()
        audit.note(
            tx,
            at=app.clock(),
            actor_id=actor.member_id,
            action="notice.reminded",
            unit_id=unit.id,
            notice=notice_id,
            people=people,
        )
        return people


def _reminder(notice_id: int, copy: Sent, *, day: date, when: datetime) -> Draft:
    return Draft(
        key=f"{records.REMIND}:{notice_id}:{day}:{copy.chat_id}",
        chat_id=copy.chat_id,
        member_id=copy.member_id,
        letter=records.REMIND,
        payload={"reply_to": copy.message_ids[0]},
        not_before=when,
        notice_id=notice_id,
    )
