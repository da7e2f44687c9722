"""Questions about published packs."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from storage.inserts import once
from storage.tables import ItemRevision, PackVersion

BATCH = 200


async def lock(tx: AsyncSession) -> None:
    """Let only one change of what is live happen at a time; on SQLite every writing transaction is alone anyway."""
    if tx.get_bind().dialect.name == "postgresql":
        await tx.execute(text("SELECT pg_advisory_xact_lock(hashtext('packs'))"))


async def live_ids(tx: AsyncSession) -> tuple[int, ...]:
    """The versions that are live; this tuple changes whenever what is taught changes."""
    query = select(PackVersion.id).where(PackVersion.live).order_by(PackVersion.id)
    return tuple((await tx.scalars(query)).all())


async def bodies(tx: AsyncSession, ids: Sequence[int]) -> list[str]:
    """The packs as JSON, in the order of their versions."""
    query = select(PackVersion.body).where(PackVersion.id.in_(ids)).order_by(PackVersion.id)
    return list(await tx.scalars(query))


async def live(tx: AsyncSession, pack_id: str) -> PackVersion | None:
    query = select(PackVersion).where(PackVersion.pack_id == pack_id, PackVersion.live)
    return (await tx.scalars(query.options(undefer(PackVersion.body)))).first()


async def all_live(tx: AsyncSession) -> Sequence[PackVersion]:
    """Every live version with its body, by the packs' ids."""
    query = select(PackVersion).where(PackVersion.live).order_by(PackVersion.pack_id)
    return (await tx.scalars(query.options(undefer(PackVersion.body)))).all()


async def newest(tx: AsyncSession, pack_id: str) -> PackVersion | None:
    """The version published last, live or withdrawn since."""
    query = select(PackVersion).where(PackVersion.pack_id == pack_id).order_by(PackVersion.id.desc()).limit(1)
    return (await tx.scalars(query)).first()


async def versions(tx: AsyncSession, *, limit: int = 20) -> Sequence[PackVersion]:
    query = select(PackVersion).order_by(PackVersion.id.desc()).limit(limit)
    return (await tx.scalars(query)).all()


async def version(tx: AsyncSession, version_id: int) -> PackVersion | None:
    query = select(PackVersion).where(PackVersion.id == version_id).options(undefer(PackVersion.body))
    return (await tx.scalars(query)).first()


async def publish(
    tx: AsyncSession, *, pack_id: str, title: str, digest: str, body: str, at: datetime, by: int | None
) -> PackVersion:
    """A new version, live in place of the one before."""
    await retire(tx, pack_id)
    row = PackVersion(
        pack_id=pack_id, title=title, digest=digest, body=body, published_at=at, published_by=by, live=True
    )
    tx.add(row)
    await tx.flush()
    return row


async def retire(tx: AsyncSession, pack_id: str) -> None:
    """No version of the pack is live any more."""
    await tx.execute(
        update(PackVersion).where(PackVersion.pack_id == pack_id, PackVersion.live).values(live=False)
    )


async def keep_revisions(tx: AsyncSession, revisions: Iterable[tuple[str, str, str]]) -> None:
    """Keep items as (item id, revision, JSON); those known already stay as they are."""
    rows = [{"item_id": id_, "revision": revision, "body": body} for id_, revision, body in revisions]
    for start in range(0, len(rows), BATCH):
        await tx.execute(once(tx, ItemRevision, rows[start : start + BATCH]))


async def revision(tx: AsyncSession, item_id: str, revision: str) -> str | None:
    """The item as JSON, exactly as it was when it was shown."""
    query = select(ItemRevision.body).where(
        ItemRevision.item_id == item_id, ItemRevision.revision == revision
    )
    return await tx.scalar(query)
