"""How fast the bot may speak: one timeline for the whole token, which replies and bulk mail share.

Telegram allows about 30 messages in any second a token, one a second a chat (with a little patience for a short
burst) and 20 a minute a group. A plain leaky bucket would let 59 through in the first second, so bulk mail is spaced
evenly and nothing at all goes beyond the sliding window. Replies to people who wait go before bulk mail and may come
in a burst; while they do, bulk mail leaves room for more of them.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from heapq import heappop, heappush
from itertools import count
from math import inf
from time import monotonic
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

# What is spaced evenly here arrives a little unevenly there: so 30 messages take 1.010 s by plan, and never less than
# 1.006 s. That is 99% of what is allowed.
PLANNED = 1.010
STRICT = 1.006
LATEST = 1.0  # seconds that a message may be on its way longer than usual and still be reckoned with
LEARNING = 30  # answers after which it is known how long one takes
FORGETTING = 1.002  # how fast a quick answer is forgotten, by each later one
CATCH_UP = 0.1  # seconds of plan that may be made up for after a late wake-up
SHORTEST_WAIT = 0.001
MOST_LATE = 0.025  # seconds of a timer's lateness that are reckoned with
IDLE = 0.5  # seconds without bulk mail that are a pause and no late wake-up
CHAT_SECONDS = 1.05
CHAT_BURST = 4  # replies in a row to one chat
GROUP_SECONDS = 3.05
GROUP_MINUTE = 20
REPLIES_REMEMBERED = 2.0  # seconds
ROOM_FOR_REPLIES = 10  # messages a second that bulk mail leaves free at most
CHATS_REMEMBERED = 10_000
PATIENCE = 20.0  # seconds that a reply waits for Telegram rather than failing


class Place:
    """A place in the sliding window, taken when a message goes out. `at`: when Telegram counts it, as far as we
    know; messages get there late at times, and must not meet those that came after them in one second."""

    __slots__ = ("at", "sent_at")

    def __init__(self, now: float) -> None:
        self.sent_at = self.at = now


class _Chat:
    """What a chat was sent lately. `free_at`: when it could take a message with nothing saved up."""

    __slots__ = ("free_at", "lately")

    def __init__(self, chat_id: int) -> None:
        self.free_at = -inf
        self.lately: deque[float] | None = deque(maxlen=GROUP_MINUTE) if chat_id < 0 else None

    def wait(self, now: float, *, reply: bool) -> float:
        seconds = CHAT_SECONDS if self.lately is None else GROUP_SECONDS
        wait = self.free_at - now - ((CHAT_BURST - 1) * seconds if reply else 0.0)
        if self.lately is not None and len(self.lately) == GROUP_MINUTE:
            wait = max(wait, self.lately[0] + 60.0 * STRICT - now)
        return max(wait, 0.0)

    def take(self, now: float) -> None:
        seconds = CHAT_SECONDS if self.lately is None else GROUP_SECONDS
        self.free_at = max(self.free_at, now) + seconds
        if self.lately is not None:
            self.lately.append(now)


class Pace:
    """The allowance of one token in one process; `rate` in messages a second, infinite for no limits at all."""

    def __init__(self, rate: float = 30.0, *, now: Callable[[], float] = monotonic) -> None:
        self.limited = rate != inf
        self._now = now
        self._most = max(1, int(rate)) if self.limited else 1
        self._span = self._most / rate
        self._share = 1.0
        self._places: deque[Place] = deque()
        self._quickest = inf  # seconds of a round trip, lately
        self._answers = 0
        self._next_bulk = -inf
        self._replies: deque[float] = deque()
        self._halted_until = -inf
        self._chats: OrderedDict[int, _Chat] = OrderedDict()
        self._waiting: list[tuple[bool, int, asyncio.Future[Place]]] = []
        self._numbers = count()
        self._timer: asyncio.TimerHandle | None = None
        self._due = inf  # when the timer should go off
        self._lateness = 0.0  # seconds by which it does so too late, as a rule

    def share(self, couriers: int) -> None:
        """Leave room for so many processes that send bulk mail with the same token."""
        self._share = 1.0 / max(1, couriers)

    def halt(self, seconds: float) -> None:
        """Send nothing for so long; of two halts the longer holds."""
        self._halted_until = max(self._halted_until, self._now() + seconds)

    @property
    def halted_for(self) -> float:
        """Seconds that the halt still lasts; 0 when there is none."""
        return max(0.0, self._halted_until - self._now())

    def chat_wait(self, chat_id: int, *, reply: bool = False) -> float:
        """Seconds until this chat may be sent something."""
        chat = self._chats.get(chat_id)
        return chat.wait(self._now(), reply=reply) if chat and self.limited else 0.0

    def take_chat(self, chat_id: int, *, messages: int = 1, after: float = 0.0) -> None:
        """Note that a chat is being sent messages, in so many seconds."""
        if not self.limited:
            return
        chat = self._chats.setdefault(chat_id, _Chat(chat_id))
        for _ in range(messages):
            chat.take(self._now() + after)
        self._chats.move_to_end(chat_id)
        while len(self._chats) > CHATS_REMEMBERED:
            self._chats.popitem(last=False)

    async def slot(self, *, reply: bool = False) -> Place:
        """Wait for the right to send one message now; replies are served before bulk mail."""
        if not self._waiting and self._wait(reply) <= 0:
            return self._take(reply)
        turn: asyncio.Future[Place] = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (not reply, next(self._numbers), turn))
        self._serve()
        return await turn

    async def reply(self, chat_id: int, *, messages: int = 1) -> list[Place]:
        """Wait until a reply of so many messages may go to the chat."""
        wait = self.chat_wait(chat_id, reply=True)
        self.take_chat(chat_id, messages=messages, after=wait)
        if wait:
            await asyncio.sleep(wait)
        return [await self.slot(reply=True) for _ in range(messages)]

    def answered(self, place: Place) -> None:
        """Telegram has answered: when it took longer than usual, the message also got there later."""
        now = self._now()
        self._quickest = min(now - place.sent_at, self._quickest * FORGETTING)
        self._answers += 1
        # At first, with connections still to be made, it is not known what is usual.
        usual = self._quickest if self._answers > LEARNING else 0.0
        place.at = min(now - usual, place.sent_at + LATEST)

    def _serve(self) -> None:
        """Let go whoever may; see again when the next one may."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._now() >= self._due:
            self._lateness += (min(self._now() - self._due, MOST_LATE) - self._lateness) / 10
        self._due = inf
        while self._waiting:
            bulk, _, turn = self._waiting[0]
            if turn.done():  # gave up waiting
                heappop(self._waiting)
                continue
            wait = self._wait(not bulk)
            if wait > 0:
                # A full window opens when its oldest message is a second old: whoever is late for that is late for good.
                wait = max(wait - self._lateness, SHORTEST_WAIT)
                self._due = self._now() + wait
                self._timer = asyncio.get_running_loop().call_later(wait, self._serve)
                return
            heappop(self._waiting)
            turn.set_result(self._take(not bulk))

    def _wait(self, reply: bool) -> float:
        now = self._now()
        wait = self._halted_until - now
        if not self.limited:
            return wait
        most = self._most
        if not reply:
            wait = max(wait, self._next_bulk - now)
            while self._replies and self._replies[0] <= now - REPLIES_REMEMBERED:
                self._replies.popleft()
            most = max(1, most - min(len(self._replies), ROOM_FOR_REPLIES, most // 3))
        return max(wait, self._full(now, most))

    def _full(self, now: float, most: int) -> float:
        """Seconds until fewer than `most` messages lie in the sliding window."""
        span = self._span * STRICT
        while self._places and self._places[0].sent_at <= now - span - LATEST:
            self._places.popleft()
        if len(self._places) < most:
            return 0.0
        counted = sorted(place.at for place in self._places if place.at > now - span)
        return counted[-most] + span - now if len(counted) >= most else 0.0

    def _take(self, reply: bool) -> Place:
        now = self._now()
        place = Place(now)
        if not self.limited:
            return place
        self._places.append(place)
        gap = self._span * PLANNED / self._most / self._share
        # A reply uses up a place of the plan too, so that both together keep the rate.
        # After a pause there is nothing to make up for: a burst would fill the window, and come again each second.
        was_idle = now - self._next_bulk > IDLE
        self._next_bulk = (now if was_idle else max(self._next_bulk, now - CATCH_UP)) + gap
        if reply:
            self._replies.append(now)
        return place


_is_mail: ContextVar[bool] = ContextVar("is_mail", default=False)


@contextmanager
def mailing() -> Iterator[None]:
    """Within the block, requests are the courier's, who keeps the pace himself."""
    token = _is_mail.set(True)
    try:
        yield
    finally:
        _is_mail.reset(token)


class RepliesFirst(BaseRequestMiddleware):
    """Counts what handlers send, makes it wait its turn, and obeys Telegram when it asks for patience.

    `tell` is told how many seconds Telegram asked for, so that every courier can be halted.
    """

    def __init__(self, pace: Pace, tell: Callable[[float], Awaitable[None]]) -> None:
        self._pace = pace
        self._tell = tell

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        if _is_mail.get() or method.__api_method__ == "getUpdates":
            return await make_request(bot, method)
        messages = messages_of(method)
        chat_id = getattr(method, "chat_id", None)
        while True:
            places: list[Place] = []
            if messages:
                places = await self._pace.reply(chat_id if isinstance(chat_id, int) else 0, messages=messages)
            elif halted_for := self._pace.halted_for:  # an edit, an answer to a tap
                await asyncio.sleep(halted_for)
            try:
                response = await make_request(bot, method)
            except TelegramRetryAfter as error:
                self._pace.halt(error.retry_after)
                await self._tell(error.retry_after)
                if error.retry_after > PATIENCE:
                    raise
                await asyncio.sleep(error.retry_after)
            else:
                for place in places:
                    self._pace.answered(place)
                return response


def messages_of(method: TelegramMethod[Any]) -> int:
    """How many messages a request makes appear; 0 for those that make none."""
    name = method.__api_method__
    if name == "sendMediaGroup":
        return len(getattr(method, "media", ()))
    if name in ("copyMessages", "forwardMessages"):
        return len(getattr(method, "message_ids", ()))
    if name in ("copyMessage", "forwardMessage"):
        return 1
    return int(name.startswith("send") and name != "sendChatAction")
