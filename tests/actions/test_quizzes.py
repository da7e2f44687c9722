"""Quizzes on a real database: everything happens once, whatever people and networks do."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from actions import packs, quizzes, records, reviews, today
from actions.actors import Console
from actions.answering import Graded
from actions.app import App
from actions.questions import Finished, Shown
from storage.tables import Answer, Card, PointsEntry, Quiz
from study import quiz as rules
from study.grading import Verdict
from study.items import Kind, Pack
from study.points import Action, ActionRule, Cap, PointRules
from tests.conftest import Clock, Hospital
from tests.sample import DAHUI, ITEMS, LIST, MULTIPLE, PACK, SINGLE

RIGHT = {
    "dahui-4": "政治标准",
    "dahui-5": "执政考验、改革开放考验、市场经济考验、外部环境考验",
    "dahui-6": "32学时",
    "dahui-7": "全心全意为人民服务",
}


@pytest.fixture
async def nurse(app: App, hospital: Hospital) -> AsyncIterator[int]:
    """The nurse's account, with the sample pack live."""
    await packs.publish(app, Console.SHELL, PACK)
    assert hospital.nurse.telegram_id
    yield hospital.nurse.telegram_id


async def count(app: App, table: type, **where: object) -> int:
    async with app.db.reading() as tx:
        return await tx.scalar(select(func.count()).select_from(table).filter_by(**where)) or 0


async def answer(app: App, who: int, shown: Shown, *, rightly: bool = True) -> Graded:
    item = shown.item
    if not item.is_choice:
        words = RIGHT[item.id] if rightly else "不知道"
        return await quizzes.say(app, who, text=words, source=f"{who}:{shown.quiz_id}:{shown.position}")
    picks = (
        item.right
        if rightly
        else [index for index in range(len(item.options)) if index not in item.right][:1]
    )
    if item.kind is Kind.MULTIPLE:
        for option in picks:
            await quizzes.tick(app, who, quiz_id=shown.quiz_id, position=shown.position, option=option)
        return await quizzes.submit(app, who, quiz_id=shown.quiz_id, position=shown.position)
    return await quizzes.choose(app, who, quiz_id=shown.quiz_id, position=shown.position, option=picks[0])


async def finish(app: App, who: int, shown: Shown | Finished, *, rightly: bool = True) -> Graded:
    assert isinstance(shown, Shown)
    while True:
        graded = await answer(app, who, shown, rightly=rightly)
        if graded.finished:
            return graded
        following = await quizzes.go_on(app, who, quiz_id=shown.quiz_id)
        assert isinstance(following, Shown)
        shown = following


async def one(app: App, who: int, item_id: str) -> Shown:
    shown = await quizzes.start_practice(app, who, topic=item_id)
    assert isinstance(shown, Shown)
    return shown


async def test_a_day_has_one_quiz_however_often_it_is_opened(app: App, nurse: int) -> None:
    first = await quizzes.start_day(app, nurse)
    assert await quizzes.start_day(app, nurse) == first
    assert await count(app, Quiz) == 1


async def test_two_devices_opening_at_once_share_the_quiz(app: App, nurse: int) -> None:
    first, second = await asyncio.gather(quizzes.start_day(app, nurse), quizzes.start_day(app, nurse))
    assert isinstance(first, Shown) and isinstance(second, Shown)
    assert first.quiz_id == second.quiz_id


async def test_a_finished_quiz_books_answers_and_the_end(app: App, nurse: int) -> None:
    graded = await finish(app, nurse, await quizzes.start_day(app, nurse))
    assert graded.finished == Finished(
        graded.quiz_id,
        rules.Occasion.DAY,
        graded.total,
        graded.total,
        0,
        graded.finished.points if graded.finished else 0,
    )
    assert graded.finish_points == 1
    assert graded.season_points == min(2 * graded.total, 10) + 1
    again = await quizzes.start_day(app, nurse)
    assert isinstance(again, Finished)
    assert again.right == graded.total


async def test_the_daily_cap_is_told_and_kept(app: App, nurse: int) -> None:
    tight = replace(app, points=PointRules(actions={Action.CORRECT: ActionRule(2, daily=3)}))
    shown = await quizzes.start_day(tight, nurse)
    booked = []
    while isinstance(shown, Shown):
        graded = await answer(tight, nurse, shown)
        booked.append((graded.points, graded.capped))
        shown = await quizzes.go_on(tight, nurse, quiz_id=shown.quiz_id)
    assert booked[:3] == [(2, None), (1, Cap.DAILY), (0, Cap.DAILY)]


