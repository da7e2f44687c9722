"""Updates that wait for the bot, as getUpdates and the webhook both take them."""

from __future__ import annotations

import asyncio
from collections import deque

from telegram import Update

from sandbox import wire
from sandbox.state import Json

# These come only to a bot that asks for them by name.
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
KEPT = 100_000


class Updates:
    """The queue of one bot: numbered, filtered by allowed_updates, kept until confirmed."""

    def __init__(self, *, first_id: int = 100_000_001, checks: bool = True) -> None:
        self.next_id = first_id
        self.allowed: list[str] | None = None
        self.waiting: deque[Json] = deque(maxlen=KEPT)
        self.arrived = asyncio.Event()
        self.checks = checks
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
        update = {"update_id": self.next_id, kind: payload}
        if self.checks:
            wire.checked(Update, update)
        self.next_id += 1
        self.waiting.append(update)
        self.arrived.set()

    def confirm(self, offset: int) -> None:
        """Forgets what lies before `offset`; a negative one keeps only that many of the newest."""
        if offset < 0:
            while len(self.waiting) > -offset:
                self.waiting.popleft()
        while offset > 0 and self.waiting and self.waiting[0]["update_id"] < offset:
            self.waiting.popleft()

    def first(self, limit: int) -> list[Json]:
        return [self.waiting[at] for at in range(min(limit, len(self.waiting)))]

    async def wait(self, seconds: float) -> None:
        """Returns when an update is there or the time is over."""
        if self.waiting:
            return
        # A fresh event a wait: waking the waiter before must not wake this one.
        self.arrived = asyncio.Event()
        try:
            await asyncio.wait_for(self.arrived.wait(), seconds)
        except TimeoutError:
            return
