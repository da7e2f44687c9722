"""Putting quizzes together and reading what people tap and type."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study import quiz
from study.grading import Grader, Lexicon, Verdict
from study.items import Item, Kind
from tests.sample import FILL, ITEMS, LIST, MULTIPLE, SHORT, SINGLE, TRUTH

ORDER = (2, 0, 3, 1)


def many(kind: Item, count: int, prefix: str) -> list[Item]:
    return [replace(kind, id=f"{prefix}-{number}") for number in range(count)]


def test_a_quiz_mixes_mistakes_and_new_ones() -> None:
    chosen = quiz.compose(due=many(TRUTH, 9, "due"), fresh=many(SINGLE, 9, "new"), rng=Random(1))
    assert len(chosen) == 5
    assert sum(item.id.startswith("due") for item in chosen) == 3


def test_without_new_ones_more_mistakes_come_up() -> None:
    chosen = quiz.compose(due=many(TRUTH, 9, "due"), fresh=[], rng=Random(1))
    assert len(chosen) == 5


def test_what_was_missed_comes_after_the_lesson_of_the_day() -> None:
    chosen = quiz.compose(
        due=many(TRUTH, 9, "due"), fresh=[SINGLE], missed=many(MULTIPLE, 9, "missed"), rng=Random(1)
    )
    assert [item.id for item in chosen if not item.id.startswith("due")] == [SINGLE.id, "missed-0"]


def test_without_anything_due_all_is_new() -> None:
    chosen = quiz.compose(due=[], fresh=many(TRUTH, 2, "new"), missed=many(TRUTH, 9, "missed"), rng=Random(1))
    assert len(chosen) == 5


def test_what_is_known_is_not_asked_again_for_no_reason() -> None:
    chosen = quiz.compose(due=many(TRUTH, 3, "due"), fresh=[], spare=list(ITEMS), rng=Random(1))
    assert {item.id for item in chosen} == {"due-0", "due-1", "due-2"}


def test_spare_ones_fill_up() -> None:
    chosen = quiz.compose(due=[], fresh=[SINGLE], spare=list(ITEMS), rng=Random(1))
    assert len(chosen) >= 3
    assert len({item.id for item in chosen}) == len(chosen)


def test_slow_questions_make_a_shorter_quiz() -> None:
    chosen = quiz.compose(due=[], fresh=many(LIST, 9, "list"), rng=Random(1))
    assert len(chosen) == 3


def test_tapping_comes_before_typing() -> None:
    chosen = quiz.compose(due=[], fresh=[SHORT, SINGLE, FILL, TRUTH], rng=Random(1))
    kinds = [item.is_choice for item in chosen]
    assert kinds == sorted(kinds, reverse=True)


@given(st.integers(0, 8), st.integers(0, 8), st.integers(0, 8), st.integers())
def test_a_quiz_never_repeats_an_item(due: int, fresh: int, spare: int, seed: int) -> None:
    pool = many(SINGLE, 12, "x")
    chosen = quiz.compose(
        due=pool[:due], fresh=pool[2 : 2 + fresh], spare=pool[4 : 4 + spare], rng=Random(seed)
    )
    ids = [item.id for item in chosen]
    assert len(ids) == len(set(ids)) <= 5


def test_true_and_false_stay_where_they_are() -> None:
    assert all(quiz.option_order(TRUTH, Random(seed)) == (0, 1) for seed in range(20))
    assert sorted(quiz.option_order(SINGLE, Random(3))) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("text", "picks"),
    [
        ("A", (2,)),
        ("b", (0,)),
        ("Ｃ", (3,)),
        ("选D", (1,)),
        ("我觉得选 a 吧", (2,)),
        ("答案是B。", (0,)),
        ("应该是c", (3,)),
        ("第二个", (0,)),
        ("2", (0,)),
        ("第4项", (1,)),
        ("每季度", (2,)),
        ("我觉得是每季度", (2,)),
        ("", None),
        ("不知道", None),
        ("E", None),
        ("9", None),
        ("AB", None),
        ("一年一次", None),
    ],
)
def test_one_option_may_be_named_in_many_ways(text: str, picks: tuple[int, ...] | None) -> None:
    assert quiz.read_choice(SINGLE, ORDER, text) == picks


@pytest.mark.parametrize(
    ("text", "picks"),
    [
        ("ABC", (0, 2, 3)),
        ("c、a", (2, 3)),
        ("ＡＣ", (2, 3)),
        ("A和C", (2, 3)),
        ("选 a, b 还有 d", (0, 1, 2)),
        ("第一个、第三个", (2, 3)),
        ("1 2", (0, 2)),
        ("党员大会、支委会、党小组会", (0, 2, 3)),
        ("党员大会 和别的", None),
    ],
)
def test_several_options_may_be_named_in_any_order(text: str, picks: tuple[int, ...] | None) -> None:
    assert quiz.read_choice(MULTIPLE, ORDER, text) == picks


@pytest.mark.parametrize("text", ["对", "√", "是的", "正确", "我觉得对", "T", "yes", "对吧", "A", "没错！"])
def test_every_usual_yes_is_true(text: str) -> None:
    assert quiz.read_choice(TRUTH, (0, 1), text) == (0,)


@pytest.mark.parametrize("text", ["错", "×", "不对", "错误。", "我认为是错的", "F", "no", "不是", "B", "x"])
def test_every_usual_no_is_false(text: str) -> None:
    assert quiz.read_choice(TRUTH, (0, 1), text) == (1,)


@given(st.text(max_size=60))
def test_reading_a_choice_never_fails(text: str) -> None:
    for item, order in ((SINGLE, ORDER), (MULTIPLE, ORDER), (TRUTH, (0, 1))):
        picks = quiz.read_choice(item, order, text)
        assert picks is None or set(picks) <= set(order)


def test_some_of_several_right_ones_is_partly_right() -> None:
    assert quiz.mark_choice(MULTIPLE, (0, 2, 3)).verdict is Verdict.CORRECT
    partly = quiz.mark_choice(MULTIPLE, (3, 0))
    assert (partly.verdict, round(partly.score, 2), partly.given) == (Verdict.PARTIAL, 0.67, "AD")
    assert quiz.mark_choice(MULTIPLE, (0, 1)).verdict is Verdict.WRONG
    assert quiz.mark_choice(SINGLE, (1,)).verdict is Verdict.WRONG
    assert quiz.mark_choice(SINGLE, ()).verdict is Verdict.WRONG


def test_words_are_marked_by_the_grader_with_all_points() -> None:
    mark = quiz.mark_words(Grader(Lexicon.empty()), FILL, "政治标准")
    assert (mark.verdict, mark.given) == (Verdict.CORRECT, "政治标准")
    assert mark.grade is not None


def test_giving_up_is_wrong_and_misses_every_point() -> None:
    mark = quiz.give_up(LIST)
    assert mark.grade is not None
    assert (mark.verdict, mark.grade.missing) == (Verdict.WRONG, (0, 1, 2, 3))
    assert quiz.give_up(SINGLE).grade is None


def test_every_kind_knows_how_long_it_takes() -> None:
    for kind in Kind:
        base = next(item for item in ITEMS if item.kind is kind)
        assert quiz.compose(due=[], fresh=[base], rng=Random(0)) == (base,)


@pytest.mark.parametrize("text", ["不知道", "不会。", " 忘了 ", "？", "看答案"])
def test_saying_that_one_does_not_know_is_understood(text: str) -> None:
    assert quiz.has_no_idea(text)


@pytest.mark.parametrize("text", ["", "A", "不知道是不是每季度", "政治标准"])
def test_an_answer_is_not_taken_for_giving_up(text: str) -> None:
    assert not quiz.has_no_idea(text)
