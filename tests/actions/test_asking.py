"""Asking the lessons on a real database: what is live answers, and nothing of the question is kept."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from actions import asking, packs, quizzes
from actions.actors import Console, NotJoined
from actions.app import App
from storage.tables import Base
from study.asking import NothingAsked
from study.quiz import NoSuchTopic
from tests.conftest import Hospital
from tests.sample import DAHUI, PACK

QUESTION = "支部党员大会多久开一次呀"


@pytest.fixture
async def nurse(app: App, hospital: Hospital) -> int:
    """The nurse's account, with the sample pack live."""
    await packs.publish(app, Console.SHELL, PACK)
    assert hospital.nurse.telegram_id
    return hospital.nurse.telegram_id


async def everything(app: App) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables."""
    async with app.db.reading() as tx:
        return {
            table.name: [tuple(row) for row in await tx.execute(select(table))]
            for table in Base.metadata.sorted_tables
        }


async def test_a_question_is_answered_and_not_kept(app: App, nurse: int) -> None:
    before = await everything(app)
    answer = await asking.ask(app, nurse, question=f"  {QUESTION}\n")
    assert answer.question == QUESTION
    assert [hit.lesson for hit in answer.hits] == [DAHUI]
    assert answer.hits[0].passage == "党员大会一般每季度召开一次。"
    assert answer.hits[0].item and answer.hits[0].item.id == "dahui-1"
    assert await everything(app) == before


async def test_what_nothing_taught_answers_has_no_hits(app: App, nurse: int) -> None:
    assert (await asking.ask(app, nurse, question="食堂几点开饭")).hits == ()


async def test_an_empty_question_is_refused(app: App, nurse: int) -> None:
    with pytest.raises(NothingAsked):
        await asking.ask(app, nurse, question="   ")


async def test_a_stranger_gets_no_answer(app: App, nurse: int) -> None:
    with pytest.raises(NotJoined):
        await asking.ask(app, 99, question=QUESTION)


async def test_a_new_version_answers_at_once(app: App, nurse: int) -> None:
    await asking.ask(app, nurse, question=QUESTION)
    body = "消毒供应中心的电话贴在墙上。"
    await packs.publish(app, Console.SHELL, replace(PACK, lessons=(replace(DAHUI, body=body),)))
    answer = await asking.ask(app, nurse, question="消毒供应中心的电话在哪")
    assert [hit.passage for hit in answer.hits] == [body]


async def test_many_asking_at_once_share_one_index(app: App, nurse: int) -> None:
    await asyncio.gather(*(asking.ask(app, nurse, question=QUESTION) for _ in range(8)))
    async with app.db.reading() as tx:
        curriculum = await app.library.current(tx)
    assert await app.library.index(curriculum) is await app.library.index(curriculum)


async def test_one_item_can_be_tried(app: App, nurse: int) -> None:
    shown = await quizzes.start_item(app, nurse, item_id="dahui-1")
    assert (shown.item.id, shown.total) == ("dahui-1", 1)
    with pytest.raises(NoSuchTopic):
        await quizzes.start_item(app, nurse, item_id="gone")
