"""aiogram's dialogue state in the database, so that a restart in mid-sentence forgets nothing."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StorageKey

from storage import conversations
from storage.db import Database


class DatabaseStorage(BaseStorage):
    """One row a dialogue; none while nothing is under way."""

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    async def set_state(self, key: StorageKey, state: str | State | None = None) -> None:
        name = state.state if isinstance(state, State) else state
        async with self._db.writing() as tx:
            await conversations.put_state(tx, _text(key), state=name, at=self._clock())

    async def get_state(self, key: StorageKey) -> str | None:
        async with self._db.reading() as tx:
            row = await conversations.find(tx, _text(key))
            return row.state if row else None

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        async with self._db.writing() as tx:
            await conversations.put_data(tx, _text(key), data=data, at=self._clock())

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        async with self._db.reading() as tx:
            row = await conversations.find(tx, _text(key))
            return dict(row.data) if row else {}

    async def close(self) -> None:
        """The database is closed by whoever opened it."""


def _text(key: StorageKey) -> str:
    return f"{key.bot_id}:{key.chat_id}:{key.user_id}:{key.thread_id or 0}:{key.destiny}"
