"""Updates as they come in: those of one chat in order, different chats at once, none twice."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiogram import Bot, Dispatcher
from aiogram.methods import TelegramMethod
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, Update

logger = logging.getLogger(__name__)

REMEMBERED = 10_000


class Turns:
    """A queue a key; a key that nobody waits for takes no memory."""

    def __init__(self) -> None:
        self._queues: dict[int, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def of(self, key: int) -> AsyncIterator[None]:
        """Within the block it is the caller's turn; first come, first served."""
        lock, waiting = self._queues.get(key) or (asyncio.Lock(), 0)
        self._queues[key] = lock, waiting + 1
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._queues.pop(key)
            if waiting > 1:
                self._queues[key] = lock, waiting - 1

    def __len__(self) -> int:
        return len(self._queues)


class Intake:
    """Hands updates to the dispatcher, however they came."""

    def __init__(self, dispatcher: Dispatcher, bot: Bot) -> None:
        self._dispatcher = dispatcher
        self._bot = bot
        self._turns = Turns()
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._seen: OrderedDict[int, None] = OrderedDict()

    async def take(self, update: Update) -> None:
        """Returns when the update is handled; one that was seen lately is not handled again.

        Whoever asks may give up: the update is handled all the same.
        """
        await asyncio.shield(self.begin(update))

    def begin(self, update: Update) -> "asyncio.Future[None]":
        """Puts the update in its chat's queue at once; the future is done when it is handled."""
        number = update.update_id
        task = self._busy.get(number)
        if task is None and number in self._seen:
            done = asyncio.get_running_loop().create_future()
            done.set_result(None)
            return done
        if task is None:
            self._seen[number] = None
            while len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
            task = self._busy[number] = asyncio.create_task(self._handle(update))
            task.add_done_callback(lambda _: self._busy.pop(number))
        return task

    async def drain(self) -> None:
        """Returns when everything taken so far is handled."""
        if self._busy:
            await asyncio.wait(list(self._busy.values()))

    async def _handle(self, update: Update) -> None:
        async with self._turns.of(chat_of(update)):
            try:
                answer = await self._dispatcher.feed_update(self._bot, update)
                if isinstance(answer, TelegramMethod):
                    await self._dispatcher.silent_call_request(self._bot, answer)
            except Exception:
                # Even the apology failed. Telegram would send this update for ever if it were not taken as handled.
                logger.exception("update %s could not be handled", update.update_id)


def chat_of(update: Update) -> int:
    """The chat that an update belongs to, or the person for those without a chat."""
    event = update.event
    if isinstance(event, Message | ChatMemberUpdated):
        return event.chat.id
    if isinstance(event, CallbackQuery):
        return event.message.chat.id if event.message else event.from_user.id
    person = getattr(event, "from_user", None)
    return person.id if person else 0
