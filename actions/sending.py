"""Notices on their way: at a time, every month, held, let go, called off, and tried again."""

import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, live, notices
from actions.actors import Console, Who
from actions.app import App
from actions.notices import Look
from storage import audit, outbox
from storage import notices as records
from storage.tables import Notice, Unit
from study.calendar import DEFAULT_ZONE, day_of, minute_of, moment
from study.delivery import Lane
from study.members import NotAllowed, NotJoined, Permission
from study.notices import LATE, UNDER_WAY, Monthly, OutOfReach, State, TooSoon, check
from study.refusal import Refusal

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Held:
    """A broadcast held or called off. `in_hand` copies are with a courier and may still arrive; `called_off` never go."""

    in_hand: int
    called_off: int = 0


async def schedule(app: App, who: Who, *, notice_id: int, at: datetime) -> Look:
    """Send a draft at that moment, or what waits at another; whom it means is decided then. Raises TooSoon."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await notices.editable(app, tx, actor, notice_id)
        if at <= app.clock():
            raise TooSoon()
        check(notice.body, notices.PIECES.validate_python(notice.media))
        notice.state, notice.send_at, notice.repeats = State.SCHEDULED.value, at, None
        _note(app, tx, actor.member_id, "notice.scheduled", notice, unit, when=at.isoformat())
        return await notices.seen_by(app, tx, actor, notice, unit)


async def repeat(app: App, who: Who, *, notice_id: int, day: int, minute: int) -> Look:
    """Send a draft, or what waits, every month on this day (1 to 31, in short months the last), at this minute of the
    local day."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await notices.editable(app, tx, actor, notice_id)
        check(notice.body, notices.PIECES.validate_python(notice.media))
        monthly = Monthly(min(max(day, 1), 31), min(max(minute, 0), 24 * 60 - 1))
        notice.state, notice.repeats = State.REPEATING.value, asdict(monthly)
        notice.send_at = _next(app, unit, monthly)
        _note(app, tx, actor.member_id, "notice.repeated", notice, unit, when=notice.send_at.isoformat())
        return await notices.seen_by(app, tx, actor, notice, unit)


async def unschedule(app: App, who: Who, *, notice_id: int) -> Look:
    """Make a notice that waits for its time, or repeats, a draft again."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await notices.within_reach(tx, actor, notice_id, lock=True)
        notices.require_state(notice, State.SCHEDULED, State.REPEATING)
        notice.state, notice.send_at, notice.repeats = State.DRAFT.value, None, None
        notice.author_id = actor.member_id
        _note(app, tx, actor.member_id, "notice.unscheduled", notice, unit)
        return await notices.seen_by(app, tx, actor, notice, unit)


async def pause(app: App, who: Who, *, notice_id: int) -> Held:
    """Hold back every copy that no courier has in hand."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, _ = await notices.within_reach(tx, actor, notice_id, lock=True)
        notices.require_state(notice, State.SENDING)
        notice.state = State.PAUSED.value
        held = Held(await records.hold(tx, notice.id))
        await live.touch(app, tx, f"notice:{notice.id}")
        return held


async def resume(app: App, who: Who, *, notice_id: int) -> None:
    """Go on with a broadcast that was paused, or that Telegram had refused; then the refused copies are tried again."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await notices.within_reach(tx, actor, notice_id, lock=True)
        notices.require_state(notice, State.PAUSED, State.STOPPED)
        notice.state, notice.refusal, notice.finished_at = State.SENDING.value, None, None
        await records.requeue(tx, notice.id)
        not_before = await notices.moments(app, tx, notice, unit)
        await records.queue_copies(tx, notice.id, now=app.clock(), not_before=not_before)
        await records.let_go(tx, notice.id, not_before=not_before)
        await live.touch(app, tx, f"notice:{notice.id}")


async def cancel(app: App, who: Who, *, notice_id: int) -> Held:
    """Call off what has not gone yet; who has it keeps it."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await notices.within_reach(tx, actor, notice_id, lock=True)
        notices.require_state(notice, *UNDER_WAY)
        notice.state = State.CANCELLED.value
        called_off = await records.call_off(tx, notice.id, now=app.clock())
        in_hand = (await records.tally(tx, notice.id)).left
        if not in_hand:
            notice.finished_at = app.clock()
        _note(app, tx, actor.member_id, "notice.cancelled", notice, unit, called_off=called_off)
        await live.touch(app, tx, f"notice:{notice.id}", at_once=True)
        return Held(in_hand, called_off)


