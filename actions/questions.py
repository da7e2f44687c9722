"""A quiz as it is kept, and as it is put: which question waits, and how it went."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from actions.app import App
from storage import quizzes
from storage.quizzes import Record
from study import quiz as rules
from study.items import Item
from study.quiz import Occasion


@dataclass(frozen=True)
class Shown:
    """A question waiting for its answer. `ticks` are the item's own option indexes ticked so far."""

    quiz_id: int
    occasion: Occasion
    position: int
    total: int
    item: Item
    order: tuple[int, ...]
    ticks: frozenset[int] = frozenset()
    topic: str | None = None
    day: date | None = None


@dataclass(frozen=True)
class Finished:
    """A quiz done: how many of its questions were right, partly right, and what they brought."""

    quiz_id: int
    occasion: Occasion
    total: int
    right: int
    partly: int
    points: int


def is_answered(quiz: Record, position: int) -> bool:
    """Whether the question at that place of the quiz has its answer."""
    return position >= 0 and bool(quiz.answered >> position & 1)


def next_position(quiz: Record) -> int | None:
    """The place of the question that waits; None when all have their answers."""
    return next((at for at in range(len(quiz.questions)) if not is_answered(quiz, at)), None)


async def question(app: App, tx: AsyncSession, quiz: Record, position: int) -> tuple[Item, tuple[int, ...]]:
    """The item as it was put there, and the order of its options; raises QuizClosed when there is none."""
    if not 0 <= position < len(quiz.questions):
        raise rules.QuizClosed()
    asked = quiz.questions[position]
    await app.library.current(tx)
    return await app.library.item(tx, asked["item"], asked["revision"]), tuple(asked["order"])


async def waiting(app: App, tx: AsyncSession, quiz: Record) -> Shown | Finished:
    """The question that waits, or how the quiz went."""
    position = next_position(quiz)
    return await finished(tx, quiz) if position is None else await shown(app, tx, quiz, position)


async def shown(app: App, tx: AsyncSession, quiz: Record, position: int) -> Shown:
    """The question at that place, as it is to be seen."""
    item, order = await question(app, tx, quiz, position)
    return Shown(
        quiz_id=quiz.id,
        occasion=Occasion(quiz.kind),
        position=position,
        total=len(quiz.questions),
        item=item,
        order=order,
        ticks=frozenset(quiz.ticks.get(str(position), ())),
        topic=quiz.topic,
        day=quiz.day_on,
    )


async def waits_for_words(app: App, tx: AsyncSession, member_id: int) -> bool:
    """Whether a question waits that is answered in words, or by a number."""
    quiz = await quizzes.open_latest(tx, member_id, since=app.clock() - rules.OPEN_FOR)
    position = next_position(quiz) if quiz else None
    if quiz is None or position is None:
        return False
    item, _ = await question(app, tx, quiz, position)
    return not item.is_choice


async def finished(tx: AsyncSession, quiz: Record) -> Finished:
    """How the quiz went."""
    result = await quizzes.result(tx, quiz.id)
    return Finished(
        quiz_id=quiz.id,
        occasion=Occasion(quiz.kind),
        total=len(quiz.questions),
        right=result.right,
        partly=result.partly,
        points=result.points,
    )
