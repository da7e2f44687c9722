"""A broadcast while everything it rests on fails for a time: the database, the disk, the clock, Telegram as a whole."""

import asyncio
import resource
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from sqlalchemy import update

from actions import deliveries, notices, reports, sending
from actions.actors import Console
from bot import app as parts
from bot import settings
from bot.app import utc_now
from bot.courier import Courier
from bot.pace import Pace, RepliesFirst
from sandbox.server import Sandbox
from storage import schema, sqlite
from storage.db import Database
from storage.tables import Member
from study.notices import State
from tests.conftest import POSTGRES, Clock
from tests.delivery.broadcasting import announced, arrived, copies, people, rules_alone, until_over
from tests.delivery.conftest import Post
from tests.delivery.process import PATIENCE, lives

AHEAD = 100  # as many letters as may go in a second are claimed at once


async def some_sent(post: Post, least: int) -> None:
    """Wait until so many letters are written down as sent."""
    await post.until(lambda rows: sum(row.state == "sent" for row in rows) >= least)


# --- the database


@asynccontextmanager
async def outage(database: Database) -> AsyncIterator[None]:
    """The database is out of reach: another process sits on the file's lock, or the server lets nobody in."""
    if database.is_sqlite:
        assert database.url.database
        other = sqlite3.connect(database.url.database, isolation_level=None, check_same_thread=False)
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.close()
        return
    server, name = await asyncpg.connect(POSTGRES), database.url.database
    try:
        await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
        )
        yield
    finally:
        await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await server.close()


