"""Faults on order, as the bot meets them."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramServerError

from sandbox.faults import Faults

from .conftest import LI, WANG, Client


async def texts(client: Client, person: int) -> list[str]:
    return [message["text"] for message in await client.seen(person)][1:]


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ({"kind": "429", "retry_after": 7}, "429 Too Many Requests: retry after 7"),
        ({"kind": "500"}, "500 Internal Server Error"),
        ({"kind": "500", "description": "Bad Gateway"}, "500 Bad Gateway"),
        ({"kind": "400", "description": "chat not found"}, "400 Bad Request: chat not found"),
        ({"kind": "403"}, "403 Forbidden: bot was blocked by the user"),
        ({"kind": "403", "description": "user is deactivated"}, "403 Forbidden: user is deactivated"),
    ],
)
async def test_an_error_comes_as_often_as_ordered_and_nothing_is_done(
    started: Client, order: dict[str, Any], told: str
) -> None:
    await started.post("faults", method="sendMessage", times=2, **order)
    for _ in range(2):
        assert await started.refused("sendMessage", chat_id=WANG, text="x") == told
    await started.ok("sendMessage", chat_id=WANG, text="y")
    assert await texts(started, WANG) == ["y"]


async def test_a_fault_strikes_its_chat_and_its_method_only(started: Client) -> None:
    await started.post("faults", method="sendMessage", chat=WANG, kind="500")
    await started.ok("sendMessage", chat_id=LI, text="x")
    await started.ok("sendChatAction", chat_id=WANG, action="typing")
    await started.refused("sendMessage", chat_id=WANG, text="x")


async def test_a_fault_for_all_methods_spares_polling(started: Client) -> None:
    await started.post("faults", method="*", kind="500")
    assert await started.ok("getUpdates") == []
    await started.refused("getMe")
    await started.post("faults", method="getUpdates", kind="500", times=1)
    await started.refused("getUpdates")


async def test_a_dropped_answer_leaves_the_message_or_not(bot: Bot, started: Client) -> None:
    await started.post("faults", method="sendMessage", kind="drop_before", times=1)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(WANG, "没到")
    await started.post("faults", method="sendMessage", kind="drop_after", times=1)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(WANG, "到了")
    assert await texts(started, WANG) == ["到了"]


async def test_a_timeout_leaves_the_message_or_not(bot: Bot, started: Client) -> None:
    await started.post("faults", method="sendMessage", kind="timeout_before", times=1, seconds=0.01)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(WANG, "没到")
    await started.post("faults", method="sendMessage", kind="timeout_after", times=1, seconds=0.01)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(WANG, "到了")
    assert await texts(started, WANG) == ["到了"]


async def test_a_held_line_does_not_hold_up_the_end_of_the_sandbox(started: Client) -> None:
    await started.post("faults", method="getMe", kind="timeout_before")
    call = asyncio.create_task(started.call("getMe"))
    while not (await started.get("faults"))["faults"][0]["fired"]:
        await asyncio.sleep(0)
    await started.sandbox.stop()
    with pytest.raises(aiohttp.ClientError):
        await call


async def test_a_slow_answer_still_comes(started: Client) -> None:
    await started.post("faults", method="sendMessage", kind="slow", seconds=0.01, times=1)
    await started.ok("sendMessage", chat_id=WANG, text="慢")
    assert await texts(started, WANG) == ["慢"]


async def test_a_server_error_is_one_for_aiogram(bot: Bot, started: Client) -> None:
    await started.post("faults", method="getMe", kind="500", times=1)
    with pytest.raises(TelegramServerError):
        await bot.get_me()


async def test_faults_are_listed_and_removed(started: Client) -> None:
    first = (await started.post("faults", method="sendMessage", kind="500"))["id"]
    await started.post("faults", kind="slow", seconds=1)
    assert [fault["kind"] for fault in (await started.get("faults"))["faults"]] == ["500", "slow"]
    url = f"{started.sandbox.url}/sandbox/faults"
    async with started.session.delete(url, params={"id": first}) as response:
        assert await response.json() == {"removed": 1}
    async with started.session.delete(url) as response:
        assert await response.json() == {"removed": 1}
    assert (await started.get("faults"))["faults"] == []


@pytest.mark.parametrize("order", [{"kind": "earthquake"}, {}, {"kind": "500", "times": "many"}])
async def test_a_bad_order_is_refused(client: Client, order: dict[str, Any]) -> None:
    assert await client.post_refused("faults", **order) == "400 bad_fault"


def struck(seed: int) -> list[bool]:
    faults = Faults(seed=seed)
    faults.place({"method": "sendMessage", "kind": "500", "probability": 0.3})
    return [faults.draw("sendMessage", 1) is not None for _ in range(200)]


def test_the_same_seed_gives_the_same_faults() -> None:
    assert struck(1) == struck(1) != struck(2)
    assert 30 < sum(struck(1)) < 90


async def test_calls_are_logged_with_what_the_bot_was_told(started: Client) -> None:
    begin = (await started.get("calls"))["next"]
    await started.ok("sendMessage", chat_id=WANG, text="x")
    await started.refused("sendmessage", chat_id=5, text="x")
    await started.ok("getMe")
    told = await started.get("calls", since=begin)
    assert [(call["method"], call["chat_id"], call["ok"], call["error_code"]) for call in told["calls"]] == [
        ("sendMessage", WANG, True, None),
        ("sendMessage", 5, False, 400),
        ("getMe", None, True, None),
    ]
    assert told["next"] == begin + 3
    only = await started.get("calls", since=begin, method="getMe")
    assert [call["n"] for call in only["calls"]] == [begin + 2]
    await started.post("settings", log_calls=False, latency_ms=1)
    await started.ok("getMe")
    assert (await started.get("calls"))["next"] == begin + 3
