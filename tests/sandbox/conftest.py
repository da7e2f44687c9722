"""A running sandbox, and clients for both of its faces."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from sandbox.server import Sandbox

WANG, LI, ZHAO = 1001, 1002, 1003


class Client:
    """Speaks plain HTTP to a sandbox, as the bot and as people."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self.session = session

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """A Bot API call; returns the whole reply."""
        url = f"{self.sandbox.api_base}/bot{self.sandbox.token}/{method}"
        async with self.session.post(url, json=arguments) as response:
            told: dict[str, Any] = await response.json()
            assert told["ok"] == (response.status == 200)
            return told

    async def ok(self, method: str, **arguments: Any) -> Any:
        told = await self.call(method, **arguments)
        assert told["ok"], told
        return told["result"]

    async def refused(self, method: str, **arguments: Any) -> str:
        """The description of a refusal, after its code: `400 Bad Request: …`."""
        told = await self.call(method, **arguments)
        assert not told["ok"], told
        return f"{told['error_code']} {told['description']}"

    async def get(self, path: str, **query: Any) -> Any:
        async with self.session.get(f"{self.sandbox.url}/sandbox/{path}", params=query) as response:
            told = await response.json()
            assert response.status < 300, told
            return told

    async def post(self, path: str, **body: Any) -> Any:
        async with self.session.post(f"{self.sandbox.url}/sandbox/{path}", json=body) as response:
            told = await response.json()
            assert response.status < 300, told
            return told

    async def post_refused(self, path: str, **body: Any) -> str:
        """The status and the error word of a refusal: `404 no_such_chat`."""
        async with self.session.post(f"{self.sandbox.url}/sandbox/{path}", json=body) as response:
            assert response.status >= 400
            return f"{response.status} {(await response.json())['error']}"

    async def press(self, person: int, message_id: int, data: str, **more: Any) -> dict[str, Any]:
        """Presses a button and waits for the bot's answer."""
        where = f"chats/{more.pop('chat', person)}/press"
        return dict(await self.post(where, **{"as": person}, message_id=message_id, data=data, **more))

    async def say(self, person: int, text: str, *, chat: int | None = None) -> int:
        told = await self.post(f"chats/{chat or person}/messages", **{"as": person}, text=text)
        return int(told["message_id"])

    async def seen(self, person: int, *, chat: int | None = None) -> list[dict[str, Any]]:
        """The messages a person sees in a chat."""
        told = await self.get(f"chats/{chat or person}/messages", **{"as": person})
        return list(told["messages"])

    async def updates(self, **arguments: Any) -> list[dict[str, Any]]:
        """Waiting updates, confirmed at once."""
        told: list[dict[str, Any]] = await self.ok("getUpdates", **arguments)
        if told:
            await self.ok("getUpdates", offset=told[-1]["update_id"] + 1, limit=1)
        return told


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(limits=False) as running:
        running.add_people(
            [
                {"id": WANG, "first_name": "王芳", "note": "内科一支部 · 书记", "featured": True},
                {"id": LI, "first_name": "强", "last_name": "李", "username": "liqiang"},
                {"id": ZHAO, "first_name": "赵敏", "note": "外科一支部"},
            ]
        )
        yield running


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(sandbox, session)


@pytest.fixture
async def started(client: Client) -> Client:
    """A client whose people have both pressed START; the bot has read that."""
    for person in (WANG, LI):
        await client.post("start", **{"as": person}, payload="")
    await client.updates()
    return client


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(sandbox.api_base))
    async with Bot(sandbox.token, session=session) as made:
        yield made
