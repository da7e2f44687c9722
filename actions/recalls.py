"""Second thoughts about a sent notice: its words corrected in every copy, or all copies taken back."""

from dataclasses import dataclass

from actions import actors, copies, live, notices
from actions.actors import Who
from actions.app import App
from storage import audit, outbox
from storage import notices as records
from study import notices as rules
from study.notices import RECALL, UNDER_WAY, State


@dataclass(frozen=True)
class Withdrawn:
    """`deleting` copies are being deleted, `kept` are older than Telegram lets us delete, `called_off` never go."""

    deleting: int
    kept: int
    called_off: int


async def correct(app: App, who: Who, *, notice_id: int, body: str) -> int:
    """Put other words into a notice that is out: copies that arrived are edited, those on their way have them already;
    how many are to be edited. Raises what is wrong with the words."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await notices.within_reach(tx, actor, notice_id, lock=True)
        notices.require_state(notice, State.SENT, State.CANCELLED, *UNDER_WAY)
        media = notices.PIECES.validate_python(notice.media)
        rules.check(body, media)
        notice.body, notice.title = body, rules.title(body, media)
        notice.revision += 1
        await tx.flush()
        arrived = await records.sent(tx, notice_id)
        await outbox.put_many(tx, (copies.edit(notice, one, at=app.clock()) for one in arrived))
        audit.note(
            tx,
            at=app.clock(),
            actor_id=actor.member_id,
            action="notice.corrected",
            unit_id=unit.id,
            notice=notice_id,
            copies=len(arrived),
        )
        await live.touch(app, tx, f"notice:{notice_id}")
        return len(arrived)


async def withdraw(app: App, who: Who, *, notice_id: int) -> Withdrawn:
    """Take a notice back: what has not gone stays here, what arrived within 48 hours is deleted."""
    now = app.clock()
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await notices.within_reach(tx, actor, notice_id, lock=True)
        notices.require_state(notice, State.SENT, State.CANCELLED, *UNDER_WAY)
        notice.state, notice.withdrawn_at = State.WITHDRAWN.value, now
        called_off = await records.call_off(tx, notice_id, now=now)
        if notice.finished_at is None and not await records.any_queued(tx, notice_id):
            notice.finished_at = now
        arrived = await records.sent(tx, notice_id)
        young = await records.sent(tx, notice_id, since=now - RECALL)
        await outbox.put_many(tx, (copies.deletion(notice, one, at=now) for one in young))
        audit.note(
            tx,
            at=now,
            actor_id=actor.member_id,
            action="notice.withdrawn",
            unit_id=unit.id,
            notice=notice_id,
            copies=len(young),
        )
        await live.touch(app, tx, f"notice:{notice_id}", at_once=True)
        return Withdrawn(len(young), len(arrived) - len(young), called_off)
