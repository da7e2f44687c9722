"""What is done at its time, one line each: idempotent ticks, which may run twice, late, or on two machines."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from actions import (
    attendance,
    corrections,
    daily,
    digest,
    makeups,
    occasions,
    overlays,
    proposals,
    quietword,
    sending,
    summons,
    upkeep,
)
from actions.app import App
from actions.deliveries import DATABASE_GONE, what_is_wrong

logger = logging.getLogger(__name__)

MINUTES = 300.0
HOUR = 3_600.0

Tick = Callable[[App], Awaitable[object]]


class Timetable:
    """Asks again and again what is due. No job store: what is due is decided from the database each time."""

    def __init__(self, app: App, *, tick_seconds: float) -> None:
        self._app = app
        self._running: set[asyncio.Task[object]] = set()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            # Without these a late tick would be dropped in silence, and a slow one would run beside itself.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._every(tick_seconds, daily.queue_due)
        self._every(tick_seconds, proposals.publish_due)
        self._every(tick_seconds, corrections.finish)
        self._every(tick_seconds, sending.send_due)
        self._every(tick_seconds, summons.remind_due)
        self._every(tick_seconds, attendance.close_due)
        self._every(tick_seconds, digest.queue_due)
        self._every(tick_seconds, occasions.propose_due)
        self._every(MINUTES, overlays.finish_sweeps)
        self._every(MINUTES, makeups.offer_due)
        self._every(HOUR, makeups.remind_due)
        self._every(HOUR, quietword.say_due)
        self._every(HOUR, upkeep.tidy)

    def start(self) -> None:
        """Every tick runs at once for the first time."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Start no more ticks, and wait for those that run."""
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        if self._running:
            await asyncio.wait(self._running)
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # the scheduler lets go of its timer in the next round of the loop

    def _every(self, seconds: float, tick: Tick) -> None:
        name = f"{tick.__module__}.{tick.__name__}"
        self._scheduler.add_job(
            self._run,
            "interval",
            args=(tick, name),
            seconds=seconds,
            id=name,
            next_run_time=datetime.now(UTC),
        )

    async def _run(self, tick: Tick, name: str) -> None:
        # In a task of its own, for the scheduler cancels its jobs when it is shut down.
        task = asyncio.ensure_future(self._ticked(tick, name))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await asyncio.shield(task)

    async def _ticked(self, tick: Tick, name: str) -> object:
        try:
            return await tick(self._app)
        except DATABASE_GONE as error:
            logger.warning("%s: not done at the database, next time then: %s", name, what_is_wrong(error))
            return None
