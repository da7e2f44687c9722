"""Notices from the first word to the first copy on its way: drafts, their contents, and sending."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, reach
from actions.actors import Who
from actions.app import App
from actions.reach import Leaf
from storage import audience as audiences
from storage import audit, outbox, units
from storage import notices as records
from storage.audience import Meant
from storage.notices import Line
from storage.tables import Notice, Unit
from study import notices as rules
from study.audience import Audience
from study.calendar import DEFAULT_ZONE, day_of
from study.columns import searched
from study.delivery import Lane
from study.members import Actor, NoSuchUnit, Permission
from study.notices import EDITABLE, WAITING, Fate, Monthly, Piece, State

NAMES = 60  # on a page
PREVIEW = "notice-preview"
ALBUM_PAUSE = timedelta(seconds=1)  # after which no more of an album is to come
STALE = timedelta(minutes=10)
PIECES = TypeAdapter(tuple[Piece, ...])


@dataclass(frozen=True)
class Whom:
    """The names of what an audience is made of. `groups` are those the notice reaches; of the others, `removed` are those
    the bot was taken out of, `unbound` those bound no longer, `elsewhere` those of units out of the sender's reach."""

    units: tuple[str, ...]
    members: tuple[str, ...]
    groups: tuple[str, ...]
    removed: tuple[str, ...]
    unbound: tuple[str, ...]
    elsewhere: tuple[str, ...]
    unconfirmed: str | None
    absent: str | None


@dataclass(frozen=True)
class Look:
    """A notice as its sender sees it. `left_out` and `copies` are whom it would go to at this moment; `seconds` is how
    long that takes; `begins_at` when it may begin; `blank` is what its template still asks for."""

    id: int
    state: State
    sender: str
    home: str  # the sender's own unit
    unit: str
    zone: str
    title: str
    body: str
    media: tuple[Piece, ...]
    audience: Audience
    whom: Whom
    receipt: bool
    urgent_reason: str | None
    column: str | None
    blank: str | None
    send_at: datetime | None
    repeats: Monthly | None
    copies: int
    left_out: dict[Fate, int]
    seconds: float
    begins_at: datetime
    now: datetime


@dataclass(frozen=True)
class Lines:
    """A page of notices."""

    lines: tuple[Line, ...]
    leaf: Leaf


async def listing(app: App, who: Who, *, page: int = 0) -> Lines:
    """One's own drafts, and the notices of the units within reach."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.SEND_NOTICES)
        paths = actor.reach(Permission.SEND_NOTICES)
        leaf = reach.leaf(await records.count_listed(tx, paths, author_id=actor.member_id), page)
        lines = await records.listed(
            tx, paths, author_id=actor.member_id, limit=reach.PAGE, offset=leaf.page * reach.PAGE
        )
        return Lines(tuple(lines), leaf)


async def from_template(app: App, who: Who, *, key: str) -> Look:
    """A new draft with the words of a template; raises NoSuchNotice when there is none of this key."""
    async with app.db.reading() as tx:
        (await actors.load(tx, who)).require(Permission.SEND_NOTICES)
    template = next((one for one in app.templates if one.key == key), None)
    if template is None:
        raise rules.NoSuchNotice()
    return await draft(app, who, body=template.body, receipt=template.receipt, template=key)


async def draft(
    app: App, who: Who, *, body: str = "", source: str | None = None, unit_id: int | None = None, **more: Any
) -> Look:
    """A new draft to the whole unit (or the first of those one may send to); the same `source` gives the same draft.

    `more` are further columns of the notice: template, column, meeting_id, receipt.
    """
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        unit = await home(tx, actor, unit_id)
        notice_id = await make(
            app, tx, author_id=actor.member_id, unit=unit, body=body, source=source, **more
        )
        return await seen_by(app, tx, actor, *await within_reach(tx, actor, notice_id))


async def make(
    app: App,
    tx: AsyncSession,
    *,
    author_id: int | None,
    unit: Unit,
    body: str = "",
    source: str | None = None,
    **more: Any,
) -> int:
    """A new draft to everybody of the unit, for those who propose one; the same `source` gives the same draft."""
    notice_id = await records.add_once(
        tx,
        unit_id=unit.id,
        author_id=author_id,
        at=app.clock(),
        source=source,
        **{
            "body": body,
            "title": rules.title(body, ()),
            "audience": Audience(units=(unit.id,)).stored(),
            **more,
        },
    )
    if notice_id is None:
        known = await records.by_source(tx, source or "")
        assert known is not None
        notice_id = known.id
    return notice_id


async def write(
    app: App,
    who: Who,
    *,
    body: str,
    piece: Piece | None = None,
    notice_id: int | None = None,
    source: str | None = None,
) -> Look:
    """Put these words, and this picture or file, into a draft, or begin one; a part of the album that is there already
    is added to it. The same `source` begins the same draft. Raises what is wrong with them."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        if notice_id is None:
            unit = await home(tx, actor, None)
            notice_id = await make(app, tx, author_id=actor.member_id, unit=unit, source=source)
        notice, unit = await editable(app, tx, actor, notice_id)
        words: str = body
        media: tuple[Piece, ...] = ()
        if piece is not None:
            before = PIECES.validate_python(notice.media)
            words, media = rules.with_piece(notice.body, before, said=body, piece=piece)
        if notice.state != State.DRAFT or rules.next_blank(words) is None:
            rules.check(words, media)
        put_words(notice, words, media)
        return await seen_by(app, tx, actor, notice, unit)


