"""The courier against the sandbox: everybody gets the message, whatever goes wrong on the way."""

import asyncio
from collections import Counter
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramRetryAfter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions import deliveries
from bot.app import utc_now
from bot.courier import Courier
from bot.pace import Pace, RepliesFirst
from sandbox.state import Chat
from storage import outbox
from storage.db import Database
from storage.tables import Halt, Member
from study.delivery import Lane
from tests.conftest import Clock
from tests.delivery.conftest import TEST_WRITERS, Post


async def test_everybody_gets_the_message_once(post: Post) -> None:
    chats = await post.people(60)
    await post.queue(chats)
    async with post.courier():
        rows = await post.until_settled()
    assert {row.state for row in rows} == {"sent"}
    assert all(row.message_id and row.settled_at and row.leased_by is None for row in rows)
    assert Counter(call["chat_id"] for call in post.calls()) == dict.fromkeys(chats, 1)


async def test_queueing_twice_sends_once(post: Post) -> None:
    chats = await post.people(3)
    await post.queue(chats)
    await post.queue(chats)
    async with post.courier():
        await post.until_settled()
    assert len(post.calls()) == 3


async def test_a_message_waits_for_its_time(post: Post, clock: Clock) -> None:
    [chat] = await post.people(1)
    await post.queue([chat])
    clock.tick(minutes=-5)
    async with post.courier():
        await asyncio.sleep(0.7)
        assert post.calls() == []
        clock.tick(minutes=5)
        await post.until_settled()
    assert len(post.calls()) == 1


async def test_a_message_past_its_time_dies_unsent(post: Post, clock: Clock) -> None:
    chats = await post.people(3)
    await post.queue(chats, expires_at=clock.now + timedelta(hours=1))
    clock.tick(hours=2)
    async with post.courier():
        rows = await post.until_settled()
    assert {(row.state, row.outcome) for row in rows} == {("dead", "expired")}
    assert post.calls() == []


async def test_a_reply_overtakes_bulk_mail(post: Post) -> None:
    chats = await post.people(40)
    [last] = await post.people(1, first=9001)
    await post.queue(chats)
    async with post.courier(rate=20, ahead=20):
        await post.until(lambda rows: any(row.state == "sent" for row in rows))
        await post.queue([last], lane=Lane.REPLY)
        await post.until(lambda rows: rows[-1].state == "sent")
        rows = await post.rows()
    assert sum(row.state == "sent" for row in rows) < 40


async def test_flood_wait_pauses_the_token_and_is_no_attempt(post: Post) -> None:
    post.app = replace(post.app, clock=utc_now)
    chats = await post.people(30)
    await post.queue(chats)
    post.sandbox.world.faults.place({"method": "sendMessage", "kind": "429", "retry_after": 2, "times": 1})
    async with post.courier(rate=100):
        rows = await post.until_settled()
    assert {(row.state, row.attempts) for row in rows} == {("sent", 0)}
    calls = post.calls()
    refused = next(call for call in calls if call["error_code"] == 429)
    # What was on the wire at that moment may still arrive; after that nothing for two seconds.
    during = [call for call in calls if 0.3 < call["at"] - refused["at"] < 1.9]
    assert during == []
    assert Counter(call["chat_id"] for call in calls if call["ok"]) == dict.fromkeys(chats, 1)


async def test_a_halt_written_by_another_courier_is_obeyed(post: Post, clock: Clock) -> None:
    [chat] = await post.people(1)
    await post.queue([chat])
    async with post.app.db.writing() as tx:
        tx.add(Halt(name="token", since=clock.now, until=clock.now + timedelta(seconds=2)))
    async with post.courier():
        await asyncio.sleep(0.5)
        assert post.calls() == []
        clock.tick(seconds=3)
        await post.until_settled()


