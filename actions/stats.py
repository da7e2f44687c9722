"""How a unit does, together: totals that name nobody, and the ranking where a branch wants one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from actions import actors
from actions.actors import Who
from actions.app import App
from storage import audit
from storage import points as ledger
from storage import stats as records
from storage import units as tree
from study.calendar import day_of
from study.members import NotAllowed, Permission
from study.refusal import Refusal

# Totals of fewer people than this would tell on somebody.
FEWEST = 5
WEEK = timedelta(days=7)
WEAK_TOPICS = 3
LEAST_ANSWERS = 10


class NoRanking(Refusal):
    """The branch shows no ranking."""

    key = "refusal.no_ranking"


@dataclass(frozen=True)
class Weak:
    topic: str
    right_share: float


@dataclass(frozen=True)
class Stats:
    """Totals of a unit and all below it. `hidden`: too few people to say more than the head count."""

    unit_id: int
    unit: str
    below: tuple[tuple[int, str], ...]
    above: int | None
    members: int
    joined: int
    hidden: bool
    studied_week: int
    answers_week: int
    right_week: int
    points_week: int
    weak: tuple[Weak, ...]
    ranking_on: bool
    may_set: bool


async def of_unit(app: App, who: Who, *, unit_id: int | None = None) -> Stats:
    """The last seven days of a unit; without one, of the first unit within reach."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        actor.require(Permission.SEE_STATS)
        paths = actor.reach(Permission.SEE_STATS)
        unit = await tree.find(tx, unit_id) if unit_id is not None else await tree.at(tx, min(paths, key=len))
        if unit is None:
            raise NotAllowed()
        actor.require(Permission.SEE_STATS, unit.path)
        now = app.clock()
        counts = await records.counts(tx, unit.path, since=now - WEEK)
        hidden = counts.joined < FEWEST
        below = [(child.id, child.name) for child in await tree.children(tx, unit.id)]
        parent = await tree.find(tx, unit.parent_id) if unit.parent_id else None
        curriculum = await app.library.current(tx)
        topics: dict[str, tuple[int, int]] = {}
        for item_id, count, right in () if hidden else await records.by_item(tx, unit.path, since=now - WEEK):
            item = curriculum.items.get(item_id)
            if item and item.tags:
                answers, rights = topics.get(item.tags[0], (0, 0))
                topics[item.tags[0]] = (answers + count, rights + right)
        weak = sorted(
            (
                Weak(topic, right / count)
                for topic, (count, right) in topics.items()
                if count >= LEAST_ANSWERS
            ),
            key=lambda one: one.right_share,
        )[:WEAK_TOPICS]
        return Stats(
            unit_id=unit.id,
            unit=unit.name,
            below=tuple(below),
            above=parent.id if parent and actor.may(Permission.SEE_STATS, parent.path) else None,
            members=counts.members,
            joined=counts.joined,
            hidden=hidden,
            studied_week=0 if hidden else counts.studied,
            answers_week=0 if hidden else counts.answers,
            right_week=0 if hidden else counts.right,
            points_week=0 if hidden else await ledger.of_unit(tx, unit.path, since=now - WEEK),
            weak=tuple(weak),
            ranking_on=unit.ranking_on,
            may_set=actor.may(Permission.SET_UNIT, unit.path),
        )


async def set_ranking(app: App, who: Who, *, unit_id: int, on: bool) -> None:
    """Switch the ranking of a unit on or off; it is off unless somebody switched it on."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        unit = await tree.find(tx, unit_id)
        if unit is None:
            raise NotAllowed()
        actor.require(Permission.SET_UNIT, unit.path)
        if unit.ranking_on != on:
            unit.ranking_on = on
            audit.note(
                tx, at=app.clock(), actor_id=actor.member_id, action="unit.ranking", unit_id=unit.id, on=on
            )


@dataclass(frozen=True)
class Ranking:
    unit: str
    season: int
    rows: Sequence[tuple[int, str, int]]  # place, name, points
    own_place: int | None


async def ranking(app: App, who: Who) -> Ranking:
    """The ranking of one's own branch, for those who take part; raises NoRanking elsewhere."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        unit = await tree.find(tx, actor.unit_id)
        if unit is None or not unit.ranking_on or not actor.in_ranking:
            raise NoRanking()
        season = day_of(app.clock(), actor.timezone).year
        rows = await ledger.ranking(tx, unit.id, season=season)
        placed = [(place, name, app.points.base + points) for place, (_, name, points) in enumerate(rows, 1)]
        own = next((place for place, (id_, _, _) in enumerate(rows, 1) if id_ == actor.member_id), None)
        return Ranking(unit.name, season, placed, own)
