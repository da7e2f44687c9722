"""Takes messages from the outbox to Telegram.

About a second's worth of letters is claimed, written and sent while the results of those before are settled; no
transaction is open while Telegram is being called. Several couriers may run at once. A courier that is killed leaves
its letters to the next when the lease runs out: nobody is missed, and only those that were on the wire can come twice.
"""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from heapq import heappop, heappush
from itertools import count
from time import monotonic
from typing import Any, TypeVar

import aiohttp
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod

from actions import deliveries
from actions.app import App
from actions.deliveries import DATABASE_GONE, LEASE, PRESENCE, Claimed, Result, Settled
from bot import letters
from bot.pace import Pace, Place, mailing, messages_of
from study.delivery import Lane, Outcome, State

logger = logging.getLogger(__name__)

REQUEST_SECONDS = 30  # after which an answer is no longer waited for
CONCURRENCY = 100  # letters on the wire at once
MOST_AHEAD = 500  # letters claimed at once, however fast Telegram is
WRITERS_AT_ONCE = 20
IDLE_SECONDS = 0.5
SETTLE_SECONDS = 0.05  # a breath between settlements, so that busy ones are written down together
PARKED_SECONDS = 3.0  # a letter whose chat must rest for longer goes back to the outbox
GRACE_SECONDS = 20.0  # for what is on the wire when the courier is told to stop
DATABASE_SECONDS = 30.0  # the longest pause between tries to reach the database
LAST_TRIES = 3  # to reach the database when told to stop
STORM = 5  # failures in a row after which the courier holds its breath
LONGEST_BREATH = 60.0
# What Telegram answers (400) when there is nobody (any more) at that address …
NOBODY_THERE = ("chat not found", "user not found", "peer_id_invalid", "group chat was deactivated")
# … and in a group where we are and may not write.
SILENCED = (
    *("not enough rights", "have no rights", "need administrator rights", "chat_write_forbidden"),
    *("chat_restricted", "chat_send_", "topic_closed"),
)
# Tries that say nothing about Telegram being out of order.
VAIN = (Outcome.UNKNOWN, Outcome.FAILED)

# … and when an edit or a deletion finds things as they were to become: done already, by us or by the person.
DONE_ALREADY = (
    "message is not modified",
    "message to edit not found",
    "message can't be edited",
    "message to delete not found",
)

T = TypeVar("T")


@dataclass(order=True, slots=True)
class _Ready:
    """A letter written and waiting for its turn; `holds_until` in monotonic seconds."""

    lane: int
    id: int
    letter: Claimed = field(compare=False)
    method: TelegramMethod[Any] = field(compare=False)
    holds_until: float = field(compare=False)