async def test_the_same_tap_twice_books_once(app: App, nurse: int) -> None:
    shown = await one(app, nurse, "dahui-1")
    first = await answer(app, nurse, shown)
    second = await answer(app, nurse, shown, rightly=False)
    assert (first.repeated, second.repeated) == (False, True)
    assert second.mark.verdict is first.mark.verdict
    assert await count(app, Answer) == 1


async def test_two_devices_answering_at_once_book_one_answer(app: App, nurse: int) -> None:
    shown = await one(app, nurse, "dahui-1")
    results = await asyncio.gather(
        *(
            quizzes.choose(app, nurse, quiz_id=shown.quiz_id, position=0, option=option)
            for option in (0, 1, 2, 3, 2, 1)
        )
    )
    assert sum(not result.repeated for result in results) == 1
    assert len({result.mark.given for result in results}) == 1
    assert await count(app, Answer) == 1


async def test_words_delivered_twice_answer_one_question_only(app: App, nurse: int) -> None:
    shown = await quizzes.start_day(app, nurse)
    while isinstance(shown, Shown) and shown.item.is_choice:
        await answer(app, nurse, shown)
        shown = await quizzes.go_on(app, nurse, quiz_id=shown.quiz_id)
    assert isinstance(shown, Shown)
    first = await quizzes.say(app, nurse, text="不知道", source="7:1")
    again = await quizzes.say(app, nurse, text="不知道", source="7:1")
    assert not first.repeated and again.repeated
    assert again.position == first.position


async def test_several_right_ones_partly_chosen_bring_part(app: App, nurse: int) -> None:
    shown = await one(app, nurse, "dahui-2")
    for option in (0, 1, 1, 2):
        ticked = await quizzes.tick(app, nurse, quiz_id=shown.quiz_id, position=0, option=option)
    assert isinstance(ticked, Shown) and ticked.ticks == {0, 2}
    graded = await quizzes.submit(app, nurse, quiz_id=shown.quiz_id, position=0)
    assert graded.mark.verdict is Verdict.PARTIAL
    late = await quizzes.tick(app, nurse, quiz_id=shown.quiz_id, position=0, option=3)
    assert isinstance(late, Graded) and late.repeated


async def test_nothing_ticked_cannot_be_submitted(app: App, nurse: int) -> None:
    shown = await one(app, nurse, "dahui-2")
    with pytest.raises(rules.NothingTicked):
        await quizzes.submit(app, nurse, quiz_id=shown.quiz_id, position=0)


async def test_words_for_a_choice_have_to_name_one(app: App, nurse: int) -> None:
    await one(app, nurse, "dahui-1")
    with pytest.raises(rules.NotAChoice):
        await quizzes.say(app, nurse, text="随便", source="7:2")
    assert (await quizzes.say(app, nurse, text="每季度", source="7:3")).mark.verdict is Verdict.CORRECT


async def test_giving_up_shows_the_answer_and_brings_it_back(app: App, nurse: int, clock: Clock) -> None:
    shown = await one(app, nurse, "dahui-5")
    graded = await quizzes.give_up(app, nurse, quiz_id=shown.quiz_id, position=0)
    assert (graded.mark.verdict, graded.mark.given, graded.points) == (Verdict.WRONG, "", 0)
    assert (await reviews.backlog(app, nurse)).mistakes == 1
    clock.tick(days=2)
    review = await quizzes.start_review(app, nurse)
    assert isinstance(review, Shown) and review.item == LIST


async def test_practice_brings_no_points(app: App, nurse: int) -> None:
    graded = await answer(app, nurse, await one(app, nurse, "dahui-1"))
    assert graded.points == 0
    assert await count(app, PointsEntry) == 0


async def test_an_update_in_mid_quiz_changes_nothing_for_it(app: App, nurse: int) -> None:
    shown = await one(app, nurse, "dahui-1")
    changed = replace(SINGLE, question="改过的问题？", right=(0,))
    await packs.publish(app, Console.SHELL, replace(PACK, items=(changed, *ITEMS[1:])))
    still = await quizzes.go_on(app, nurse, quiz_id=shown.quiz_id)
    assert isinstance(still, Shown) and still.item == SINGLE
    assert (await answer(app, nurse, still)).mark.verdict is Verdict.CORRECT
    fresh = await one(app, nurse, "dahui-1")
    assert fresh.item == changed


async def test_an_item_taken_out_can_still_be_answered_where_it_was_asked(app: App, nurse: int) -> None:
    shown = await one(app, nurse, "dahui-1")
    await packs.publish(app, Console.SHELL, replace(PACK, items=ITEMS[1:]))
    app.library._shown.clear()
    assert (await answer(app, nurse, shown)).mark.verdict is Verdict.CORRECT
    with pytest.raises(rules.NoSuchTopic):
        await one(app, nurse, "dahui-1")


