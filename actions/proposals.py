"""Packs that administrators send: looked at, tried by the sender alone, published now or on a day, or dropped."""

import asyncio
import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, pictures, quizzes
from actions import packs as live
from actions.actors import Console, Who
from actions.app import App
from actions.packs import Published
from actions.pictures import Gallery
from actions.questions import Finished, Shown
from storage import audit, members, outbox, packdrafts, uploads
from storage import packs as records
from storage.tables import PackDraft
from study import packs
from study.calendar import DEFAULT_ZONE, day_of, moment
from study.delivery import Lane
from study.items import Item, Lesson, Pack
from study.members import Actor, NotJoined, Permission
from study.packs import Difference, Fault
from study.packs.deciding import (
    DraftHasFaults,
    IdsElsewhere,
    NoSuchDraft,
    NothingToTry,
    NotInFuture,
    TooLarge,
)
from study.packs.faults import MOST_FAULTS
from study.packs.uploads import Upload
from study.quiz import Occasion
from study.refusal import Refusal

LARGEST_BYTES = 20_000_000
TRIAL_SIZE = 10
MOST_ADVISED = 2_000  # items; asking the grader about more takes too long for a chat

_FAULTS = TypeAdapter(tuple[Fault, ...])


@dataclass(frozen=True)
class Proposal:
    """What a file would do to what is live.

    `usable`: there is a pack in it. `partly`: some rows have faults, and the others may go live alone once the
    administrator says so. `outdated`: what is live has changed since the difference was shown last.
    """

    draft_id: int
    name: str
    pack_id: str
    title: str
    faults: tuple[Fault, ...]
    usable: bool
    partly: bool
    difference: Difference
    lessons: int
    items: int
    members: int
    notes: tuple[Fault, ...] = ()
    publish_on: date | None = None
    outdated: bool = False

    @property
    def ready(self) -> bool:
        """Whether it may be published."""
        return self.usable and not self.partly and bool(self.difference)


@dataclass(frozen=True)
class Waiting:
    """One line of the list of drafts."""

    draft_id: int
    title: str
    at: datetime
    publish_on: date | None
    own: bool


