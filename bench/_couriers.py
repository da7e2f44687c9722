"""What benches of the outbox share: a courier at work, and how well it uses the limits by the stub's own watch."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiogram import Bot

from actions.app import App
from bot.courier import Courier
from bot.pace import Pace

LIMIT = 30  # messages a second
WARM_UP = 1.0  # seconds after the first message that are not counted


@asynccontextmanager
async def working(app: App, bot: Bot, pace: Pace, **options: Any) -> AsyncIterator[None]:
    """A courier at work; stopped in the end."""
    courier = Courier(app, bot, pace, **options)
    task = asyncio.create_task(courier.run())
    try:
        yield
    finally:
        courier.stop()
        await task


async def times(base: str) -> list[float]:
    """When the stub was sent messages since the last asking, in seconds."""
    async with aiohttp.ClientSession() as session, session.get(f"{base}/times") as reply:
        told: list[float] = await reply.json()
        return told


def used(at: list[float], seconds: float) -> tuple[float, int]:
    """The share of the limit that was used in so many seconds, and the most messages in any sliding second."""
    worst = max(
        sum(first <= time < first + 1 for time in at[place : place + 100]) for place, first in enumerate(at)
    )
    begin = at[0] + WARM_UP
    return sum(begin <= time < begin + seconds for time in at) / seconds / LIMIT, worst
