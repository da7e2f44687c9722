"""One-time ways in. Whether one is still good is decided by the update that uses it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Invite


async def add(
    tx: AsyncSession,
    *,
    token_hash: str,
    member_id: int,
    by: int | None,
    at: datetime,
    expires_at: datetime,
) -> Invite:
    invite = Invite(
        token_hash=token_hash, member_id=member_id, created_by=by, created_at=at, expires_at=expires_at
    )
    tx.add(invite)
    await tx.flush()
    return invite


async def find(tx: AsyncSession, invite_id: int) -> Invite | None:
    return await tx.get(Invite, invite_id)


async def by_hash(tx: AsyncSession, token_hash: str) -> Invite | None:
    return (await tx.scalars(select(Invite).where(Invite.token_hash == token_hash))).first()


async def use(tx: AsyncSession, invite_id: int, *, at: datetime) -> bool:
    """Use the invite up; False when somebody else did, or it is revoked or expired."""
    statement = (
        update(Invite)
        .where(
            Invite.id == invite_id,
            Invite.used_at.is_(None),
            Invite.revoked_at.is_(None),
            Invite.expires_at > at,
        )
        .values(used_at=at)
        .returning(Invite.id)
    )
    return await tx.scalar(statement) is not None


async def revoke_open(tx: AsyncSession, member_ids: Collection[int], *, at: datetime) -> int:
    """Revoke what is still open for these people; how many there were."""
    statement = (
        update(Invite)
        .where(Invite.member_id.in_(member_ids), Invite.used_at.is_(None), Invite.revoked_at.is_(None))
        .values(revoked_at=at)
        .returning(Invite.id)
    )
    return len((await tx.scalars(statement)).all())


async def open_of(tx: AsyncSession, member_ids: Collection[int], *, at: datetime) -> Sequence[Invite]:
    """The invites of these people that can still be used."""
    query = select(Invite).where(
        Invite.member_id.in_(member_ids),
        Invite.used_at.is_(None),
        Invite.revoked_at.is_(None),
        Invite.expires_at > at,
    )
    return (await tx.scalars(query)).all()
