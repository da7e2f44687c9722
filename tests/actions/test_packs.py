"""Publishing what is taught."""

from dataclasses import replace

import pytest

from actions import packs, today
from actions.actors import Console
from actions.app import App
from study.curriculum import NoSuchLesson, NothingTaught
from study.items import Lesson
from tests.conftest import Hospital
from tests.sample import DAHUI, ITEMS, LONG, PACK, SINGLE


def account(hospital: Hospital) -> int:
    assert hospital.nurse.telegram_id
    return hospital.nurse.telegram_id


async def test_nothing_is_taught_before_the_first_pack(app: App, hospital: Hospital) -> None:
    with pytest.raises(NothingTaught):
        await today.card(app, account(hospital))


async def test_a_published_pack_is_taught_at_once(app: App, hospital: Hospital) -> None:
    published = await packs.publish(app, Console.SHELL, PACK)
    assert published.difference.new_items == ITEMS
    assert (await today.card(app, account(hospital))).lesson == DAHUI


async def test_the_same_pack_again_changes_nothing(app: App, hospital: Hospital) -> None:
    first = await packs.publish(app, Console.SHELL, PACK)
    again = await packs.publish(app, Console.SHELL, PACK)
    assert first.version and again.version is None
    assert len(await packs.versions(app, Console.SHELL)) == 1


async def test_one_version_of_a_pack_is_live(app: App, hospital: Hospital) -> None:
    await packs.publish(app, Console.SHELL, PACK)
    changed = replace(PACK, items=(replace(SINGLE, question="改过？"), *ITEMS[2:]))
    difference = await packs.compare(app, Console.SHELL, changed)
    counts = [
        len(part) for part in (difference.new_items, difference.changed_items, difference.removed_items)
    ]
    assert counts == [0, 1, 1]
    await packs.publish(app, Console.SHELL, changed)
    versions = await packs.versions(app, Console.SHELL)
    assert [version.live for version in versions] == [True, False]


async def test_what_ships_gives_way_to_what_an_administrator_published(app: App, hospital: Hospital) -> None:
    assert await packs.ensure(app, PACK)
    assert hospital.administrator.telegram_id
    theirs = replace(PACK, items=ITEMS[1:])
    await packs.publish(app, hospital.administrator.telegram_id, theirs)
    assert await packs.ensure(app, PACK) is None


async def test_a_lesson_is_read_page_by_page_and_paid_at_its_end(app: App, hospital: Hospital) -> None:
    await packs.publish(app, Console.SHELL, replace(PACK, lessons=(LONG,), items=(), months=()))
    who = account(hospital)
    first = await today.read(app, who, lesson_id="long")
    assert first.points == 0 and first.day
    last = await today.read(app, who, lesson_id="long", page=len(first.pages) - 1)
    assert last.points == 1
    assert (await today.read(app, who, lesson_id="long", page=99)).points == 0


async def test_another_days_lesson_may_be_read_for_its_own_sake(app: App, hospital: Hospital) -> None:
    second: Lesson = replace(DAHUI, id="second")
    await packs.publish(app, Console.SHELL, replace(PACK, lessons=(DAHUI, second)))
    who = account(hospital)
    todays = (await today.card(app, who)).lesson.id
    other = "second" if todays == "dahui" else "dahui"
    reading = await today.read(app, who, lesson_id=other)
    assert (reading.points, reading.day) == (0, None)
    assert (await today.lesson(app, who, lesson_id=other)).id == other
    with pytest.raises(NoSuchLesson):
        await today.lesson(app, who, lesson_id="gone")


async def test_the_morning_card_is_the_same_as_the_days(app: App, hospital: Hospital) -> None:
    await packs.publish(app, Console.SHELL, PACK)
    card = await today.card(app, account(hospital))
    assert (await today.preview(app, card.day)).lesson == card.lesson
