"""People who talk to the bot through the sandbox, over real HTTP: a dialogue reads as a story."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from sqlalchemy import select

from actions import packs
from actions.actors import Console
from actions.app import App
from bot import dispatcher as dispatching
from bot.courier import Courier
from bot.pace import Pace
from bot.session import JsonSession
from sandbox.server import Sandbox
from storage.tables import Outgoing
from tests.conftest import Hospital
from tests.sample import PACK

TOKEN = "42:SANDBOX"
WAIT = 10.0  # seconds after which a dialogue that does not go on is a failure


@dataclass
class Said:
    """A message as the person sees it."""

    raw: dict[str, Any]

    @property
    def id(self) -> int:
        return int(self.raw["message_id"])

    @property
    def text(self) -> str:
        return str(self.raw["text"])

    @property
    def buttons(self) -> list[str]:
        return [button["text"] for row in self.raw["buttons"] for button in row]

    def data(self, label: str) -> str:
        """The callback data of the button whose text contains `label`."""
        for row in self.raw["buttons"]:
            for button in row:
                if label in button["text"]:
                    return str(button["data"])
        raise AssertionError(f"no button {label!r} among {self.buttons}")


@dataclass
class Toast:
    """What a pressed button answered."""

    text: str
    alert: bool


@dataclass
class Talk:
    """The sandbox, the bot served by webhook in this process, and the people."""

    sandbox: Sandbox
    bot: Bot
    app: App
    web: aiohttp.ClientSession

    async def call(self, method: str, path: str, **json: Any) -> Any:
        async with self.web.request(method, f"{self.sandbox.url}/sandbox/{path}", json=json or None) as reply:
            body = await reply.json()
            assert reply.status < 400, body
            return body

    async def settled(self) -> None:
        """Wait until the bot has handled every update."""
        async with asyncio.timeout(WAIT):
            while (await self.bot.get_webhook_info()).pending_update_count:
                await asyncio.sleep(0.005)

    async def post(self) -> None:
        """Have everything that is due in the outbox delivered."""
        courier = Courier(self.app, self.bot, Pace(inf))
        run = asyncio.create_task(courier.run())
        async with asyncio.timeout(WAIT):
            while await self._waiting():
                await asyncio.sleep(0.01)
        courier.stop()
        await run

    async def _waiting(self) -> bool:
        due = select(Outgoing.id).where(Outgoing.state == "queued", Outgoing.not_before <= self.app.clock())
        async with self.app.db.reading() as tx:
            return await tx.scalar(due.limit(1)) is not None

    def person(self, telegram_id: int, name: str = "某人") -> "Person":
        self.sandbox.add_people([{"id": telegram_id, "first_name": name}])
        return Person(self, telegram_id)


@dataclass
class Person:
    """Somebody with a telephone."""

    talk: Talk
    id: int
    _seen: dict[int, str] = field(default_factory=dict)

    async def messages(self) -> list[Said]:
        """Every message of the bot in the private chat, oldest first."""
        found = await self.talk.call("GET", f"chats/{self.id}/messages?as={self.id}&limit=200")
        return [Said(one) for one in found["messages"] if one["from"]["is_bot"]]

    async def says(self, text: str, **more: Any) -> list[Said]:
        """Write to the bot; its new messages."""
        before = {one.id for one in await self._all()}
        self.last_sent = (
            await self.talk.call("POST", f"chats/{self.id}/messages", **{"as": self.id, "text": text, **more})
        )["message_id"]
        await self.talk.settled()
        return [one for one in await self.messages() if one.id not in before]

    async def sends_file(
        self, name: str, data: bytes, caption: str = "", *, kind: str = "document"
    ) -> list[Said]:
        """Send a document, or a photo, to the bot; its new messages."""
        return await self.sends_album([(name, data)], caption, kind=kind)

    async def sends_album(
        self,
        files: Sequence[tuple[str, bytes]],
        *captions: str,
        kind: str = "photo",
        entities: Sequence[dict[str, Any]] = (),
    ) -> list[Said]:
        """Send several documents or photos at once, the first with the first caption (and these entities), and so on;
        the bot's new messages."""
        before = {one.id for one in await self._all()}
        form = aiohttp.FormData()
        form.add_field("as", str(self.id))
        form.add_field("kind", kind)
        form.add_field("caption_entities", json.dumps([*entities]))
        for caption in captions:
            form.add_field("caption", caption)
        for name, data in files:
            form.add_field("file", data, filename=name)
        url = f"{self.talk.sandbox.url}/sandbox/chats/{self.id}/messages"
        async with self.talk.web.post(url, data=form) as reply:
            assert reply.status < 400, await reply.text()
        await self.talk.settled()
        return [one for one in await self.messages() if one.id not in before]

    async def opens(self, payload: str) -> list[Said]:
        """Open a deep link to the bot; its new messages."""
        before = {one.id for one in await self._all()}
        await self.talk.call("POST", "start", **{"as": self.id, "payload": payload})
        await self.talk.settled()
        return [one for one in await self.messages() if one.id not in before]

    async def edits(self, message_id: int, text: str) -> list[Said]:
        """Edit a message of one's own; the bot's new messages."""
        before = {one.id for one in await self._all()}
        await self.talk.call(
            "POST", f"chats/{self.id}/messages/{message_id}/edit", **{"as": self.id, "text": text}
        )
        await self.talk.settled()
        return [one for one in await self.messages() if one.id not in before]

    async def presses(self, label: str, on: Said | None = None) -> Toast:
        """Press the button with this text, on the newest message that has one, or on the one given."""
        said = on or next(
            one for one in reversed(await self.messages()) if any(label in text for text in one.buttons)
        )
        return await self.sends_data(said, said.data(label))

    async def sends_data(self, on: Said, data: str) -> Toast:
        """Press a button by its data, even one that the message no longer has."""
        answer = await self.talk.call(
            "POST",
            f"chats/{self.id}/press",
            **{"as": self.id, "message_id": on.id, "data": data, "stale": True},
        )
        await self.talk.settled()
        assert answer["answered"], "the button spins for ever"
        return Toast(answer.get("text") or "", bool(answer.get("show_alert")))

    async def sees(self) -> Said:
        """The newest message."""
        return (await self.messages())[-1]

    async def again(self, said: Said) -> Said:
        """The same message as it is now."""
        return next(one for one in await self.messages() if one.id == said.id)

    async def blocks(self) -> None:
        await self.talk.call("POST", f"chats/{self.id}/block", **{"as": self.id})
        await self.talk.settled()

    async def unblocks(self) -> None:
        await self.talk.call("POST", f"chats/{self.id}/unblock", **{"as": self.id})
        await self.talk.settled()

    async def _all(self) -> list[Said]:
        found = await self.talk.call("GET", f"chats/{self.id}/messages?as={self.id}&limit=200")
        return [Said(one) for one in found["messages"]]


