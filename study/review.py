"""When an item should come up again: spaced repetition by FSRS, in whole days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any, cast

from fsrs import Card, Rating, Scheduler
from fsrs.card import CardDict

from study.grading.verdict import Verdict

RETENTION = 0.9
LEAST_RETENTION, MOST_RETENTION = 0.7, 0.97
LONGEST_DAYS = 180
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
# Dates move by up to this share of the wait, so that what was learnt on one day does not come back on one day.
SPREAD = 0.1
# Whoever needs longer than this from question to answer had to search, in memory or elsewhere.
LONG_PAUSE = timedelta(minutes=10)
# What has waited longer than this waits no more: it comes again when its lesson does. So a leave leaves no debt.
FORGIVEN_AFTER = timedelta(days=14)
# Every mark shows the answer; for this long it is read off rather than remembered.
JUST_SHOWN = timedelta(hours=12)

_RATINGS = {Verdict.CORRECT: Rating.Good, Verdict.PARTIAL: Rating.Hard, Verdict.WRONG: Rating.Again}


@dataclass(frozen=True)
class Recall:
    """What is known of a member's memory of an item after an answer. `state` is FSRS's own."""

    state: Mapping[str, Any]
    due_at: datetime


@dataclass(frozen=True)
class Schedule:
    """Dates for which an item is still remembered with the chance `retention`.

    Raises ValueError when that is outside LEAST_RETENTION and MOST_RETENTION: less would be guessing, more would
    bring everything up every day.
    """

    retention: float = RETENTION

    def __post_init__(self) -> None:
        if not LEAST_RETENTION <= self.retention <= MOST_RETENTION:
            raise ValueError(f"retention is between {LEAST_RETENTION} and {MOST_RETENTION}")

    def after(
        self,
        state: Mapping[str, Any] | None,
        verdict: Verdict,
        *,
        now: datetime,
        key: str = "",
        hesitated: bool = False,
    ) -> Recall:
        """The memory after an answer at `now`; `state` is what was known before, None for a first meeting.

        A right answer is rated good, a partial one hard, a wrong one or none at all as forgotten. Two things say
        that a right answer shows less than it seems: when the person `hesitated` it is rated hard, and when the
        answer itself was on the screen less than JUST_SHOWN ago (whoever looks at it and then answers) the date
        stays as it was. Neither is kept or shown to anybody. `key` names member and item: it decides where
        within SPREAD of the wait the date falls, always in the same place.
        """
        rating = Rating.Hard if hesitated and verdict is Verdict.CORRECT else _RATINGS[verdict]
        if not state:
            first, days = _first_met(self.retention, rating)
            return _recall(first, moment=now, days=days, key=key)
        card = Card.from_dict(cast(CardDict, dict(state)))
        # An answer dated before the last one (clocks differ between machines) counts as simultaneous.
        moment = max(now, card.last_review) if card.last_review else now
        if card.last_review and verdict is Verdict.CORRECT and moment - card.last_review < JUST_SHOWN:
            return Recall(state=cast(Mapping[str, Any], card.to_dict()), due_at=card.due)
        card, _ = _scheduler(self.retention).review_card(card, rating, review_datetime=moment)
        return _recall(card.to_dict(), moment=moment, days=(card.due - moment).days, key=key)


@dataclass(frozen=True)
class Due:
    """An item whose day has come. `strength` is for how many days it is remembered well."""

    item_id: str
    due_at: datetime
    strength: float
    mistaken: bool

    @classmethod
    def of(cls, item_id: str, recall: Recall, verdict: Verdict) -> "Due":
        stability = recall.state.get("stability")
        return cls(item_id, recall.due_at, float(stability or 0), verdict is not Verdict.CORRECT)


def in_order(due: Iterable[Due]) -> tuple[Due, ...]:
    """What to ask first when there is not room for all.

    The latest mistake, so that each day mends one; then what holds longest: it costs least to keep, and the
    simulation in bench/ knows most at the end of the year that way.
    """
    strongest = sorted(due, key=lambda one: (-one.strength, one.due_at, one.item_id))
    mistakes = [one for one in strongest if one.mistaken]
    latest = max(mistakes, key=lambda one: one.due_at, default=None)
    return tuple(sorted(strongest, key=lambda one: one is not latest))


def key(member_id: int, item_id: str) -> str:
    """The key of a member's memory of an item."""
    return f"{member_id}:{item_id}"


def hesitated(*, shown_at: datetime, now: datetime) -> bool:
    """Whether so long passed between question and answer that it was hardly remembered; an emergency looks the same,
    and costs no more than meeting the item again a little sooner."""
    return now - shown_at >= LONG_PAUSE


def last_seen(state: Mapping[str, Any]) -> datetime | None:
    """When the item was answered last."""
    return Card.from_dict(cast(CardDict, dict(state))).last_review


@lru_cache(maxsize=8)
def _scheduler(retention: float) -> Scheduler:
    # No steps of minutes: people come once a day. No fuzz of its own: that one is drawn by lot.
    return Scheduler(
        desired_retention=retention,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=LONGEST_DAYS,
        enable_fuzzing=False,
    )


@lru_cache(maxsize=32)
def _first_met(retention: float, rating: Rating) -> tuple[CardDict, int]:
    """The memory after a first meeting, and the wait in days: whenever it was, these are the same."""
    card, _ = _scheduler(retention).review_card(Card(card_id=1, due=EPOCH), rating, review_datetime=EPOCH)
    return card.to_dict(), (card.due - EPOCH).days


def _recall(card: CardDict, *, moment: datetime, days: int, key: str) -> Recall:
    due_at = moment + timedelta(days=_spread(days, key))
    state = {**card, "due": due_at.isoformat(), "last_review": moment.isoformat()}
    return Recall(state=state, due_at=due_at)


def _spread(days: int, key: str) -> int:
    """A wait of about so many days, at least one, the same for the same key on every machine."""
    most = int(days * SPREAD)
    lot = int.from_bytes(blake2b(f"{key}:{days}".encode(), digest_size=8).digest())
    return min(max(1, days - most + lot % (2 * most + 1)), LONGEST_DAYS)