async def test_yesterdays_quiz_goes_on_from_its_card(app: App, nurse: int, clock: Clock) -> None:
    shown = await quizzes.start_day(app, nurse)
    assert isinstance(shown, Shown) and shown.day
    clock.tick(days=1)
    assert await quizzes.start_day(app, nurse, day=shown.day) == shown
    todays = await quizzes.start_day(app, nurse)
    assert isinstance(todays, Shown) and todays.quiz_id != shown.quiz_id
    never_begun = shown.day - timedelta(days=3)
    assert await quizzes.start_day(app, nurse, day=never_begun) == todays


async def test_a_quiz_is_put_away_after_a_week(app: App, nurse: int, clock: Clock) -> None:
    shown = await one(app, nurse, "dahui-4")
    clock.tick(days=8)
    with pytest.raises(rules.QuizClosed):
        await quizzes.go_on(app, nurse, quiz_id=shown.quiz_id)
    with pytest.raises(rules.NoOpenQuestion):
        await quizzes.say(app, nurse, text="政治标准", source="7:4")


@pytest.mark.parametrize("position", [-1, 1, 99])
async def test_a_forged_button_is_refused(app: App, nurse: int, position: int) -> None:
    shown = await one(app, nurse, "dahui-1")
    with pytest.raises(rules.QuizClosed):
        await quizzes.choose(app, nurse, quiz_id=shown.quiz_id, position=position, option=0)


async def test_a_forged_option_is_refused(app: App, nurse: int) -> None:
    shown = await one(app, nurse, "dahui-1")
    with pytest.raises(rules.QuizClosed):
        await quizzes.choose(app, nurse, quiz_id=shown.quiz_id, position=0, option=9)
    assert await count(app, Answer) == 0


async def test_nobody_answers_for_somebody_else(app: App, nurse: int, hospital: Hospital) -> None:
    shown = await one(app, nurse, "dahui-1")
    assert hospital.doctor.telegram_id
    with pytest.raises(rules.QuizClosed):
        await quizzes.choose(app, hospital.doctor.telegram_id, quiz_id=shown.quiz_id, position=0, option=2)


async def test_what_an_edited_message_was_is_known(app: App, nurse: int) -> None:
    await one(app, nurse, "dahui-4")
    await quizzes.say(app, nurse, text="政治标准", source="7:5")
    assert await quizzes.was_answer(app, nurse, source="7:5")
    assert not await quizzes.was_answer(app, nurse, source="7:6")


async def test_nothing_to_review_is_said(app: App, nurse: int) -> None:
    with pytest.raises(rules.NothingToReview):
        await quizzes.start_review(app, nurse)


async def test_every_answer_moves_its_card(app: App, nurse: int) -> None:
    await answer(app, nurse, await one(app, nurse, "dahui-1"), rightly=False)
    await answer(app, nurse, await one(app, nurse, "dahui-1"))
    async with app.db.reading() as tx:
        card = (await tx.scalars(select(Card))).one()
    assert (card.seen, card.mistakes, card.last_verdict) == (2, 1, "correct")


async def test_the_day_card_counts_what_is_done(app: App, nurse: int) -> None:
    shown = await quizzes.start_day(app, nurse)
    assert isinstance(shown, Shown)
    await answer(app, nurse, shown)
    card = await today.card(app, nurse)
    assert (card.answered, card.questions) == (1, shown.total)


async def test_topics_are_told_with_their_size(app: App, nurse: int) -> None:
    assert (await quizzes.topics(app, nurse))[0] == ("三会一课", 7)


async def test_without_fresh_items_known_ones_make_the_quiz(app: App, nurse: int, clock: Clock) -> None:
    small = Pack("sample", "样例", (DAHUI,), (MULTIPLE, SINGLE), ())
    await packs.publish(app, Console.SHELL, small)
    await finish(app, nurse, await quizzes.start_day(app, nurse))
    clock.tick(days=1)
    shown = await quizzes.start_day(app, nurse)
    assert isinstance(shown, Shown) and shown.total == 2


async def test_the_record_adds_up(app: App, nurse: int) -> None:
    graded = await finish(app, nurse, await quizzes.start_day(app, nurse))
    record = await records.mine(app, nurse)
    assert record.points == graded.season_points == sum(record.months.values())
    assert (record.answers, record.right) == (graded.total, graded.total)
    assert record.topics[0].topic == "三会一课"
    assert (record.unit, record.ranking, record.exempt) == ("内科第一党支部", False, False)