async def test_a_database_that_comes_and_goes_costs_nobody_a_message(
    post: Post, clock: Clock, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
    caplog.set_level("INFO", "bot.courier")
    ids = await people(post.app, post.sandbox, 300)
    notice_id = await announced(post.app, ids[0])
    async with post.courier(rate=300, ahead=40):
        for least in (40, 140):
            await some_sent(post, least)
            async with outage(post.app.db):
                await asyncio.sleep(0.6)
        await until_over(post.app, notice_id, clock)
    assert set(map(len, copies(post.sandbox, ids).values())) == {1}
    assert (await reports.report(post.app, ids[0], notice_id=notice_id)).tally.sent == 300
    # It says that it waits, once an outage at most and in words, and that it waits no longer. (The second may begin while
    # it waits for the first to be over.)
    said = [record.getMessage() for record in caplog.records if "the database" in record.getMessage()]
    assert [one.partition(",")[0] for one in said] in (
        ["the database is out of reach", "the database is back"],
        ["the database is out of reach", "the database is back"] * 2,
    )
    assert not post.app.db.is_sqlite or said[0].endswith("database is locked")
    assert "SQL:" not in caplog.text and "Traceback" not in caplog.text


async def test_connections_cut_in_the_middle_of_everything_cost_nobody_a_message(
    post: Post, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.02)
    ids = await people(post.app, post.sandbox, 300)
    notice_id = await announced(post.app, ids[0])
    async with post.courier(rate=400, ahead=40), post.courier(rate=400, ahead=40):
        for _ in range(8):
            await asyncio.sleep(0.05)
            async with outage(post.app.db):
                await asyncio.sleep(0.03)
        await until_over(post.app, notice_id, clock)
    assert set(map(len, copies(post.sandbox, ids).values())) == {1}
    assert (await reports.report(post.app, ids[0], notice_id=notice_id)).state is State.SENT


async def test_a_full_disk_holds_the_broadcast_up_and_no_more(tmp_path: Path) -> None:
    async with Sandbox(limits=False, checks=False) as sandbox:
        values: dict[str, object] = {
            "token": sandbox.token,
            "api_base": sandbox.api_base,
            "database_url": f"sqlite:///{tmp_path / 'bot.sqlite3'}",
            "content": rules_alone(tmp_path / "content"),
            "messages_a_second": AHEAD,
        }
        app = parts.make(settings.read(_env_file=None, **values))
        await schema.upgrade(app.db)
        ids = await people(app, sandbox, 300)
        async with app.db.writing() as tx:
            await tx.execute(update(Member).values(study_minute=1439))  # no daily message beside
        notice_id = await announced(app, ids[0])
        async with lives(tmp_path, **values) as program:
            await program.begin(ahead=0)
            await until(lambda: len(arrived(sandbox, ids)) > 60)
            # No file may grow any more; the database's log, which is rewritten from its beginning, is the longest.
            _, most = resource.prlimit(program.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(program.pid, resource.RLIMIT_FSIZE, (16_384, most))
            began = len(arrived(sandbox, ids))
            await until(lambda: "out of reach" in program.log)
            held = 0
            while held != (held := len(arrived(sandbox, ids))):
                await asyncio.sleep(0.5)
            assert held - began <= 2 * AHEAD, "nothing is claimed that could not be written down"
            resource.prlimit(program.pid, resource.RLIMIT_FSIZE, (most, most))
            await until(lambda: len(arrived(sandbox, ids)) == 300)
            assert await program.end(15) == 0
        report = await reports.report(app, Console.SHELL, notice_id=notice_id)
        await app.db.close()
    assert (report.state, report.tally.sent) == (State.SENT, 300)
    assert set(arrived(sandbox, ids).values()) == {1}, "what was sent meanwhile was not forgotten"
    assert program.log.count("the database is out of reach") == program.log.count("the database is back") == 1
    assert "Traceback" not in program.log and "SQL:" not in program.log


async def until(happened, *, seconds: float = PATIENCE) -> None:  # type: ignore[no-untyped-def]
    async with asyncio.timeout(seconds):
        while not happened():
            await asyncio.sleep(0.02)


# --- the clock


async def test_a_clock_set_back_sends_nothing_twice_and_nothing_never(post: Post, clock: Clock) -> None:
    ids = await people(post.app, post.sandbox, 60)
    at_nine = await notices.draft(post.app, ids[0], body="通知：九点的")
    monthly = await notices.draft(post.app, ids[0], body="通知：每月的")
    for draft in (at_nine, monthly):
        await notices.set_urgent(post.app, ids[0], notice_id=draft.id, reason="不等天亮")
    await sending.schedule(post.app, ids[0], notice_id=at_nine.id, at=clock.now.replace(hour=1))
    await sending.repeat(post.app, ids[0], notice_id=monthly.id, day=2, minute=9 * 60)
    clock.tick(hours=1)
    assert await sending.send_due(post.app) == 2
    # One courier dies with letters in hand; another is in the middle of its work when the clock is set right.
    await deliveries.claim(post.app, courier="killed", limit=20)
    post.sandbox.world.latency_ms = 20
    async with post.courier(concurrency=10, ahead=20):
        await some_sent(post, 30)
        clock.tick(hours=-3)
        assert await sending.send_due(post.app) == 0
        await asyncio.sleep(0.2)
        clock.tick(hours=3)
        assert await sending.send_due(post.app) == 0, "each was sent at its time, once"
        await post.until(lambda rows: all(row.state == "sent" or row.leased_by == "killed" for row in rows))
        clock.tick(minutes=2)
        await post.until_settled()
    texts = copies(post.sandbox, ids)
    assert {tuple(sorted(one)) for one in texts.values()} == {("通知：九点的", "通知：每月的")}


async def test_a_lease_of_a_time_that_will_not_come_for_hours_holds_nobody_up(
    post: Post, clock: Clock
) -> None:
    ids = await people(post.app, post.sandbox, 30)
    notice_id = await announced(post.app, ids[0])
    clock.tick(hours=3)
    await deliveries.claim(post.app, courier="killed", limit=30)
    clock.tick(hours=-3)
    async with post.courier():
        await post.until_settled()
    assert set(map(len, copies(post.sandbox, ids).values())) == {1}
    assert (await reports.report(post.app, ids[0], notice_id=notice_id)).state is State.SENT


# --- Telegram


async def test_a_telegram_that_is_down_meets_no_storm(
    post: Post, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    ids = await people(post.app, post.sandbox, 300)
    notice_id = await announced(post.app, ids[0])
    fault = post.sandbox.world.faults.place({"method": "sendMessage", "kind": "500"})
    async with post.courier(concurrency=10):
        await asyncio.sleep(2.5)
        vain = len(post.calls())
        # Ten at once, then one breath of a second and one of two; what is on the wire when one begins comes on top.
        assert 10 <= vain <= 50
        post.sandbox.world.faults.clear(fault.id)
        await until_over(post.app, notice_id, clock)
    assert set(map(len, copies(post.sandbox, ids).values())) == {1}
    assert "tries in a row failed; resting for 1 s" in caplog.text


async def tell_nobody(seconds: float) -> None:
    """The couriers have heard of it."""


async def test_told_to_wait_everything_waits_at_once(post: Post) -> None:
    """Two processes, as it were: one with people to answer, and one that only sends."""
    post.app = replace(post.app, clock=utc_now)
    ids = await people(post.app, post.sandbox, 200)
    [talker] = await post.people(1)
    await announced(post.app, ids[0])
    other = replace(post.app, db=Database(post.app.db.url.render_as_string(hide_password=False)))
    session = AiohttpSession(api=TelegramAPIServer.from_base(post.sandbox.api_base))
    pace = Pace(50)
    session.middleware(RepliesFirst(pace, tell_nobody))
    async with Bot(post.sandbox.token, session=session) as bot, Post(other, post.sandbox).courier(rate=50):
        message = await bot.send_message(talker, "早")
        courier = Courier(post.app, bot, pace, ahead=50)
        working = asyncio.create_task(courier.run())
        await some_sent(post, 20)
        post.sandbox.world.faults.place(
            {"method": "sendMessage", "kind": "429", "retry_after": 2, "times": 1}
        )
        await until(lambda: any(call["error_code"] == 429 for call in post.calls()))
        [told_at] = [call["at"] for call in post.calls() if call["error_code"] == 429]
        # Whichever of the two was told: a moment later both know.
        await until(lambda: pace.halted_for > 0, seconds=1)
        await bot.send_message(talker, "在吗")
        await bot.edit_message_text("早。", chat_id=talker, message_id=message.message_id)
        courier.stop()
        await working
    await other.db.close()
    calls = post.sandbox.world.calls.since(0)
    during = [call for call in calls if 0.35 < call["at"] - told_at < 1.9]
    assert during == []
    assert sum(call["error_code"] == 429 for call in calls) == 1
    assert post.received(talker) == ["早。", "在吗"]