async def preview_soon(app: App, who: Who, *, notice_id: int, chat_id: int, reply_to: int) -> None:
    """Show the notice as it will look, below the message `reply_to`, once no more of its album comes; what was asked for
    when there was less of it is not shown."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, _ = await within_reach(tx, actor, notice_id)
        await outbox.put(
            tx,
            key=f"{PREVIEW}:{notice_id}:{reply_to}:{len(notice.media)}",
            chat_id=chat_id,
            member_id=actor.member_id,
            letter=PREVIEW,
            payload={"pieces": len(notice.media), "reply_to": reply_to},
            lane=Lane.REPLY,
            not_before=app.clock() + ALBUM_PAUSE,
            expires_at=app.clock() + STALE,
            notice_id=notice_id,
        )


async def fill_blank(app: App, who: Who, *, notice_id: int, said: str) -> Look:
    """Fill the next blank of the template with these words."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await editable(app, tx, actor, notice_id)
        if rules.next_blank(notice.body) is not None:
            body, media = rules.fill_blank(notice.body, said), PIECES.validate_python(notice.media)
            if rules.next_blank(body) is None:
                rules.check(body, media)
            put_words(notice, body, media)
        return await seen_by(app, tx, actor, notice, unit)


async def look(app: App, who: Who, *, notice_id: int) -> Look:
    """A notice and whom it would go to now."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        return await seen_by(app, tx, actor, *await within_reach(tx, actor, notice_id))


async def title(app: App, notice_id: int) -> str | None:
    """What a notice is called; None when it was thrown away."""
    async with app.db.reading() as tx:
        found = await records.find(tx, notice_id)
        return found[0].title if found else None


async def set_receipt(app: App, who: Who, *, notice_id: int, on: bool) -> Look:
    """Whether it asks its readers to confirm."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await editable(app, tx, actor, notice_id)
        notice.receipt = on
        return await seen_by(app, tx, actor, notice, unit)


async def set_urgent(app: App, who: Who, *, notice_id: int, reason: str | None) -> Look:
    """Urgent, because of this, or not any more: quiet hours and muted chats do not hold it back. Audited when sent."""
    reason = rules.checked_reason(reason) if reason is not None else None
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await editable(app, tx, actor, notice_id)
        notice.urgent_reason = reason
        return await seen_by(app, tx, actor, notice, unit)


async def discard(app: App, who: Who, *, notice_id: int) -> None:
    """Throw a draft away."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, _ = await drafted(tx, actor, notice_id)
        await records.remove(tx, notice.id)


async def left_out(
    app: App, who: Who, *, notice_id: int, fate: Fate, page: int = 0
) -> tuple[list[tuple[str, str]], Leaf]:
    """(name, unit) of those who would be left out of a draft for this reason."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await within_reach(tx, actor, notice_id)
        meant = meaning(app, actor, notice, unit)
        leaf = reach.leaf((await audiences.counts(tx, meant)).get(fate, 0), page, size=NAMES)
        return await audiences.names(tx, meant, fate, limit=NAMES, offset=leaf.page * NAMES), leaf


