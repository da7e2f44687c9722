"""Updates that wait for the bot, as getUpdates and the webhook both take them."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Callable

from telegram import Update

from sandbox import wire
from sandbox.state import Json

# These come only to a bot that asks for them by name.
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
KEPT = 100_000


class Updates:
    """The queue of one bot: numbered, filtered by allowed_updates, kept until confirmed.

    `mark` hears the number of every update that comes or goes.
    """

    def __init__(
        self,
        *,
        first_id: int = 100_000_001,
        checks: bool = True,
        mark: Callable[[int], None] = lambda update_id: None,
    ) -> None:
        self.next_id = first_id
        self.allowed: list[str] | None = None
        self.waiting: deque[Json] = deque()
        self.arrived = asyncio.Event()
        self.checks = checks
        self.mark = mark
        self._poll = 0

    def begin_poll(self) -> int:
        """A new getUpdates; the one before it, if it still waits, is over."""
        self._poll += 1
        self.arrived.set()
        return self._poll

    def polling(self, poll: int) -> bool:
        return poll == self._poll

    def wanted(self, kind: str) -> bool:
        if self.allowed:
            return kind in self.allowed
        return kind not in ON_REQUEST

    def add(self, kind: str, payload: Json) -> None:
        """Queues an update unless the bot does not want this kind."""
        if not self.wanted(kind):
            return
        update: Json = {"update_id": self.next_id, kind: payload}
        if self.checks:
            wire.checked(Update, update)
        self.next_id += 1
        self.waiting.append(update)
        self.mark(update["update_id"])
        if len(self.waiting) > KEPT:
            self._drop_first()
        self.arrived.set()

    def confirm(self, offset: int) -> None:
        """Forgets what lies before `offset`; a negative one keeps only that many of the newest."""
        if offset < 0:
            while len(self.waiting) > -offset:
                self._drop_first()
        while offset > 0 and self.waiting and self.waiting[0]["update_id"] < offset:
            self._drop_first()

    def clear(self) -> None:
        while self.waiting:
            self._drop_first()

    def discard(self, update_id: int) -> None:
        """Forgets one update, wherever it stands."""
        for at, update in enumerate(self.waiting):
            if update["update_id"] == update_id:
                del self.waiting[at]
                self.mark(update_id)
                return

    def _drop_first(self) -> None:
        self.mark(self.waiting.popleft()["update_id"])

    def find(self, update_id: int) -> Json | None:
        """The update of this number if it still waits; they stand in order, so most searches end at once."""
        if not self.waiting or update_id < self.waiting[0]["update_id"]:
            return None
        newest_first = reversed(self.waiting)
        return next((update for update in newest_first if update["update_id"] == update_id), None)

    def first(self, limit: int) -> list[Json]:
        """The oldest that wait, at most `limit`."""
        return list(itertools.islice(self.waiting, limit))

    async def wait(self, seconds: float) -> None:
        """Returns when an update is there, another poll begins, or the time is over."""
        if self.waiting:
            return
        self.arrived.clear()
        try:
            await asyncio.wait_for(self.arrived.wait(), seconds)
        except TimeoutError:
            return
