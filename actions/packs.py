"""What is live: publish a pack, list its versions, go back to one, withdraw it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, corrections, pictures
from actions.actors import Console, Who
from actions.app import App
from storage import audit
from storage import packs as records
from study import packs
from study.items import Pack
from study.members import Actor, Permission
from study.packs import Difference
from study.packs.deciding import AlreadyLive, IdsElsewhere, NoSuchVersion, NotLive


@dataclass(frozen=True)
class Published:
    """What changed; `version` is None when the very same pack was live already."""

    pack_id: str
    version: int | None
    difference: Difference
    title: str = ""


@dataclass(frozen=True)
class Version:
    """One line of the list of versions."""

    id: int
    pack_id: str
    title: str
    published_at: datetime
    live: bool


@dataclass(frozen=True)
class Live:
    """A pack that is taught now."""

    version: int
    pack_id: str
    title: str
    published_at: datetime
    lessons: int
    items: int


async def compare(app: App, who: Who, pack: Pack, *, files: Mapping[str, bytes] | None = None) -> Difference:
    """What publishing the pack with these pictures would change."""
    pack = packs.illustrated(pack, pictures.digests(pack, files or {}))
    async with app.db.reading() as tx:
        (await actors.load(tx, who)).require(Permission.MANAGE_PACKS)
        old = await records.live(tx, pack.id)
        return packs.difference(packs.from_json(Pack, old.body) if old else None, pack)


async def publish(app: App, who: Who, pack: Pack, *, files: Mapping[str, bytes] | None = None) -> Published:
    """Make the pack live in place of its version before; everyone's progress stays with the items' ids.

    `files` are its pictures by path; one that cannot be used is left out. Raises IdsElsewhere.
    """
    gallery = await pictures.clean(app, pack, files or {})
    pack = packs.illustrated(pack, gallery.digests)
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.MANAGE_PACKS)
        await pictures.keep(tx, gallery)
        published = await put_live(app, tx, actor, pack, action="pack.publish")
    app.library.stale()
    return published


async def ensure(app: App, pack: Pack, *, files: Mapping[str, bytes] | None = None) -> Published | None:
    """Publish the pack that ships with the program, unless an administrator has published or withdrawn it."""
    async with app.db.reading() as tx:
        newest = await records.newest(tx, pack.id)
    if newest and (newest.published_by is not None or not newest.live):
        return None
    return await publish(app, Console.SHELL, pack, files=files)


async def live(app: App, who: Who) -> Sequence[Live]:
    """What is taught now, by the packs' ids."""
    async with app.db.reading() as tx:
        (await actors.load(tx, who)).require(Permission.MANAGE_PACKS)
        found = [(row, packs.from_json(Pack, row.body)) for row in await records.all_live(tx)]
    return [
        Live(row.id, row.pack_id, row.title, row.published_at, len(pack.lessons), len(pack.items))
        for row, pack in found
    ]


async def body(app: App, who: Who, *, pack_id: str) -> Pack:
    """A live pack as a whole; raises NotLive."""
    async with app.db.reading() as tx:
        (await actors.load(tx, who)).require(Permission.MANAGE_PACKS)
        row = await records.live(tx, pack_id)
        if row is None:
            raise NotLive()
        return packs.from_json(Pack, row.body)


async def versions(app: App, who: Who) -> Sequence[Version]:
    """The latest versions, newest first."""
    async with app.db.reading() as tx:
        (await actors.load(tx, who)).require(Permission.MANAGE_PACKS)
        return [
            Version(row.id, row.pack_id, row.title, row.published_at, row.live)
            for row in await records.versions(tx)
        ]


async def roll_back(app: App, who: Who, *, version: int) -> Published:
    """Make an earlier version live again, as a new version with the old body.

    Raises NoSuchVersion; AlreadyLive when that content is live, as after a second tap; IdsElsewhere.
    """
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.MANAGE_PACKS)
        row = await records.version(tx, version)
        if row is None:
            raise NoSuchVersion()
        pack = packs.from_json(Pack, row.body)
        published = await put_live(app, tx, actor, pack, action="pack.roll_back", to=version)
        if published.version is None:
            raise AlreadyLive()
    app.library.stale()
    return published


async def withdraw(app: App, who: Who, *, pack_id: str) -> Version:
    """Teach nothing of the pack any more; its versions stay, so that one can go back to them. Raises NotLive."""
    async with app.db.writing() as tx:
        await records.lock(tx)
        actor = await actors.load(tx, who)
        actor.require(Permission.MANAGE_PACKS)
        row = await records.live(tx, pack_id)
        if row is None:
            raise NotLive()
        await records.retire(tx, pack_id)
        _note(app, tx, actor, "pack.withdraw", pack=pack_id, version=row.id)
        withdrawn = Version(row.id, row.pack_id, row.title, row.published_at, live=False)
    app.library.stale()
    return withdrawn


# --- within a transaction -------------------------------------------------------------------------


async def put_live(
    app: App, tx: AsyncSession, actor: Actor, pack: Pack, *, action: str, **details: Any
) -> Published:
    """Publish within the caller's transaction, who tells the library afterwards. Raises IdsElsewhere."""
    await records.lock(tx)
    text = packs.to_json(pack)
    digest = digest_of(text)
    old = await records.live(tx, pack.id)
    difference = packs.difference(packs.from_json(Pack, old.body) if old else None, pack)
    if old and old.digest == digest:
        return Published(pack.id, None, difference, pack.title)
    clash = await clash_with(tx, pack)
    if clash:
        raise clash
    row = await records.publish(
        tx, pack_id=pack.id, title=pack.title, digest=digest, body=text, at=app.clock(), by=actor.member_id
    )
    await records.keep_revisions(
        tx, [(item.id, packs.revision(item), packs.to_json(item)) for item in pack.items]
    )
    corrections.note(app, tx, difference, version_id=row.id, by=actor.member_id)
    _note(app, tx, actor, action, pack=pack.id, version=row.id, **details)
    return Published(pack.id, row.id, difference, pack.title)


async def clash_with(tx: AsyncSession, pack: Pack) -> IdsElsewhere | None:
    """Ids of the pack that another live pack uses: progress goes by id, so each belongs to one pack."""
    own = {one.id for one in pack.items} | {one.id for one in pack.lessons}
    for row in await records.all_live(tx):
        if row.pack_id == pack.id:
            continue
        other = packs.from_json(Pack, row.body)
        both = sorted(own & ({one.id for one in other.items} | {one.id for one in other.lessons}))
        if both:
            return IdsElsewhere(ids="、".join(both[:5]), title=other.title)
    return None


def digest_of(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def _note(app: App, tx: AsyncSession, actor: Actor, action: str, **details: Any) -> None:
    audit.note(tx, at=app.clock(), actor_id=actor.member_id, action=action, **details)