async def test_a_halt_from_the_future_is_void(post: Post, clock: Clock) -> None:
    [chat] = await post.people(1)
    async with post.app.db.writing() as tx:
        tx.add(Halt(name="token", since=clock.now, until=clock.now + timedelta(seconds=30)))
    clock.tick(hours=-1)  # the clock is set back
    await post.queue([chat])
    async with post.courier():
        await post.until_settled(seconds=5)


async def test_who_blocked_the_bot_is_noted_and_left_alone(post: Post) -> None:
    blocked, well = await post.people(2)
    post.sandbox.world.people[blocked].blocked = True
    await post.queue([blocked, well])
    async with post.courier():
        rows = await post.until_settled()
    assert [(row.state, row.outcome) for row in rows] == [("dead", "unreachable"), ("sent", "delivered")]
    async with post.app.db.reading() as tx:
        noted = {one.id: one.blocked_at for one in await tx.scalars(select(Member))}
    assert noted[blocked] is not None and noted[well] is None


async def test_a_chat_that_is_gone_counts_as_blocked(post: Post) -> None:
    [gone] = await post.people(1)
    del post.sandbox.world.chats[gone]
    await post.queue([gone])
    async with post.courier():
        [row] = await post.until_settled()
    assert row.outcome == "unreachable"


async def test_a_migrated_group_gets_its_message_at_the_new_address(post: Post) -> None:
    world = post.sandbox.world
    members = {world.bot.id: "member"}
    world.chats[-7] = Chat(id=-7, type="group", title="旧群", members=dict(members), migrated_to=-1007)
    world.chats[-1007] = Chat(id=-1007, type="supergroup", title="新群", members=dict(members))
    await post.queue([-7], round="a")
    await post.queue([-7], round="b")
    async with post.courier():
        rows = await post.until_settled()
    assert [(row.state, row.chat_id, row.attempts) for row in rows] == [("sent", -1007, 0)] * 2
    assert len(post.received(-1007)) == 2


async def test_a_bad_message_is_refused_once_and_stops_nobody(post: Post) -> None:
    bad, well = await post.people(2)
    post.sandbox.world.faults.place({"method": "sendMessage", "chat": bad, "kind": "400"})
    await post.queue([bad, well])
    async with post.courier():
        rows = await post.until_settled()
    assert [(row.state, row.outcome) for row in rows] == [("dead", "refused"), ("sent", "delivered")]
    assert len(post.calls()) == 2


