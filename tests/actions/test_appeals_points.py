"""Points stay what the verdicts earn within the caps, whatever was decided in whatever order."""

import asyncio
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from actions import appeals, overlays, points, remarking
from actions.actors import Console
from actions.app import App
from storage import units
from storage.db import Database
from storage.tables import Answer, Base, Member, Quiz
from study.appeals import AlreadyDecided, State, counts_as
from study.calendar import DEFAULT_ZONE, day_of
from study.grading import Verdict
from study.points import Action, ActionRule, PointRules
from study.quiz import REWARDED, Mark, Occasion
from tests.actions.appealing import (
    NURSE,
    Pen,
    answer_of,
    appeal_of,
    ledger_of,
    sum_of,
    taught,
)
from tests.conftest import Clock, Hospital

TIGHT = PointRules(
    actions={
        Action.CORRECT: ActionRule(2, daily=5, yearly=13),
        Action.PARTIAL: ActionRule(1, daily=2, yearly=5),
    }
)
WORDS = ("悬", "半", "半乙", "对", "错", "悬丙")
KINDS = ("answer", "answer", "answer", "answer", "decide", "decide", "decide", "night")


@dataclass
class Story:
    """One member's study, and what others decide about it."""

    app: App
    clock: Clock
    pen: Pen = field(init=False)
    answered: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pen = Pen(self.app)

    async def answer(self, words: str, occasion: Occasion) -> None:
        graded = await self.pen.writes(NURSE, words, occasion=occasion)
        assert graded.answer_id
        self.answered.append(graded.answer_id)
        self.clock.tick(minutes=1)

    async def decide(self, place: int, state: State, *, adopting: bool) -> None:
        """Appeal against one of the answers if it can be, decide it, perhaps for everybody."""
        if not self.answered:
            return
        answer_id = self.answered[place % len(self.answered)]
        async with self.app.db.reading() as tx:
            answer = await tx.get(Answer, answer_id)
        assert answer
        if answer.verdict == "correct":
            return
        asked = await appeals.ask(self.app, NURSE, answer_id=answer_id)
        try:
            done = await appeals.decide(self.app, Console.SHELL, appeal_id=asked.appeal_id, state=state)
        except AlreadyDecided:
            return
        if adopting and done.offers:
            await overlays.adopt(self.app, Console.SHELL, appeal_id=asked.appeal_id, offer=0)

    async def play(self, deed: tuple[str, int, int]) -> None:
        kind, one, other = deed
        if kind == "answer":
            occasion = Occasion.PRACTICE if other % 7 == 0 else Occasion.REVIEW
            await self.answer(WORDS[one % len(WORDS)], occasion)
        elif kind == "decide":
            states = (State.ACCEPTED, State.PARTLY, State.REJECTED)
            await self.decide(one, states[other % 3], adopting=other % 2 == 0)
        else:
            self.clock.tick(hours=7)

    async def check(self) -> None:
        """The ledger, action by action, is what the verdicts earn."""
        app = self.app
        async with app.db.reading() as tx:
            rows = (await tx.execute(select(Answer, Quiz.kind).join(Quiz, Quiz.id == Answer.quiz_id))).all()
        counts: dict[Action, dict[date, int]] = {action: defaultdict(int) for action in TIGHT.actions}
        brought = 0
        for answer, kind in rows:
            brought += answer.points
            verdict = counts_as(Verdict(answer.verdict), held=answer.held)
            action = remarking.ACTIONS.get(verdict)
            if action and kind in REWARDED:
                counts[action][day_of(answer.answered_at, DEFAULT_ZONE)] += 1
        ledger = await ledger_of(app, 1)
        assert brought == sum(entry.amount for entry in ledger)
        for action, rule in TIGHT.actions.items():
            assert rule.daily is not None and rule.yearly is not None
            days = {day: min(rule.daily, count * rule.points) for day, count in counts[action].items()}
            mine = [entry for entry in ledger if entry.action == action]
            assert sum(entry.amount for entry in mine) == min(rule.yearly, sum(days.values()))
            for day in {entry.day_on for entry in mine}:
                assert 0 <= sum(one.amount for one in mine if one.day_on == day) <= days.get(day, 0)


