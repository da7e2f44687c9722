"""Quizzes: begin one, tick, answer by a tap or in words, and go on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, answering, questions, reviews
from actions.actors import Who
from actions.answering import Graded
from actions.app import App
from actions.questions import Finished, Shown
from storage import quizzes
from storage.quizzes import Record
from study import packs
from study import quiz as rules
from study.calendar import day_of
from study.items import Item
from study.members import Actor
from study.quiz import Occasion


async def start_day(app: App, who: Who, *, day: date | None = None) -> Shown | Finished:
    """The day's quiz: put together at the first call, the question waiting now at every later one.

    An earlier `day` (its card is still in the chat) goes on with that day's quiz if it was begun and is
    still open; otherwise today's is taken.
    """
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        member_id = actor.own_id()
        today = day_of(app.clock(), actor.timezone)
        if day is not None and day != today:
            earlier = await quizzes.of_day(tx, member_id, kind=Occasion.DAY, day_on=day)
            if earlier and app.clock() - earlier.started_at <= rules.OPEN_FOR:
                await quizzes.touch(tx, earlier.id, now=app.clock())
                return await questions.waiting(app, tx, earlier)
        day = today
        quiz = await quizzes.of_day(tx, member_id, kind=Occasion.DAY, day_on=day)
        if quiz is None:
            rng = Random(f"{member_id}:{day}")
            items = await reviews.of_day(app, tx, actor, day=day, rng=rng)
            quiz = await _create(app, tx, member_id, Occasion.DAY, items=items, rng=rng, day=day)
        await quizzes.touch(tx, quiz.id, now=app.clock())
        return await questions.waiting(app, tx, quiz)


async def start_practice(app: App, who: Who, *, topic: str | None) -> Shown | Finished:
    """A few questions on a topic (or on anything), those not yet answered first; they bring no points."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        member_id = actor.own_id()
        curriculum = await app.library.current(tx)
        items = [item for item in curriculum.items.values() if topic is None or topic in item.tags]
        if not items:
            raise rules.NoSuchTopic()
        seen = await quizzes.by_item(tx, member_id)
        rng = Random(f"{member_id}:{app.clock().isoformat()}")
        rng.shuffle(items)
        items.sort(key=lambda item: seen.get(item.id, (0, 0)))
        chosen = items[: rules.PRACTICE_SIZE]
        quiz = await _create(app, tx, member_id, Occasion.PRACTICE, items=chosen, rng=rng, topic=topic)
        return await questions.waiting(app, tx, quiz)


async def start_item(app: App, who: Who, *, item_id: str) -> Shown:
    """Practise one item; raises NoSuchTopic when it is taught no more."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        member_id = actor.own_id()
        curriculum = await app.library.current(tx)
        if item_id not in curriculum.items:
            raise rules.NoSuchTopic()
        item = curriculum.items[item_id]
        rng = Random(f"{member_id}:{app.clock().isoformat()}")
        quiz = await _create(app, tx, member_id, Occasion.PRACTICE, items=[item], rng=rng)
        return await questions.shown(app, tx, quiz, 0)


async def start_review(app: App, who: Who) -> Shown | Finished:
    """A few of one's own mistakes and of what is due again; raises NothingToReview when there is nothing."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        items = await reviews.chosen(app, tx, actor, day=day_of(app.clock(), actor.timezone))
        rng = Random(f"{actor.own_id()}:{app.clock().isoformat()}")
        quiz = await _create(app, tx, actor.own_id(), Occasion.REVIEW, items=items, rng=rng)
        return await questions.waiting(app, tx, quiz)


