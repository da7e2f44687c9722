"""Updates pushed to the bot: the secret, the order, the second try, and answers that call a method."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiogram import Bot, Dispatcher
from aiogram.methods import SendMessage
from aiogram.types import Message as BotMessage
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from sandbox.server import Sandbox

from .conftest import LI, WANG, Client


@dataclass
class Hook:
    """A bot's web server that notes what it gets and answers as it is told."""

    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    answer: Callable[[dict[str, Any]], Awaitable[web.StreamResponse]] | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        update = await request.json()
        self.got.append(update)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.arrived.set()
        return await self.answer(update) if self.answer else web.Response()

    async def wait(self, count: int) -> list[dict[str, Any]]:
        async with asyncio.timeout(20):
            while len(self.got) < count:
                self.arrived.clear()
                await self.arrived.wait()
        return self.got


async def served(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(limits=False, webhook_retry_seconds=0.01) as running:
        running.add_people([{"id": WANG, "first_name": "王芳"}, {"id": LI, "first_name": "李强"}])
        yield running


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    made = Hook()
    app = web.Application()
    app.router.add_post("/hook", made.serve)
    runner, made.url = await served(app)
    yield made
    await runner.cleanup()


async def drained(client: Client) -> None:
    """Returns when every update has been taken."""
    async with asyncio.timeout(20):
        while (await client.ok("getWebhookInfo"))["pending_update_count"]:
            await asyncio.sleep(0.01)


async def test_updates_arrive_with_the_secret(client: Client, hook: Hook) -> None:
    told = await client.call("setWebhook", url=hook.url, secret_token="s3cret_-")
    assert told == {"ok": True, "result": True, "description": "Webhook was set"}
    await client.say(WANG, "你好")
    (update,) = await hook.wait(1)
    assert update["message"]["text"] == "你好"
    assert hook.secrets == ["s3cret_-"]
    await drained(client)


async def test_polling_and_a_webhook_exclude_each_other(client: Client, hook: Hook) -> None:
    poll = asyncio.create_task(client.call("getUpdates", timeout=30))
    while not client.sandbox.world.updates.polling(1):
        await asyncio.sleep(0)
    await client.ok("setWebhook", url=hook.url)
    conflict = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    assert (await poll)["description"] == conflict
    assert await client.refused("getUpdates") == f"409 {conflict}"
    assert (await client.call("deleteWebhook"))["description"] == "Webhook was deleted"
    assert (await client.call("deleteWebhook"))["description"] == "Webhook is already deleted"
    assert await client.ok("getUpdates") == []


async def test_what_is_not_taken_comes_again_and_order_holds_in_a_chat(client: Client, hook: Hook) -> None:
    refusals = 2

    async def answer(update: dict[str, Any]) -> web.Response:
        nonlocal refusals
        refusals -= 1
        return web.Response(status=500 if refusals >= 0 else 200)

    hook.answer = answer
    await client.ok("setWebhook", url=hook.url)
    await client.say(WANG, "一")
    await client.say(WANG, "二")
    got = await hook.wait(4)
    assert [update["message"]["text"] for update in got] == ["一", "一", "一", "二"]
    info = await client.ok("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"
    await drained(client)


async def test_chats_do_not_wait_for_each_other(client: Client, hook: Hook) -> None:
    release = asyncio.Event()

    async def answer(update: dict[str, Any]) -> web.Response:
        if update["message"]["chat"]["id"] == WANG:
            await release.wait()
        return web.Response()

    hook.answer = answer
    await client.ok("setWebhook", url=hook.url)
    for person, text in ((WANG, "慢"), (WANG, "慢二"), (LI, "快"), (LI, "快二")):
        await client.say(person, text)
    got = await hook.wait(3)
    assert {update["message"]["text"] for update in got} == {"慢", "快", "快二"}
    release.set()
    assert (await hook.wait(4))[-1]["message"]["text"] == "慢二"
    await drained(client)


async def test_with_one_connection_all_is_in_order(client: Client, hook: Hook) -> None:
    await client.ok("setWebhook", url=hook.url, max_connections=1)
    for n in range(6):
        await client.say((WANG, LI)[n % 2], str(n))
    got = await hook.wait(6)
    assert [update["message"]["text"] for update in got] == list("012345")


async def test_updates_from_before_wait_for_the_webhook_or_are_dropped(client: Client, hook: Hook) -> None:
    await client.say(WANG, "早")
    await client.ok("setWebhook", url=hook.url)
    assert (await hook.wait(1))[0]["message"]["text"] == "早"
    await drained(client)
    await client.ok("deleteWebhook")
    await client.say(WANG, "丢掉")
    await client.ok("setWebhook", url=hook.url, drop_pending_updates=True)
    await client.say(WANG, "晚")
    assert [update["message"]["text"] for update in await hook.wait(2)] == ["早", "晚"]


async def test_a_dead_webhook_is_told_and_its_updates_stay(client: Client, hook: Hook) -> None:
    await client.ok("setWebhook", url="http://127.0.0.1:9/none", allowed_updates=["message"])
    await client.say(WANG, "有人吗")
    async with asyncio.timeout(20):
        while "last_error_message" not in (info := await client.ok("getWebhookInfo")):
            await asyncio.sleep(0.01)
    assert info["last_error_message"] == "Connection refused"
    assert (info["pending_update_count"], info["max_connections"], info["allowed_updates"]) == (
        1,
        40,
        ["message"],
    )
    await client.ok("setWebhook", url=hook.url)
    assert (await hook.wait(1))[0]["message"]["text"] == "有人吗"


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ({"url": "ftp://a.cn"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "http://a.cn", "secret_token": "党"}, "secret token contains unallowed characters"),
        ({"url": "http://a.cn", "secret_token": "x" * 257}, "secret token is too long"),
    ],
)
async def test_a_bad_webhook_is_refused(client: Client, arguments: dict[str, str], fault: str) -> None:
    assert await client.refused("setWebhook", **arguments) == f"400 Bad Request: {fault}"


