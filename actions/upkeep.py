"""Keeping the database small: what is settled and old is thrown away."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from actions.app import App
from actions.deliveries import DATABASE_GONE
from storage import upkeep
from study import daily

# A daily letter's key keeps it from being queued again on its day; after that nobody asks for it.
DAILY_LETTERS = timedelta(days=3)
LETTERS = timedelta(days=90)
ATTEMPTS = timedelta(days=7)
CONVERSATIONS = timedelta(days=30)
HEALTH_SECONDS = 3.0


async def tidy(app: App) -> int:
    """Throw away what is old, in small transactions; how many rows there were."""
    now = app.clock()
    return sum(
        [
            await _all(app, partial(upkeep.forget_letters, before=now - DAILY_LETTERS, letter=daily.LETTER)),
            await _all(app, partial(upkeep.forget_letters, before=now - LETTERS)),
            await _all(app, partial(upkeep.forget_attempts, before=now - ATTEMPTS)),
            await _all(app, partial(upkeep.forget_conversations, before=now - CONVERSATIONS)),
        ]
    )


async def _all(app: App, forget_some: Callable[[AsyncSession], Awaitable[int]]) -> int:
    forgotten = 0
    while True:
        async with app.db.writing() as tx:
            some = await forget_some(tx)
        forgotten += some
        if some < upkeep.SOME:
            return forgotten


async def database_answers(app: App) -> bool:
    """Whether the database can be read at this moment."""
    try:
        async with asyncio.timeout(HEALTH_SECONDS), app.db.reading() as tx:
            await upkeep.ping(tx)
    except (TimeoutError, *DATABASE_GONE):
        return False
    return True
