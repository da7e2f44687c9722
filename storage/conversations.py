"""Where dialogues stand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Conversation


async def find(tx: AsyncSession, key: str) -> Conversation | None:
    return await tx.get(Conversation, key)


async def keys(tx: AsyncSession) -> set[str]:
    """Of every dialogue that is under way."""
    return set(await tx.scalars(select(Conversation.key)))


async def put_state(tx: AsyncSession, key: str, *, state: str | None, at: datetime) -> None:
    """Set the state; a dialogue without state and data leaves no row."""
    row = await tx.get(Conversation, key)
    if row is None:
        if state is not None:
            tx.add(Conversation(key=key, state=state, data={}, updated_at=at))
    elif state is None and not row.data:
        await tx.delete(row)
    else:
        row.state, row.updated_at = state, at


async def put_data(tx: AsyncSession, key: str, *, data: Mapping[str, Any], at: datetime) -> None:
    """Replace the data of the dialogue."""
    row = await tx.get(Conversation, key)
    if row is None:
        if data:
            tx.add(Conversation(key=key, state=None, data=dict(data), updated_at=at))
    elif not data and row.state is None:
        await tx.delete(row)
    else:
        row.data, row.updated_at = dict(data), at


async def of_person(tx: AsyncSession, telegram_id: int) -> list[Conversation]:
    """The dialogues of one person in the private chat (keys start with the bot and chat)."""
    query = select(Conversation).where(Conversation.key.like(f"%:{telegram_id}:{telegram_id}:%"))
    return list(await tx.scalars(query))


async def forget_person(tx: AsyncSession, telegram_id: int) -> None:
    await tx.execute(delete(Conversation).where(Conversation.key.like(f"%:{telegram_id}:{telegram_id}:%")))