async def test_the_same_webhook_again_is_remarked(client: Client, hook: Hook) -> None:
    await client.ok("setWebhook", url=hook.url)
    assert (await client.call("setWebhook", url=hook.url))["description"] == "Webhook is already set"
    assert (await client.call("setWebhook", url=""))["description"] == "Webhook was deleted"


async def test_an_answer_may_call_a_method(client: Client, hook: Hook) -> None:
    async def answer(update: dict[str, Any]) -> web.Response:
        return web.json_response({"method": "sendMessage", "chat_id": WANG, "text": "马上到"})

    hook.answer = answer
    await client.ok("setWebhook", url=hook.url)
    await client.say(WANG, "你好")
    await hook.wait(1)
    await drained(client)
    assert [message["text"] for message in await client.seen(WANG)] == ["你好", "马上到"]


async def test_an_aiogram_bot_answers_in_its_reply_to_the_webhook(client: Client, bot: Bot) -> None:
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: BotMessage) -> SendMessage:
        return message.answer(f"你说：{message.text}")

    app = web.Application()
    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token="x")
    handler.register(app, path="/hook")
    runner, url = await served(app)
    try:
        await bot.set_webhook(url, secret_token="x")
        await client.say(WANG, "好")
        await drained(client)
        assert [message["text"] for message in await client.seen(WANG)] == ["好", "你说：好"]
    finally:
        await runner.cleanup()


async def test_stopping_leaves_no_delivery_behind(hook: Hook) -> None:
    never = asyncio.Event()

    async def answer(update: dict[str, Any]) -> web.Response:
        await never.wait()
        return web.Response()

    hook.answer = answer
    async with Sandbox() as sandbox, aiohttp.ClientSession() as session:
        client = Client(sandbox, session)
        sandbox.add_people([{"id": WANG, "first_name": "王芳"}])
        await client.ok("setWebhook", url=hook.url)
        await client.say(WANG, "等")
        await hook.wait(1)
    never.set()
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "webhook delivery"]
