"""Putting content packs to use."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from actions import actors
from actions.actors import Console, Who
from actions.app import App
from storage import audit
from storage import packs as records
from study import packs
from study.items import Pack
from study.members import Permission
from study.packs import Difference


@dataclass(frozen=True)
class Published:
    """What changed; `version` is None when the very same pack was live already."""

    pack_id: str
    version: int | None
    difference: Difference


@dataclass(frozen=True)
class Version:
    """One line of the list of versions."""

    id: int
    pack_id: str
    title: str
    published_at: datetime
    live: bool


async def compare(app: App, who: Who, pack: Pack) -> Difference:
    """What publishing the pack would change."""
    async with app.db.reading() as tx:
        (await actors.load(tx, who)).require(Permission.MANAGE_PACKS)
        old = await records.live(tx, pack.id)
        return packs.difference(packs.from_json(Pack, old.body) if old else None, pack)


async def publish(app: App, who: Who, pack: Pack) -> Published:
    """Make the pack live in place of its version before; everyone's progress stays with the items' ids."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.MANAGE_PACKS)
        body = packs.to_json(pack)
        digest = hashlib.sha256(body.encode()).hexdigest()
        old = await records.live(tx, pack.id)
        difference = packs.difference(packs.from_json(Pack, old.body) if old else None, pack)
        if old and old.digest == digest:
            return Published(pack.id, None, difference)
        row = await records.publish(
            tx,
            pack_id=pack.id,
            title=pack.title,
            digest=digest,
            body=body,
            at=app.clock(),
            by=actor.member_id,
        )
        await records.keep_revisions(
            tx, [(item.id, packs.revision(item), packs.to_json(item)) for item in pack.items]
        )
        audit.note(
            tx, at=app.clock(), actor_id=actor.member_id, action="pack.publish", pack=pack.id, version=row.id
        )
    app.library.stale()
    return Published(pack.id, row.id, difference)


async def ensure(app: App, pack: Pack) -> Published | None:
    """Publish the pack that ships with the program, unless an administrator has published another version of it."""
    async with app.db.reading() as tx:
        live = await records.live(tx, pack.id)
    if live and live.published_by is not None:
        return None
    return await publish(app, Console.SHELL, pack)


async def versions(app: App, who: Who) -> Sequence[Version]:
    """The latest versions, newest first."""
    async with app.db.reading() as tx:
        (await actors.load(tx, who)).require(Permission.MANAGE_PACKS)
        return [
            Version(row.id, row.pack_id, row.title, row.published_at, row.live)
            for row in await records.versions(tx)
        ]
