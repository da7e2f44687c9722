"""A small scripted bot over raw HTTP: what the page shows is what the sandbox serves, whoever the bot is."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Any, Self

import aiohttp

from sandbox.server import Sandbox

Update = dict[str, Any]
Reaction = Callable[[Update], Awaitable[object]]


class ScriptedBot:
    """Polls the sandbox; reacts as a test tells it, and keeps all that it heard."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._base = f"{sandbox.api_base}/bot{sandbox.token}"
        self._http: aiohttp.ClientSession | None = None
        self._polling: asyncio.Task[None] | None = None
        self.on_text: dict[str, Reaction] = {}
        self.on_press: dict[str, Reaction] = {}
        self.heard: asyncio.Queue[Update] = asyncio.Queue()

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession()
        self._polling = asyncio.create_task(self._poll())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._polling is not None and self._http is not None
        self._polling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._polling
        await self._http.close()

    async def call(self, method: str, **fields: Any) -> Any:
        """One Bot API call; a field of bytes goes up as a file named by `<field>_name`."""
        assert self._http is not None
        form = aiohttp.FormData(quote_fields=False)
        names = {name: fields.pop(name) for name in list(fields) if name.endswith("_name")}
        for name, value in fields.items():
            if isinstance(value, bytes):
                form.add_field(name, value, filename=names.get(f"{name}_name", name))
            else:
                form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        async with self._http.post(f"{self._base}/{method}", data=form) as response:
            answer = await response.json()
        assert answer["ok"], f"{method}: {answer['description']}"
        return answer["result"]

    async def say(self, chat: int, text: str, **fields: Any) -> int:
        """Sends a text; returns its message_id."""
        return int((await self.call("sendMessage", chat_id=chat, text=text, **fields))["message_id"])

    async def fetch(self, url: str) -> bytes:
        """A file's bytes."""
        assert self._http is not None
        async with self._http.get(url) as response:
            assert response.status == 200
            return await response.read()

    async def hear(self) -> Update:
        """The next update, whatever it is."""
        return await asyncio.wait_for(self.heard.get(), 10)

    async def hear_text(self) -> str:
        """The text of the next message."""
        while True:
            update = await self.hear()
            if "message" in update:
                return str(update["message"].get("text", ""))

    async def _poll(self) -> None:
        offset = 0
        while True:
            for update in await self.call("getUpdates", offset=offset, timeout=20):
                offset = update["update_id"] + 1
                self.heard.put_nowait(update)
                await self._react(update)

    async def _react(self, update: Update) -> None:
        if "message" in update:
            reaction = self.on_text.get(update["message"].get("text", ""))
            if reaction:
                await reaction(update["message"])
        elif "callback_query" in update:
            query = update["callback_query"]
            reaction = self.on_press.get(query["data"])
            if reaction:
                await reaction(query)


def keyboard(*rows: list[tuple[str, str]]) -> dict[str, Any]:
    """An inline keyboard of (text, data) buttons."""
    return {
        "inline_keyboard": [[{"text": text, "callback_data": data} for text, data in row] for row in rows]
    }
