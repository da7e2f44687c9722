"""A notice to ten thousand, from the confirming tap to the last copy settled, against bare aiogram.

Both sides send the same words to the same stub, with as many requests at once; ours also decides whom the notice means,
queues, claims, writes, settles, and keeps the progress message true, in a SQLite file. With limits on, the stub's own
watch says how many messages came in the worst sliding second and what share of 30 a second was used; then replies to
people go out beside bulk mail, and the slowest in a hundred is told: with a Telegram in order, and with one that answers
bulk mail with errors, late, not at all, or with a second to wait, which replies have to wait as well. Queueing for a hundred thousand runs in a process
of its own, where memory beyond what was in use before is measured.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime
from math import inf
from statistics import median
from time import monotonic, perf_counter
from typing import Any

from aiogram import Bot
from sqlalchemy import insert, select

from actions import deliveries, live, notices, reports, roles
from actions.actors import Console
from actions.app import App
from bench._couriers import LIMIT, times, used, working
from bench._tools import beside, bot_on, empty_app, machine, percentile, settle_memory, stub
from bench.push import memory, peak_from_here
from bot import texts
from bot.courier import CONCURRENCY
from bot.pace import Pace, RepliesFirst
from storage import units
from storage.tables import Member, Notice
from study.members import Role
from study.notices import State

SOME = 5_000
SENDER = 1_000_001  # the account of the first member
BODY = "<b>会议通知</b>\n{姓名}同志：{支部}定于周五下午三点在示教室召开支部党员大会，请准时参加。"
WORDS = "<b>会议通知</b>\n甲1000000同志：云杉医院党委定于周五下午三点在示教室召开支部党员大会，请准时参加。"


async def run(
    *, recipients: int = 10_000, rounds: int = 3, seconds: float = 60.0, queued: int = 100_000
) -> dict[str, Any]:
    texts.catalogue(texts.DEFAULT)  # read once a process
    async with stub() as base, bot_on(base) as bot, bot_on(base, bare=True) as aiogram:
        pairs = [(await _bare(aiogram, recipients), await _broadcast(bot, recipients)) for _ in range(rounds)]
        share, worst = await _limited(base, bot, seconds) if seconds else (0.0, 0)
        replies = await _replies(base, min(seconds, 20)) if seconds else [0.0]
    async with beside("bench.stub", "faults") as port:
        faulty = await _replies(f"http://127.0.0.1:{port}", min(seconds, 30)) if seconds else [0.0]
    async with beside("bench.broadcast", str(queued)) as line:
        queueing = json.loads(line)
    return {
        "recipients": recipients,
        "bare_seconds": round(median(bare for bare, _ in pairs), 2),
        "broadcast_seconds": round(median(ours for _, ours in pairs), 2),
        "ratio": round(median(bare / ours for bare, ours in pairs), 3),
        "ratios": [round(bare / ours, 3) for bare, ours in pairs],
        "concurrency": CONCURRENCY,
        "limited_seconds": seconds,
        "share_of_30": round(share, 4),
        "worst_sliding_second": worst,
        "reply_p99_ms": round(percentile(replies, 0.99) * 1000, 1),
        "reply_p99_ms_with_faults": round(percentile(faulty, 0.99) * 1000, 1),
        "queueing": queueing,
        **machine(),
    }


async def _bare(bot: Bot, recipients: int) -> float:
    """Seconds that aiogram alone takes."""
    chats = iter(range(1, recipients + 1))

    async def work() -> None:
        for chat in chats:
            await bot.send_message(chat, WORDS)

    settle_memory()
    began = monotonic()
    await asyncio.gather(*(work() for _ in range(CONCURRENCY)))
    return monotonic() - began


async def _broadcast(bot: Bot, recipients: int) -> float:
    """Seconds from the confirming tap to the report."""
    async with empty_app() as app, working(app, bot, Pace(inf)):
        notice_id = await _drafted(app, recipients)
        settle_memory()
        began = monotonic()
        await notices.announce(app, SENDER, notice_id=notice_id)
        await live.watch(app, f"notice:{notice_id}", chat_id=SENDER, message_id=1)
        going = True
        while going:
            await asyncio.sleep(0.05)
            going = await _is_going(app, notice_id)
        seconds = monotonic() - began
        report = await reports.report(app, SENDER, notice_id=notice_id)
        assert (report.state, report.tally.sent) == (State.SENT, recipients)
        return seconds


async def _is_going(app: App, notice_id: int) -> bool:
    async with app.db.reading() as tx:
        return await tx.scalar(select(Notice.state).where(Notice.id == notice_id)) != State.SENT


async def _limited(base: str, bot: Bot, seconds: float) -> tuple[float, int]:
    """The share of the limit that was used, and the most messages in any sliding second."""
    async with empty_app() as app:
        notice_id = await _drafted(app, int(LIMIT * (seconds + 5)))
        await times(base)
        async with working(app, bot, Pace(LIMIT), ahead=LIMIT):
            await notices.announce(app, SENDER, notice_id=notice_id)
            await asyncio.sleep(seconds + 3)
        return used(await times(base), seconds)


async def queueing(recipients: int) -> dict[str, Any]:
    """Deciding whom the notice means and queueing their copies; memory in MB, `grown_mb` beyond what was in use."""
    async with empty_app() as app:
        notice_id = await _drafted(app, recipients)
        before = memory("VmRSS")
        peak_from_here()
        began = perf_counter()
        copies = await notices.announce(app, SENDER, notice_id=notice_id)
        seconds = perf_counter() - began
    assert copies == recipients
    return {
        "recipients": recipients,
        "seconds": round(seconds, 3),
        "grown_mb": round(memory("VmHWM") - before, 1),
    }


async def _replies(base: str, seconds: float) -> list[float]:
    """How many seconds replies to people took that were sent, every third of a second, while bulk mail used up the rest."""
    took: list[float] = []
    pace = Pace(LIMIT)
    async with empty_app() as app, bot_on(base) as bot:
        bot.session.middleware(RepliesFirst(pace, lambda wait: deliveries.halt(app, seconds=wait)))
        notice_id = await _drafted(app, int(LIMIT * (seconds + 5)))
        async with working(app, bot, pace, ahead=LIMIT):
            await notices.announce(app, SENDER, notice_id=notice_id)
            await asyncio.sleep(2)
            for chat in range(int(3 * seconds)):
                began = monotonic()
                await bot.send_photo(9_000_000 + chat, "a picture that Telegram knows")
                took.append(monotonic() - began)
                await asyncio.sleep(max(0.0, began + 1 / 3 - monotonic()))
    return took


async def _drafted(app: App, recipients: int) -> int:
    """A roster of so many, and an urgent notice to all of them, which waits for no morning."""
    async with app.db.writing() as tx:
        unit = await units.add(tx, name="云杉医院党委", level="committee")
    for first in range(1, recipients + 1, SOME):
        async with app.db.writing() as tx:
            rows = [_member(one, unit.id) for one in range(first, min(first + SOME, recipients + 1))]
            await (await tx.connection()).execute(insert(Member), rows)
    await roles.grant(app, Console.SHELL, member_id=1, role=Role.SECRETARY, unit_id=unit.id)
    draft = await notices.draft(app, SENDER, body=BODY)
    await notices.set_urgent(app, SENDER, notice_id=draft.id, reason="测速")
    return draft.id


def _member(number: int, unit_id: int) -> dict[str, Any]:
    return {
        "id": number,
        "unit_id": unit_id,
        "name": f"甲{1_000_000 + number}",
        "kind": "full",
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        "telegram_id": 1_000_000 + number,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(queueing(int(sys.argv[1])))), flush=True)
