"""The append-only record of who did what."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import AuditEntry


def note(
    tx: AsyncSession,
    *,
    at: datetime,
    actor_id: int | None,
    action: str,
    unit_id: int | None = None,
    member_id: int | None = None,
    **details: Any,
) -> None:
    """Record a deed in the transaction that does it; `details` hold ids and figures, no names."""
    tx.add(
        AuditEntry(
            at=at, actor_id=actor_id, action=action, unit_id=unit_id, member_id=member_id, details=details
        )
    )


async def latest(
    tx: AsyncSession,
    *,
    limit: int = 20,
    before: int | None = None,
    unit_ids: Sequence[int] | None = None,
) -> Sequence[AuditEntry]:
    """The newest entries (before the given one, of these units)."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    if unit_ids is not None:
        query = query.where(AuditEntry.unit_id.in_(unit_ids))
    return (await tx.scalars(query)).all()