class Courier:
    """Delivers until it is stopped. `run()` once; `stop()` lets it finish what is on the wire.

    `ahead` is how many letters are claimed at once: about a second's worth.
    """

    def __init__(
        self,
        app: App,
        bot: Bot,
        pace: Pace,
        *,
        ahead: int = MOST_AHEAD,
        concurrency: int = CONCURRENCY,
        writers: Mapping[str, letters.Writer] = letters.WRITERS,
    ) -> None:
        self.name = uuid.uuid4().hex
        self._app = app
        self._bot = bot
        self._pace = pace
        self._ahead = ahead
        self._writers = writers
        self._wire = asyncio.Semaphore(concurrency)
        self._writing = asyncio.Semaphore(WRITERS_AT_ONCE)
        self._stopping = asyncio.Event()
        self._room = asyncio.Event()  # to claim more
        self._news = asyncio.Event()  # there is something to send
        self._ready: list[_Ready] = []
        self._parked: list[tuple[float, _Ready]] = []  # until their chat may get another
        self._sending: set[asyncio.Task[None]] = set()
        self._results: list[Result] = []
        self._unsent: list[tuple[Claimed, float | None]] = []  # to give back, and for how many seconds
        self._to_settle = asyncio.Event()
        self._all_done = False
        self._lost = 0  # questions that wait for the database
        self._vain = 0
        self._rest_until = 0.0
        self._check_in_at = 0.0

    def stop(self) -> None:
        """Send no more; `run` returns when what is on the wire is settled and the rest given back."""
        self._stopping.set()
        self._room.set()

    async def run(self) -> None:
        """Deliver what is due until `stop`."""
        async with asyncio.TaskGroup() as group:
            settling = group.create_task(self._settle())
            sending = group.create_task(self._send(group))
            await self._fetch()
            sending.cancel()
            if self._sending:
                await asyncio.wait(self._sending, timeout=GRACE_SECONDS)
            for task in self._sending:
                task.cancel()  # it settles as unknown
            await asyncio.gather(*self._sending)
            self._unsent += [(one.letter, None) for one in self._ready]
            self._unsent += [(one.letter, None) for _, one in self._parked]
            self._all_done = True
            self._to_settle.set()
            await settling
            await self._reach(partial(deliveries.check_out, self._app, courier=self.name))

    # --- claiming and writing

    async def _fetch(self) -> None:
        idle = False
        while not self._stopping.is_set():
            await self._check_in()
            pause = max(self._pace.halted_for, self._rest_until - monotonic())
            if pause > 0:
                await self._rest(min(pause, 1.0))
                continue
            held = len(self._ready) + len(self._parked)
            if held * 2 > self._ahead:
                self._room.clear()
                await self._room.wait()
                continue
            claim = partial(
                deliveries.claim, self._app, courier=self.name, limit=self._ahead - held, peek=idle
            )
            load = await self._reach(claim)
            if load is None:
                return
            self._heed(load.halted_until)
            holds_until = monotonic() + LEASE.total_seconds() - REQUEST_SECONDS - GRACE_SECONDS
            await asyncio.gather(*(self._write(letter, holds_until) for letter in load.letters))
            idle = not load.letters
            if idle:
                await self._rest(IDLE_SECONDS)

    def _heed(self, halted_until: datetime | None) -> None:
        """Rest as long as Telegram asked for, whomever it asked."""
        if halted_until:
            self._pace.halt((halted_until - self._app.clock()).total_seconds())

    async def _check_in(self) -> None:
        """Several couriers of one token share what it may send."""
        if monotonic() >= self._check_in_at:
            self._check_in_at = monotonic() + PRESENCE.total_seconds() / 2
            couriers = await self._reach(partial(deliveries.check_in, self._app, courier=self.name))
            self._pace.share(couriers or 1)

    async def _write(self, letter: Claimed, holds_until: float) -> None:
        async with self._writing:
            try:
                method = await letters.write(self._app, letter, self._writers)
            except DATABASE_GONE as error:
                logger.warning(
                    "letter %s could not be written yet: %s", letter.id, deliveries.what_is_wrong(error)
                )
                return self._done(Result(letter, Outcome.FAILED))
            except Exception:
                # A bug in one kind of letter must not hold up everybody's mail.
                logger.exception("letter %s (%s) cannot be written", letter.id, letter.letter)
                return self._done(Result(letter, Outcome.REFUSED))
        if method is None:
            return self._done(Result(letter, Outcome.NOTHING))
        heappush(self._ready, _Ready(letter.lane, letter.id, letter, method, holds_until))
        self._news.set()

    # --- sending

    async def _send(self, group: asyncio.TaskGroup) -> None:
        while True:
            one = self._next()
            if one is None:
                await self._wait_for_news()
                continue
            heappush(self._ready, one)
            await self._wire.acquire()
            places = [await self._pace.slot(reply=one.lane == Lane.REPLY)]
            # What is most urgent may have changed while we waited.
            one = self._next()
            if one is None:
                self._wire.release()
                continue
            messages = messages_of(one.method)
            self._pace.take_chat(one.letter.chat_id, messages=messages)
            try:
                while len(places) < messages:  # an album
                    places.append(await self._pace.slot())
            except asyncio.CancelledError:
                heappush(self._ready, one)
                raise
            task = group.create_task(self._send_one(one, places))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    def _next(self) -> _Ready | None:
        """The first letter whose chat may get one now."""
        now = monotonic()
        if now < self._rest_until:
            return None
        while self._parked and self._parked[0][0] <= now:
            heappush(self._ready, heappop(self._parked)[1])
        found = None
        while self._ready and found is None:
            one = heappop(self._ready)
            wait = self._pace.chat_wait(one.letter.chat_id)
            if now > one.holds_until:
                self._give_back(one.letter)
            elif wait == 0:
                found = one
            elif wait <= PARKED_SECONDS:
                heappush(self._parked, (now + wait, one))
            else:
                self._give_back(one.letter, wait)
        if (len(self._ready) + len(self._parked)) * 2 <= self._ahead:
            self._room.set()
        return found

    async def _wait_for_news(self) -> None:
        """Until a letter was written, a parked one may go, or the rest after a storm is over."""
        now = monotonic()
        until = [self._parked[0][0]] if self._parked else []
        if self._rest_until > now:
            until = [self._rest_until]
        self._news.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), max(0.0, until[0] - now) if until else None)
        if self._rest_until > monotonic():
            await asyncio.sleep(self._rest_until - monotonic())

    async def _send_one(self, one: _Ready, places: list[Place]) -> None:
        try:
            with mailing():
                sent = await self._bot(one.method, request_timeout=REQUEST_SECONDS)
            for place in places:
                self._pace.answered(place)
            result = Result(one.letter, Outcome.DELIVERED, message_ids=_message_ids(sent))
        except asyncio.CancelledError:
            result = Result(one.letter, Outcome.UNKNOWN)
        except AiogramError as error:
            result = judge(one.letter, error)
        except Exception:
            # Whatever this is, it is about one letter; it is tried a few times more and then given up.
            logger.exception("letter %s could not be sent", one.letter.id)
            result = Result(one.letter, Outcome.UNKNOWN)
        finally:
            self._wire.release()
        if result.outcome is Outcome.BUSY:
            if result.wait > self._pace.halted_for + 1:  # not each of those that were on the wire together
                logger.warning("Telegram asks for %.0f s of patience", result.wait)
            self._pace.halt(result.wait)
        self._breathe(result.outcome)
        self._done(result)

    def _breathe(self, outcome: Outcome) -> None:
        """After many failures in a row, rest: 1 s, 2 s, 4 s … so that no storm meets a Telegram that is down."""
        if outcome not in VAIN:
            self._vain = 0
        elif monotonic() > self._rest_until:
            self._vain += 1
            if self._vain >= STORM:
                rest = min(2.0 ** min(self._vain - STORM, 10), LONGEST_BREATH)
                logger.warning("%s tries in a row failed; resting for %.0f s", self._vain, rest)
                self._rest_until = monotonic() + rest

    # --- settling

    def _done(self, result: Result) -> None:
        self._results.append(result)
        self._to_settle.set()

    def _give_back(self, letter: Claimed, seconds: float | None = None) -> None:
        self._unsent.append((letter, seconds))
        self._to_settle.set()

    async def _settle(self) -> None:
        while not self._all_done or self._results or self._unsent:
            await self._to_settle.wait()
            self._to_settle.clear()
            results, self._results = self._results, []
            unsent, self._unsent = self._unsent, []
            if results:
                done = await self._reach(
                    partial(deliveries.settle, self._app, courier=self.name, results=results)
                )
                if done is None:
                    logger.error(
                        "%s results could not be written; those letters may come twice", len(results)
                    )
                else:
                    _report(done.settled)
                    self._heed(done.halted_until)
            if unsent:
                await self._reach(partial(deliveries.release, self._app, courier=self.name, letters=unsent))
            if not self._all_done:
                await asyncio.sleep(SETTLE_SECONDS)

    async def _reach(self, ask: Callable[[], Awaitable[T]]) -> T | None:
        """Ask the database, and again with growing pauses while it is out of reach; None when told to stop."""
        for tries in count(1):
            try:
                answer = await ask()
            except DATABASE_GONE as error:
                if tries == 1:
                    self._lost += 1
                    if self._lost == 1:
                        why = deliveries.what_is_wrong(error)
                        logger.warning("the database is out of reach, waiting for it: %s", why)
                if self._stopping.is_set() and tries >= LAST_TRIES:
                    return None
                await self._rest(min(0.25 * 2 ** min(tries, 10), DATABASE_SECONDS), at_least=0.2)
            else:
                if tries > 1:
                    self._lost -= 1
                    if not self._lost:
                        logger.info("the database is back")
                return answer
        raise AssertionError("count() never ends")

    async def _rest(self, seconds: float, *, at_least: float = 0.0) -> None:
        """Sleep, but wake up to stop."""
        await asyncio.sleep(at_least)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), max(0.0, seconds - at_least))


