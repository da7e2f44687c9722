"""How much a bot may send. Telegram documents the rates and keeps the exact windows to itself; these are ours:

- the token: at most 30 messages in any second (a sliding window);
- a chat: 1 a second, with a burst of 5 that refills by one a second;
- a group: also at most 20 in any 60 seconds (a sliding window);
- edits: a burst of 30 a chat that refills by 5 a second, and they do not count as messages.

Who goes over gets the wait in whole seconds, and everything within that wait is refused too, as Telegram does.
"""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from telegram.constants import FloodLimit

SECOND = 1.0
MINUTE = 60.0
CHAT_BURST = 5
EDIT_BURST = 30
EDITS_PER_SECOND = 5.0
# Chats remembered; one that was quiet longest is forgotten, and its allowance is full again by then.
CHATS_KEPT = 20_000


@dataclass(slots=True)
class Window:
    """At most `most` events in any `span` seconds."""

    most: int
    span: float
    times: deque[float] = field(default_factory=deque)

    def wait(self, now: float, count: int) -> float:
        """Seconds until `count` more fit; 0 when they fit now."""
        while self.times and self.times[0] <= now - self.span:
            self.times.popleft()
        over = len(self.times) + count - self.most
        if over <= 0:
            return 0.0
        # A batch bigger than the window goes through when the window is empty.
        return self.times[min(over, len(self.times)) - 1] + self.span - now if self.times else 0.0

    def take(self, now: float, count: int) -> None:
        self.times.extend([now] * count)


@dataclass(slots=True)
class Bucket:
    """A burst of `most`, refilled by `rate` a second."""

    most: float
    rate: float
    level: float
    at: float

    def wait(self, now: float, count: int) -> float:
        self.level = min(self.most, self.level + (now - self.at) * self.rate)
        self.at = now
        missing = min(count, self.most) - self.level
        # A hair of tolerance, so that exactly one second is enough for exactly one message.
        return missing / self.rate if missing > 1e-6 else 0.0

    def take(self, count: int) -> None:
        self.level -= count


@dataclass(slots=True)
class ChatAllowance:
    messages: Bucket
    edits: Bucket
    minute: Window | None
    halted_until: float = 0.0


class Limits:
    """The allowances of one token. Times are monotonic seconds, given by `monotonic`."""

    def __init__(self, monotonic: Callable[[], float], *, enabled: bool = True) -> None:
        self.monotonic = monotonic
        self.enabled = enabled
        self._token = Window(FloodLimit.MESSAGES_PER_SECOND, SECOND)
        self._halted_until = 0.0
        self._chats: OrderedDict[int, ChatAllowance] = OrderedDict()

    def message(self, chat_id: int, *, count: int = 1) -> int:
        """Takes `count` messages to a chat; returns 0, or the whole seconds to wait and takes nothing."""
        if not self.enabled:
            return 0
        now = self.monotonic()
        chat = self._chat(chat_id, now)
        if self._halted_until > now:
            return _whole(self._halted_until - now)
        if chat.halted_until > now:
            return _whole(chat.halted_until - now)
        token_wait = self._token.wait(now, count)
        chat_wait = chat.messages.wait(now, count)
        if chat.minute is not None:
            chat_wait = max(chat_wait, chat.minute.wait(now, count))
        if token_wait > 0:
            self._halted_until = now + _whole(token_wait)
        if chat_wait > 0:
            chat.halted_until = now + _whole(chat_wait)
        if token_wait > 0 or chat_wait > 0:
            return _whole(max(token_wait, chat_wait))
        self._token.take(now, count)
        chat.messages.take(count)
        if chat.minute is not None:
            chat.minute.take(now, count)
        return 0

    def edit(self, chat_id: int) -> int:
        """Takes one edit in a chat; returns 0, or the whole seconds to wait."""
        if not self.enabled:
            return 0
        now = self.monotonic()
        edits = self._chat(chat_id, now).edits
        wait = edits.wait(now, 1)
        if wait > 0:
            return _whole(wait)
        edits.take(1)
        return 0

    def _chat(self, chat_id: int, now: float) -> ChatAllowance:
        chat = self._chats.get(chat_id)
        if chat is None:
            per_second = float(FloodLimit.MESSAGES_PER_SECOND_PER_CHAT)
            chat = ChatAllowance(
                messages=Bucket(CHAT_BURST, per_second, CHAT_BURST, now),
                edits=Bucket(EDIT_BURST, EDITS_PER_SECOND, EDIT_BURST, now),
                minute=Window(FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP, MINUTE) if chat_id < 0 else None,
            )
            self._chats[chat_id] = chat
            if len(self._chats) > CHATS_KEPT:
                self._chats.popitem(last=False)
        self._chats.move_to_end(chat_id)
        return chat


def _whole(seconds: float) -> int:
    return max(1, math.ceil(seconds - 1e-6))
