"""The rates, with a clock in hand; then once over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramRetryAfter
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import Clock
from sandbox.limits import CHAT_BURST, CHATS_KEPT, EDIT_BURST, Limits
from sandbox.server import Sandbox

from .conftest import WANG, Client


class Watch:
    """A monotonic clock that goes when it is told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def limits(watch: Watch) -> Limits:
    return Limits(watch)


def test_thirty_go_out_in_a_second_and_the_next_must_wait(limits: Limits, watch: Watch) -> None:
    assert [limits.message(chat) for chat in range(1, 31)] == [0] * 30
    assert limits.message(99) == 1
    watch.now += 1.0
    assert limits.message(99) == 0


def test_the_second_slides(limits: Limits, watch: Watch) -> None:
    """No leap at the turn of a second: 15 late in one and 15 early in the next leave no room for more."""
    watch.now += 0.9
    assert [limits.message(chat) for chat in range(1, 16)] == [0] * 15
    watch.now += 0.2
    assert [limits.message(chat) for chat in range(16, 31)] == [0] * 15
    assert limits.message(31) == 1


def test_while_halted_nothing_goes_however_much_room_there_is(limits: Limits, watch: Watch) -> None:
    for chat in range(1, 31):
        limits.message(chat)
    watch.now += 0.5
    assert limits.message(50) == 1
    watch.now += 0.9
    # The window has room again since 0.4 s, but the wait told was a whole second.
    assert limits.message(50) == 1
    watch.now += 0.1
    assert limits.message(50) == 0


def test_a_chat_takes_a_burst_and_then_one_a_second(limits: Limits, watch: Watch) -> None:
    assert [limits.message(7) for _ in range(CHAT_BURST)] == [0] * CHAT_BURST
    assert limits.message(7) == 1
    assert limits.message(8) == 0
    for _ in range(10):
        watch.now += 1.0
        assert limits.message(7) == 0
    assert limits.message(7) == 1


def test_a_group_takes_twenty_a_minute(limits: Limits, watch: Watch) -> None:
    for _ in range(20):
        assert limits.message(-7) == 0
        watch.now += 1.0
    assert limits.message(-7) == 40
    watch.now += 40.0
    assert limits.message(-7) == 0


def test_an_album_counts_as_many(limits: Limits, watch: Watch) -> None:
    assert limits.message(7, count=10) == 0
    assert limits.message(7) == 6


def test_edits_are_looser_and_do_not_count_as_messages(limits: Limits, watch: Watch) -> None:
    assert [limits.edit(7) for _ in range(EDIT_BURST)] == [0] * EDIT_BURST
    assert limits.edit(7) == 1
    assert limits.message(7) == 0
    watch.now += 0.2
    assert limits.edit(7) == 0


def test_switched_off_they_hold_nobody(watch: Watch) -> None:
    limits = Limits(watch, enabled=False)
    assert {limits.message(7) for _ in range(100)} == {0}
    assert {limits.edit(7) for _ in range(100)} == {0}


def test_only_so_many_chats_are_remembered(limits: Limits, watch: Watch) -> None:
    for chat in range(1, CHATS_KEPT + 100):
        limits.message(chat)
        watch.now += 0.05
    assert len(limits._chats) == CHATS_KEPT


@given(st.lists(st.tuples(st.integers(1, 5), st.floats(0, 0.4)), max_size=200))
def test_no_window_is_ever_overfull_and_obeying_always_helps(calls: list[tuple[int, float]]) -> None:
    watch = Watch()
    limits = Limits(watch)
    sent: list[tuple[float, int]] = []
    for chat, pause in calls:
        watch.now += pause
        wait = limits.message(chat)
        if wait:
            watch.now += wait
            wait = limits.message(chat)
            assert wait == 0
        sent.append((watch.now, chat))
    for at, chat in sent:
        # The sum of seconds is not exact: what lies a hair within the second is on its edge.
        second = [other for other, _ in sent if at - 1.0 + 1e-6 < other <= at]
        assert len(second) <= 30
        ten = [other for other, whose in sent if whose == chat and at - 10.0 + 1e-6 < other <= at]
        assert len(ten) <= CHAT_BURST + 10


@pytest.fixture
async def limited(watch: Watch) -> AsyncIterator[Client]:
    async with Sandbox(clock=Clock(monotonic=watch)) as sandbox, aiohttp.ClientSession() as session:
        sandbox.add_people([{"id": WANG, "first_name": "王芳", "started": True}])
        yield Client(sandbox, session)


async def test_the_bot_is_told_how_long_to_wait(limited: Client, watch: Watch) -> None:
    sent = [await limited.ok("sendMessage", chat_id=WANG, text=str(n)) for n in range(CHAT_BURST)]
    told = await limited.call("sendMessage", chat_id=WANG, text="多")
    assert told == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    # What is no message goes through.
    await limited.ok("editMessageText", chat_id=WANG, message_id=sent[0]["message_id"], text="改")
    await limited.ok("deleteMessage", chat_id=WANG, message_id=sent[0]["message_id"])
    assert len(await limited.seen(WANG)) == CHAT_BURST - 1
    watch.now += 1.0
    await limited.ok("sendMessage", chat_id=WANG, text="好")
    await limited.post("settings", rate_limits=False)
    for n in range(10):
        await limited.ok("sendMessage", chat_id=WANG, text=str(n))


async def test_aiogram_understands_the_wait(limited: Client) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(limited.sandbox.api_base))
    async with Bot(limited.sandbox.token, session=session) as bot:
        for n in range(CHAT_BURST):
            await bot.send_message(WANG, str(n))
        with pytest.raises(TelegramRetryAfter) as refusal:
            await bot.send_message(WANG, "多")
        assert refusal.value.retry_after == 1
