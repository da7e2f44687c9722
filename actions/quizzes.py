"""Quizzes: begin one, tick, answer by a tap or in words, and go on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from actions import actors, ledger, reviews
from actions.actors import Who
from actions.app import App
from actions.remarking import ACTIONS, MARKS, entry_key
from storage import appeals as queue
from storage import cards, quizzes
from storage.tables import Answer, Quiz
from study import appeals, packs, review
from study import quiz as rules
from study.calendar import day_of
from study.grading import Verdict
from study.items import Item, Kind
from study.members import Actor
from study.points import Action, Cap
from study.quiz import Mark, Occasion


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


@dataclass(frozen=True)
class Graded:
    """An answer marked and booked. `repeated`: it had been given before, and nothing was booked now.

    `held`: near the edge, so it has partial marks until a secretary has looked.
    """

    quiz_id: int
    occasion: Occasion
    position: int
    total: int
    item: Item
    order: tuple[int, ...]
    mark: Mark
    points: int
    capped: Cap | None
    season_points: int
    left: int
    finished: Finished | None = None
    finish_points: int = 0
    repeated: bool = False
    answer_id: int | None = None
    held: bool = False


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
                earlier.touched_at = app.clock()
                return await _waiting(app, tx, earlier)
        day = today
        quiz = await quizzes.of_day(tx, member_id, kind=Occasion.DAY, day_on=day)
        if quiz is None:
            rng = Random(f"{member_id}:{day}")
            items = await reviews.of_day(app, tx, actor, day=day, rng=rng)
            quiz = await _create(app, tx, member_id, Occasion.DAY, items=items, rng=rng, day=day)
        quiz.touched_at = app.clock()
        return await _waiting(app, tx, quiz)


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
        return await _waiting(app, tx, quiz)


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
        return await _shown(app, tx, quiz, 0)


async def start_review(app: App, who: Who) -> Shown | Finished:
    """A few of one's own mistakes and of what is due again; raises NothingToReview when there is nothing."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        items = await reviews.chosen(app, tx, actor, day=day_of(app.clock(), actor.timezone))
        rng = Random(f"{actor.own_id()}:{app.clock().isoformat()}")
        quiz = await _create(app, tx, actor.own_id(), Occasion.REVIEW, items=items, rng=rng)
        return await _waiting(app, tx, quiz)


