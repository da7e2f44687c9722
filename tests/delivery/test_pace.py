"""The pace: never more than Telegram allows in any sliding second, and nearly all of it. Time is made up."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from itertools import pairwise
from math import inf

import pytest
from aiogram.methods import (
    CopyMessages,
    EditMessageText,
    GetUpdates,
    SendChatAction,
    SendMediaGroup,
    SendMessage,
)
from aiogram.types import InputMediaPhoto

from bot.pace import CHAT_BURST, GROUP_MINUTE, Pace, messages_of


class Loop:
    """An event loop in which waiting takes no time; `late` is how late every timer is."""

    def __init__(self, late: float = 0.0) -> None:
        self.now = 1000.0
        self.late = late

    async def run(self, *work: Awaitable[None]) -> None:
        loop = asyncio.get_running_loop()
        timers: list[tuple[float, Callable[[], object]]] = []
        real = loop.call_later

        class Handle:
            def __init__(self, entry: tuple[float, Callable[[], object]]) -> None:
                self.entry = entry

            def cancel(self) -> None:
                if self.entry in timers:
                    timers.remove(self.entry)

            def cancelled(self) -> bool:
                return self.entry not in timers

        def call_later(delay: float, call: Callable[..., object], *args: object, **_: object) -> Handle:
            entry = (self.now + max(0.0, delay), lambda: call(*args))
            timers.append(entry)
            return Handle(entry)

        loop.call_later = call_later  # type: ignore[assignment,method-assign]
        try:
            whole = asyncio.gather(*work)
            while not whole.done():
                for _ in range(4):
                    await asyncio.sleep(0)
                if timers and not whole.done():
                    first = min(timers, key=lambda entry: entry[0])
                    timers.remove(first)
                    self.now = max(self.now, first[0] + self.late)
                    first[1]()
            await whole
        finally:
            loop.call_later = real  # type: ignore[method-assign]


def worst_second(times: list[float], span: float = 1.0) -> int:
    return max(sum(start <= time < start + span for time in times) for start in times)


def gaps(times: list[float]) -> Iterator[float]:
    return (later - earlier for earlier, later in pairwise(times))


@pytest.mark.parametrize("late", [0.0, 0.003, 0.02])
async def test_bulk_mail_uses_nearly_all_of_the_rate_and_never_more(late: float) -> None:
    loop, sent = Loop(late), []
    pace = Pace(30, now=lambda: loop.now)

    async def mail() -> None:
        while loop.now < 1060:
            await pace.slot()
            sent.append(loop.now)

    await loop.run(mail())
    assert worst_second(sent) <= 30
    assert len(sent) / 60 / 30 >= 0.98
    # Evenly: a leaky bucket would let 59 through in the first second.
    assert worst_second(sent[:60], 0.5) <= 30 * (0.5 + 0.1 + late) + 1


async def test_replies_go_before_bulk_mail_and_both_keep_the_rate() -> None:
    loop, sent, waits = Loop(), [], []
    pace = Pace(30, now=lambda: loop.now)

    async def mail() -> None:
        while loop.now < 1020:
            await pace.slot()
            sent.append(loop.now)

    async def replies() -> None:
        while loop.now < 1020:
            await asyncio.sleep(1.7)
            for _ in range(8):
                asked = loop.now
                await pace.slot(reply=True)
                waits.append(loop.now - asked)
                sent.append(loop.now)

    await loop.run(mail(), replies())
    assert worst_second(sorted(sent)) <= 30
    assert max(waits) < 0.2


async def test_bulk_mail_leaves_room_for_more_while_people_are_talking() -> None:
    loop = Loop()
    pace = Pace(30, now=lambda: loop.now)
    sent: list[float] = []

    async def talk() -> None:
        for _ in range(10):
            await pace.slot(reply=True)

    async def mail() -> None:
        while loop.now < 1001:
            await pace.slot()
            sent.append(loop.now)

    await loop.run(talk(), mail())
    assert len(sent) < 15


async def test_a_halt_holds_everybody() -> None:
    loop, sent = Loop(), []
    pace = Pace(30, now=lambda: loop.now)
    pace.halt(5)
    pace.halt(2)
    assert pace.halted_for == 5

    async def one(reply: bool) -> None:
        await pace.slot(reply=reply)
        sent.append((loop.now, reply))

    await loop.run(one(False), one(True))
    assert sent[0] == (1005.0, True)
    assert sent[1][0] >= 1005


async def test_without_limits_only_a_halt_holds() -> None:
    loop = Loop()
    pace = Pace(inf, now=lambda: loop.now)

    async def many() -> None:
        for _ in range(1_000):
            await pace.slot()
        pace.take_chat(1)
        assert pace.chat_wait(1) == 0
        assert loop.now == 1000
        pace.halt(3)
        await pace.slot()

    await loop.run(many())
    assert loop.now == 1003


async def test_one_who_gave_up_waiting_takes_no_place() -> None:
    loop = Loop()
    pace = Pace(1, now=lambda: loop.now)
    await pace.slot()
    gave_up = asyncio.ensure_future(pace.slot())
    await asyncio.sleep(0)
    gave_up.cancel()
    await asyncio.gather(gave_up, return_exceptions=True)
    await loop.run(pace.slot())
    assert loop.now < 1001.1


async def test_a_chat_gets_one_a_second_and_replies_a_short_burst() -> None:
    loop = Loop()
    pace = Pace(30, now=lambda: loop.now)
    assert pace.chat_wait(7) == 0
    pace.take_chat(7)
    assert 1 <= pace.chat_wait(7) < 1.1
    assert pace.chat_wait(8) == 0
    sent = []

    async def replies() -> None:
        for _ in range(CHAT_BURST + 2):
            await pace.reply(7)
            sent.append(loop.now)

    await loop.run(replies())
    assert sent[CHAT_BURST - 2] == 1000  # one of the burst was used up before
    assert all(gap >= 1 for gap in gaps(sent[CHAT_BURST - 2 :]))


async def test_a_group_gets_twenty_a_minute() -> None:
    loop, sent = Loop(), []
    pace = Pace(30, now=lambda: loop.now)

    async def replies() -> None:
        for _ in range(50):
            await pace.reply(-5)
            sent.append(loop.now)

    await loop.run(replies())
    assert worst_second(sent, 60.0) <= GROUP_MINUTE
    pace.take_chat(-6)
    assert pace.chat_wait(-6) > 3  # bulk mail comes evenly


async def test_two_couriers_share_the_rate() -> None:
    loop, sent = Loop(), []
    pace = Pace(30, now=lambda: loop.now)
    pace.share(2)

    async def mail() -> None:
        while loop.now < 1010:
            await pace.slot()
            sent.append(loop.now)

    await loop.run(mail())
    assert 14 <= len(sent) / 10 <= 15.5


def test_what_counts_as_a_message() -> None:
    photos = [InputMediaPhoto(media="a"), InputMediaPhoto(media="b")]
    assert messages_of(SendMessage(chat_id=1, text="a")) == 1
    assert messages_of(SendMediaGroup(chat_id=1, media=photos)) == 2
    assert messages_of(CopyMessages(chat_id=1, from_chat_id=2, message_ids=[1, 2, 3])) == 3
    assert messages_of(SendChatAction(chat_id=1, action="typing")) == 0
    assert messages_of(EditMessageText(text="a")) == 0
    assert messages_of(GetUpdates()) == 0


async def test_messages_that_get_there_late_do_not_meet_later_ones_in_one_second() -> None:
    loop, arrived = Loop(), []
    pace = Pace(30, now=lambda: loop.now)

    async def send(number: int) -> None:
        place = await pace.slot()
        # The network is quick as a rule, and now and then it holds some back for a while.
        late = 0.2 if number % 90 < 5 or 40 < number < 43 else 0.0
        await asyncio.sleep(0.01 + late)
        arrived.append(loop.now)
        await asyncio.sleep(0.01)
        pace.answered(place)

    await loop.run(*(send(number) for number in range(600)))
    assert worst_second(sorted(arrived)) <= 30
    assert 600 / (max(arrived) - min(arrived)) / 30 > 0.95


async def test_the_first_messages_are_late_while_connections_are_made() -> None:
    loop, arrived = Loop(), []
    pace = Pace(30, now=lambda: loop.now)

    async def send(number: int) -> None:
        place = await pace.slot()
        await asyncio.sleep(0.06 if number < 3 else 0.001)
        arrived.append(loop.now)
        await asyncio.sleep(0.001)
        pace.answered(place)

    await loop.run(*(send(number) for number in range(200)))
    assert worst_second(sorted(arrived)) <= 30
