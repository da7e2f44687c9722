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


def test_a_months_own_lessons_are_spread_over_it() -> None:
    may = {day: YEAR.lesson_on(day).id for day in days(date(2026, 5, 1), date(2026, 6, 1))}
    assert [day.day for day, id_ in may.items() if id_ in ("l12", "l13", "l14")] == [1, 11, 21]
    assert YEAR.theme_on(date(2026, 5, 1)) == "主题5"


def test_the_card_names_the_week_too() -> None:
    weekly = replace(MONTHS[4], weeks=("第一周", "第二周"))
    named = Curriculum.of([Pack("p", "p", LESSONS, (), (*MONTHS[:4], weekly, *MONTHS[5:]))])
    assert named.theme_on(date(2026, 5, 1)) == "主题5 · 第一周"
    assert named.theme_on(date(2026, 5, 11)) == "主题5 · 第二周"
    assert named.theme_on(date(2026, 5, 21)) == "主题5"


def test_a_lesson_from_another_month_keeps_its_own_theme() -> None:
    filler = Curriculum.of([Pack("p", "p", (replace(DAHUI, theme="自己的主题"),), (), MONTHS[:1])])
    assert filler.theme_on(date(2026, 5, 20)) == "自己的主题"


def gaps(curriculum: Curriculum) -> list[int]:
    """Days between a lesson and the next time it comes, over three years."""
    seen: dict[str, date] = {}
    found = []
    for day in days(date(2026, 1, 1), date(2029, 1, 1)):
        lesson = curriculum.lesson_on(day).id
        if lesson in seen:
            found.append((day - seen[lesson]).days)
        seen[lesson] = day
    return found


def test_with_forty_lessons_none_comes_twice_within_two_weeks() -> None:
    assert min(gaps(YEAR)) > 14


def test_with_a_hundred_lessons_none_comes_twice_within_two_months() -> None:
    lessons = tuple(replace(DAHUI, id=f"l{number:03}") for number in range(100))
    months = tuple(
        Month(month, "主题", lessons=tuple(lesson.id for lesson in lessons[8 * month - 8 : 8 * month]))
        for month in range(1, 13)
    )
    assert min(gaps(Curriculum.of([Pack("year", "一年", lessons, (), months)]))) > 61


def test_the_same_day_teaches_the_same_on_every_machine() -> None:
    other = Curriculum.of([Pack("year", "一年", LESSONS, (), MONTHS)])
    day = date(2026, 12, 31)
    assert other.lesson_on(day) == YEAR.lesson_on(day)


@pytest.mark.parametrize(
    "day", [date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 1), date(1, 1, 1), date(9999, 12, 31)]
)
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
