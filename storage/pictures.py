"""Pictures by digest, with the file id under which Telegram knows them."""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from storage.inserts import once
from storage.tables import Picture


async def known(tx: AsyncSession, digests: Collection[str]) -> set[str]:
    """Those that are stored already."""
    return set(await tx.scalars(select(Picture.digest).where(Picture.digest.in_(digests))))


async def keep(tx: AsyncSession, *, digest: str, data: bytes) -> None:
    await tx.execute(once(tx, Picture, {"digest": digest, "data": data}))


async def find(tx: AsyncSession, digest: str) -> Picture | None:
    """With its bytes."""
    query = select(Picture).where(Picture.digest == digest).options(undefer(Picture.data))
    return (await tx.scalars(query)).first()


async def set_file_id(tx: AsyncSession, digest: str, file_id: str | None) -> None:
    await tx.execute(update(Picture).where(Picture.digest == digest).values(file_id=file_id))