async def go_on(app: App, who: Who, *, quiz_id: int) -> Shown | Finished:
    """The question of this quiz that waits now."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        quiz = await _open(app, tx, actor, quiz_id)
        quiz.touched_at = app.clock()
        return await _waiting(app, tx, quiz)


async def tick(app: App, who: Who, *, quiz_id: int, position: int, option: int) -> Shown | Graded:
    """Tick or untick an option (the item's own index) of a question with several right ones."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        quiz = await _open(app, tx, actor, quiz_id)
        if _is_answered(quiz, position):
            return await _again(app, tx, actor, quiz, position)
        ticked = set(quiz.ticks.get(str(position), ())) ^ {option}
        item, _ = await _question(app, tx, quiz, position)
        quiz.ticks = {**quiz.ticks, str(position): sorted(ticked & set(range(len(item.options))))}
        quiz.touched_at = app.clock()
        return await _shown(app, tx, quiz, position)


async def submit(app: App, who: Who, *, quiz_id: int, position: int) -> Graded:
    """Answer with what is ticked; raises NothingTicked."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        quiz = await _open(app, tx, actor, quiz_id)
        picks = quiz.ticks.get(str(position), ())
        if not picks and not _is_answered(quiz, position):
            raise rules.NothingTicked()
        return await _answer(app, tx, actor, quiz, position=position, picks=picks)


async def choose(app: App, who: Who, *, quiz_id: int, position: int, option: int) -> Graded:
    """Answer with one option (the item's own index)."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        quiz = await _open(app, tx, actor, quiz_id)
        return await _answer(app, tx, actor, quiz, position=position, picks=(option,))


async def give_up(app: App, who: Who, *, quiz_id: int, position: int) -> Graded:
    """Show the answer instead of giving one; it will come up again."""
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        quiz = await _open(app, tx, actor, quiz_id)
        return await _answer(app, tx, actor, quiz, position=position)


async def say(app: App, who: Who, *, text: str, source: str) -> Graded:
    """Answer the question that waits, in words; `source` names the message, so that a repeat counts once.

    Raises NoOpenQuestion when none waits, NotAChoice when the words name none of the options.
    """
    async with app.db.writing() as tx:
        actor = await actors.load(tx, who)
        member_id = actor.own_id()
        before = await quizzes.answer_from(tx, source)
        if before is not None and before.member_id == member_id:
            quiz = await _open(app, tx, actor, before.quiz_id)
            return await _again(app, tx, actor, quiz, before.position)
        quiz_or_none = await quizzes.open_latest(tx, member_id, since=app.clock() - rules.OPEN_FOR)
        position = _next_position(quiz_or_none) if quiz_or_none else None
        if quiz_or_none is None or position is None:
            raise rules.NoOpenQuestion()
        return await _answer(app, tx, actor, quiz_or_none, position=position, text=text, source=source)


async def was_answer(app: App, who: Who, *, source: str) -> bool:
    """Whether the message brought an answer."""
    async with app.db.reading() as tx:
        actor = await actors.load(tx, who)
        answer = await quizzes.answer_from(tx, source)
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
    return await _waiting(app, tx, quiz)


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
) -> Quiz:
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


async def _open(app: App, tx: AsyncSession, actor: Actor, quiz_id: int) -> Quiz:
    quiz = await quizzes.locked(tx, quiz_id, actor.own_id())
    if quiz is None or app.clock() - quiz.started_at > rules.OPEN_FOR:
        raise rules.QuizClosed()
    return quiz


def _is_answered(quiz: Quiz, position: int) -> bool:
    return position >= 0 and bool(quiz.answered >> position & 1)


def _next_position(quiz: Quiz) -> int | None:
    return next((at for at in range(len(quiz.questions)) if not _is_answered(quiz, at)), None)


async def _question(app: App, tx: AsyncSession, quiz: Quiz, position: int) -> tuple[Item, tuple[int, ...]]:
    if not 0 <= position < len(quiz.questions):
        raise rules.QuizClosed()
    asked = quiz.questions[position]
    await app.library.current(tx)
    return await app.library.item(tx, asked["item"], asked["revision"]), tuple(asked["order"])


async def _waiting(app: App, tx: AsyncSession, quiz: Quiz) -> Shown | Finished:
    position = _next_position(quiz)
    return await _finished(tx, quiz) if position is None else await _shown(app, tx, quiz, position)


async def _shown(app: App, tx: AsyncSession, quiz: Quiz, position: int) -> Shown:
    item, order = await _question(app, tx, quiz, position)
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


async def _finished(tx: AsyncSession, quiz: Quiz) -> Finished:
    result = await quizzes.result(tx, quiz.id)
    return Finished(
        quiz_id=quiz.id,
        occasion=Occasion(quiz.kind),
        total=len(quiz.questions),
        right=result.right,
        partly=result.partly,
        points=result.points,
    )


async def _again(app: App, tx: AsyncSession, actor: Actor, quiz: Quiz, position: int) -> Graded:
    """What was said of an answer given before, so that a lost reply can be seen after all."""
    answer = await quizzes.answer_at(tx, quiz.id, position)
    assert answer is not None
    return await _told(app, tx, actor, quiz, answer=answer)


async def _told(app: App, tx: AsyncSession, actor: Actor, quiz: Quiz, *, answer: Answer) -> Graded:
    item = await app.library.item(tx, answer.item_id, answer.revision)
    _, order = await _question(app, tx, quiz, answer.position)
    booked = await ledger.book(app, tx, actor, None, key="", details={})
    left = len(quiz.questions) - quiz.answered.bit_count()
    return Graded(
        quiz_id=quiz.id,
        occasion=Occasion(quiz.kind),
        position=answer.position,
        total=len(quiz.questions),
        item=item,
        order=order,
        mark=MARKS.validate_python(answer.grade),
        points=answer.points,
        capped=None,
        season_points=booked.total,
        left=left,
        finished=await _finished(tx, quiz) if left == 0 else None,
        repeated=True,
        answer_id=answer.id,
        held=answer.held,
    )


async def _answer(
    app: App,
    tx: AsyncSession,
    actor: Actor,
    quiz: Quiz,
    *,
    position: int,
    picks: Iterable[int] = (),
    text: str | None = None,
    source: str | None = None,
) -> Graded:
    if _is_answered(quiz, position):
        return await _again(app, tx, actor, quiz, position)
    item, order = await _question(app, tx, quiz, position)
    mark = _mark(app, actor, item, order, picks=tuple(picks), text=text)
    now = app.clock()
    member_id = actor.own_id()
    occasion = Occasion(quiz.kind)
    held = occasion is not Occasion.TRIAL and await _is_held(tx, member_id, item, mark)
    verdict = appeals.counts_as(mark.verdict, held=held)
    booked = await ledger.book(
        app,
        tx,
        actor,
        ACTIONS.get(verdict) if occasion in rules.REWARDED else None,
        key=entry_key(quiz.id, position),
        details={"item": item.id, "question": item.question[:60]},
    )
    answer_id = await quizzes.answer_once(
        tx,
        member_id=member_id,
        quiz_id=quiz.id,
        position=position,
        item_id=item.id,
        revision=quiz.questions[position]["revision"],
        given=mark.given,
        source=source,
        verdict=mark.verdict.value,
        score=mark.score,
        grade=MARKS.dump_python(mark, mode="json"),
        points=booked.amount,
        held=held,
        answered_at=now,
    )
    if answer_id is None:
        raise rules.AlreadyAnswered()
    if occasion is not Occasion.TRIAL:
        paused = review.hesitated(shown_at=quiz.touched_at, now=now)
        await _remember(app, tx, member_id, item, verdict=verdict, hesitated=paused)
    if held:
        await queue.add_once(
            tx,
            answer_id=answer_id,
            member_id=member_id,
            origin=appeals.Origin.GRADER,
            mark=MARKS.dump_python(mark, mode="json"),
            at=now,
        )
    quiz.answered |= 1 << position
    quiz.touched_at = now
    left = len(quiz.questions) - quiz.answered.bit_count()
    quiz.finished_at = now if left == 0 else None
    finish_points, season_points = 0, booked.total
    if left == 0 and occasion is Occasion.DAY:
        bonus = await ledger.book(app, tx, actor, Action.FINISH, key=f"finish:{quiz.id}", details={})
        finish_points, season_points = bonus.amount, bonus.total
    return Graded(
        quiz_id=quiz.id,
        occasion=occasion,
        position=position,
        total=len(quiz.questions),
        item=item,
        order=order,
        mark=mark,
        points=booked.amount,
        capped=booked.capped,
        season_points=season_points,
        left=left,
        finished=await _finished(tx, quiz) if left == 0 else None,
        finish_points=finish_points,
        answer_id=answer_id,
        held=held,
    )


async def _is_held(tx: AsyncSession, member_id: int, item: Item, mark: Mark) -> bool:
    """Whether a secretary should look, who has not turned down the same words of this member before."""
    if not appeals.is_held(mark):
        return False
    said = appeals.same_words(mark.given)
    before = await queue.rejected_words(tx, member_id, item.id)
    return all(appeals.same_words(words) != said for words in before)


def _mark(
    app: App,
    actor: Actor,
    item: Item,
    order: tuple[int, ...],
    *,
    picks: tuple[int, ...],
    text: str | None,
) -> Mark:
    if text is not None and not item.is_choice:
        return rules.mark_words(app.grader, app.library.accepting(item, actor.unit_path), text)
    if text is not None:
        named = rules.read_choice(item, order, text)
        if named is None and rules.has_no_idea(text):
            return rules.give_up(item)
        if named is None:
            truth = item.kind is Kind.TRUEFALSE
            raise rules.NotAChoice(letters="、".join("对错" if truth else rules.LETTERS[: len(order)]))
        return rules.mark_choice(item, named)
    if picks and item.is_choice and set(picks) <= set(range(len(item.options))):
        if item.kind is not Kind.MULTIPLE and len(picks) > 1:
            raise rules.QuizClosed()
        return rules.mark_choice(item, picks)
    if picks:
        raise rules.QuizClosed()
    return rules.give_up(item)


async def _remember(
    app: App, tx: AsyncSession, member_id: int, item: Item, *, verdict: Verdict, hesitated: bool
) -> None:
    card = await cards.find(tx, member_id, item.id)
    recall = app.schedule.after(
        card.state if card else None,
        verdict,
        now=app.clock(),
        key=review.key(member_id, item.id),
        hesitated=hesitated,
    )
    await cards.put(
        tx,
        member_id=member_id,
        item_id=item.id,
        state=dict(recall.state),
        due_at=recall.due_at,
        last_verdict=verdict.value,
        mistakes=(card.mistakes if card else 0) + (verdict is not Verdict.CORRECT),
        seen=(card.seen if card else 0) + 1,
    )
