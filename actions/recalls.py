"""Second thoughts about a sent notice: it is corrected in every copy, or all copies are taken back."""

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, copies, live, notices
from actions.actors import Who
from actions.app import App
from actions.notices import Look
from storage import audit, outbox
from storage import notices as records
from storage.tables import Notice, Unit
from study import notices as rules
from study.meetings import FollowsMeeting
from study.members import Actor
from study.notices import OUT, RECALL, AlbumStays, Piece, State


@dataclass(frozen=True)
class Withdrawn:
    """`deleting` copies are being deleted, `kept` are older than Telegram lets us delete, `called_off` never go."""

    deleting: int
    kept: int
    called_off: int


async def corrected(app: App, who: Who, *, notice_id: int, body: str, piece: Piece | None = None) -> Look:
    """A notice that is out as it would be with other words, and with another picture or file; nothing is changed yet.
    Raises what is wrong with it, and AlbumStays."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await _out(tx, actor, notice_id)
        words, media = _corrected(notice, body, piece)
        found = await notices.seen_by(app, tx, actor, notice, unit)
        return replace(found, body=words, media=media)


async def correct(app: App, who: Who, *, notice_id: int, body: str, piece: Piece | None = None) -> int:
    """Put other words, and another picture or file, into a notice that is out: copies that arrived are edited, those on
    their way have them already; how many are to be edited. A picture without words keeps those of the notice. Raises
    what is wrong with it, and AlbumStays."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await _out(tx, actor, notice_id, lock=True)
        notices.put_words(notice, *_corrected(notice, body, piece))
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


async def _out(tx: AsyncSession, actor: Actor, notice_id: int, *, lock: bool = False) -> tuple[Notice, Unit]:
    """A notice that some people may have. Raises FollowsMeeting for an invitation, which says what its meeting is."""
    notice, unit = await notices.within_reach(tx, actor, notice_id, lock=lock)
    notices.require_state(notice, *OUT)
    if notice.meeting_id is not None:
        raise FollowsMeeting()
    return notice, unit


def _corrected(notice: Notice, body: str, piece: Piece | None) -> tuple[str, tuple[Piece, ...]]:
    """What the notice is to say. Telegram turns neither one message into several nor several into one."""
    media = notices.PIECES.validate_python(notice.media)
    words = body
    if piece is not None:
        if len(media) > 1 or piece.group is not None:
            raise AlbumStays()
        words, media = body or notice.body, (piece,)
    rules.check(words, media)
    return words, media


async def withdraw(app: App, who: Who, *, notice_id: int) -> Withdrawn:
    """Take a notice back: what has not gone stays here, what arrived within 48 hours is deleted, with its reminders."""
    now = app.clock()
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await _out(tx, actor, notice_id, lock=True)
        notice.state, notice.withdrawn_at = State.WITHDRAWN.value, now
        called_off = await records.call_off(tx, notice_id, now=now)
        if notice.finished_at is None and not await records.any_queued(tx, notice_id):
            notice.finished_at = now
        arrived = await records.sent(tx, notice_id)
        young = await records.sent(tx, notice_id, since=now - RECALL)
        await outbox.put_many(tx, (copies.deletion(notice, one, at=now) for one in young))
        reminders = await records.all_reminders(tx, notice_id, since=now - RECALL)
        await outbox.put_many(tx, (copies.unsaid(*one, at=now) for one in reminders))
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
