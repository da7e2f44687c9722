"""What changed, for the page: each listener has its own short queue of events."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sandbox.state import Json

WAITING = 500


@dataclass(eq=False)
class Listener:
    person_id: int | None
    queue: asyncio.Queue[Json] = field(default_factory=lambda: asyncio.Queue(WAITING))


class Events:
    """Hands events to those who listen; one who does not read loses the oldest, and re-fetches anyway."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()

    @contextmanager
    def listening(self, person_id: int | None) -> Iterator[asyncio.Queue[Json]]:
        listener = Listener(person_id)
        self._listeners.add(listener)
        try:
            yield listener.queue
        finally:
            self._listeners.discard(listener)

    def tell(self, kind: str, *, only: frozenset[int] | None = None, **fields: object) -> None:
        """Tells everyone who listens, or `only` those persons."""
        if not self._listeners:
            return
        event = {"event": kind, **fields}
        for listener in self._listeners:
            if only is not None and listener.person_id is not None and listener.person_id not in only:
                continue
            if listener.queue.full():
                listener.queue.get_nowait()
            listener.queue.put_nowait(event)
