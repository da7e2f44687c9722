"""When an item should come up again: spaced repetition by FSRS, in whole days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from fsrs import Card, Rating, Scheduler
from fsrs.card import CardDict

from study.grading.verdict import Verdict

RETENTION = 0.9
LONGEST_DAYS = 180

# No steps of minutes: people come once a day. No fuzz: the same history gives the same date everywhere.
_SCHEDULER = Scheduler(
    desired_retention=RETENTION,
    learning_steps=(),
    relearning_steps=(),
    maximum_interval=LONGEST_DAYS,
    enable_fuzzing=False,
)
_RATINGS = {Verdict.CORRECT: Rating.Good, Verdict.PARTIAL: Rating.Hard, Verdict.WRONG: Rating.Again}


@dataclass(frozen=True)
class Recall:
    """What is known of a member's memory of an item after an answer. `state` is FSRS's own."""

    state: Mapping[str, Any]
    due_at: datetime


def after(state: Mapping[str, Any] | None, verdict: Verdict, *, now: datetime) -> Recall:
    """The memory after an answer at `now`; `state` is what was known before, None for a first meeting."""
    card = Card.from_dict(cast(CardDict, dict(state))) if state else Card(card_id=1, due=now)
    # An answer dated before the last one (clocks differ between machines) counts as simultaneous.
    moment = max(now, card.last_review) if card.last_review else now
    card, _ = _SCHEDULER.review_card(card, _RATINGS[verdict], review_datetime=moment)
    return Recall(state=cast(Mapping[str, Any], card.to_dict()), due_at=card.due)
