"""aiogram's dialogue state in the database, so that a restart in mid-sentence forgets nothing."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StorageKey

from storage import conversations
from storage.db import Database
from storage.tables import Conversation


class DatabaseStorage(BaseStorage):
    """One row a dialogue; none while nothing is under way.

    aiogram asks for the state at every update, and nearly always there is none. On SQLite, where one process takes
    all updates, it is remembered which dialogues there may be, and the database is not asked about others.
    """

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock
        self._begun: set[str] = set()
        self._all_known = False

    async def set_state(self, key: StorageKey, state: str | State | None = None) -> None:
        name = state.state if isinstance(state, State) else state
        self._begun.add(_text(key))
        async with self._db.writing() as tx:
            await conversations.put_state(tx, _text(key), state=name, at=self._clock())

    async def get_state(self, key: StorageKey) -> str | None:
        row = await self._find(_text(key))
        return row.state if row else None

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        self._begun.add(_text(key))
        async with self._db.writing() as tx:
            await conversations.put_data(tx, _text(key), data=data, at=self._clock())

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        row = await self._find(_text(key))
        return dict(row.data) if row else {}

    async def _find(self, key: str) -> Conversation | None:
        if self._all_known and key not in self._begun:
            return None
        async with self._db.reading() as tx:
            if self._db.is_sqlite and not self._all_known:
                self._begun |= await conversations.keys(tx)
                self._all_known = True
            return await conversations.find(tx, key)

    async def close(self) -> None:
        """The database is closed by whoever opened it."""


def _text(key: StorageKey) -> str:
    return f"{key.bot_id}:{key.chat_id}:{key.user_id}:{key.thread_id or 0}:{key.destiny}"