async def go_on(app: App, who: Who, *, quiz_id: int) -> Shown | Finished:
    """The question of this quiz that waits now."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        quiz = await _open(app, tx, actor, quiz_id)
        await quizzes.touch(tx, quiz.id, now=app.clock())
        return await questions.waiting(app, tx, quiz)


async def tick(app: App, who: Who, *, quiz_id: int, position: int, option: int) -> Shown | Graded:
    """Tick or untick an option (the item's own index) of a question with several right ones."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        quiz = await _open(app, tx, actor, quiz_id)
        if questions.is_answered(quiz, position):
            return await answering.again(app, tx, actor, quiz, position)
        ticked = set(quiz.ticks.get(str(position), ())) ^ {option}
        item, _ = await questions.question(app, tx, quiz, position)
        ticks = {**quiz.ticks, str(position): sorted(ticked & set(range(len(item.options))))}
        await quizzes.tick(tx, quiz.id, ticks=ticks, now=app.clock())
        return await questions.shown(app, tx, replace(quiz, ticks=ticks), position)


async def submit(app: App, who: Who, *, quiz_id: int, position: int) -> Graded:
    """Answer with what is ticked; raises NothingTicked."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        quiz = await _open(app, tx, actor, quiz_id)
        picks = quiz.ticks.get(str(position), ())
        if not picks and not questions.is_answered(quiz, position):
            raise rules.NothingTicked()
        return await answering.answer(app, tx, actor, quiz, position=position, picks=picks)


async def choose(app: App, who: Who, *, quiz_id: int, position: int, option: int) -> Graded:
    """Answer with one option (the item's own index)."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        quiz = await _open(app, tx, actor, quiz_id)
        return await answering.answer(app, tx, actor, quiz, position=position, picks=(option,))


async def give_up(app: App, who: Who, *, quiz_id: int, position: int) -> Graded:
    """Show the answer instead of giving one; it will come up again."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        quiz = await _open(app, tx, actor, quiz_id)
        return await answering.answer(app, tx, actor, quiz, position=position)


async def say(app: App, who: Who, *, text: str, source: str) -> Graded:
    """Answer the question that waits, in words; `source` names the message, so that a repeat counts once.

    Raises NoOpenQuestion when none waits, NotAChoice when the words name none of the options.
    """
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        member_id = actor.own_id()
        before = await quizzes.answered_by(tx, source)
        if before is not None and before.member_id == member_id:
            quiz = await _open(app, tx, actor, before.quiz_id)
            return await answering.again(app, tx, actor, quiz, before.position)
        quiz_or_none = await quizzes.open_latest(tx, member_id, since=app.clock() - rules.OPEN_FOR)
        position = questions.next_position(quiz_or_none) if quiz_or_none else None
        if quiz_or_none is None or position is None:
            raise rules.NoOpenQuestion()
        return await answering.answer(
            app, tx, actor, quiz_or_none, position=position, text=text, source=source
        )


async def was_answer(app: App, who: Who, *, source: str) -> bool:
    """Whether the message brought an answer."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        answer = await quizzes.answered_by(tx, source)
        return answer is not None and answer.member_id == actor.member_id


async def topics(app: App, who: Who) -> tuple[tuple[str, int], ...]:
    """The topics to practise and how many items each has, largest first."""
    async with app.db.reading() as tx:
        await actors.load(tx, who)
        return tuple((await app.library.current(tx)).topics.items())


# --- within a transaction -------------------------------------------------------------------------


async def begin(
    app: App, tx: AsyncSession, actor: Actor, occasion: Occasion, *, items: Sequence[Item], rng: Random
) -> Shown | Finished:
    """Put these items, live or not, in the caller's transaction, who keeps their revisions."""
    quiz = await _create(app, tx, actor.own_id(), occasion, items=items, rng=rng)
    return await questions.waiting(app, tx, quiz)


async def _create(
    app: App,
    tx: AsyncSession,
    member_id: int,
    occasion: Occasion,
    *,
    items: Sequence[Item],
    rng: Random,
    day: date | None = None,
    topic: str | None = None,
) -> Record:
    questions: list[dict[str, Any]] = [
        {
            "item": item.id,
            "revision": _revision(app, item, occasion),
            "order": list(rules.option_order(item, rng)),
        }
        for item in items
    ]
    quiz = await quizzes.create(
        tx,
        member_id=member_id,
        kind=occasion.value,
        day_on=day,
        topic=topic,
        questions=questions,
        now=app.clock(),
    )
    if quiz is None:  # another device was quicker
        assert day is not None
        quiz = await quizzes.of_day(tx, member_id, kind=occasion, day_on=day)
        assert quiz is not None
    return quiz


def _revision(app: App, item: Item, occasion: Occasion) -> str:
    return packs.revision(item) if occasion is Occasion.TRIAL else app.library.revision(item.id)


async def _open(app: App, tx: AsyncSession, actor: Actor, quiz_id: int) -> Record:
    quiz = await quizzes.locked(tx, quiz_id, actor.own_id())
    if quiz is None or app.clock() - quiz.started_at > rules.OPEN_FOR:
        raise rules.QuizClosed()
    return quiz