async def announce(app: App, who: Who, *, notice_id: int) -> int:
    """Send a draft now: whom it means is decided, and a copy queued for each; how many there are.
    Raises WrongState when it is on its way already, NobodyToSendTo, or what is wrong with its words."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        notice, unit = await drafted(tx, actor, notice_id)
        return await send(app, tx, actor, notice, unit)


# --- within a transaction -------------------------------------------------------------------------


async def within_reach(
    tx: AsyncSession, actor: Actor, notice_id: int, *, lock: bool = False
) -> tuple[Notice, Unit]:
    """The notice, if the actor sends for its unit; a draft is its author's alone, and what also goes to units out of the
    actor's reach is its author's and that of those above."""
    actor.require(Permission.SEND_NOTICES)
    found = await (records.lock(tx, notice_id) if lock else records.find(tx, notice_id))
    if found is None:
        raise rules.NoSuchNotice()
    notice, unit = found
    actor.require(Permission.SEND_NOTICES, unit.path)
    if notice.state == State.DRAFT and not actor.everything and notice.author_id != actor.member_id:
        raise rules.NoSuchNotice()
    if not actor.everything and notice.author_id != actor.member_id:
        for path in await audiences.paths_of(tx, Audience.read(notice.audience)):
            actor.require(Permission.SEND_NOTICES, path)
    return notice, unit


async def drafted(tx: AsyncSession, actor: Actor, notice_id: int) -> tuple[Notice, Unit]:
    """The draft, held until the transaction ends; raises WrongState for anything that is one no longer."""
    notice, unit = await within_reach(tx, actor, notice_id, lock=True)
    require_state(notice, State.DRAFT)
    return notice, unit


async def editable(app: App, tx: AsyncSession, actor: Actor, notice_id: int) -> tuple[Notice, Unit]:
    """The draft, or the notice that waits for its time, about to be changed, held until the transaction ends; raises
    WrongState for anything that is on its way. What waits is sent in the name of whoever changed it last."""
    notice, unit = await within_reach(tx, actor, notice_id, lock=True)
    require_state(notice, *EDITABLE)
    if notice.state in WAITING:
        notice.author_id = actor.member_id
        audit.note(
            tx,
            at=app.clock(),
            actor_id=actor.member_id,
            action="notice.changed",
            unit_id=unit.id,
            notice=notice.id,
        )
    return notice, unit


def put_words(notice: Notice, body: str, media: Sequence[Piece]) -> None:
    """Put these words, pictures and files into the notice; its title, and what search looks through, follow."""
    notice.body, notice.media = body, PIECES.dump_python(tuple(media), mode="json")
    notice.title = rules.title(body, media)
    notice.words = searched(notice.title, body)


def require_state(notice: Notice, *states: State) -> None:
    """Raise WrongState unless the notice stands at one of these."""
    if notice.state not in states:
        raise rules.WrongState(state=State(notice.state))


async def send(app: App, tx: AsyncSession, actor: Actor, notice: Notice, unit: Unit) -> int:
    """Decide whom the notice means and queue it; how many copies."""
    now = app.clock()
    rules.check(notice.body, PIECES.validate_python(notice.media))
    meant = meaning(app, actor, notice, unit)
    await records.queue(tx, meant, notice.id, now=now, not_before=await moments(app, tx, notice, unit))
    copies = (await records.tally(tx, notice.id)).left
    if not copies:
        raise rules.NobodyToSendTo()
    notice.state, notice.announced_at = State.SENDING.value, now
    audit.note(
        tx,
        at=now,
        actor_id=actor.member_id,
        action="notice.announced",
        unit_id=unit.id,
        notice=notice.id,
        copies=copies,
    )
    if notice.urgent_reason is not None:
        audit.note(
            tx,
            at=now,
            actor_id=actor.member_id,
            action="notice.urgent",
            unit_id=unit.id,
            notice=notice.id,
            reason=notice.urgent_reason,
        )
    await tx.flush()
    return copies


def meaning(app: App, actor: Actor, notice: Notice, unit: Unit) -> Meant:
    """Whom the notice means if the actor sends it now."""
    today = day_of(app.clock(), unit.timezone or DEFAULT_ZONE)
    urgent = notice.urgent_reason is not None
    return Meant(
        audience=Audience.read(notice.audience),
        paths=actor.reach(Permission.SEND_NOTICES),
        monday=today - timedelta(days=today.weekday()),
        urgent=urgent,
        digest=None if urgent or notice.receipt else notice.column,
    )


async def moments(app: App, tx: AsyncSession, notice: Notice, unit: Unit) -> dict[str | None, datetime]:
    """From when on copies may go, by the time zone of whoever gets them; None stands for the notice's own unit."""
    if notice.urgent_reason is not None:
        return {None: app.clock()}
    zones: Sequence[str | None] = [None, *await outbox.zones(tx)]
    return {zone: app.when_awake(zone or unit.timezone) for zone in zones}


