"""Long polling that loses nothing: an update is confirmed to Telegram only after it was handled."""

import asyncio
import logging
from contextlib import suppress

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramConflictError
from aiogram.methods import GetUpdates
from aiogram.types import Update

from bot.updates import Intake

logger = logging.getLogger(__name__)

POLL_SECONDS = 25
ANSWER_SECONDS = 15  # beyond the poll itself
BUSY_SECONDS = 0.1  # between looks for more while updates are being handled
LONGEST_PAUSE = 30.0


class Polling:
    """Fetches updates until it is stopped. `run()` once.

    While updates are in work Telegram is asked from the first unfinished one on (those in work come again and are
    passed over), so that even a process that is killed finds them again.
    """

    def __init__(self, bot: Bot, intake: Intake, allowed: list[str]) -> None:
        self._bot = bot
        self._intake = intake
        self._allowed = allowed
        self._stopping = asyncio.Event()
        self._working: dict[int, asyncio.Future[None]] = {}
        # The update after the newest one taken, until Telegram has heard of it. Not kept for longer, for after a
        # quiet week Telegram numbers its updates anew, and they would all seem old.
        self._next = 0

    def stop(self) -> None:
        """Take no more; `run` returns when what was taken is handled and confirmed."""
        self._stopping.set()

    async def run(self) -> None:
        """Fetch and handle updates until `stop`."""
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            while not self._stopping.is_set():
                fetching = asyncio.create_task(self._fetch())
                await asyncio.wait({fetching, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if not fetching.done():
                    fetching.cancel()
                with suppress(asyncio.CancelledError):
                    for update in await fetching:
                        self._take(update)
                await self._settle()
        finally:
            stopping.cancel()
        await self._intake.drain()
        await self._confirm()

    async def _fetch(self) -> list[Update]:
        """The updates that wait; keeps trying while Telegram is out of reach."""
        pause = 1.0
        while True:
            # Nothing new to wait for while the unfinished ones are answered at once.
            wait = 0 if self._working else POLL_SECONDS
            offset = min(self._working, default=self._next) or None
            ask = GetUpdates(offset=offset, timeout=wait, allowed_updates=self._allowed)
            try:
                updates = await self._bot(ask, request_timeout=wait + ANSWER_SECONDS)
            except AiogramError as error:
                if isinstance(error, TelegramConflictError):
                    logger.error("another process fetches this bot's updates: %s", error)
                elif pause == 1.0:
                    logger.warning("no updates for now: %s", error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                if pause > 1.0:
                    logger.info("updates come again")
                if offset == self._next:
                    self._next = 0
                return updates

    def _take(self, update: Update) -> None:
        if update.update_id in self._working:
            return
        self._next = max(self._next, update.update_id + 1)
        work = self._working[update.update_id] = self._intake.begin(update)
        work.add_done_callback(lambda _: self._working.pop(update.update_id, None))

    async def _settle(self) -> None:
        """A short wait for what is in work, so that as a rule the next fetch confirms it."""
        if self._working:
            await asyncio.wait(list(self._working.values()), timeout=BUSY_SECONDS)

    async def _confirm(self) -> None:
        if self._next:
            try:
                await self._bot(GetUpdates(offset=self._next, limit=1, timeout=0), request_timeout=5)
            except AiogramError as error:
                logger.warning("the last updates could not be confirmed and may come again: %s", error)