DEEDS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 30), st.integers(0, 30)), min_size=10, max_size=30
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(DEEDS)
def test_points_are_what_the_verdicts_earn(deeds: list[tuple[str, int, int]]) -> None:
    async def run(folder: str) -> None:
        db = Database(f"sqlite:///{folder}/test.sqlite3")
        clock = Clock()
        try:
            async with db.engine.begin() as connection:
                await connection.run_sync(Base.metadata.create_all)
            app = App(db=db, clock=clock, grader=None, points=TIGHT)  # type: ignore[arg-type]
            async with db.writing() as tx:
                top = await units.add(tx, name="云杉医院党委", level="committee")
                tx.add(
                    Member(
                        id=1,
                        unit_id=top.id,
                        name="林小满",
                        kind="full",
                        created_at=clock.now,
                        telegram_id=NURSE,
                    )
                )
            story = Story(await taught(app, points=TIGHT), clock)
            for deed in deeds:
                await story.play(deed)
                await story.check()
        finally:
            await db.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(folder))


@pytest.mark.parametrize("seed", range(3))
async def test_points_are_what_the_verdicts_earn_on_any_database(
    app: App, hospital: Hospital, clock: Clock, seed: int
) -> None:
    story = Story(await taught(app, points=TIGHT), clock)
    rng = Random(seed)
    for _ in range(60):
        kind = rng.choice(KINDS)
        await story.play((kind, rng.randrange(31), rng.randrange(31)))
    await story.check()


async def test_room_under_a_cap_goes_to_the_answer_that_was_cut(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    school = await taught(app, points=TIGHT)
    pen = Pen(school)
    graded = [await pen.writes(NURSE, words) for words in ("悬一", "半二", "半三")]
    assert [one.points for one in graded] == [1, 1, 0]
    case = await appeal_of(school, graded[0])
    await appeals.decide(school, Console.SHELL, appeal_id=case.id, state=State.REJECTED)
    assert [(await answer_of(school, one)).points for one in graded] == [0, 1, 1]
    last = (await ledger_of(school, 1))[-1]
    assert (last.amount, last.details["because"], last.key) == (1, "room", f"answer:{graded[2].quiz_id}:0:1")


async def test_room_under_the_years_cap_goes_to_another_day(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    rules = PointRules(actions={Action.PARTIAL: ActionRule(1, daily=2, yearly=2)})
    school = await taught(app, points=rules)
    pen = Pen(school)
    first = await pen.writes(NURSE, "悬一")
    clock.tick(days=1)
    second = await pen.writes(NURSE, "半二")
    clock.tick(days=1)
    third = await pen.writes(NURSE, "半三")
    fourth = await pen.writes(NURSE, "半四")
    assert (third.points, fourth.points) == (0, 0)
    case = await appeal_of(school, first)
    await appeals.decide(school, Console.SHELL, appeal_id=case.id, state=State.REJECTED)
    found = [(await answer_of(school, one)).points for one in (first, second, third, fourth)]
    assert found == [0, 1, 1, 0]


async def test_what_a_secretary_reversed_is_not_taken_back_twice(app: App, hospital: Hospital) -> None:
    school = await taught(app)
    graded = await Pen(school).writes(NURSE, "悬一")
    [entry] = await ledger_of(school, 1)
    await points.reverse(school, Console.SHELL, entry_id=entry.id, reason="重复")
    case = await appeal_of(school, graded)
    await appeals.decide(school, Console.SHELL, appeal_id=case.id, state=State.REJECTED)
    assert await sum_of(school, 1) == 0


async def test_the_same_mark_again_changes_nothing(app: App, hospital: Hospital) -> None:
    school = await taught(app)
    graded = await Pen(school).writes(NURSE, "错一")
    mark = replace(graded.mark, verdict=Verdict.CORRECT, score=1.0)
    done = []
    for _ in range(2):
        async with school.db.writing() as tx:
            answer = await tx.get(Answer, graded.answer_id)
            assert answer
            done.append(await remarking.remark(school, tx, answer, mark, by=None, because="pack"))
    assert [(one.before, one.after, one.change) for one in done] == [(0, 2, 2), (2, 2, 0)]
    assert len(await ledger_of(school, 1)) == 1


async def test_a_correction_of_the_pack_may_lower_a_mark(app: App, hospital: Hospital) -> None:
    school = await taught(app)
    graded = await Pen(school).writes(NURSE, "对一")
    mark: Mark = replace(graded.mark, verdict=Verdict.WRONG, score=0.0)
    async with school.db.writing() as tx:
        answer = await tx.get(Answer, graded.answer_id)
        assert answer
        done = await remarking.remark(school, tx, answer, mark, by=None, because="pack")
    assert (done.before, done.after, done.change) == (2, 0, -2)


async def test_without_a_rule_nothing_is_booked(app: App, hospital: Hospital) -> None:
    school = await taught(app, points=PointRules())
    graded = await Pen(school).writes(NURSE, "悬一")
    case = await appeal_of(school, graded)
    await appeals.decide(school, Console.SHELL, appeal_id=case.id, state=State.ACCEPTED)
    assert await ledger_of(school, 1) == []
