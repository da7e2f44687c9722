"""Wrong guesses, kept for a while to slow guessing down."""

from datetime import datetime

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Attempt


async def hold(tx: AsyncSession, *, subject: str, telegram_id: int) -> None:
    """Let nobody else count or add guesses of this account until the transaction ends: of many at once each sees those
    before it. On SQLite one writes at a time anyway. Take it before any row."""
    if tx.get_bind().dialect.name == "postgresql":
        await tx.execute(_HOLD, {"subject": subject, "account": str(telegram_id)})


_HOLD = text("SELECT pg_advisory_xact_lock(hashtext(:subject), hashtext(:account))")


async def since(tx: AsyncSession, *, subject: str, at: datetime, telegram_id: int | None = None) -> int:
    """How many wrong guesses there were since `at`, by one account or by all."""
    query = select(func.count()).select_from(Attempt).where(Attempt.subject == subject, Attempt.at > at)
    if telegram_id is not None:
        query = query.where(Attempt.telegram_id == telegram_id)
    return await tx.scalar(query) or 0


async def add(tx: AsyncSession, *, subject: str, telegram_id: int, at: datetime) -> None:
    tx.add(Attempt(subject=subject, telegram_id=telegram_id, at=at))
    await tx.flush()


async def forget(tx: AsyncSession, *, subject: str, before: datetime) -> None:
    """Drop guesses too old to matter."""
    await tx.execute(delete(Attempt).where(Attempt.subject == subject, Attempt.at < before))
