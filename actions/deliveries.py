"""What the courier does with the outbox. Two transactions a message and none open while Telegram is being called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from actions import copies, groups, live
from actions.app import App
from storage import members, outbox
from storage.outbox import Claimed, Settled
from study.delivery import Outcome, State, decide

__all__ = ["DATABASE_GONE", "LEASE", "PRESENCE", "Claimed", "Load", "Result", "Settled", "Settlement"]

LEASE = timedelta(seconds=90)
PRESENCE = timedelta(seconds=20)  # a courier not heard of for so long is gone
# What the drivers raise while the database cannot be reached, is full, or is locked for too long.
DATABASE_GONE = (DBAPIError, PoolTimeout, OSError)


@dataclass(frozen=True)
class Load:
    """What a courier took, or until when it has to rest."""

    letters: Sequence[Claimed] = ()
    halted_until: datetime | None = None


@dataclass(frozen=True)
class Settlement:
    """What was decided on each result, in the same order; and until when all have to rest, by now."""

    settled: Sequence[Settled]
    halted_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """How a try ended: `wait` in seconds when Telegram asked for it, `moved_to` the new id of a migrated chat,
    `refusal` what Telegram said against the message, `expelled` whether we are not in that group any more."""

    letter: Claimed
    outcome: Outcome
    wait: float = 0.0
    message_ids: Sequence[int] = ()
    moved_to: int | None = None
    refusal: str | None = None
    expelled: bool = False


def what_is_wrong(error: BaseException) -> str:
    """A fault of the database in the driver's own words, on one line: no statement, no values."""
    orig = error.orig if isinstance(error, DBAPIError) else None
    return " ".join(str(orig or error).split()) or type(error).__name__


async def claim(app: App, *, courier: str, limit: int, peek: bool = False) -> Load:
    """Take up to `limit` letters that are due. With `peek`, look first whether there are any, without a lock."""
    now = app.clock()
    if peek:
        async with app.db.reading() as tx:
            if not await outbox.any_due(tx, now=now):
                return Load(halted_until=await outbox.halted_until(tx, now=now))
    async with app.db.writing() as tx:
        if halted_until := await outbox.halted_until(tx, now=now):
            return Load(halted_until=halted_until)
        return Load(await outbox.claim(tx, courier=courier, limit=limit, now=now, lease=LEASE))


async def settle(app: App, *, courier: str, results: Sequence[Result]) -> Settlement:
    """Write down how tries ended and what follows."""
    now = app.clock()
    settled = [_settled(result, now) for result in results]
    gone = [one.letter.chat_id for one in results if one.outcome is Outcome.UNREACHABLE]
    waits = [one.wait for one in results if one.outcome is Outcome.BUSY]
    async with app.db.writing() as tx:
        notices = await copies.lock(tx, (one.letter for one in results))
        await outbox.settle_many(tx, settled, courier=courier)
        for result in results:
            if result.moved_to is not None:
                await live.move(app, tx, old=result.letter.chat_id, new=result.moved_to)
        for result in results:
            if result.letter.letter == live.BOARD and result.message_ids:
                await live.posted(
                    app,
                    tx,
                    result.letter.payload["subject"],
                    chat_id=result.letter.chat_id,
                    message_id=result.message_ids[0],
                )
        if gone:
            await members.set_blocked(tx, gone, at=now)
        for chat_id in sorted({one.letter.chat_id for one in results if one.expelled}):
            await groups.lost(app, tx, chat_id)
        if waits:
            await outbox.halt(tx, now=now, until=now + timedelta(seconds=max(waits)))
        if notices:
            ends = [
                copies.End(result.letter, result.outcome, result.message_ids, result.refusal)
                for result, one in zip(results, settled, strict=True)
                if result.letter.notice and one.state is not State.QUEUED
            ]
            await copies.settle(app, tx, notices, ends)
        # Another process may have been told to wait: whoever is busy hears of it here, and not only at the next claim.
        return Settlement(settled, await outbox.halted_until(tx, now=now))


def _settled(result: Result, now: datetime) -> Settled:
    step = decide(result.outcome, attempts=result.letter.attempts, now=now, wait=result.wait)
    return Settled(
        id=result.letter.id,
        state=step.state,
        outcome=result.outcome,
        attempts=step.attempts,
        at=now,
        not_before=step.not_before,
        message_id=result.message_ids[0] if result.message_ids else None,
        refusal=result.refusal,
    )


async def release(app: App, *, courier: str, letters: Sequence[tuple[Claimed, float | None]]) -> bool:
    """Give letters back unsent; those with a number of seconds are not to be tried again before."""
    now = app.clock()
    at_once = [letter.id for letter, seconds in letters if seconds is None]
    async with app.db.writing() as tx:
        await outbox.release(tx, at_once, courier=courier)
        for letter, seconds in letters:
            if seconds is not None:
                later = now + timedelta(seconds=seconds)
                await outbox.release(tx, [letter.id], courier=courier, not_before=later)
    return True


async def halt(app: App, *, seconds: float) -> None:
    """Telegram asked for patience: no courier sends anything for so long."""
    now = app.clock()
    async with app.db.writing() as tx:
        await outbox.halt(tx, now=now, until=now + timedelta(seconds=seconds))


async def check_in(app: App, *, courier: str) -> int:
    """Say that the courier is at work, every PRESENCE / 2 or so; how many couriers are, itself included."""
    now = app.clock()
    async with app.db.writing() as tx:
        return await outbox.check_in(tx, courier, now=now, until=now + PRESENCE)


async def check_out(app: App, *, courier: str) -> None:
    """The courier stops."""
    async with app.db.writing() as tx:
        await outbox.check_out(tx, courier)


async def blocked(app: App, telegram_id: int) -> None:
    """This account does not want to hear from the bot any more."""
    async with app.db.writing() as tx:
        await members.set_blocked(tx, [telegram_id], at=app.clock())


async def reachable(app: App, telegram_id: int) -> None:
    """This account can be written to (again)."""
    async with app.db.writing() as tx:
        await members.set_reachable(tx, telegram_id)