async def retry(app: App, who: Who, *, notice_id: int) -> int:
    """Try the copies again that were not delivered though they might be now; how many. Raises OutOfReach."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await notices.within_reach(tx, actor, notice_id, lock=True)
        notices.require_state(notice, State.SENT)
        again = await records.requeue(tx, notice.id)
        if not again:
            raise OutOfReach()
        notice.state, notice.finished_at = State.SENDING.value, None
        not_before = await notices.moments(app, tx, notice, unit)
        await records.queue_copies(tx, notice.id, now=app.clock(), not_before=not_before)
        _note(app, tx, actor.member_id, "notice.retried", notice, unit, copies=again)
        await live.touch(app, tx, f"notice:{notice.id}")
        return again


# --- the timetable's ------------------------------------------------------------------------------


async def send_due(app: App) -> int:
    """Send the notices whose time has come; how many. May run twice or late: each is sent once, and a monthly one whose
    day was missed for longer than LATE waits for the next month."""
    async with app.db.reading() as tx:
        due = await records.due(tx, now=app.clock())
    return sum([await _send_due(app, notice_id) for notice_id in due])


async def _send_due(app: App, notice_id: int) -> int:
    try:
        async with app.db.writing() as tx:
            found = await records.lock(tx, notice_id)
            if found is None or found[0].send_at is None or found[0].send_at > app.clock():
                return 0
            notice, unit = found
            if notice.state == State.SCHEDULED:
                await _send_as_author(app, tx, notice, unit)
                return 1
            return await _send_monthly(app, tx, notice, unit) if notice.state == State.REPEATING else 0
    except Refusal as refusal:
        logger.warning("notice %s could not be sent at its time: %s", notice_id, refusal.key)
        await _give_up(app, notice_id, refusal)
        return 0


async def _send_monthly(app: App, tx: AsyncSession, notice: Notice, unit: Unit) -> int:
    """Make this month's notice of a repeating one, and send it."""
    assert notice.send_at is not None and notice.repeats is not None
    due, monthly = notice.send_at, Monthly(**notice.repeats)
    notice.send_at = _next(app, unit, monthly)
    if app.clock() - due > LATE:
        logger.warning("notice %s missed its day by too long; it waits for next month", notice.id)
        return 0
    made = await records.add_once(
        tx,
        unit_id=notice.unit_id,
        author_id=notice.author_id,
        at=app.clock(),
        parent_id=notice.id,
        day_on=day_of(due, unit.timezone or DEFAULT_ZONE),
        **{name: getattr(notice, name) for name in COPIED},
    )
    if made is None:
        return 0
    found = await records.lock(tx, made)
    assert found is not None
    await _send_as_author(app, tx, *found)
    return 1


COPIED = ("title", "body", "media", "audience", "receipt", "urgent_reason", "column", "template")


async def _send_as_author(app: App, tx: AsyncSession, notice: Notice, unit: Unit) -> None:
    """Send what its author may still send."""
    who: Who = Console.SHELL
    if notice.author_id is not None:
        author = await records.author(tx, notice)
        if author is None or author.telegram_id is None:
            raise NotJoined()
        who = author.telegram_id
    actor = await actors.load(tx, who)
    actor.require(Permission.SEND_NOTICES, unit.path)
    await notices.send(app, tx, actor, notice, unit)


async def _give_up(app: App, notice_id: int, refusal: Refusal) -> None:
    """Let the author know why a notice did not go out. If they still may send, it is a draft again, or, one that repeats,
    waits for the next month."""
    async with app.db.writing() as tx:
        found = await records.lock(tx, notice_id)
        if found is None:
            return
        notice, unit = found
        due = notice.send_at
        if isinstance(refusal, NotAllowed | NotJoined):
            notice.state = State.CANCELLED.value
        elif notice.state == State.REPEATING:
            assert notice.repeats is not None
            notice.send_at = _next(app, unit, Monthly(**notice.repeats))
        else:
            notice.state, notice.send_at = State.DRAFT.value, None
        _note(app, tx, None, "notice.not_sent", notice, unit, reason=refusal.key)
        author = await records.author(tx, notice)
        if author is not None and author.telegram_id is not None and due is not None:
            await outbox.put(
                tx,
                key=f"notice-unsent:{notice.id}:{due.timestamp():.0f}",
                chat_id=author.telegram_id,
                member_id=author.id,
                letter="notice-unsent",
                payload={"notice": notice.id, "refusal": refusal.key, "params": refusal.params},
                lane=Lane.PERSONAL,
                not_before=app.when_awake(unit.timezone),
            )


def _next(app: App, unit: Unit, monthly: Monthly) -> datetime:
    zone = unit.timezone or DEFAULT_ZONE
    now = app.clock()
    return moment(monthly.next_due(day_of(now, zone), minute_of(now, zone)), monthly.minute, zone)


def _note(
    app: App, tx: AsyncSession, actor_id: int | None, action: str, notice: Notice, unit: Unit, **details: Any
) -> None:
    audit.note(
        tx, at=app.clock(), actor_id=actor_id, action=action, unit_id=unit.id, notice=notice.id, **details
    )
