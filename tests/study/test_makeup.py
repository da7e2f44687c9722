"""补课: which questions, and until when."""

from datetime import date
from random import Random

import pytest

from study import makeup
from study.curriculum import Curriculum, NoSuchLesson
from study.makeup import MakeUpRules, NothingToOffer
from tests.sample import ITEMS, LONG, PACK


@pytest.fixture
def curriculum() -> Curriculum:
    return Curriculum.of([PACK])


def test_a_few_questions_of_the_lesson_come_by_tap_first(curriculum: Curriculum) -> None:
    chosen = makeup.questions(curriculum, "dahui", count=3, rng=Random(1))
    assert len({item.id for item in chosen}) == 3
    assert all(item.lesson == "dahui" for item in chosen)
    assert [item.is_choice for item in chosen] == sorted((item.is_choice for item in chosen), reverse=True)


def test_there_may_be_fewer_than_asked_for(curriculum: Curriculum) -> None:
    assert len(makeup.questions(curriculum, "dahui", count=99, rng=Random(1))) == len(ITEMS)


def test_a_lesson_without_questions_borrows_from_its_topic() -> None:
    curriculum = Curriculum(lessons={"long": LONG}, items={item.id: item for item in ITEMS})
    assert makeup.questions(curriculum, "long", count=2, rng=Random(1)) == ()
    with pytest.raises(NoSuchLesson):
        makeup.questions(curriculum, "gone", count=2, rng=Random(1))


@pytest.mark.parametrize(
    ("closed", "due"),
    [(date(2028, 2, 15), date(2028, 2, 29)), (date(2026, 12, 25), date(2027, 1, 8))],
)
def test_two_weeks_are_two_weeks_on_leap_days_and_over_new_year(closed: date, due: date) -> None:
    assert makeup.due_on(closed, MakeUpRules()) == due


def test_the_nearest_lesson_is_taken_or_the_other() -> None:
    assert makeup.nearest(["a", "b"], otherwise="c") == "a"
    assert makeup.nearest([], otherwise="c") == "c"
    with pytest.raises(NothingToOffer):
        makeup.nearest([], otherwise=None)


def test_the_meeting_is_asked_for_in_few_words() -> None:
    assert makeup.asked_of("三月党课", "学习党章\n讨论", most=10) == "三月党课 学习党章 "


@pytest.mark.parametrize(("meeting", "worth"), [(8, 4), (4, 4), (2, 2), (0, 0)])
def test_making_up_is_worth_no_more_than_the_meeting_nor_the_rule(meeting: int, worth: int) -> None:
    assert makeup.worth(meeting, MakeUpRules(most=4)) == worth
