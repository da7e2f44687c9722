"""Which lesson belongs to which day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from study.curriculum import Curriculum, NoSuchLesson, NothingTaught
from study.items import Month, Pack
from tests.sample import DAHUI, ITEMS, PACK

LESSONS = tuple(replace(DAHUI, id=f"l{number:02}") for number in range(40))
MONTHS = tuple(
    Month(month, f"主题{month}", lessons=tuple(lesson.id for lesson in LESSONS[3 * month - 3 : 3 * month]))
    for month in range(1, 13)
)
YEAR = Curriculum.of([Pack("year", "一年", LESSONS, (), MONTHS)])


def days(start: date, end: date) -> list[date]:
    return [start + timedelta(days=number) for number in range((end - start).days)]


def test_nothing_taught_is_a_refusal() -> None:
    with pytest.raises(NothingTaught):
        Curriculum().lesson_on(date(2026, 3, 2))


def test_a_month_begins_with_its_own_lessons() -> None:
    first = [YEAR.lesson_on(day).id for day in days(date(2026, 5, 1), date(2026, 5, 4))]
    assert first == ["l12", "l13", "l14"]
    assert YEAR.theme_on(date(2026, 5, 2)) == "主题5"


def test_a_lesson_from_another_month_keeps_its_own_theme() -> None:
    filler = Curriculum.of([Pack("p", "p", (replace(DAHUI, theme="自己的主题"),), (), MONTHS[:1])])
    assert filler.theme_on(date(2026, 5, 20)) == "自己的主题"


def test_a_lesson_comes_again_after_weeks_at_the_earliest() -> None:
    seen: dict[str, date] = {}
    for day in days(date(2026, 1, 1), date(2029, 1, 1)):
        lesson = YEAR.lesson_on(day).id
        if lesson in seen and seen[lesson].year == day.year:
            assert (day - seen[lesson]).days > 14, (lesson, day)
        seen[lesson] = day


def test_the_same_day_teaches_the_same_on_every_machine() -> None:
    other = Curriculum.of([Pack("year", "一年", LESSONS, (), MONTHS)])
    day = date(2026, 12, 31)
    assert other.lesson_on(day) == YEAR.lesson_on(day)


@pytest.mark.parametrize("day", [date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 1), date(9999, 12, 31)])
def test_odd_days_have_a_lesson_too(day: date) -> None:
    assert YEAR.lesson_on(day).id in YEAR.lessons


def test_a_lesson_waits_until_it_is_valid() -> None:
    later = replace(DAHUI, id="later", valid_from=date(2026, 6, 1))
    both = Curriculum.of([Pack("p", "p", (DAHUI, later), (), ())])
    before = {both.lesson_on(day).id for day in days(date(2026, 3, 1), date(2026, 5, 31))}
    after = {both.lesson_on(day).id for day in days(date(2026, 6, 1), date(2026, 6, 10))}
    assert before == {"dahui"}
    assert after == {"dahui", "later"}


def test_one_lesson_alone_is_taught_every_day() -> None:
    only = Curriculum.of([PACK])
    assert {only.lesson_on(day).id for day in days(date(2026, 1, 1), date(2026, 3, 1))} == {"dahui"}


def test_packs_add_up_and_the_later_one_wins() -> None:
    changed = replace(DAHUI, title="改过的题目")
    both = Curriculum.of(
        [PACK, Pack("more", "更多", (changed,), (), (Month(3, "另一个主题", lessons=("dahui",)),))]
    )
    assert both.lesson("dahui").title == "改过的题目"
    assert both.theme_on(date(2026, 3, 1)) == "另一个主题"
    assert both.months[3].lessons == ("dahui",)
    with pytest.raises(NoSuchLesson):
        both.lesson("gone")


def test_items_are_found_by_lesson_and_topic() -> None:
    only = Curriculum.of([PACK])
    assert only.items_by_lesson["dahui"] == ITEMS
    assert next(iter(only.topics.items())) == ("三会一课", 7)
