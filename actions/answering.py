"""One answer, within a transaction: marked, booked, remembered, and handed to a secretary when it is near the edge."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from actions import ledger, madeup, questions
from actions.app import App
from actions.questions import Finished
from actions.remarking import ACTIONS, MARKS, entry_key
from storage import appeals as queue
from storage import cards, quizzes
from storage.quizzes import Record
from storage.tables import Answer
from study import appeals, review
from study import quiz as rules
from study.grading import Verdict
from study.items import Item, Kind
from study.members import Actor
from study.points import Action, Cap
from study.quiz import Mark, Occasion


@dataclass(frozen=True)
class Graded:
    """An answer marked and booked. `repeated`: it had been given before, and nothing was booked now.

    `season_points` are told where points are given (study.quiz.REWARDED).
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


async def again(app: App, tx: AsyncSession, actor: Actor, quiz: Record, position: int) -> Graded:
    """What was said of an answer given before, so that a lost reply can be seen after all."""
    before = await quizzes.answer_at(tx, quiz.id, position)
    assert before is not None
    return await _told(app, tx, actor, quiz, answer=before)


async def _told(app: App, tx: AsyncSession, actor: Actor, quiz: Record, *, answer: Answer) -> Graded:
    item = await app.library.item(tx, answer.item_id, answer.revision)
    _, order = await questions.question(app, tx, quiz, answer.position)
    booked = ledger.NOTHING
    if quiz.kind in rules.REWARDED:
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
        finished=await questions.finished(tx, quiz) if left == 0 else None,
        repeated=True,
        answer_id=answer.id,
        held=answer.held,
    )


async def answer(
    app: App,
    tx: AsyncSession,
    actor: Actor,
    quiz: Record,
    *,
    position: int,
    picks: Iterable[int] = (),
    text: str | None = None,
    source: str | None = None,
) -> Graded:
    """Take the answer to a question of a quiz held for writing: `picks`, or `text`, or neither to see the answer.

    A question that has its answer keeps it. Raises NotAChoice when the text names none of the options.
    """
    if questions.is_answered(quiz, position):
        return await again(app, tx, actor, quiz, position)
    item, order = await questions.question(app, tx, quiz, position)
    mark = _mark(app, actor, item, order, picks=tuple(picks), text=text)
    now = app.clock()
    member_id = actor.own_id()
    occasion = Occasion(quiz.kind)
    held = occasion is not Occasion.TRIAL and await _is_held(tx, member_id, item, mark)
    verdict = appeals.counts_as(mark.verdict, held=held)
    booked = ledger.NOTHING
    if occasion in rules.REWARDED:
        key, details = entry_key(quiz.id, position), {"item": item.id, "question": item.question[:60]}
        booked = await ledger.book(app, tx, actor, ACTIONS.get(verdict), key=key, details=details)
    kept_mark = MARKS.dump_python(mark, mode="json")
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
        grade=kept_mark,
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
            mark=kept_mark,
            at=now,
        )
    answered = quiz.answered | 1 << position
    left = len(quiz.questions) - answered.bit_count()
    await quizzes.advance(tx, quiz.id, answered=answered, finished=left == 0, now=now)
    if left == 0 and occasion is Occasion.MAKE_UP:
        await madeup.quiz_finished(app, tx, actor, quiz.id)
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
        finished=await questions.finished(tx, quiz) if left == 0 else None,
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
