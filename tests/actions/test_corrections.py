"""A correction of an item reaches the answers that were given before it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from actions import appeals, corrections, packs, quizzes
from actions.actors import Console
from actions.answering import Graded
from actions.app import App
from actions.questions import Shown
from storage.tables import Answer, Card, Correction, Outgoing, PointsEntry
from study.items import Item, Pack, Point
from study.packs.correcting import carried, changes_answer
from tests.conftest import Clock, Hospital
from tests.sample import FILL, LIST, PACK, SINGLE, TRUTH

NURSE, DOCTOR = 1001, 1002


def pack(*items: Item) -> Pack:
    return replace(PACK, items=items)


async def publish(app: App, *items: Item) -> None:
    await packs.publish(app, Console.SHELL, pack(*items))


async def answers(app: App, who: int, *, option: int | None = None, words: str = "") -> Graded:
    """The day's quiz of one question, answered."""
    shown = await quizzes.start_day(app, who)
    assert isinstance(shown, Shown)
    if option is None:
        return await quizzes.say(app, who, text=words, source=f"{who}:1")
    return await quizzes.choose(app, who, quiz_id=shown.quiz_id, position=shown.position, option=option)


async def state(app: App) -> list[tuple[int, str, int]]:
    async with app.db.reading() as tx:
        found = (await tx.scalars(select(Answer).order_by(Answer.id))).all()
    return [(answer.member_id, answer.verdict, answer.points) for answer in found]


async def points(app: App, member_id: int) -> int:
    async with app.db.reading() as tx:
        query = select(func.sum(PointsEntry.amount)).where(PointsEntry.member_id == member_id)
        return await tx.scalar(query) or 0


async def letters(app: App) -> dict[int | None, str]:
    async with app.db.reading() as tx:
        found = (await tx.scalars(select(Outgoing).where(Outgoing.key.startswith("corrected:")))).all()
    return {letter.member_id: letter.payload["key"] for letter in found}


async def test_a_corrected_key_marks_both_ways_and_moves_points(app: App, hospital: Hospital) -> None:
    await publish(app, SINGLE)
    right = await answers(app, NURSE, option=2)
    await answers(app, DOCTOR, option=3)
    nurse, doctor = await points(app, 1), await points(app, 2)
    assert right.points > 0
    await publish(app, replace(SINGLE, right=(3,)))
    assert await corrections.finish(app) == 2
    assert await corrections.finish(app) == 0
    assert [(member, verdict) for member, verdict, _ in await state(app)] == [(1, "wrong"), (2, "correct")]
    assert await points(app, 1) == nurse - right.points
    assert await points(app, 2) == doctor + right.points
    assert await letters(app) == {1: "packs.corrected.wrong.points", 2: "packs.corrected.correct.points"}
    async with app.db.reading() as tx:
        cards = {card.member_id: card.last_verdict for card in await tx.scalars(select(Card))}
    assert cards == {1: "wrong", 2: "correct"}


async def test_going_back_to_the_old_key_gives_everything_back(app: App, hospital: Hospital) -> None:
    await publish(app, SINGLE)
    await answers(app, NURSE, option=2)
    before = await points(app, 1)
    await publish(app, replace(SINGLE, right=(3,)))
    await corrections.finish(app)
    await packs.roll_back(app, Console.SHELL, version=1)
    await corrections.finish(app)
    assert await points(app, 1) == before
    assert (await state(app))[0][1] == "correct"


async def test_options_in_another_order_or_number_change_no_mark(app: App, hospital: Hospital) -> None:
    await publish(app, SINGLE)
    await answers(app, NURSE, option=2)
    before = await state(app)
    await publish(app, replace(SINGLE, options=("每季度", "每周", "每月"), right=(0,)))
    assert await corrections.finish(app) == 0
    assert await state(app) == before


