"""Broadcasts through the real courier, and the real process: killed, met by another, refused, changed on the way."""

import asyncio
import signal
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BufferedInputFile
from sqlalchemy import update

from actions import audiences, deliveries, groups, notices, recalls, receipts, reports, sending
from actions.actors import Console
from actions.app import App
from actions.audiences import Part
from actions.deliveries import Result, Settlement
from bot import app as parts
from bot import courier, settings
from sandbox.membership import migrate
from sandbox.server import Sandbox
from storage import schema, units
from storage.db import Database
from storage.tables import Group, Member
from study.delivery import Outcome
from study.notices import Fate, Piece, State
from tests.conftest import Clock
from tests.delivery.broadcasting import announced, arrived, copies, people, rules_alone, settled, until_over
from tests.delivery.conftest import Post
from tests.delivery.process import lives

EVERYBODY = 5_000
KILLS = 20


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


SURE = (  # what surely has not arrived, or surely has
    {"kind": "429", "probability": 0.01, "retry_after": 1},
    {"kind": "500", "probability": 0.04},
    {"kind": "drop_before", "probability": 0.03},
    {"kind": "slow", "probability": 0.03, "seconds": 0.2},
)
UNSURE = (  # … and what may have
    {"kind": "timeout_before", "probability": 0.02},
    {"kind": "timeout_after", "probability": 0.02},
    {"kind": "drop_after", "probability": 0.03},
)


async def test_two_couriers_at_once_send_nothing_twice(post: Post, clock: Clock) -> None:
    """Each with connections of its own to the database, as two processes have."""
    ids = await people(post.app, post.sandbox, 400)
    notice_id = await announced(post.app, ids[0])
    for fault in SURE:
        post.sandbox.world.faults.place({"method": "sendMessage", **fault})
    other = replace(post.app, db=Database(post.app.db.url.render_as_string(hide_password=False)))
    async with (
        settling() as results,
        post.courier(ahead=30) as one,
        Post(other, post.sandbox).courier(ahead=30) as two,
    ):
        await until_over(post.app, notice_id, clock)
    await other.db.close()
    assert all(fault["fired"] for fault in post.sandbox.world.faults.told())
    assert set(map(len, copies(post.sandbox, ids).values())) == {1}
    assert min(len(results[one.name]), len(results[two.name])) > 20, "both had their share"
    assert (await reports.report(post.app, ids[0], notice_id=notice_id)).tally.sent == 400


@asynccontextmanager
async def settling() -> AsyncIterator[dict[str, list[Result]]]:
    """What each courier writes down of its tries, by its name."""
    settle, seen = deliveries.settle, defaultdict(list)

    async def watched(app: App, *, courier: str, results: Sequence[Result]) -> Settlement:
        settlement = await settle(app, courier=courier, results=results)
        seen[courier] += results
        return settlement

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deliveries, "settle", watched)
        yield seen


async def test_whatever_telegram_does_nobody_is_missed(
    post: Post, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "REQUEST_SECONDS", 1.0)
    ids = await people(post.app, post.sandbox, 300)
    notice_id = await announced(post.app, ids[0])
    for fault in (*SURE, *UNSURE):
        post.sandbox.world.faults.place({"method": "sendMessage", **fault})
    async with settling() as results, post.courier(concurrency=30) as one:
        await until_over(post.app, notice_id, clock)
    fired = {fault["kind"]: fault["fired"] for fault in post.sandbox.world.faults.told()}
    assert all(fired.values()), fired
    numbers = {chat: len(texts) for chat, texts in copies(post.sandbox, ids).items()}
    assert min(numbers.values()) == 1
    repeats = sum(numbers.values()) - 300
    assert repeats >= fired["drop_after"] + fired["timeout_after"] > 0
    # Only what may have arrived came again, and each of it once.
    unsure = Counter(
        result.letter.chat_id for result in results[one.name] if result.outcome is Outcome.UNKNOWN
    )
    assert all(number - 1 <= unsure[chat] for chat, number in numbers.items())
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


async def announced_in_groups(post: Post, who: int, titles: Sequence[str]) -> tuple[int, dict[str, int]]:
    """A notice to these groups of the committee alone; its number, and the groups' by title."""
    bot = post.sandbox.world.bot.id
    chats = {title: post.sandbox.found_group(title, [who, bot]) for title in titles}
    async with post.app.db.writing() as tx:
        unit = await units.root(tx)
        assert unit
        for title, chat in chats.items():
            tx.add(Group(chat_id=chat, title=title, unit_id=unit.id, bound_at=post.app.clock()))
    draft = await notices.draft(post.app, who, body="通知：群里见")
    for chat in chats.values():
        await audiences.choose(post.app, who, notice_id=draft.id, part=Part.GROUP, value=str(chat))
    await notices.announce(post.app, who, notice_id=draft.id)
    return draft.id, chats


async def test_a_group_we_are_out_of_is_marked_and_its_secretary_told_once(post: Post, clock: Clock) -> None:
    ids = await people(post.app, post.sandbox, 2)
    notice_id, chats = await announced_in_groups(post, ids[0], ["病区群", "值班群", "安静群"])
    out, silent = (post.sandbox.world.chats[chats[title]] for title in ("病区群", "安静群"))
    out.members[post.sandbox.world.bot.id] = "kicked"  # and the update about it never came
    post.sandbox.world.faults.place(
        {
            "method": "sendMessage",
            "chat": silent.id,
            "kind": "400",
            "description": "not enough rights to send text messages to the chat",
        }
    )
    async with post.courier():
        await until_over(post.app, notice_id, clock)
        await post.until_settled()
    # The one is lost until somebody takes us in again; in the other we may be given leave to speak at any time.
    there = {one.title: one.there for one in (await groups.listing(post.app, ids[0])).groups}
    assert there == {"病区群": False, "值班群": True, "安静群": True}
    undelivered = await reports.names(post.app, ids[0], notice_id=notice_id, fates=[Fate.UNREACHABLE])
    assert sorted(one.name for one in undelivered.copies) == sorted(["病区群", "安静群"])
    told = [text for text in post.received(ids[0]) if "移出群" in text]
    assert len(told) == 1 and "病区群" in told[0]
    await groups.removed(post.app, out.id)  # the update comes after all
    async with post.courier():
        await post.until_settled()
    assert len([text for text in post.received(ids[0]) if "移出群" in text]) == 1


async def test_a_group_unbound_since_keeps_its_name_in_the_report(post: Post, clock: Clock) -> None:
    ids = await people(post.app, post.sandbox, 2)
    notice_id, chats = await announced_in_groups(post, ids[0], ["病区群"])
    async with post.courier():
        await until_over(post.app, notice_id, clock)
    await groups.unbind(post.app, ids[0], chat_id=chats["病区群"])
    sent = await reports.names(post.app, ids[0], notice_id=notice_id, fates=[Fate.SENT])
    assert "病区群" in [one.name for one in sent.copies]
