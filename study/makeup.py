"""Study in place of a missed meeting (补课): which lesson, which questions, until when. Offered, never demanded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from study.curriculum import Curriculum
from study.items import Item
from study.refusal import Refusal


class NoSuchMakeUp(Refusal):
    """Nothing (any more) to make up for there: the mark was corrected, or it was never missed."""

    key = "refusal.makeup.none"


class ReadFirst(Refusal):
    """The questions come after the lesson."""

    key = "refusal.makeup.read_first"


class AlreadyMadeUp(Refusal):
    key = "refusal.makeup.done"


class NothingToOffer(Refusal):
    """Nothing is taught that could be offered."""

    key = "refusal.makeup.no_lesson"


@dataclass(frozen=True)
class MakeUpRules:
    """How a committee has meetings made up for (local practice, so configuration: content/meetings.yaml).

    `kinds` are those offered; `most` is what one is worth at most, in quarters of an hour; a single reminder comes
    `remind_days` before the day it is due, which is no deadline: what is done later counts as well.
    """

    kinds: frozenset[str] = frozenset()
    days: int = 14
    questions: int = 3
    most: int = 4
    remind_days: int = 3


def due_on(closed_on: date, rules: MakeUpRules) -> date:
    return closed_on + timedelta(days=rules.days)


def worth(meeting_quarters: int, rules: MakeUpRules) -> int:
    """The quarters of an hour that making up brings: never more than the meeting itself, nor than the rule allows."""
    return min(meeting_quarters, rules.most)


def questions(curriculum: Curriculum, lesson_id: str, *, count: int, rng: Random) -> tuple[Item, ...]:
    """A few items of the lesson, by tap before those in words; filled up from what has the same topic."""
    own = list(curriculum.items_by_lesson.get(lesson_id, ()))
    tags = set(curriculum.lesson(lesson_id).tags)
    near = [item for item in curriculum.items.values() if item not in own and tags & set(item.tags)]
    rng.shuffle(own)
    rng.shuffle(near)
    return tuple(sorted([*own, *near][:count], key=lambda item: not item.is_choice))


def asked_of(title: str, agenda: str, *, most: int) -> str:
    """What a lesson is looked for with: the meeting's title, and as much of the agenda as may be asked."""
    return " ".join([title, *agenda.split()])[:most]


def nearest(lesson_ids: Sequence[str], *, otherwise: str | None) -> str:
    """The best of the lessons found, or the other one; raises NothingToOffer."""
    chosen = next(iter(lesson_ids), otherwise)
    if chosen is None:
        raise NothingToOffer()
    return chosen