async def mornings(app: App, tx: AsyncSession, unit: Unit) -> list[tuple[str | None, date, datetime]]:
    """For each time zone in use: the first moment at which its people may be told something that can wait, after the
    local day on which that is: (zone, day, moment). None stands for units without a zone, which are in the notice's."""
    found = []
    for zone in await outbox.zones(tx):
        there = zone or unit.timezone or DEFAULT_ZONE
        when = app.when_awake(there)
        found.append((zone, day_of(when, there), when))
    return found


async def home(tx: AsyncSession, actor: Actor, unit_id: int | None = None) -> Unit:
    """The unit a new notice is from: the one named, or the nearest to the top that one may send for."""
    actor.require(Permission.SEND_NOTICES)
    if unit_id is not None:
        return await reach.unit(tx, actor, Permission.SEND_NOTICES, unit_id)
    path = min(actor.reach(Permission.SEND_NOTICES), key=lambda one: (one.count("/"), one))
    unit = await units.at(tx, path)
    if unit is None:
        raise NoSuchUnit()
    return unit


async def seen_by(app: App, tx: AsyncSession, actor: Actor, notice: Notice, unit: Unit) -> Look:
    """The notice as the actor sees it, with whom it would go to if it were sent now."""
    await tx.flush()
    wanted = Audience.read(notice.audience)
    home = await units.find(tx, actor.unit_id)
    counts = await audiences.counts(tx, meaning(app, actor, notice, unit))
    copies = counts.pop(Fate.QUEUED, 0)
    media = PIECES.validate_python(notice.media)
    each = messages_each(notice)
    # In this order: a clock that moves on in between must not look like a wait.
    awake_at = app.when_awake(unit.timezone, notice.send_at)
    now = app.clock()
    return Look(
        id=notice.id,
        state=State(notice.state),
        sender=actor.name,
        home=home.name if home else unit.name,
        unit=unit.name,
        zone=unit.timezone or DEFAULT_ZONE,
        title=notice.title,
        body=notice.body,
        media=media,
        audience=wanted,
        whom=await _whom(tx, actor, wanted),
        receipt=notice.receipt,
        urgent_reason=notice.urgent_reason,
        column=notice.column,
        blank=rules.next_blank(notice.body),
        send_at=notice.send_at,
        repeats=Monthly(**notice.repeats) if notice.repeats else None,
        copies=copies,
        left_out=counts,
        seconds=rules.seconds_left(copies * each, rate=app.rate),
        begins_at=now if notice.urgent_reason is not None else awake_at,
        now=now,
    )


def messages_each(notice: Notice) -> int:
    """How many messages one copy is: an album is sent as its pieces, and what it asks for has a message of its own."""
    pieces = len(notice.media)
    return pieces + notice.receipt if pieces > 1 else 1


async def _whom(tx: AsyncSession, actor: Actor, wanted: Audience) -> Whom:
    notice = await audiences.path_of_notice(tx, wanted.unconfirmed) if wanted.unconfirmed else None
    meeting = await audiences.path_of_meeting(tx, wanted.absent) if wanted.absent else None
    groups = await audiences.groups_meant(tx, wanted.groups, actor.reach(Permission.SEND_NOTICES))
    return Whom(
        units=tuple(one.name for one in await audiences.units_named(tx, wanted.units)),
        members=tuple(one.name for one in await audiences.members_named(tx, wanted.members)),
        groups=tuple(one.title for one in groups if one.there and one.within),
        removed=tuple(one.title for one in groups if not one.there and one.within),
        unbound=wanted.unbound,
        elsewhere=tuple(one.title for one in groups if not one.within),
        unconfirmed=notice[1] if notice else None,
        absent=meeting[1] if meeting else None,
    )
