"""A member's own record."""

from collections.abc import Mapping
from dataclasses import dataclass

from actions import actors
from actions.actors import Who
from actions.app import App
from storage import cards, quizzes
from storage import points as ledger
from storage import units as tree
from study.calendar import day_of, end_of
from study.curriculum import Curriculum
from study.members import MemberKind


@dataclass(frozen=True)
class TopicResult:
    topic: str
    answers: int
    right: int


@dataclass(frozen=True)
class Record:
    """What a member sees of their own year. `months` maps 1–12 to points, `topics` are the most practised."""

    name: str
    unit: str
    season: int
    month: int
    points: int
    base: int
    exempt: bool
    months: Mapping[int, int]
    topics: tuple[TopicResult, ...]
    answers: int
    right: int
    due: int
    mistakes: int
    ranking: bool  # the branch shows a ranking, and this member takes part


TOPICS = 6


async def mine(app: App, who: Who) -> Record:
    """The record of whoever asks."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        member_id = actor.own_id()
        day = day_of(app.clock(), actor.timezone)
        months = await ledger.by_month(tx, member_id, season=day.year)
        by_item = await quizzes.by_item(tx, member_id)
        due, mistakes = await cards.count_due(tx, member_id, by=end_of(day, actor.timezone))
        unit = await tree.find(tx, actor.unit_id)
        assert unit is not None
        return Record(
            name=actor.name,
            unit=unit.name,
            season=day.year,
            month=day.month,
            points=app.points.base + sum(months.values()),
            base=app.points.base,
            exempt=MemberKind(actor.kind) in app.points.exempt,
            months=months,
            topics=_topics(await app.library.current(tx), by_item),
            answers=sum(count for count, _ in by_item.values()),
            right=sum(right for _, right in by_item.values()),
            due=due,
            mistakes=mistakes,
            ranking=unit.ranking_on and actor.in_ranking,
        )


def _topics(curriculum: Curriculum, by_item: Mapping[str, tuple[int, int]]) -> tuple[TopicResult, ...]:
    """Answers by the first tag of their items, most practised first."""
    sums: dict[str, tuple[int, int]] = {}
    for item_id, (count, right) in by_item.items():
        item = curriculum.items.get(item_id)
        if item and item.tags:
            answers, rights = sums.get(item.tags[0], (0, 0))
            sums[item.tags[0]] = (answers + count, rights + right)
    ordered = sorted(sums.items(), key=lambda pair: (-pair[1][0], pair[0]))[:TOPICS]
    return tuple(TopicResult(topic, answers, right) for topic, (answers, right) in ordered)
