"""Messages a second through the outbox against bare aiogram, and how well the limits are used.

Both sides send the same text through aiogram to the same stub, with the same number of requests at once; the courier
also claims, writes and settles each message in a SQLite file. With limits on, the stub's own watch says how many
messages came in the worst sliding second, and what share of 30 a second was used.
"""

import asyncio
from math import inf
from statistics import median
from time import monotonic
from typing import Any

from aiogram import Bot
from sqlalchemy import func, select

from actions.app import App
from bench._couriers import LIMIT, times, used, working
from bench._tools import bot_on, empty_app, machine, settle_memory, stub
from bot import texts
from bot.courier import CONCURRENCY
from bot.pace import Pace
from storage import outbox
from storage.tables import Outgoing
from study.delivery import State

KEY, PARAMS = "today.point", {"point": "三会一课：定期召开支部党员大会、支部委员会、党小组会，按时上好党课。"}


async def run(*, messages: int = 20_000, rounds: int = 3, seconds: float = 60.0) -> dict[str, Any]:
    async with stub() as base, bot_on(base) as bot, bot_on(base, bare=True) as aiogram:
        pairs = [(await _bare(aiogram, messages), await _courier(bot, messages)) for _ in range(rounds)]
        share, worst = await _limited(base, bot, seconds) if seconds else (0.0, 0)
    return {
        "messages": messages,
        "bare_a_second": round(median(bare for bare, _ in pairs)),
        "courier_a_second": round(median(ours for _, ours in pairs)),
        "ratio": round(median(ours / bare for bare, ours in pairs), 3),
        "concurrency": CONCURRENCY,
        "limited_seconds": seconds,
        "share_of_30": round(share, 4),
        "worst_sliding_second": worst,
        **machine(),
    }


async def _bare(bot: Bot, messages: int) -> float:
    """Messages a second of aiogram alone."""
    text = texts.html(KEY, **PARAMS)
    chats = iter(range(1, messages + 1))

    async def work() -> None:
        for chat in chats:
            await bot.send_message(chat, text)

    settle_memory()
    began = monotonic()
    await asyncio.gather(*(work() for _ in range(CONCURRENCY)))
    return messages / (monotonic() - began)


async def _courier(bot: Bot, messages: int) -> float:
    """Messages a second from the first claim to the last settlement."""
    async with empty_app() as app:
        await _fill(app, messages)
        settle_memory()
        began = monotonic()
        async with working(app, bot, Pace(inf)):
            left = messages
            while left:
                await asyncio.sleep(0.05)
                left = await _left(app)
            return messages / (monotonic() - began)


async def _limited(base: str, bot: Bot, seconds: float) -> tuple[float, int]:
    """The share of the limit that was used, and the most messages in any sliding second."""
    async with empty_app() as app:
        await _fill(app, int(LIMIT * (seconds + 5)))
        await times(base)
        async with working(app, bot, Pace(LIMIT), ahead=LIMIT):
            await asyncio.sleep(seconds + 3)
        return used(await times(base), seconds)


async def _fill(app: App, messages: int) -> None:
    now = app.clock()
    async with app.db.writing() as tx:
        await outbox.put_many(
            tx,
            (
                outbox.Draft(
                    key=f"bench:{chat}",
                    chat_id=chat,
                    letter="text",
                    payload={"key": KEY, "params": PARAMS},
                    not_before=now,
                )
                for chat in range(1, messages + 1)
            ),
        )


async def _left(app: App) -> int:
    async with app.db.reading() as tx:
        query = select(func.count()).select_from(Outgoing).where(Outgoing.state == State.QUEUED)
        return await tx.scalar(query) or 0
