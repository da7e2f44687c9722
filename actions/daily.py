"""The daily message: an idempotent tick that queues what is due by now and not queued yet."""

from actions.app import App
from storage import outbox
from study import daily
from study.calendar import DEFAULT_ZONE

BATCH = 5_000  # members a transaction, so that memory stays flat and others get their turn


async def queue_due(app: App) -> int:
    """Queue today's message for every member whose hour has come; how many were queued.

    May run twice, late, or on two machines at once: a member's message of a day has one key in the outbox.
    Nobody gets one in quiet hours, nor for a day that is over.
    """
    async with app.db.reading() as tx:
        zones = await outbox.zones(tx)
    return sum([await _queue_zone(app, zone) for zone in zones])


async def _queue_zone(app: App, zone: str | None) -> int:
    round_now = daily.round_now(
        app.clock(), zone or DEFAULT_ZONE, quiet_from=app.quiet_from, quiet_until=app.quiet_until
    )
    if round_now is None:
        return 0
    async with app.db.reading() as tx:
        start = await outbox.first_waiting_for_daily(tx, zone, round_now)
    queued = 0
    while start is not None:
        async with app.db.writing() as tx:
            more, start = await outbox.queue_daily(
                tx, zone, round_now, start=start, size=BATCH, now=app.clock()
            )
        queued += more
    return queued