def judge(letter: Claimed, error: AiogramError) -> Result:
    """What an error of the Telegram client says about the letter."""
    match error:
        case TelegramRetryAfter():
            return Result(letter, Outcome.BUSY, wait=error.retry_after)
        case TelegramMigrateToChat():
            return Result(letter, Outcome.MIGRATED, moved_to=error.migrate_to_chat_id)
        case TelegramForbiddenError() | TelegramBadRequest() if _says(error, SILENCED):
            # Rights come back without our being told, so the group stays bound.
            return Result(letter, Outcome.UNREACHABLE)
        case TelegramForbiddenError():
            return Result(letter, Outcome.UNREACHABLE, expelled=letter.chat_id < 0)
        case TelegramBadRequest() if _says(error, NOBODY_THERE):
            return Result(letter, Outcome.UNREACHABLE, expelled=letter.chat_id < 0)
        case TelegramBadRequest() if _says(error, DONE_ALREADY):
            return Result(letter, Outcome.NOTHING)
        case TelegramEntityTooLarge() | TelegramBadRequest():
            logger.error("letter %s (%s) is refused: %s", letter.id, letter.letter, error.message)
            return Result(letter, Outcome.REFUSED, refusal=error.message)
        case TelegramUnauthorizedError() | TelegramNotFound():
            logger.error("Telegram does not know our token: %s", error.message)
            return Result(letter, Outcome.FAILED)
        case TelegramNetworkError() if isinstance(error.__cause__, NOT_EVEN_CONNECTED):
            return Result(letter, Outcome.FAILED)
        case TelegramServerError():
            return Result(letter, Outcome.FAILED)
    # Timeouts, broken connections, answers that make no sense: it may have arrived.
    return Result(letter, Outcome.UNKNOWN)


def _says(error: TelegramAPIError, words: Sequence[str]) -> bool:
    message = error.message.lower()
    return any(word in message for word in words)


NOT_EVEN_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


def _message_ids(sent: Any) -> list[int]:
    """The ids of what was sent; of an album, all of them."""
    messages = sent if isinstance(sent, list) else [sent]
    return [one.message_id for one in messages if hasattr(one, "message_id")]


def _report(settled: Sequence[Settled]) -> None:
    for one in settled:
        if one.state is State.DEAD and one.outcome in VAIN:
            logger.error("letter %s is given up after %s tries (%s)", one.id, one.attempts, one.outcome)
