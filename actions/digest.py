"""The weekly digest: what was announced in the columns a member would rather read at once than one by one."""

from dataclasses import dataclass
from datetime import datetime

from actions.app import App
from actions.columns import Line, line
from storage import members, news, outbox, units
from storage.outbox import Draft
from study.calendar import DEFAULT_ZONE
from study.columns import LATE, Column, edition
from study.delivery import Lane

LETTER = "digest"


@dataclass(frozen=True)
class Digest:
    """A week's notices by column, in the order of the columns."""

    columns: tuple[tuple[Column, tuple[Line, ...]], ...]


async def queue_due(app: App) -> int:
    """Queue the digest that is due, in each time zone, for whoever it has something for; how many there were looked at.
    A second time, and from a second scheduler, queues nothing twice."""
    now = app.clock()
    total = 0
    async with app.db.reading() as tx:
        zones = await outbox.zones(tx)
    for zone in zones:
        due = edition(now, zone, weekday=app.columns.weekday, minute=app.columns.minute)
        if due is None:
            continue
        async with app.db.reading() as tx:
            readers = await news.readers(tx, zone, due)
        if not readers:
            continue
        payload = {"since": due.since.isoformat(), "until": due.until.isoformat()}
        async with app.db.writing() as tx:
            await outbox.put_many(
                tx,
                (
                    Draft(
                        key=due.key(one.member_id),
                        chat_id=one.chat_id,
                        member_id=one.member_id,
                        letter=LETTER,
                        payload=payload,
                        not_before=app.when_awake(zone),
                        lane=Lane.BULK,
                        expires_at=due.until + LATE,
                    )
                    for one in readers
                ),
            )
        total += len(readers)
    return total


async def told(app: App, member_id: int, *, since: datetime, until: datetime) -> Digest | None:
    """What a digest tells when it is sent; None when nothing is left to tell."""
    async with app.db.reading() as tx:
        member = await members.find(tx, member_id)
        unit = await units.find(tx, member.unit_id) if member else None
        found = await news.digest(tx, member_id, since=since, until=until)
    zone = (unit.timezone if unit else None) or DEFAULT_ZONE
    groups = (
        (column, tuple(line(column, one, zone) for one in found if one.column == column.key))
        for column in app.columns.columns
    )
    columns = tuple((column, lines) for column, lines in groups if lines)
    return Digest(columns) if columns else None
