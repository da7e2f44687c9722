"""A broadcast without Telegram: copies are claimed and settled as the courier does."""

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import select

from actions import deliveries, notices, reports
from actions.app import App
from actions.deliveries import Claimed, Result
from actions.reports import Report
from storage.tables import Outgoing, Recipient
from study.delivery import Outcome

NURSE, DOCTOR, SECRETARY, GENERAL, OUTSIDER, ADMINISTRATOR = range(1001, 1007)
COURIER = "c"


async def announced(app: App, who: int = SECRETARY, *, body: str = "周五开会", receipt: bool = False) -> int:
    """A notice to everybody of the sender's unit, sent; its number."""
    draft = await notices.draft(app, who, body=body, receipt=receipt)
    await notices.announce(app, who, notice_id=draft.id)
    return draft.id


async def claimed(app: App, limit: int = 100) -> Sequence[Claimed]:
    return (await deliveries.claim(app, courier=COURIER, limit=limit)).letters


async def settled(app: App, results: Iterable[Result]) -> None:
    await deliveries.settle(app, courier=COURIER, results=list(results))


def delivered(letter: Claimed) -> Result:
    return Result(letter, Outcome.DELIVERED, message_ids=[letter.chat_id % 1000 + 50])


async def delivers(app: App, end: Callable[[Claimed], Result] = delivered) -> list[Claimed]:
    """Everything that is due, sent and settled; the letters."""
    letters = [one for one in await claimed(app)]
    await settled(app, [end(one) for one in letters])
    return letters


async def report(app: App, notice_id: int, who: int = SECRETARY) -> Report:
    return await reports.report(app, who, notice_id=notice_id)


async def fates(app: App, notice_id: int) -> dict[int | None, str]:
    """By member, what became of the copies."""
    async with app.db.reading() as tx:
        rows = await tx.execute(
            select(Recipient.member_id, Recipient.fate).where(Recipient.notice_id == notice_id)
        )
        return {row.member_id: row.fate for row in rows}


async def waiting(app: App) -> list[Outgoing]:
    """What the outbox still has to send."""
    async with app.db.reading() as tx:
        rows = await tx.scalars(select(Outgoing).where(Outgoing.state == "queued").order_by(Outgoing.id))
        return list(rows)
