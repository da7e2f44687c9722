"""The webhook: an update is answered with 200 after it was handled, so that Telegram sends a lost one again."""

import json
import logging
import secrets
from collections.abc import Awaitable, Callable

from aiogram import Bot
from aiogram.types import Update
from aiohttp import web
from pydantic import ValidationError

from bot.livepage import LivePage
from bot.settings import Settings
from bot.updates import Intake

logger = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST_UPDATE = 1024 * 1024  # bytes; Telegram's updates are far smaller
MOST_CONNECTIONS = 100
FINISH_SECONDS = 60.0  # as long as Telegram waits for an answer


class Webhook:
    """Listens for Telegram, answers /healthz for whoever watches over the process, and serves the page if there is one."""

    def __init__(
        self,
        settings: Settings,
        bot: Bot,
        intake: Intake,
        healthy: Callable[[], Awaitable[bool]],
        page: LivePage | None = None,
    ) -> None:
        self._settings = settings
        self._bot = bot
        self._intake = intake
        self._healthy = healthy
        self._page = page
        self._secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self) -> None:
        """Begin to listen; port 0 in the settings finds a free one, which `port` tells."""
        if not self._secret:
            logger.warning(
                "BOT_WEBHOOK_SECRET is not set: anybody who finds the webhook's address can speak to the bot "
                "as anyone. Set it to a long random word"
            )
        server = web.Application(client_max_size=LARGEST_UPDATE)
        server.router.add_post(self._settings.webhook_path, self._update)
        server.router.add_get("/healthz", self._health)
        if self._page:
            self._page.add_to(server)
        self._runner = web.AppRunner(server, access_log=None, shutdown_timeout=FINISH_SECONDS)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._settings.host, self._settings.port).start()
        self.port = self._runner.addresses[0][1]

    async def announce(self, allowed: list[str]) -> None:
        """Tell Telegram where we are."""
        await self._bot.set_webhook(
            self.url,
            secret_token=self._secret or None,
            allowed_updates=allowed,
            max_connections=MOST_CONNECTIONS,
        )

    @property
    def url(self) -> str:
        """The public address with the path."""
        base, path = (self._settings.webhook_url or "").rstrip("/"), self._settings.webhook_path
        return base if base.endswith(path) else base + path

    async def stop(self) -> None:
        """Listen no more, and finish the requests in flight."""
        if self._runner:
            await self._runner.cleanup()

    async def _update(self, request: web.Request) -> web.Response:
        if not secrets.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), self._secret.encode()):
            return web.Response(status=401)
        try:
            update = Update.model_validate(json.loads(await request.read()), context={"bot": self._bot})
        except ValidationError as error:
            # Sending it again would not make it any better. What it says is nobody's business.
            places = [".".join(map(str, fault["loc"])) for fault in error.errors()]
            logger.error("an update of a kind we do not know: %s", places)
            return web.Response()
        except ValueError:
            return web.Response(status=400)
        await self._intake.take(update)
        return web.Response()

    async def _health(self, request: web.Request) -> web.Response:
        healthy = await self._healthy()
        return web.Response(
            text="ok" if healthy else "the database is out of reach", status=200 if healthy else 503
        )
