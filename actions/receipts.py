"""「收到」: confirming a notice, and reminding those who have not."""

from dataclasses import dataclass

from actions import actors, live, notices
from actions.actors import Who
from actions.app import App
from storage import audit, outbox
from storage import notices as records
from storage.outbox import Draft
from study.calendar import DEFAULT_ZONE, day_of
from study.notices import NoSuchNotice, NothingToDo, State, TakenBack


@dataclass(frozen=True)
class Confirmed:
    """A notice confirmed. `fresh`: just now; `own`: their own copy, not one in a group."""

    notice_id: int
    fresh: bool
    own: bool


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
        own = fresh or await records.has_copy(tx, notice_id, member_id)
        if not own:
            # They read it in the group that it was posted to.
            if not actor.unit_path.startswith(unit.path) or not await records.in_group(tx, notice_id):
                raise NoSuchNotice()
            fresh = await records.add_confirmed(tx, notice_id, member_id, at=app.clock())
        if fresh:
            await live.touch(app, tx, f"notice:{notice_id}")
        return Confirmed(notice_id, fresh, own)


async def has_seen(app: App, *, notice_id: int, member_id: int) -> bool:
    """Whether this member has confirmed the notice; asked when a reminder is about to go."""
    async with app.db.reading() as tx:
        return await records.has_confirmed(tx, notice_id, member_id)


async def remind(app: App, who: Who, *, notice_id: int) -> int:
    """Remind those who have a copy and have not confirmed it, quietly and once a local day at most; how many.
    Raises NothingToDo."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await notices.within_reach(tx, actor, notice_id, lock=True)
        notices.require_state(notice, State.SENDING, State.PAUSED, State.SENT, State.CANCELLED)
        when = app.when_awake(unit.timezone)
        today = day_of(when, unit.timezone or DEFAULT_ZONE)
        waiting = await records.to_remind(tx, notice_id, day=today) if notice.receipt else []
        if not waiting:
            raise NothingToDo()
        await outbox.put_many(
            tx,
            (
                Draft(
                    key=f"{records.REMIND}:{notice_id}:{today}:{copy.chat_id}",
                    chat_id=copy.chat_id,
                    member_id=copy.member_id,
                    letter=records.REMIND,
                    payload={"reply_to": copy.message_ids[0]},
                    not_before=when,
                    notice_id=notice_id,
                )
                for copy in waiting
            ),
        )
        await records.set_reminded(tx, notice_id, [copy.chat_id for copy in waiting], day=today)
        audit.note(
            tx,
            at=app.clock(),
            actor_id=actor.member_id,
            action="notice.reminded",
            unit_id=unit.id,
            notice=notice_id,
            people=len(waiting),
        )
        return len(waiting)
