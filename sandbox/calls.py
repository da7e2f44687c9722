"""The log of Bot API calls, for tests and the curious."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass

from sandbox.state import Json

KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Call:
    """One call: `at` in monotonic seconds; `ok` is what the bot was told, or would have been."""

    n: int
    at: float
    method: str
    chat_id: int | None
    ok: bool
    error_code: int | None


class Calls:
    """The newest calls, numbered from 1."""

    def __init__(self) -> None:
        self.enabled = True
        self.next = 1
        self._calls: deque[Call] = deque(maxlen=KEPT)

    def add(self, *, at: float, method: str, chat_id: int | None, error_code: int | None) -> None:
        if not self.enabled:
            return
        self._calls.append(Call(self.next, at, method, chat_id, error_code is None, error_code))
        self.next += 1

    def since(self, n: int, method: str = "") -> list[Json]:
        """Calls with a number of at least `n`, of one method or all."""
        if self._calls:
            first = self._calls[0].n
            chosen = list(self._calls)[max(0, n - first) :]
            return [asdict(call) for call in chosen if not method or call.method.lower() == method.lower()]
        return []
