"""How a notice stands: while it is being sent, and afterwards with names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, notices, reach
from actions.actors import Who
from actions.app import App
from actions.reach import Leaf
from storage import members
from storage import notices as records
from storage.notices import Copy
from storage.tables import Notice, Unit
from study.calendar import DEFAULT_ZONE
from study.members import Permission
from study.notices import RECALL, Fate, State, Tally, seconds_left

LATELY = timedelta(minutes=1)
TRIED_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Changing:
    """How far the copies are corrected, or deleted: `done` of `total`, `failed` of them could not be changed."""

    done: int
    total: int
    failed: int


@dataclass(frozen=True)
class Report:
    """A notice on its way or through. `begins_at` is when held-back copies may go, `seconds` how long the rest takes;
    `seen` of `asked` have confirmed; `to_remind` may be reminded today; `recallable` copies can still be deleted."""

    id: int
    title: str
    state: State
    unit: str
    zone: str
    tally: Tally
    receipt: bool
    asked: int
    seen: int
    to_remind: int
    announced_at: datetime | None
    finished_at: datetime | None
    begins_at: datetime | None
    seconds: float
    urgent: bool
    refusal: str | None
    changing: Changing | None
    recallable: int
    pieces: int  # pictures or files
    column: str | None = None
    meeting_id: int | None = None  # it invites to this meeting


@dataclass(frozen=True)
class Names:
    """A page of names with what became of their copies."""

    report: Report
    copies: tuple[Copy, ...]
    leaf: Leaf


@dataclass(frozen=True)
class Sheet:
    """Every copy of a notice, to be exported."""

    report: Report
    copies: tuple[Copy, ...]


async def report(app: App, who: Who, *, notice_id: int) -> Report:
    """How a notice stands that is out."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        return await _report(app, tx, *await notices.within_reach(tx, actor, notice_id))


async def drawn(app: App, notice_id: int, *, chat_id: int) -> Report | None:
    """The same for a message kept true in a chat; None when its reader may not see it any more."""
    async with app.db.reading() as tx:
        found = await records.find(tx, notice_id)
        reader = await members.by_chat(tx, chat_id)
        if found is None or reader is None:
            return None
        actor = await actors.load(tx, chat_id)
        if not actor.may(Permission.SEND_NOTICES, found[1].path):
            return None
        return await _report(app, tx, *found)


async def names(
    app: App, who: Who, *, notice_id: int, fates: Sequence[Fate], unseen: bool = False, page: int = 0
) -> Names:
    """Those whose copies came to one of these ends (or who have not confirmed), a page at a time."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await notices.within_reach(tx, actor, notice_id)
        total = await records.count_copies(tx, notice_id, fates=fates, unseen=unseen)
        leaf = reach.leaf(total, page, size=notices.NAMES)
        found = await records.copies(
            tx, notice_id, fates=fates, unseen=unseen, limit=notices.NAMES, offset=leaf.page * notices.NAMES
        )
        return Names(await _report(app, tx, notice, unit), tuple(found), leaf)


async def export(app: App, who: Who, *, notice_id: int) -> Sheet:
    """Every copy with what became of it."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await notices.within_reach(tx, actor, notice_id)
        return Sheet(await _report(app, tx, notice, unit), tuple(await records.copies(tx, notice_id)))


async def _report(app: App, tx: AsyncSession, notice: Notice, unit: Unit) -> Report:
    now = app.clock()
    tally = await records.tally(tx, notice.id)
    begins_at = await records.begins_at(tx, notice.id) if tally.left else None
    # A copy that is only being tried again goes before long, unless it is night.
    quiet = app.when_awake(unit.timezone) > now
    waits = begins_at is not None and begins_at > (now if quiet else now + TRIED_AGAIN)
    # As fast as lately: nights, pauses and earlier tries do not count.
    done, since = await records.settled_since(tx, notice.id, now - LATELY) if tally.left else (0, None)
    zone = unit.timezone or DEFAULT_ZONE
    to_remind = 0
    if notice.receipt:
        for there, day, _ in await notices.mornings(app, tx, unit):
            to_remind += await records.count_to_remind(tx, notice.id, zone=there, day=day)
    each = notices.messages_each(notice)
    letter = records.DELETE if notice.state == State.WITHDRAWN else records.EDIT
    changes = await records.changes(tx, notice, letter)
    return Report(
        id=notice.id,
        title=notice.title,
        state=State(notice.state),
        unit=unit.name,
        zone=zone,
        tally=tally,
        receipt=notice.receipt,
        asked=await records.count_asked(tx, notice.id),
        seen=tally.seen,
        to_remind=to_remind,
        announced_at=notice.announced_at,
        finished_at=notice.finished_at,
        begins_at=begins_at if waits and notice.state == State.SENDING else None,
        seconds=seconds_left(
            tally.left * each,
            rate=app.rate,
            done=done * each,
            elapsed=(now - since).total_seconds() if since else 0.0,
        ),
        urgent=notice.urgent_reason is not None,
        refusal=notice.refusal,
        changing=Changing(*changes) if changes else None,
        recallable=await records.count_sent(tx, notice.id, since=now - RECALL),
        pieces=len(notice.media),
        column=notice.column,
        meeting_id=notice.meeting_id,
    )
