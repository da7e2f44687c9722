"""A word to the administrators and the answer."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from actions import feedback, mydata, roles
from actions.actors import Console
from actions.app import App
from storage.tables import Outgoing
from study import calendar
from study.feedback import LIMIT, AlreadyAnswered, NoSuchFeedback, NothingSaid, TooMuchSaid
from study.members import Role
from tests.conftest import Clock, Hospital

NURSE, OUTSIDER, ADMINISTRATOR = 1001, 1005, 1006


async def letters(app: App) -> list[tuple[int, str]]:
    async with app.db.reading() as tx:
        rows = await tx.scalars(select(Outgoing).order_by(Outgoing.id))
        return [(row.chat_id, row.payload.get("key", row.letter)) for row in rows]


async def second_administrator(app: App, hospital: Hospital) -> None:
    await roles.grant(
        app,
        Console.SHELL,
        member_id=hospital.outsider.id,
        role=Role.ADMINISTRATOR,
        unit_id=hospital.committee.id,
    )


async def test_a_word_reaches_every_administrator_once(app: App, hospital: Hospital) -> None:
    await second_administrator(app, hospital)
    sent = await feedback.send(app, NURSE, text=" 题目有错字 ", source="1:1")
    again = await feedback.send(app, NURSE, text=" 题目有错字 ", source="1:1")
    assert sent == again
    assert sent.administrators == 2
    assert sorted(chat for chat, kind in await letters(app) if kind == "feedback") == [
        OUTSIDER,
        ADMINISTRATOR,
    ]
    opinion = await feedback.look(app, ADMINISTRATOR, feedback_id=sent.feedback_id)
    assert (opinion.name, opinion.unit, opinion.text) == ("林小满", "内科第一党支部", "题目有错字")


async def test_the_answer_goes_back_once_and_the_second_administrator_sees_it(
    app: App, hospital: Hospital
) -> None:
    await second_administrator(app, hospital)
    sent = await feedback.send(app, NURSE, text="题目有错字", source="1:1")
    await feedback.answer(app, ADMINISTRATOR, feedback_id=sent.feedback_id, text="已改正,谢谢")
    with pytest.raises(AlreadyAnswered) as refusal:
        await feedback.answer(app, OUTSIDER, feedback_id=sent.feedback_id, text="好的")
    assert refusal.value.params == {"name": "程守静", "reply": "已改正,谢谢"}
    assert [kind for chat, kind in await letters(app) if chat == NURSE] == ["feedback.told_reply"]
    opinion = await feedback.look(app, OUTSIDER, feedback_id=sent.feedback_id)
    assert (opinion.reply, opinion.replied_by) == ("已改正,谢谢", "程守静")


async def test_nobody_is_woken_by_a_word_or_its_answer(app: App, hospital: Hospital, clock: Clock) -> None:
    clock.tick(hours=15, minutes=30)  # 23:30
    await feedback.send(app, NURSE, text="题目有错字", source="1:1")
    clock.tick(hours=2)  # 01:30
    await feedback.answer(app, ADMINISTRATOR, feedback_id=1, text="谢谢，已改")
    async with app.db.reading() as tx:
        moments = list(await tx.scalars(select(Outgoing.not_before)))
    assert [calendar.minute_of(one, calendar.DEFAULT_ZONE) for one in moments] == [7 * 60, 7 * 60]
    assert set(moments) == {clock.now + timedelta(hours=5, minutes=30)}


async def test_of_two_answers_at_once_one_is_sent(app: App, hospital: Hospital) -> None:
    await second_administrator(app, hospital)
    sent = await feedback.send(app, NURSE, text="题目有错字", source="1:1")
    outcomes = await asyncio.gather(
        *(
            feedback.answer(app, who, feedback_id=sent.feedback_id, text="好")
            for who in (OUTSIDER, ADMINISTRATOR)
        ),
        return_exceptions=True,
    )
    assert {type(one) for one in outcomes} == {feedback.Opinion, AlreadyAnswered}


async def test_empty_and_endless_words_are_refused(app: App, hospital: Hospital) -> None:
    with pytest.raises(NothingSaid):
        await feedback.send(app, NURSE, text="  ", source="1:1")
    with pytest.raises(TooMuchSaid):
        await feedback.send(app, NURSE, text="好" * (LIMIT + 1), source="1:1")


async def test_what_waits_is_shown_one_at_a_time(app: App, hospital: Hospital) -> None:
    ids = [(await feedback.send(app, NURSE, text=text, source=text)).feedback_id for text in ("甲", "乙")]
    first = await feedback.waiting(app, ADMINISTRATOR)
    assert first.total == 2
    assert first.opinion and first.opinion.text == "甲"
    second = await feedback.waiting(app, ADMINISTRATOR, after=ids[0])
    assert second.opinion and second.opinion.text == "乙"
    for one in ids:
        await feedback.answer(app, ADMINISTRATOR, feedback_id=one, text="好")
    assert await feedback.waiting(app, ADMINISTRATOR) == feedback.Waiting(None, 0)


async def test_an_erased_word_cannot_be_answered(app: App, hospital: Hospital) -> None:
    sent = await feedback.send(app, NURSE, text="题目有错字", source="1:1")
    await mydata.erase(app, NURSE)
    with pytest.raises(NoSuchFeedback):
        await feedback.answer(app, ADMINISTRATOR, feedback_id=sent.feedback_id, text="好")
    assert await feedback.letter(app, sent.feedback_id) is None


async def test_a_letter_knows_what_it_is_about(app: App, hospital: Hospital) -> None:
    sent = await feedback.send(app, NURSE, text="题目有错字", source="1:1")
    opinion = await feedback.letter(app, sent.feedback_id)
    assert opinion and opinion.text == "题目有错字"
