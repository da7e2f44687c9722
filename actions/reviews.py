"""What comes up again: chosen for the quiz of a day and for a review, and told with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors
from actions.actors import Who
from actions.app import App
from storage import cards, quizzes
from storage.tables import Card
from study import quiz as rules
from study import review
from study.calendar import day_of, end_of
from study.curriculum import Curriculum
from study.grading import Verdict
from study.items import Item
from study.members import Actor
from study.review import Due, Recall

# Lessons of this many days past may still bring new items: whoever was away missed them.
MISSED_DAYS = 28


@dataclass(frozen=True)
class Waiting:
    """An item to go over, and why: how it went the last time, and how many local days ago that was."""

    item: Item
    verdict: Verdict
    days: int


@dataclass(frozen=True)
class Backlog:
    """What waits for review: `due` by the calendar of memory, `mistakes` whose last answer was not right.

    `first` are those that a review would begin with.
    """

    due: int
    mistakes: int
    first: tuple[Waiting, ...] = ()


async def backlog(app: App, who: Who) -> Backlog:
    """What waits for whoever asks today."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        today = day_of(app.clock(), actor.timezone)
        due, mistakes = await cards.count_due(tx, actor.own_id(), by=end_of(today, actor.timezone))
        curriculum = await app.library.current(tx)
        found = await _found(tx, actor, curriculum, day=today)
        return Backlog(due, mistakes, tuple(_waiting(card, curriculum, actor, today) for card in found))


async def chosen(app: App, tx: AsyncSession, actor: Actor, *, day: date) -> tuple[Item, ...]:
    """The items of a review: mistakes that are due, what else is due, then other mistakes; raises NothingToReview."""
    curriculum = await app.library.current(tx)
    found = await _found(tx, actor, curriculum, day=day)
    if not found:
        raise rules.NothingToReview()
    return tuple(curriculum.items[card.item_id] for card in found)


async def of_day(app: App, tx: AsyncSession, actor: Actor, *, day: date, rng: Random) -> tuple[Item, ...]:
    """The items of a day's quiz: some that come up again, and new ones from the day's lesson."""
    curriculum = await app.library.current(tx)
    member_id, by = actor.own_id(), end_of(day, actor.timezone)
    cards_due = await cards.due(tx, member_id, by=by)
    due = review.in_order(map(_due, cards_due))
    known = await quizzes.answered_items(tx, member_id) - await cards.forgiven(tx, member_id, by=by)
    lesson = curriculum.items_by_lesson.get(curriculum.lesson_on(day).id, ())
    return rules.compose(
        due=[curriculum.items[one.item_id] for one in due if one.item_id in curriculum.items],
        fresh=[item for item in lesson if item.id not in known],
        missed=[item for item in _missed(curriculum, day) if item.id not in known],
        spare=lesson or tuple(curriculum.items.values()),
        rng=rng,
    )


def _missed(curriculum: Curriculum, day: date) -> Sequence[Item]:
    """The items of the lessons of the last weeks, the latest first."""
    days = [date.fromordinal(day.toordinal() - back) for back in range(1, MISSED_DAYS)]
    lessons = dict.fromkeys(curriculum.lesson_on(one).id for one in days)
    return [item for lesson in lessons for item in curriculum.items_by_lesson.get(lesson, ())]


async def _found(tx: AsyncSession, actor: Actor, curriculum: Curriculum, *, day: date) -> Sequence[Card]:
    member_id, limit = actor.own_id(), 4 * rules.REVIEW_SIZE
    due = await cards.due(tx, member_id, by=end_of(day, actor.timezone))
    mistakes_first = sorted(due, key=lambda card: card.last_verdict == Verdict.CORRECT)
    found = [*mistakes_first, *await cards.mistakes(tx, member_id, limit=limit)]
    by_item = {card.item_id: card for card in found if card.item_id in curriculum.items}
    return list(by_item.values())[: rules.REVIEW_SIZE]


def _due(card: Card) -> Due:
    return Due.of(card.item_id, Recall(card.state, card.due_at), Verdict(card.last_verdict))


def _waiting(card: Card, curriculum: Curriculum, actor: Actor, today: date) -> Waiting:
    seen = review.last_seen(card.state)
    days = (today - day_of(seen, actor.timezone)).days if seen else 0
    return Waiting(curriculum.items[card.item_id], Verdict(card.last_verdict), max(0, days))
