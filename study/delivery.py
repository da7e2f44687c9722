"""What becomes of a message after one try to send it.

Telegram knows no idempotency key, so exactly once cannot be had. We deliver **at least once**: a try whose end is
not known (`UNKNOWN`: the answer timed out, or the connection broke after the request had gone out) is made again,
because a notice twice is better than a notice never; but only a few times, for each may have arrived. A try that
surely did not arrive (`FAILED`: no connection, or Telegram answered that it is out of order) is made again for about
a day. Being told to wait (`BUSY`) and a chat that moved (`MIGRATED`) are no tries at all.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum


class Lane(IntEnum):
    """Which message goes first; smaller is sooner."""

    REPLY = 0  # somebody is waiting for it
    PERSONAL = 3  # meant for one person: an answer to feedback, a reminder
    BULK = 5  # the same to many: daily lessons, notices


class State(StrEnum):
    """Where a message in the outbox stands."""

    QUEUED = "queued"
    SENT = "sent"
    DEAD = "dead"  # never to be tried again; the outcome says why


class Outcome(StrEnum):
    """How one try ended."""

    DELIVERED = "delivered"
    NOTHING = "nothing"  # there was nothing (any more) to say, or nobody to say it to
    EXPIRED = "expired"  # it was no longer worth sending
    BUSY = "busy"  # Telegram asked us to wait
    MIGRATED = "migrated"  # the group became a supergroup with another id
    UNREACHABLE = "unreachable"  # blocked, deactivated, no such chat
    REFUSED = "refused"  # the message itself is bad: it would be refused each time
    UNKNOWN = "unknown"  # it may have arrived
    FAILED = "failed"  # it has not arrived


UNKNOWN_TRIES = 5
FAILED_TRIES = 100
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=15)


@dataclass(frozen=True)
class Step:
    """What to write down about a message: its state, tries so far, and when it may be tried again."""

    state: State
    attempts: int
    not_before: datetime | None = None


def decide(outcome: Outcome, *, attempts: int, now: datetime, wait: float = 0.0) -> Step:
    """The next step after a try that ended with `outcome`.

    `attempts` counts the earlier tries that were made in vain; `wait` is what Telegram asked for, in seconds.
    """
    match outcome:
        case Outcome.DELIVERED:
            return Step(State.SENT, attempts)
        case Outcome.UNREACHABLE | Outcome.REFUSED | Outcome.EXPIRED | Outcome.NOTHING:
            return Step(State.DEAD, attempts)
        case Outcome.BUSY:
            return Step(State.QUEUED, attempts, now + timedelta(seconds=wait))
        case Outcome.MIGRATED:
            return Step(State.QUEUED, attempts, now)
        case Outcome.UNKNOWN | Outcome.FAILED:
            tries = attempts + 1
            if tries >= (UNKNOWN_TRIES if outcome is Outcome.UNKNOWN else FAILED_TRIES):
                return Step(State.DEAD, tries)
            return Step(State.QUEUED, tries, now + pause(tries))


def pause(tries: int) -> timedelta:
    """How long to wait after so many vain tries: 5 s, 10 s, 20 s … up to 15 minutes."""
    doublings = min(tries - 1, 10)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)
