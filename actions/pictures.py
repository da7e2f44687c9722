"""Pictures of lessons and questions: stored once, sent to Telegram once."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors
from actions.actors import Who
from actions.app import App
from storage import picturefiles
from storage import pictures as records
from study import packs
from study.items import Pack
from study.packs import Fault


@dataclass(frozen=True)
class Picture:
    """A picture to be sent: by `file_id` where Telegram knows it already."""

    digest: str
    data: bytes
    file_id: str | None


@dataclass(frozen=True)
class Gallery:
    """The pictures of one pack, cleaned: digest by path, and the bytes of those that are new."""

    digests: Mapping[str, str]
    fresh: Mapping[str, bytes]
    faults: tuple[Fault, ...] = ()


async def find(app: App, who: Who, digest: str) -> Picture | None:
    """The picture, or None when it is nowhere to be found: then the words have to do."""
    async with app.db.reading() as tx:
        await actors.load(tx, who)
        row = await records.find(tx, digest)
        return Picture(row.digest, row.data, row.file_id) if row else None


async def sent(app: App, digest: str, *, file_id: str | None) -> None:
    """Remember under which id Telegram knows the picture; None when it does not know it any more."""
    async with app.db.writing() as tx:
        await records.set_file_id(tx, digest, file_id)


async def clean(app: App, pack: Pack, files: Mapping[str, bytes]) -> Gallery:
    """Write every picture that the pack uses anew, away from the event loop; what cannot be used is a fault."""
    names = digests(pack, files)
    async with app.db.reading() as tx:
        known = await records.known(tx, set(names.values()))
    fresh: dict[str, bytes] = {}
    faults = []
    for path in sorted(names):
        if names[path] in known or names[path] in fresh:
            continue
        try:
            fresh[names[path]] = await asyncio.to_thread(picturefiles.cleaned, files[path])
        except picturefiles.Unusable as error:
            faults.append(Fault(path, 0, "", f"pack.fault.picture_{error.problem}"))
    return Gallery(names, fresh, tuple(faults))


def digests(pack: Pack, files: Mapping[str, bytes]) -> dict[str, str]:
    """Under which digest each picture that the pack uses is stored, by its path."""
    return {path: hashlib.sha256(files[path]).hexdigest() for path in packs.used(pack) & files.keys()}


async def keep(tx: AsyncSession, gallery: Gallery) -> None:
    """Store what is new, within the transaction that will need it."""
    for digest, data in gallery.fresh.items():
        await records.keep(tx, digest=digest, data=data)
