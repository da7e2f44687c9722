"""aiogram's dialogue state in the database, so that a restart in mid-sentence forgets nothing."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StorageKey

from storage import conversations
from storage.db import Database
from storage.tables import Conversation

REMEMBERED = 10_000


class DatabaseStorage(BaseStorage):
    """One row a dialogue; none while nothing is under way.

    aiogram asks for the state at every update, and nearly always there is none. On SQLite, where one process takes
    all updates, it is remembered who has no dialogue, and the database is not asked again.
    """

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock
        self._silent: OrderedDict[str, None] = OrderedDict()

    async def set_state(self, key: StorageKey, state: str | State | None = None) -> None:
        name = state.state if isinstance(state, State) else state
        self._silent.pop(_text(key), None)
        async with self._db.writing() as tx:
            await conversations.put_state(tx, _text(key), state=name, at=self._clock())

    async def get_state(self, key: StorageKey) -> str | None:
        row = await self._find(_text(key))
        return row.state if row else None

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        self._silent.pop(_text(key), None)
        async with self._db.writing() as tx:
            await conversations.put_data(tx, _text(key), data=data, at=self._clock())

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        row = await self._find(_text(key))
        return dict(row.data) if row else {}

    async def _find(self, key: str) -> Conversation | None:
        if key in self._silent:
            self._silent.move_to_end(key)
            return None
        async with self._db.reading() as tx:
            row = await conversations.find(tx, key)
        if row is None and self._db.is_sqlite:
            self._silent[key] = None
            while len(self._silent) > REMEMBERED:
                self._silent.popitem(last=False)
        return row

    async def close(self) -> None:
        """The database is closed by whoever opened it."""


def _text(key: StorageKey) -> str:
    return f"{key.bot_id}:{key.chat_id}:{key.user_id}:{key.thread_id or 0}:{key.destiny}"
