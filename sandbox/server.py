"""The sandbox as a whole: starts and stops the server that speaks to the bot, the people and the page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from sandbox.botapi.endpoint import BODY_LIMIT, BotApi
from sandbox.clock import Clock
from sandbox.control_api import ControlApi
from sandbox.http_json import Handler, guarded
from sandbox.people_api import PeopleApi
from sandbox.persistence import Store
from sandbox.state import Json, Person
from sandbox.webhooks import WebhookDelivery
from sandbox.world import World

LOOPBACK = "127.0.0.1"
WEB = Path(__file__).parent / "web"
SHUTDOWN_SECONDS = 0.5


class Sandbox:
    """A Telegram look-alike on loopback.

    `token` is the bot's; `limits` switches the rate limits; `checks` lets python-telegram-bot check all
    that is said (off only to be quick in benchmarks); `privacy` is the bot's privacy mode in groups; `seed` makes
    faults and ids repeat; `data` is a folder in which people, chats, messages, files and the clock outlive a restart.
    """

    def __init__(
        self,
        *,
        token: str = "42:SANDBOX",
        limits: bool = True,
        checks: bool = True,
        privacy: bool = True,
        seed: int = 0,
        username: str = "branch_study_bot",
        first_name: str = "党支部学习助手",
        clock: Clock | None = None,
        data: Path | str | None = None,
        webhook_retry_seconds: float = 1.0,
    ) -> None:
        folder = None if data is None else Path(data)
        self.world = World(
            token=token,
            username=username,
            first_name=first_name,
            clock=clock or Clock(),
            limits=limits,
            checks=checks,
            privacy=privacy,
            seed=seed,
            files=None if folder is None else folder / "files",
        )
        if folder is not None:
            self.world.store = Store(folder)
            self.world.store.load(self.world)
        self._bot_api = BotApi(self.world)
        self._people_api = PeopleApi(self.world)
        self._control_api = ControlApi(self.world)
        self._webhooks = WebhookDelivery(
            self.world, self._bot_api.execute, retry_seconds=webhook_retry_seconds
        )
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def token(self) -> str:
        return self.world.token

    @property
    def url(self) -> str:
        """Where the page is, without a slash at the end."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def api_base(self) -> str:
        """What a bot takes instead of https://api.telegram.org."""
        return self.url

    def now(self) -> datetime:
        """The sandbox's time, aware UTC."""
        return self.world.clock.now()

    def add_people(self, people: Iterable[Json]) -> list[Person]:
        """Adds people as POST /sandbox/people does."""
        added = self._people_api.people.add(list(people))
        self.world.flush()
        return added

    def found_group(self, title: str, members: Iterable[int | str]) -> int:
        """A new supergroup, as POST /sandbox/groups makes; its id. The first person is the creator, "bot" the bot."""
        chat = self._people_api.people.found_group(title=title, members=list(members), kind="supergroup")
        self.world.flush()
        return chat.id

    async def start(self, port: int = 0) -> None:
        """Listens on loopback; port 0 finds a free one."""
        app = web.Application(client_max_size=BODY_LIMIT, middlewares=[guarded, self._kept])
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self._bot_api.serve)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._bot_api.download)
        app.add_routes([*self._people_api.routes(), *self._control_api.routes()])
        app.router.add_get("/", self._page)
        if WEB.is_dir():
            app.router.add_static("/web", WEB)
        app.on_response_prepare.append(_never_stale)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
        await self._runner.setup()
        site = web.TCPSite(self._runner, LOOPBACK, port, backlog=1024)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._webhooks.start()

    async def stop(self) -> None:
        """Ends every open call and lets go of the port."""
        self._bot_api.closing.set()
        self._control_api.closing.set()
        self.world.updates.begin_poll()
        self.world.events.tell("closed")
        for answered in self.world.answered.values():
            answered.set()
        await self._webhooks.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self.world.store is not None:
            self.world.flush()
            self.world.store.close()
            self.world.store = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @web.middleware
    async def _kept(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """What a request of the people's changed is written before the answer goes out."""
        response = await handler(request)
        self.world.flush()
        return response

    async def _page(self, request: web.Request) -> web.StreamResponse:
        page = WEB / "index.html"
        if not await asyncio.to_thread(page.is_file):
            return web.Response(text="The page is not installed; the HTTP API is at /sandbox/.", status=404)
        return web.FileResponse(page)


async def _never_stale(request: web.Request, response: web.StreamResponse) -> None:
    """After an update of the program the browser asks again, instead of mixing old and new parts of the page."""
    if request.path == "/" or request.path.startswith("/web/"):
        response.headers["Cache-Control"] = "no-cache"