async def propose(
    app: App, who: Who, *, name: str, data: bytes, explain: Callable[[str], str] = str
) -> Proposal:
    """Read a file that somebody sent, and keep what it says as the sender's draft. Changes nothing that is live.

    `explain` makes the word about an answer, where a question bank has none, of the right answer.
    """
    await ensure_allowed(app, who)
    if len(data) > LARGEST_BYTES:
        raise TooLarge(megabytes=LARGEST_BYTES // 1_000_000)
    # Unpacking and reading takes up to seconds; the bot goes on meanwhile.
    upload = await asyncio.to_thread(_read, app, name, data, explain)
    gallery = Gallery({}, {})
    if upload.pack is not None:
        gallery = await pictures.clean(app, upload.pack, upload.pictures)
        upload = _with_pictures(upload, gallery)
    async with app.db.writing() as tx:
        actor = await _manager(tx, who)
        if upload.pack is not None and (clash := await live.clash_with(tx, upload.pack)):
            upload = _refused(upload, _as_fault(clash))
        await pictures.keep(tx, gallery)
        draft = await _keep(app, tx, actor, upload, name=name)
        return await _proposal(tx, actor, draft)


async def ensure_allowed(app: App, who: Who) -> None:
    """Raise NotAllowed for whoever may not send packs, before anything is downloaded."""
    async with app.db.reading() as tx:
        await _manager(tx, who)


async def look(app: App, who: Who, *, draft_id: int) -> Proposal:
    """The draft beside what is live now."""
    async with app.db.reading() as tx:
        actor = await _manager(tx, who)
        return await _proposal(tx, actor, await _draft(tx, draft_id))


async def waiting(app: App, who: Who) -> Sequence[Waiting]:
    """Every draft that nobody has decided on, the newest first."""
    async with app.db.reading() as tx:
        actor = await _manager(tx, who)
        return [
            Waiting(row.id, row.title or row.name, row.at, _day(row, actor), row.by == actor.member_id)
            for row in await packdrafts.waiting(tx)
        ]


async def accept(app: App, who: Who, *, draft_id: int) -> Proposal:
    """Take the good rows and leave out those with faults."""
    async with app.db.writing() as tx:
        actor = await _manager(tx, who)
        draft = await _draft(tx, draft_id, lock=True)
        if not draft.body:
            raise DraftHasFaults()
        draft.accepted = True
        return await _proposal(tx, actor, draft)


async def publish(app: App, who: Who, *, draft_id: int) -> Published | Proposal:
    """Make the draft live, if what is live is still what it was compared with.

    Otherwise nothing is done, and the new comparison comes back. Raises NoSuchDraft, as after a second tap.
    """
    async with app.db.writing() as tx:
        await records.lock(tx)
        actor = await _manager(tx, who)
        draft = await _draft(tx, draft_id, lock=True)
        proposal = await _proposal(tx, actor, draft)
        if not proposal.usable or proposal.partly:
            raise DraftHasFaults()
        if proposal.outdated:
            draft.base_version = await _live_version(tx, draft.pack_id)
            return proposal
        published = await _go_live(app, tx, actor, draft)
    app.library.stale()
    return published


async def schedule(app: App, who: Who, *, draft_id: int, on: date | None) -> Proposal:
    """Publish at the beginning of a later day; None: not by itself."""
    async with app.db.writing() as tx:
        actor = await _manager(tx, who)
        draft = await _draft(tx, draft_id, lock=True)
        if not draft.body or (draft.faults and not draft.accepted):
            raise DraftHasFaults()
        if on is not None and on <= day_of(app.clock(), actor.timezone):
            raise NotInFuture()
        publish_at = moment(on, 0, actor.timezone) if on else None
        if draft.publish_at != publish_at:
            draft.publish_at = publish_at
            draft.by = actor.member_id
            draft.base_version = await _live_version(tx, draft.pack_id)
            action, day = ("pack.schedule", on.isoformat()) if on else ("pack.unplan", "")
            _note(app, tx, actor, action, pack=draft.pack_id, draft=draft.id, day=day)
        return await _proposal(tx, actor, draft)


async def drop(app: App, who: Who, *, draft_id: int) -> str:
    """Forget the draft; its title. Raises NoSuchDraft."""
    async with app.db.writing() as tx:
        actor = await _manager(tx, who)
        draft = await _draft(tx, draft_id, lock=True)
        await _forget(tx, actor, draft)
        _note(app, tx, actor, "pack.drop", pack=draft.pack_id, draft=draft.id)
        return draft.title or draft.name


async def try_out(app: App, who: Who, *, draft_id: int) -> Shown | Finished:
    """A quiz on what is new or changed, for the sender alone: no points, and nothing is remembered of it."""
    async with app.db.writing() as tx:
        actor = await _manager(tx, who)
        draft = await _draft(tx, draft_id)
        if not draft.body:
            raise DraftHasFaults()
        pack = packs.from_json(Pack, draft.body)
        rng = Random(f"{draft.id}:{app.clock().isoformat()}")
        items = _to_try(pack, await _difference(tx, pack), rng)
        if not items:
            raise NothingToTry()
        await packdrafts.forget_trials(tx, actor.own_id())
        await records.keep_revisions(
            tx, [(item.id, packs.revision(item), packs.to_json(item)) for item in items]
        )
        return await quizzes.begin(app, tx, actor, Occasion.TRIAL, items=items, rng=rng)


async def publish_due(app: App) -> int:
    """A tick: publish every draft whose day has come; how many went live.

    One that can no longer go live as it was shown stays a draft, and its administrator is told.
    """
    async with app.db.reading() as tx:
        found = await packdrafts.due(tx, now=app.clock())
    return sum([await _publish_due(app, draft_id) for draft_id in found])


def _read(app: App, name: str, data: bytes, explain: Callable[[str], str]) -> Upload:
    upload = uploads.read(name, data, explain=explain)
    if upload.pack is None or len(upload.pack.items) > MOST_ADVISED:
        return upload
    today = day_of(app.clock(), DEFAULT_ZONE)
    advice = packs.advise(upload.pack, places=upload.places, grader=app.grader, today=today)
    return dataclasses.replace(upload, notes=(*upload.notes, *advice[:MOST_FAULTS]))


# --- within a transaction -------------------------------------------------------------------------


async def _publish_due(app: App, draft_id: int) -> bool:
    async with app.db.writing() as tx:
        await records.lock(tx)
        draft = await packdrafts.find(tx, draft_id, lock=True)
        if draft is None or draft.publish_at is None or draft.publish_at > app.clock():
            return False  # decided meanwhile
        sender = await members.find(tx, draft.by) if draft.by is not None else None
        title, account = draft.title, sender.telegram_id if sender else None
        actor_zone = DEFAULT_ZONE
        draft.publish_at = None
        try:
            if draft.by is not None and account is None:
                raise NotJoined()
            actor = await _manager(tx, Console.SHELL if account is None else account)
            actor_zone = actor.timezone
            if draft.base_version != await _live_version(tx, draft.pack_id):
                raise NoSuchDraft()
            await _go_live(app, tx, actor, draft)
            key = "packs.due.published"
        except Refusal:
            key = "packs.due.stopped"
        if sender and account is not None:
            today = day_of(app.clock(), actor_zone)
            await outbox.put(
                tx,
                key=f"pack:{draft_id}:{today}",
                chat_id=account,
                letter="text",
                payload={
                    "key": key,
                    "params": {"title": title},
                    "buttons": [[{"key": "packs.open", "data": "pk:home:0:0"}]],
                },
                # At midnight people sleep.
                not_before=max(app.clock(), moment(today, app.quiet_until, actor_zone)),
                lane=Lane.PERSONAL,
                member_id=sender.id,
            )
    app.library.stale()
    return key == "packs.due.published"


async def _manager(tx: AsyncSession, who: Who) -> Actor:
    actor = await actors.load(tx, who)
    actor.require(Permission.MANAGE_PACKS)
    return actor


async def _draft(tx: AsyncSession, draft_id: int, *, lock: bool = False) -> PackDraft:
    draft = await packdrafts.find(tx, draft_id, lock=lock)
    if draft is None:
        raise NoSuchDraft()
    return draft


async def _keep(app: App, tx: AsyncSession, actor: Actor, upload: Upload, *, name: str) -> PackDraft:
    await packdrafts.remove_undecided(tx, actor.member_id)
    pack = upload.pack
    body = packs.to_json(pack) if pack else ""
    draft = await packdrafts.add(
        tx,
        name=name,
        pack_id=pack.id if pack else "",
        title=pack.title if pack else "",
        digest=live.digest_of(body),
        body=body,
        faults=_FAULTS.dump_python(upload.faults, mode="json"),
        notes=_FAULTS.dump_python(upload.notes, mode="json"),
        accepted=False,
        base_version=await _live_version(tx, pack.id) if pack else None,
        by=actor.member_id,
        at=app.clock(),
        publish_at=None,
    )
    _note(app, tx, actor, "pack.propose", pack=draft.pack_id, draft=draft.id, faults=len(upload.faults))
    return draft


async def _go_live(app: App, tx: AsyncSession, actor: Actor, draft: PackDraft) -> Published:
    pack = packs.from_json(Pack, draft.body)
    published = await live.put_live(app, tx, actor, pack, action="pack.publish", draft=draft.id)
    await _forget(tx, actor, draft)
    return published


async def _forget(tx: AsyncSession, actor: Actor, draft: PackDraft) -> None:
    await tx.delete(draft)
    if actor.member_id is not None:
        await packdrafts.forget_trials(tx, actor.member_id)


async def _proposal(tx: AsyncSession, actor: Actor, draft: PackDraft) -> Proposal:
    pack = packs.from_json(Pack, draft.body) if draft.body else None
    difference = await _difference(tx, pack) if pack else Difference()
    touched = [
        *(change.new.id for change in difference.changed_items),
        *(item.id for item in difference.removed_items),
    ]
    return Proposal(
        draft_id=draft.id,
        name=draft.name,
        pack_id=draft.pack_id,
        title=draft.title,
        faults=_FAULTS.validate_python(draft.faults),
        usable=pack is not None,
        partly=pack is not None and bool(draft.faults) and not draft.accepted,
        difference=difference,
        lessons=len(pack.lessons) if pack else 0,
        items=len(pack.items) if pack else 0,
        members=await packdrafts.members_concerned(tx, touched),
        notes=_FAULTS.validate_python(draft.notes),
        publish_on=_day(draft, actor),
        outdated=pack is not None and draft.base_version != await _live_version(tx, draft.pack_id),
    )


async def _difference(tx: AsyncSession, pack: Pack) -> Difference:
    old = await records.live(tx, pack.id)
    return packs.difference(packs.from_json(Pack, old.body) if old else None, pack)


async def _live_version(tx: AsyncSession, pack_id: str) -> int | None:
    row = await records.live(tx, pack_id)
    return row.id if row else None


def _day(draft: PackDraft, actor: Actor) -> date | None:
    return day_of(draft.publish_at, actor.timezone) if draft.publish_at else None


def _to_try(pack: Pack, difference: Difference, rng: Random) -> list[Item]:
    """Some of what is new or changed; of everything, when that is nothing."""
    touched: list[Item | Lesson] = [
        *difference.new_items,
        *(change.new for change in difference.changed_items),
    ]
    items = [one for one in touched if isinstance(one, Item)] or list(pack.items)
    return rng.sample(items, min(TRIAL_SIZE, len(items)))


def _with_pictures(upload: Upload, gallery: Gallery) -> Upload:
    assert upload.pack is not None
    if gallery.faults:
        return dataclasses.replace(upload, pack=None, faults=(*upload.faults, *gallery.faults))
    return dataclasses.replace(upload, pack=packs.illustrated(upload.pack, gallery.digests))


def _refused(upload: Upload, fault: Fault) -> Upload:
    return dataclasses.replace(upload, pack=None, faults=(*upload.faults, fault))


def _as_fault(clash: IdsElsewhere) -> Fault:
    params = {name: str(value) for name, value in clash.params.items()}
    return Fault("", 0, "", "pack.fault.ids_elsewhere", params)


def _note(app: App, tx: AsyncSession, actor: Actor, action: str, **details: Any) -> None:
    audit.note(tx, at=app.clock(), actor_id=actor.member_id, action=action, **details)
