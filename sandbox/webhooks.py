"""Delivery of updates to the bot's webhook: in order within a chat, several chats at once, again until it is taken."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import aiohttp

from sandbox.botapi.arguments import Arguments, Upload
from sandbox.state import Json
from sandbox.world import World

LOG = logging.getLogger(__name__)
ANSWER_SECONDS = 60.0
LONGEST_PAUSE = 60.0
# How far ahead to look for an update of a chat that is not busy.
AHEAD = 500

Execute = Callable[[str, Arguments], Awaitable[object]]


def chat_of(update: Json) -> int:
    """What keeps updates in order: the chat they are about."""
    for name, payload in update.items():
        if name == "update_id":
            continue
        about = payload.get("message", payload)
        return int(about.get("chat", payload.get("from", {})).get("id", 0))
    return 0


class WebhookDelivery:
    """Sends waiting updates to world.webhook for as long as one is set.

    `execute` runs a method that the bot's answer asks for. `retry_seconds` is the first pause after a failure;
    each further one is twice as long, up to a minute.
    """

    def __init__(self, world: World, execute: Execute, *, retry_seconds: float = 1.0) -> None:
        self.world = world
        self.execute = execute
        self.retry_seconds = retry_seconds
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="webhook delivery")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        connector = aiohttp.TCPConnector(limit=0)
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
            while True:
                changed = self.world.webhook_changed = asyncio.Event()
                if not self.world.webhook.url:
                    await changed.wait()
                    continue
                serving = asyncio.create_task(self._serve(session))
                told = asyncio.create_task(changed.wait())
                try:
                    await asyncio.wait([serving, told], return_when=asyncio.FIRST_COMPLETED)
                    if serving.done():
                        LOG.error("webhook delivery broke off and begins anew", exc_info=serving.exception())
                        await asyncio.sleep(self.retry_seconds)
                finally:
                    for task in (serving, told):
                        task.cancel()
                    await asyncio.gather(serving, told, return_exceptions=True)

    async def _serve(self, session: aiohttp.ClientSession) -> None:
        """Keeps up to max_connections deliveries going, one a chat."""
        flying: dict[asyncio.Task[None], int] = {}
        try:
            while True:
                # Cleared before looking: what comes while we look is not missed.
                self.world.updates.arrived.clear()
                busy = set(flying.values())
                for update in self._free(busy, self.world.webhook.max_connections - len(flying)):
                    flying[asyncio.create_task(self._deliver(session, update))] = chat_of(update)
                arrival = asyncio.create_task(self.world.updates.arrived.wait())
                try:
                    done, _ = await asyncio.wait([arrival, *flying], return_when=asyncio.FIRST_COMPLETED)
                finally:
                    arrival.cancel()
                for task in [task for task in flying if task in done]:
                    del flying[task]
                    await task
        finally:
            for task in flying:
                task.cancel()
            await asyncio.gather(*flying, return_exceptions=True)

    def _free(self, busy: set[int], room: int) -> list[Json]:
        """The next updates to send: the first of each chat that has none on its way."""
        chosen: list[Json] = []
        taken = set(busy)
        for update in self.world.updates.first(AHEAD):
            if len(chosen) >= room:
                break
            if chat_of(update) not in taken:
                taken.add(chat_of(update))
                chosen.append(update)
        return chosen

    async def _deliver(self, session: aiohttp.ClientSession, update: Json) -> None:
        """Sends one update again and again until the bot takes it."""
        pause = self.retry_seconds
        while True:
            wait = await self._attempt(session, update)
            if wait is None:
                self.world.updates.discard(update["update_id"])
                self.world.flush()
                return
            await asyncio.sleep(max(wait, pause))
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _attempt(self, session: aiohttp.ClientSession, update: Json) -> float | None:
        """One POST. Returns None when it was taken, or how long the bot asks us to wait."""
        webhook = self.world.webhook
        headers = {"Content-Type": "application/json"}
        if webhook.secret_token:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret_token
        body = json.dumps(update, ensure_ascii=False).encode()
        try:
            async with session.post(
                webhook.url, data=body, headers=headers, allow_redirects=False
            ) as response:
                if HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
                    await self._answer(response)
                    return None
                self._failed(f"Wrong response from the webhook: {response.status} {response.reason}")
                asked = response.headers.get("Retry-After", "")
                return float(asked) if asked.isdigit() else 0.0
        except TimeoutError:
            self._failed("Read timeout expired")
        except aiohttp.ClientError as problem:
            self._failed(
                "Connection refused" if isinstance(problem, aiohttp.ClientConnectorError) else str(problem)
            )
        return 0.0

    def _failed(self, reason: str) -> None:
        self.world.webhook.last_error_date = self.world.clock.timestamp()
        self.world.webhook.last_error_message = reason

    async def _answer(self, response: aiohttp.ClientResponse) -> None:
        """Runs the method that an answer may carry; Telegram does not tell the bot how that went."""
        arguments = await _read_answer(response)
        name = arguments.values.pop("method", None)
        if name:
            await self.execute(str(name), arguments)


async def _read_answer(response: aiohttp.ClientResponse) -> Arguments:
    values: dict[str, Any] = {}
    files: dict[str, Upload] = {}
    if response.content_type == "application/json":
        try:
            told = json.loads(await response.read() or b"{}")
        except ValueError:
            LOG.warning("the webhook answered with something that is not JSON")
            told = {}
        values = told if isinstance(told, dict) else {}
    elif response.content_type.startswith("multipart/"):
        reader = aiohttp.MultipartReader.from_response(response)
        while (part := await reader.next()) is not None:
            if not isinstance(part, aiohttp.BodyPartReader) or not part.name:
                continue
            content = bytes(await part.read(decode=True))
            if part.filename:
                kind = part.headers.get("Content-Type", "")
                files[part.name] = Upload(part.filename, kind, content)
            else:
                values[part.name] = content.decode("utf-8", "replace")
    return Arguments(values, files)