async def test_a_letter_that_cannot_be_written_stops_nobody(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    odd, well = await post.people(2)
    async with post.app.db.writing() as tx:
        await outbox.put(
            tx, key="odd", chat_id=odd, letter="no such kind", payload={}, not_before=post.app.clock()
        )
    await post.queue([well])
    async with post.courier():
        rows = await post.until_settled()
    assert [row.outcome for row in rows] == ["refused", "delivered"]
    assert "cannot be written" in caplog.text


async def test_a_lost_answer_is_tried_again_and_may_come_twice(post: Post, clock: Clock) -> None:
    [chat] = await post.people(1)
    post.sandbox.world.faults.place({"method": "sendMessage", "kind": "drop_after", "times": 1})
    await post.queue([chat])
    async with post.courier():
        [row] = await post.until(lambda rows: rows[0].attempts == 1)
        assert (row.state, row.outcome) == ("queued", "unknown")
        clock.tick(minutes=1)
        [row] = await post.until_settled()
    assert (row.state, row.attempts) == ("sent", 1)
    assert len(post.received(chat)) == 2


async def test_a_connection_cut_before_the_message_was_taken_loses_nothing(post: Post, clock: Clock) -> None:
    [chat] = await post.people(1)
    post.sandbox.world.faults.place({"method": "sendMessage", "kind": "drop_before", "times": 1})
    await post.queue([chat])
    async with post.courier():
        await post.until(lambda rows: rows[0].attempts == 1)
        clock.tick(minutes=1)
        await post.until_settled()
    assert len(post.received(chat)) == 1


async def test_telegram_out_of_order_is_outlived(post: Post, clock: Clock) -> None:
    chats = await post.people(4)
    fault = post.sandbox.world.faults.place({"method": "sendMessage", "kind": "500"})
    await post.queue(chats)
    async with post.courier():
        for _ in range(2):
            seen = [row.attempts for row in await post.rows()]
            await post.until(lambda rows, seen=seen: [row.attempts for row in rows] > seen)  # type: ignore[misc]
            clock.tick(minutes=20)
        post.sandbox.world.faults.clear(fault.id)
        clock.tick(minutes=20)
        rows = await post.until_settled(seconds=150)
    assert {row.state for row in rows} == {"sent"}


async def test_nobody_is_written_to_who_left_or_moved_to_another_account(post: Post, clock: Clock) -> None:
    left, moved, well = await post.people(3)
    await post.queue([left, moved, well])
    async with post.app.db.writing() as tx:
        (await tx.get_one(Member, left)).left_at = clock.now
        (await tx.get_one(Member, moved)).telegram_id = 77
    async with post.courier():
        rows = await post.until_settled()
    assert [row.outcome for row in rows] == ["nothing", "nothing", "delivered"]


async def test_a_stopped_courier_gives_back_what_it_did_not_send(post: Post) -> None:
    chats = await post.people(50)
    await post.queue(chats)
    async with post.courier(rate=10, ahead=50):
        await post.until(lambda rows: any(row.state == "sent" for row in rows))
    rows = await post.rows()
    assert {row.leased_by for row in rows} == {None}
    left = sum(row.state == "queued" for row in rows)
    assert left > 30 and len(post.calls()) == 50 - left
    async with post.courier():
        await post.until_settled()
    assert Counter(call["chat_id"] for call in post.calls()) == dict.fromkeys(chats, 1)


async def test_the_lease_of_a_dead_courier_runs_out(post: Post, clock: Clock) -> None:
    chats = await post.people(3)
    await post.queue(chats)
    load = await deliveries.claim(post.app, courier="killed", limit=10)
    assert len(load.letters) == 3
    async with post.courier():
        await asyncio.sleep(0.7)
        assert post.calls() == []
        clock.tick(minutes=2)
        await post.until_settled()
    assert Counter(call["chat_id"] for call in post.calls()) == dict.fromkeys(chats, 1)


async def test_the_clock_may_be_set_back_in_the_middle(post: Post, clock: Clock) -> None:
    chats = await post.people(40)
    await post.queue(chats[:20], round="a")
    await deliveries.claim(post.app, courier="killed", limit=5)
    async with post.courier(rate=20, ahead=5):
        await post.until(lambda rows: any(row.state == "sent" for row in rows))
        clock.tick(hours=-3)
        await post.queue(chats[20:], round="b")
        await post.until(lambda rows: all(row.state == "sent" for row in rows if row.key.startswith("b")))
        clock.tick(hours=3, minutes=2)
        await post.until_settled()
    assert Counter(call["chat_id"] for call in post.calls()) == dict.fromkeys(chats, 1)


async def test_the_clock_may_jump_ahead_in_the_middle(post: Post, clock: Clock) -> None:
    chats = await post.people(40)
    await post.queue(chats)
    async with post.courier(rate=40, ahead=40):
        await post.until(lambda rows: any(row.state == "sent" for row in rows))
        clock.tick(hours=20)
        await post.until_settled()
    assert Counter(call["chat_id"] for call in post.calls()) == dict.fromkeys(chats, 1)


async def test_two_couriers_send_nothing_twice(post: Post) -> None:
    chats = await post.people(200)
    await post.queue(chats)
    async with post.courier(ahead=20), post.courier(ahead=20):
        rows = await post.until_settled()
    assert {row.state for row in rows} == {"sent"}
    assert Counter(call["chat_id"] for call in post.calls()) == dict.fromkeys(chats, 1)


async def test_couriers_of_one_token_share_its_rate(post: Post, clock: Clock) -> None:
    assert await deliveries.check_in(post.app, courier="one") == 1
    assert await deliveries.check_in(post.app, courier="two") == 2
    assert await deliveries.check_in(post.app, courier="one") == 2
    await deliveries.check_out(post.app, courier="two")
    assert await deliveries.check_in(post.app, courier="one") == 1
    await deliveries.check_in(post.app, courier="killed")
    clock.tick(seconds=25)
    assert await deliveries.check_in(post.app, courier="one") == 1
    assert (await deliveries.claim(post.app, courier="one", limit=1)).halted_until is None


async def test_a_database_that_is_gone_for_a_while_loses_nothing(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    chats = await post.people(30)
    await post.queue(chats)
    post.app = replace(post.app, db=Flaky(post.app.db))
    async with post.courier(rate=60, ahead=10):
        await post.until(lambda rows: any(row.state == "sent" for row in rows))
        post.app.db.gone = True  # type: ignore[attr-defined]
        await asyncio.sleep(1.2)
        post.app.db.gone = False  # type: ignore[attr-defined]
        await post.until_settled()
    assert Counter(call["chat_id"] for call in post.calls()) == dict.fromkeys(chats, 1)
    assert caplog.text.count("the database is out of reach") == 1


class Flaky(Database):
    """A database whose writes can be cut off."""

    def __init__(self, real: Database) -> None:
        self._real = real
        self.gone = False

    def writing(self) -> AbstractAsyncContextManager[AsyncSession]:
        if self.gone:
            raise ConnectionRefusedError("no database")
        return self._real.writing()

    def reading(self) -> AbstractAsyncContextManager[AsyncSession]:
        return self._real.reading()


async def test_a_handler_is_told_to_wait_and_so_is_every_courier(post: Post) -> None:
    [chat] = await post.people(1)
    told: list[float] = []

    async def tell(seconds: float) -> None:
        told.append(seconds)

    post.sandbox.world.faults.place({"method": "sendMessage", "kind": "429", "retry_after": 1, "times": 1})
    pace = Pace(30)
    session = AiohttpSession(api=TelegramAPIServer.from_base(post.sandbox.api_base))
    session.middleware(RepliesFirst(pace, tell))
    async with Bot(post.sandbox.token, session=session) as bot:
        await bot.send_message(chat, "好")
        await bot.get_me()
        assert (told, post.received(chat)) == ([1], ["好"])
        first, second = (call["at"] for call in post.calls())
        assert second - first >= 1
        post.sandbox.world.faults.place(
            {"method": "sendMessage", "kind": "429", "retry_after": 60, "times": 1}
        )
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(chat, "好")
    assert told == [1, 60] and pace.halted_for > 50


async def test_replies_stay_quick_while_bulk_mail_uses_the_whole_rate(post: Post) -> None:
    post.sandbox.world.limits.enabled = True
    chats = await post.people(150)
    talkers = await post.people(5, first=9001)
    await post.queue(chats)
    pace, waits = Pace(30), []
    session = AiohttpSession(api=TelegramAPIServer.from_base(post.sandbox.api_base))
    session.middleware(RepliesFirst(pace, tell_nobody))
    async with Bot(post.sandbox.token, session=session) as bot:
        courier = Courier(post.app, bot, pace, ahead=30, writers=TEST_WRITERS)
        working = asyncio.create_task(courier.run())
        await post.until(lambda rows: sum(row.state == "sent" for row in rows) > 40)
        for talker in talkers * 2:
            before = len(post.calls())
            await bot.send_message(talker, "好")
            waits.append(len(post.calls()) - before)
        courier.stop()
        await working
    # Hardly anything of the bulk mail got in between.
    assert max(waits) <= 10
    assert all(len(post.received(talker)) == 2 for talker in talkers)


async def tell_nobody(seconds: float) -> None:
    """There is only one courier."""
