"""Throwing away what nobody needs any more, a little at a time."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from storage.tables import Attempt, Conversation, Outgoing

SOME = 5_000  # rows a transaction


async def forget_letters(tx: AsyncSession, *, before: datetime, letter: str | None = None) -> int:
    """Some letters settled before then, of one kind or all; how many there were."""
    old = [Outgoing.settled_at < before]
    return await _some(tx, Outgoing.id, *old, *([Outgoing.letter == letter] if letter else ()))


async def forget_attempts(tx: AsyncSession, *, before: datetime) -> int:
    return await _some(tx, Attempt.id, Attempt.at < before)


async def forget_conversations(tx: AsyncSession, *, before: datetime) -> int:
    """Dialogues that nobody went on with since."""
    return await _some(tx, Conversation.key, Conversation.updated_at < before)


async def _some(tx: AsyncSession, key: "InstrumentedAttribute[Any]", *which: ColumnElement[bool]) -> int:
    found = list(await tx.scalars(select(key).where(*which).limit(SOME)))
    if found:
        await tx.execute(
            delete(key.class_).where(key.in_(found)), execution_options={"synchronize_session": False}
        )
    return len(found)


async def ping(tx: AsyncSession) -> None:
    """Ask the database the smallest question there is."""
    await tx.execute(text("SELECT 1"))
