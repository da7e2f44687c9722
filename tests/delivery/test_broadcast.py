"""Broadcasts through the real courier, and the real process: killed, met by another, refused, changed on the way."""

import asyncio
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BufferedInputFile
from sqlalchemy import update

from actions import audiences, notices, recalls, receipts, reports, sending
from actions.actors import Console
from actions.audiences import Part
from bot import app as parts
from bot import settings
from sandbox.membership import migrate
from sandbox.server import Sandbox
from storage import schema, units
from storage.tables import Group, Member
from study.notices import Fate, Piece, State
from tests.conftest import Clock
from tests.delivery.broadcasting import announced, arrived, copies, people, settled, until_over
from tests.delivery.conftest import Post
from tests.delivery.process import lives

EVERYBODY = 5_000
KILLS = 20


def rules_alone(folder: Path) -> Path:
    """A content folder with nothing to teach: so a life of the program begins sooner."""
    folder.mkdir()
    for name in ("calendar", "columns", "meetings", "notices", "points"):
        shutil.copy(settings.ROOT / f"content/{name}.yaml", folder)
    return folder


@pytest.mark.timeout(300)
async def test_killed_twenty_times_nobody_is_missed(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    dice = Random(20)
    async with Sandbox(limits=False, checks=False) as sandbox:
        values: dict[str, object] = {
            "token": sandbox.token,
            "api_base": sandbox.api_base,
            "database_url": f"sqlite:///{tmp_path / 'bot.sqlite3'}",
            "content": rules_alone(tmp_path / "content"),
            "quiet_hours": "00:00-00:00",
            "messages_a_second": 500,
        }
        app = parts.make(settings.read(_env_file=None, **values))
        await schema.upgrade(app.db)
        ids = await people(app, sandbox, EVERYBODY)
        async with app.db.writing() as tx:
            await tx.execute(update(Member).values(study_minute=1439))  # no daily message beside
        notice_id = await announced(app, ids[0])
        on_the_wire = 0
        async with lives(tmp_path, **values) as program:
            for kill in range(KILLS):
                # Each begins when the lease of the one before is over.
                await program.begin(ahead=120.0 * kill)
                aim = sandbox.world.calls.next + dice.randrange(20, 360)
                async with asyncio.timeout(60):
                    while sandbox.world.calls.next < aim:
                        await asyncio.sleep(0.002)
                assert await program.end(signal.SIGKILL) == -signal.SIGKILL
                await asyncio.sleep(0.1)  # what was on the wire arrives
                on_the_wire += len(set(arrived(sandbox, ids)) - await settled(app))
            assert len(arrived(sandbox, ids)) < EVERYBODY, "the last kill was in the middle, too"
            await program.begin(ahead=120.0 * KILLS)
            async with asyncio.timeout(120):
                while len(await settled(app)) < EVERYBODY:
                    await asyncio.sleep(0.2)
            assert await program.end(signal.SIGTERM) == 0
            assert "Traceback" not in program.log
        report = await reports.report(app, Console.SHELL, notice_id=notice_id)
        repeats = arrived(sandbox, ids).total() - EVERYBODY
        record_property("repeats", repeats)
        record_property("on_the_wire", on_the_wire)
        print(f"{EVERYBODY} copies, {KILLS} kills, {repeats} repeats, {on_the_wire} on the wire")
        await app.db.close()
    assert set(arrived(sandbox, ids)) >= set(ids)
    assert report.state is State.SENT and report.tally.sent == EVERYBODY
    # Nobody twice but those whose copy was sent and not yet written down when the process was killed.
    assert 0 <= repeats <= on_the_wire


async def test_two_couriers_at_once_send_nothing_twice(post: Post, clock: Clock) -> None:
    ids = await people(post.app, post.sandbox, 400)
    notice_id = await announced(post.app, ids[0])
    async with post.courier(ahead=30), post.courier(ahead=30):
        await until_over(post.app, notice_id, clock)
    assert set(map(len, copies(post.sandbox, ids).values())) == {1}
    assert (await reports.report(post.app, ids[0], notice_id=notice_id)).tally.sent == 400


FAULTS = (
    {"kind": "429", "probability": 0.02, "retry_after": 1},
    {"kind": "500", "probability": 0.05},
    {"kind": "drop_before", "probability": 0.03},
    {"kind": "drop_after", "probability": 0.03},
    {"kind": "slow", "probability": 0.03, "seconds": 0.3},
)


async def test_whatever_telegram_does_nobody_is_missed(post: Post, clock: Clock) -> None:
    ids = await people(post.app, post.sandbox, 300)
    notice_id = await announced(post.app, ids[0])
    for fault in FAULTS:
        post.sandbox.world.faults.place({"method": "sendMessage", **fault})
    async with post.courier():
        await until_over(post.app, notice_id, clock)
    fired = {fault["kind"]: fault["fired"] for fault in post.sandbox.world.faults.told()}
    assert all(fired.values()), fired
    numbers = [len(one) for one in copies(post.sandbox, ids).values()]
    assert min(numbers) == 1
    assert sum(numbers) - 300 == fired["drop_after"], "only what may have arrived is sent again"
    report = await reports.report(post.app, ids[0], notice_id=notice_id)
    assert (report.state, report.tally.sent, report.tally.failed) == (State.SENT, 300, 0)


async def test_one_flood_wait_holds_everybody(post: Post, clock: Clock) -> None:
    ids = await people(post.app, post.sandbox, 100)
    notice_id = await announced(post.app, ids[0])
    post.sandbox.world.faults.place({"method": "sendMessage", "kind": "429", "retry_after": 1, "times": 1})
    async with post.courier(concurrency=5, ahead=10), post.courier(concurrency=5, ahead=10):
        await until_over(post.app, notice_id, clock)
    refused = [call for call in post.calls() if call["error_code"] == 429]
    assert len(refused) == 1
    assert set(map(len, copies(post.sandbox, ids).values())) == {1}


async def test_the_clock_set_back_in_the_middle_loses_nothing(post: Post, clock: Clock) -> None:
    ids = await people(post.app, post.sandbox, 120)
    notice_id = await announced(post.app, ids[0])
    post.sandbox.world.latency_ms = 20
    async with post.courier(concurrency=10):
        await post.until(lambda rows: sum(row.state == "sent" for row in rows) > 20)
        clock.tick(hours=-3)
        await asyncio.sleep(0.3)
        clock.tick(hours=3)
        await until_over(post.app, notice_id, clock)
    assert set(map(len, copies(post.sandbox, ids).values())) == {1}


async def test_corrected_in_the_middle_everybody_has_the_new_words(post: Post, clock: Clock) -> None:
    ids = await people(post.app, post.sandbox, 150)
    notice_id = await announced(post.app, ids[0], body="通知：周五", receipt=True)
    post.sandbox.world.latency_ms = 20
    async with post.courier(concurrency=10):
        await post.until(lambda rows: sum(row.state == "sent" for row in rows) > 30)
        await recalls.correct(post.app, ids[0], notice_id=notice_id, body="通知：周六")
        await until_over(post.app, notice_id, clock)
    assert set(map(tuple, copies(post.sandbox, ids).values())) == {("通知：周六",)}


async def test_withdrawn_in_the_middle_nobody_keeps_it(post: Post, clock: Clock) -> None:
    ids = await people(post.app, post.sandbox, 150)
    notice_id = await announced(post.app, ids[0])
    post.sandbox.world.latency_ms = 20
    async with post.courier(concurrency=10):
        await post.until(lambda rows: sum(row.state == "sent" for row in rows) > 30)
        await recalls.withdraw(post.app, ids[0], notice_id=notice_id)
        await until_over(post.app, notice_id, clock)
    assert set(map(len, copies(post.sandbox, ids).values())) == {0}
    report = await reports.report(post.app, ids[0], notice_id=notice_id)
    assert report.state is State.WITHDRAWN and not report.tally.fates.get(Fate.SENT)


async def test_a_refused_broadcast_stops_and_the_other_goes_on(post: Post, clock: Clock) -> None:
    ids = await people(post.app, post.sandbox, 60)
    bad = await announced(post.app, ids[0], body="通知：坏")
    good = await announced(post.app, ids[0], body="通知：好")
    post.sandbox.world.faults.place(
        {
            "method": "sendMessage",
            "chat": ids[5],
            "kind": "400",
            "times": 1,
            "description": "STRANGE",
        }
    )
    async with post.courier(concurrency=1, ahead=10):
        await until_over(post.app, good, clock)
    stopped = await reports.report(post.app, ids[0], notice_id=bad)
    assert (stopped.state, stopped.refusal) == (State.STOPPED, "Bad Request: STRANGE")
    assert stopped.tally.left > 20
    await sending.resume(post.app, ids[0], notice_id=bad)
    async with post.courier():
        await until_over(post.app, bad, clock)
    assert {len(one) for one in copies(post.sandbox, ids).values()} == {2}


async def test_an_album_goes_with_a_button_below_and_is_withdrawn_whole(post: Post, clock: Clock) -> None:
    ids = await people(post.app, post.sandbox, 3)
    session = AiohttpSession(api=TelegramAPIServer.from_base(post.sandbox.api_base))
    async with Bot(post.sandbox.token, session=session) as bot:
        uploaded = [
            await bot.send_document(ids[0], BufferedInputFile(b"%PDF-1.4", f"{name}.pdf"))
            for name in ("安排", "名单")
        ]
    files = [message.document for message in uploaded if message.document]
    pieces = [Piece("document", one.file_id, one.file_unique_id, one.file_name or "", "g") for one in files]
    draft = await notices.write(post.app, ids[0], body="通知：见附件", piece=pieces[0])
    await notices.write(post.app, ids[0], body="", piece=pieces[1], notice_id=draft.id)
    await notices.set_receipt(post.app, ids[0], notice_id=draft.id, on=True)
    await notices.announce(post.app, ids[0], notice_id=draft.id)
    async with post.courier():
        await until_over(post.app, draft.id, clock)
    album = list(post.sandbox.world.chats[ids[1]].messages.values())
    assert [bool(message.content.get("media_group_id")) for message in album] == [True, True, False]
    assert album[0].text == "通知：见附件" and album[2].reply_markup and album[2].reply_to
    await receipts.confirm(post.app, ids[1], notice_id=draft.id)

    await recalls.correct(post.app, ids[0], notice_id=draft.id, body="通知：以附件为准")
    async with post.courier():
        await until_over(post.app, draft.id, clock)
    assert album[0].text == "通知：以附件为准"
    await recalls.withdraw(post.app, ids[0], notice_id=draft.id)
    async with post.courier():
        await until_over(post.app, draft.id, clock)
    assert not post.sandbox.world.chats[ids[1]].messages


async def test_a_group_that_becomes_a_supergroup_keeps_its_copy(post: Post, clock: Clock) -> None:
    ids = await people(post.app, post.sandbox, 2)
    group = post.sandbox.found_group("病区群", [ids[0], post.sandbox.world.bot.id])
    async with post.app.db.writing() as tx:
        unit = await units.root(tx)
        assert unit
        tx.add(Group(chat_id=group, title="病区群", unit_id=unit.id, bound_at=post.app.clock()))
    draft = await notices.draft(post.app, ids[0], body="通知：群里见")
    await audiences.choose(post.app, ids[0], notice_id=draft.id, part=Part.GROUP, value=str(group))
    await notices.announce(post.app, ids[0], notice_id=draft.id)
    moved = migrate(post.sandbox.world, post.sandbox.world.chats[group])
    async with post.courier():
        await until_over(post.app, draft.id, clock)
    assert [message.text for message in moved.messages.values() if not message.service] == ["通知：群里见"]
    report = await reports.report(post.app, ids[0], notice_id=draft.id)
    assert (report.state, report.tally.sent) == (State.SENT, 3)
    await recalls.withdraw(post.app, ids[0], notice_id=draft.id)
    async with post.courier():
        await until_over(post.app, draft.id, clock)
    assert not [message for message in moved.messages.values() if not message.service]
