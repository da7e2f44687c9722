"""What the tests of appeals share: a grader that marks by the first character, and answers given on demand."""

from dataclasses import dataclass, replace
from random import Random

from sqlalchemy import select

from actions import actors, packs, quizzes
from actions.actors import Console
from actions.answering import Graded
from actions.app import App
from actions.questions import Shown
from storage.tables import Answer, Appeal, PointsEntry
from study.grading import Grade, Grader, Lexicon, Reason, Task, Verdict
from study.items import Item
from study.points import PointRules
from study.quiz import Occasion
from tests.sample import LIST, PACK, SHORT

NURSE, DOCTOR, SECRETARY, GENERAL, OUTSIDER, ADMINISTRATOR = range(1001, 1007)


class Obedient(Grader):
    """Marks "对…" right, "半…" partly right, "悬…" wrong but near the edge, anything else wrong; aliases are right.

    What counts here is what happens to marks, not how they come about.
    """

    def __init__(self) -> None:
        super().__init__(Lexicon.empty())

    def grade(self, task: Task, answer: str) -> Grade:
        if any(answer in point.aliases for point in task.points):
            return Grade(Verdict.CORRECT, 1.0)
        everything = tuple(range(len(task.points)))
        if answer.startswith("对"):
            return Grade(Verdict.CORRECT, 1.0)
        if answer.startswith("半"):
            return Grade(Verdict.PARTIAL, 0.6, missing=(0,), extras=(answer,))
        return Grade(
            Verdict.WRONG,
            0.0,
            missing=everything,
            extras=(answer,),
            reasons=(Reason("missing", {"points": "要点"}),),
            near_edge=answer.startswith("悬"),
        )


async def taught(app: App, *, points: PointRules | None = None) -> App:
    """The app with the sample pack live and the obedient grader."""
    app = replace(app, grader=Obedient(), points=points or app.points)
    await packs.publish(app, Console.SHELL, PACK)
    return app


@dataclass
class Pen:
    """Answers, each in a quiz of its own."""

    app: App

    async def writes(
        self, who: int, words: str, *, item: Item = SHORT, occasion: Occasion = Occasion.REVIEW
    ) -> Graded:
        async with self.app.db.writing() as tx:
            await self.app.library.current(tx)
            actor = await actors.load(tx, who)
            shown = await quizzes.begin(self.app, tx, actor, occasion, items=[item], rng=Random(1))
        assert isinstance(shown, Shown)
        source = f"{who}:{shown.quiz_id}"
        return await quizzes.say(self.app, who, text=words, source=source)

    async def writes_list(self, who: int, words: str) -> Graded:
        return await self.writes(who, words, item=LIST)


async def answer_of(app: App, graded: Graded) -> Answer:
    async with app.db.reading() as tx:
        answer = await tx.get(Answer, graded.answer_id)
        assert answer is not None
        return answer


async def appeal_of(app: App, graded: Graded) -> Appeal:
    async with app.db.reading() as tx:
        found = await tx.scalars(select(Appeal).where(Appeal.answer_id == graded.answer_id))
        return found.one()


async def ledger_of(app: App, member_id: int) -> list[PointsEntry]:
    async with app.db.reading() as tx:
        query = select(PointsEntry).where(PointsEntry.member_id == member_id).order_by(PointsEntry.id)
        return list(await tx.scalars(query))


async def sum_of(app: App, member_id: int) -> int:
    return sum(entry.amount for entry in await ledger_of(app, member_id))
