"""The page that shows a meeting's code on a shared screen: it renews itself, and needs nothing from elsewhere.

Its address ends with a token made with the meeting's secret, so that nobody finds it who was not given it.
"""

import json
from pathlib import Path
from typing import Any

import segno
from aiogram import Bot
from aiogram.utils.deep_linking import create_start_link
from aiohttp import web

from actions import checkin
from actions.app import App
from actions.briefs import Brief
from actions.checkin import Code
from bot import texts
from bot.settings import Settings
from bot.views import moments
from bot.views.checkin import spaced
from study.meetings import Stage

PATH = "/meet/{meeting:[0-9]{1,18}}/{token:[A-Za-z0-9_-]{1,64}}"
FOLDER = Path(__file__).parent / "pages"
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:",
}


class LivePage:
    """Answers at PATH on a server of its own, or beside the webhook."""

    def __init__(self, settings: Settings, app: App, bot: Bot) -> None:
        self._settings = settings
        self._app = app
        self._bot = bot
        self._runner: web.AppRunner | None = None
        self.port = 0

    def add_to(self, server: web.Application) -> None:
        """Answer on this server."""
        server.router.add_get(PATH, self._page)
        server.router.add_get(f"{PATH}/now", self._now)
        server.router.add_get("/meet/code.js", _file("code.js", "text/javascript"))
        server.router.add_get("/meet/code.css", _file("code.css", "text/css"))

    async def start(self) -> None:
        """Listen alone, where there is no webhook to listen beside."""
        server = web.Application()
        self.add_to(server)
        self._runner = web.AppRunner(server, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._settings.host, self._settings.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _page(self, request: web.Request) -> web.Response:
        await self._found(request)
        html = (FOLDER / "code.html").read_text("utf-8")
        return web.Response(text=html, content_type="text/html", headers=HEADERS)

    async def _now(self, request: web.Request) -> web.Response:
        found = await self._found(request)
        told = await self._told(found)
        return web.Response(
            text=json.dumps(told, ensure_ascii=False), content_type="application/json", headers=HEADERS
        )

    async def _found(self, request: web.Request) -> Code | Brief:
        meeting, token = int(request.match_info["meeting"]), request.match_info["token"]
        found = await checkin.on_page(self._app, meeting_id=meeting, token=token)
        if found is None:
            raise web.HTTPNotFound(headers=HEADERS)
        return found

    async def _told(self, found: Code | Brief) -> dict[str, Any]:
        """What the page shows: the code with its picture, or why there is none."""
        brief = found.brief if isinstance(found, Code) else found
        told: dict[str, Any] = {
            "title": brief.title,
            "unit": brief.unit,
            "when": moments.moment(brief.starts, now=brief.now),
        }
        if isinstance(found, Brief):
            return {**told, "note": _why_not(found)}
        me = await self._bot.me()
        return {
            **told,
            "code": spaced(found.code),
            "left": max(0.0, (found.until - brief.now).total_seconds()),
            "picture": _svg(await create_start_link(self._bot, found.payload)),
            "how": texts.plain("checkin.page_how", bot=me.username or ""),
            "next": texts.plain("checkin.page_next"),
        }


def _why_not(brief: Brief) -> str:
    if brief.stage is Stage.CANCELLED:
        return texts.plain("checkin.page_cancelled")
    if brief.stage is Stage.AHEAD:
        return texts.plain("checkin.page_ahead", opens=moments.day(brief.opens, now=brief.now))
    return texts.plain("checkin.page_over")


def _svg(url: str) -> str:
    """The link as a picture in a data URL, sharp at any size."""
    return str(segno.make_qr(url, error="m").svg_data_uri(border=2, scale=8))


def _file(name: str, kind: str) -> Any:
    async def serve(_request: web.Request) -> web.Response:
        return web.Response(
            text=(FOLDER / name).read_text("utf-8"),
            content_type=kind,
            headers={"Cache-Control": "max-age=300"},
        )

    return serve