async def test_fewer_options_are_marked_and_shown_as_the_member_saw_them(
    app: App, hospital: Hospital
) -> None:
    await publish(app, SINGLE)
    given = await answers(app, NURSE, option=1)
    await answers(app, DOCTOR, option=3)
    await publish(app, replace(SINGLE, options=("每周", "每月"), right=(1,)))
    assert await corrections.finish(app) == 1, "every year is no option any more: it cannot be said"
    again = await quizzes.choose(app, NURSE, quiz_id=given.quiz_id, position=0, option=1)
    assert again.repeated and again.mark.score == 1 and again.mark.picks == (1,)
    assert again.item.options == SINGLE.options


async def test_words_are_graded_by_the_new_points(app: App, hospital: Hospital) -> None:
    await publish(app, FILL)
    await answers(app, NURSE, words="政治合格")
    await publish(app, replace(FILL, points=(Point("政治标准", aliases=("政治合格",)),)))
    assert await corrections.finish(app) == 1
    assert (await state(app))[0][1] == "correct"
    quiz = await quizzes.start_day(app, NURSE)
    again = await quizzes.say(app, NURSE, text="政治合格", source=f"{NURSE}:1")
    assert again.repeated and again.item.points[0].aliases == ("政治合格",)
    assert not isinstance(quiz, Shown)


async def test_what_a_person_decided_stands(app: App, hospital: Hospital) -> None:
    await publish(app, LIST)
    given = await answers(app, NURSE, words="执政考验")
    assert given.answer_id is not None
    if not given.held:
        await appeals.ask(app, NURSE, answer_id=given.answer_id)
    await publish(app, replace(LIST, points=(Point("执政考验"), Point("其他"))))
    assert await corrections.finish(app) == 0


async def test_nothing_is_done_for_what_was_corrected_again_or_taken_out(
    app: App, hospital: Hospital
) -> None:
    await publish(app, SINGLE)
    await answers(app, NURSE, option=2)
    await publish(app, replace(SINGLE, right=(3,)))
    await publish(app, replace(SINGLE, right=(2,)))
    assert await corrections.finish(app) == 0
    await publish(app, replace(SINGLE, right=(0,)))
    await publish(app, TRUTH)
    assert await corrections.finish(app) == 0
    async with app.db.reading() as tx:
        assert all(row.swept_at for row in await tx.scalars(select(Correction)))


async def test_members_without_a_chat_are_corrected_in_silence(
    app: App, hospital: Hospital, clock: Clock, monkeypatch: Any
) -> None:
    await publish(app, SINGLE)
    await answers(app, NURSE, option=2)
    await answers(app, DOCTOR, option=2)
    async with app.db.writing() as tx:
        nurse = await tx.get(type(hospital.nurse), hospital.nurse.id)
        assert nurse is not None
        nurse.telegram_id = None
    monkeypatch.setattr(corrections, "BATCH", 1)
    clock.now += timedelta(hours=1)
    await publish(app, replace(SINGLE, right=(0,)))
    assert await corrections.finish(app) == 2
    assert set(await letters(app)) == {2}


async def test_answers_of_last_season_stay(app: App, hospital: Hospital, clock: Clock) -> None:
    await publish(app, SINGLE)
    await answers(app, NURSE, option=2)
    clock.now += timedelta(days=400)
    await publish(app, replace(SINGLE, right=(3,)))
    assert await corrections.finish(app) == 0


def test_only_another_right_answer_is_a_correction() -> None:
    assert not changes_answer(SINGLE, replace(SINGLE, explanation="新"))
    assert not changes_answer(SINGLE, replace(SINGLE, options=SINGLE.options[::-1], right=(1,)))
    assert not changes_answer(SINGLE, FILL)
    assert changes_answer(FILL, replace(FILL, must_not=("不",)))
    assert carried((0, 2), SINGLE, replace(SINGLE, options=SINGLE.options[::-1])) == (1, 3)
    assert carried((0,), SINGLE, TRUTH) is None
