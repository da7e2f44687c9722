"""The running process: migrates, listens, sends and keeps the timetable, and stops without losing anything."""

import asyncio
import gc
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import datetime
from functools import partial
from math import ceil, inf
from typing import Any

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from actions import deliveries, upkeep
from actions.app import App
from bot import app as parts
from bot import dispatcher as dispatching
from bot import menu, quickstart, replies
from bot.content import load_shipped
from bot.courier import MOST_AHEAD, Courier
from bot.livepage import LivePage
from bot.pace import Pace, RepliesFirst
from bot.polling import Polling
from bot.settings import Settings, SettingsFault
from bot.timetable import Timetable
from bot.updates import Intake
from bot.webhook import Webhook
from storage import schema

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0


class Service:
    """Everything that runs in one process. `start()` once, then `stop()`, which may also come first, and twice.

    `listen` says whether updates are taken (a worker beside webhook processes does not).
    """

    def __init__(
        self, settings: Settings, *, clock: Callable[[], datetime] = parts.utc_now, listen: bool = True
    ) -> None:
        self.settings = settings
        self.app: App = parts.make(settings, clock)
        self.bot = parts.make_bot(settings)
        self.dispatcher = dispatching.build(self.app)
        self.pace = Pace(settings.messages_a_second)
        self.bot.session.middleware(RepliesFirst(self.pace, self._halted))
        self.bot.session.middleware(replies.forgive_late)
        self.intake = Intake(self.dispatcher, self.bot)
        self.allowed = self.dispatcher.resolve_used_update_types()
        self.timetable = Timetable(self.app, tick_seconds=settings.tick_seconds)
        rate = settings.messages_a_second
        ahead = MOST_AHEAD if rate == inf else min(MOST_AHEAD, ceil(rate))
        self.courier = Courier(self.app, self.bot, self.pace, ahead=ahead) if settings.courier else None
        self.page = LivePage(settings, self.app, self.bot) if listen and settings.page_url else None
        self.webhook: Webhook | None = None
        self.polling: Polling | None = None
        if listen and settings.webhook_url:
            self.webhook = Webhook(settings, self.bot, self.intake, self.healthy, self.page)
        elif listen:
            self.polling = Polling(self.bot, self.intake, self.allowed)
        self._working: dict[str, asyncio.Task[None]] = {}
        self._prepared = False

    async def prepare(self) -> None:
        """Bring the database, and the lessons that ship, up to date, once; `start` does so by itself."""
        if not self._prepared:
            await schema.upgrade(self.app.db)
            await load_shipped(self.app, self.settings.content)
            self._prepared = True

    async def start(self) -> None:
        """Bring the database up to date and begin to work.

        Waits while Telegram is out of reach. Raises SettingsFault when it does not know the token.
        """
        try:
            await self.prepare()
            await self._patiently(self._introduce)
            if self.webhook:
                await self.webhook.start()
                await self._patiently(partial(self.webhook.announce, self.allowed))
            if self.polling:
                if self.page:
                    await self.page.start()
                await self._patiently(self.bot.delete_webhook)
                self._work("polling", self.polling.run())
            if self.courier:
                self._work("courier", self.courier.run())
            self.timetable.start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Take no more work, finish what was taken, and let go of everything.

        The order matters: first nothing comes in, then what came in is answered, then what is being sent arrives.
        """
        await self.timetable.stop()
        if self.webhook:
            await self.webhook.stop()
        if self.polling:
            self.polling.stop()
            await self._finished("polling")
        if self.page:
            await self.page.stop()
        await self.intake.drain()
        if self.courier:
            self.courier.stop()
            await self._finished("courier")
        await self.bot.session.close()
        await self.app.db.close()

    async def broken(self) -> None:
        """Returns when a part that should work until `stop` has ended; `stop` tells why."""
        if self._working:
            await asyncio.wait(self._working.values(), return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.Event().wait()

    async def healthy(self) -> bool:
        """Whether the database answers."""
        return await upkeep.database_answers(self.app)

    def _work(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self._working[name] = asyncio.create_task(work, name=name)

    async def _finished(self, name: str) -> None:
        if task := self._working.get(name):
            try:
                await task
            except Exception:
                # The other parts still have to be stopped.
                logger.critical("%s broke down", name, exc_info=True)

    async def _patiently(self, ask: Callable[[], Awaitable[object]]) -> None:
        """Ask Telegram something that has to work before we can begin."""
        pause = 1.0
        while True:
            try:
                await ask()
            except (TelegramUnauthorizedError, TelegramNotFound) as error:
                raise SettingsFault("BOT_TOKEN: Telegram does not know this token; ask @BotFather") from error
            except (TelegramNetworkError, TelegramServerError) as error:
                logger.warning("Telegram is out of reach, trying again in %.0f s: %s", pause, error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                return

    async def _introduce(self) -> None:
        """Ask Telegram who we are, and publish the command menu."""
        me = await self.bot.me()
        logger.info("serving @%s", me.username)
        try:
            await menu.publish(self.bot)
        except TelegramAPIError as error:
            logger.warning("the command menu could not be set: %s", error)

    async def _halted(self, seconds: float) -> None:
        """A handler was told to wait: so is every courier."""
        try:
            await deliveries.halt(self.app, seconds=seconds)
        except deliveries.DATABASE_GONE as error:
            logger.warning("other couriers could not be told to wait: %s", deliveries.what_is_wrong(error))


async def run(
    settings: Settings, clock: Callable[[], datetime] = parts.utc_now, *, listen: bool = True
) -> None:
    """Serve until SIGTERM or SIGINT; a second signal ends the process at once."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask() -> None:
        logger.info("stopping: finishing what is in work")
        asked.set()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(name)

    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, ask)
    service = Service(settings, clock=clock, listen=listen)
    starting = asyncio.create_task(service.start())
    stop = asyncio.create_task(asked.wait())
    await asyncio.wait({starting, stop}, return_when=asyncio.FIRST_COMPLETED)
    if asked.is_set() and starting.cancel():
        with suppress(asyncio.CancelledError):
            await starting
        return
    await starting
    gc.collect()
    quickstart.settle_memory()
    broken = asyncio.create_task(service.broken())
    await asyncio.wait({broken, stop}, return_when=asyncio.FIRST_COMPLETED)
    for task in (broken, stop):
        task.cancel()
    await service.stop()
    if not asked.is_set():
        raise RuntimeError("a part of the program broke down; see the log")
    logger.info("stopped")