@pytest.fixture
async def talk(app: App) -> AsyncIterator[Talk]:
    """The sandbox with the bot behind it; nothing is taught and nobody is there yet."""
    async with Sandbox(token=TOKEN, limits=False) as sandbox, aiohttp.ClientSession() as session:
        bot = Bot(
            TOKEN,
            session=JsonSession(api=TelegramAPIServer.from_base(sandbox.api_base)),
            default=DefaultBotProperties(parse_mode="HTML", link_preview_is_disabled=True),
        )
        site = web.Application()
        SimpleRequestHandler(dispatching.build(app), bot, handle_in_background=False).register(
            site, path="/hook"
        )
        runner = web.AppRunner(site)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook")
        try:
            yield Talk(sandbox, bot, app, session)
        finally:
            await bot.delete_webhook()
            await runner.cleanup()
            await bot.session.close()


@pytest.fixture
async def hall(talk: Talk, hospital: Hospital) -> dict[str, Person]:
    """Everybody of the small hospital, with their chats begun and the sample pack live."""
    await packs.publish(talk.app, Console.SHELL, PACK)
    people = {}
    for key, member in {**hospital.people, "newcomer": hospital.newcomer}.items():
        people[key] = talk.person(member.telegram_id or 1000 + member.id, member.name)
        if member.telegram_id:
            talk.sandbox.add_people([{"id": member.telegram_id, "first_name": member.name, "started": True}])
    return people


@pytest.fixture
def nurse(hall: dict[str, Person]) -> Person:
    return hall["nurse"]


@pytest.fixture
def secretary(hall: dict[str, Person]) -> Person:
    return hall["secretary"]


@pytest.fixture
def administrator(hall: dict[str, Person]) -> Person:
    return hall["administrator"]


@pytest.fixture
def newcomer(hall: dict[str, Person]) -> Person:
    return hall["newcomer"]


@pytest.fixture
def stranger(talk: Talk) -> Person:
    return talk.person(99, "路过的人")
