"""The second look at answers in other words: a table of vectors and trees small enough to reckon by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study.grading import Grade, Grader, Lexicon, Reason, Task, Verdict
from study.grading.answer import prepared
from study.grading.learned import FEATURES, Learned, Scale, Tree
from study.grading.likeness import is_open, look, sought
from study.grading.vectors import Vectors, nearness
from study.grading.wording import question
from study.items import Kind, Point

WORDS = {
    "告诉": (9, 1, 0, 0),
    "通知": (9, 0, 0, 0),
    "大夫": (0, 9, 1, 0),
    "医师": (0, 9, 0, 0),
    "家属": (0, 0, 0, 9),
    "长": (0, 0, 5, 0),
    "长期": (0, 0, 9, 0),
    "短期": (0, 0, 9, 1),
}
COVERED = FEATURES.index("covered")


def by_cover(least: float) -> Scale:
    """Holds where the answer comes near enough to what the reference says."""
    return Scale(start=0.0, trees=(Tree(((COVERED, least, -1, -2),), (-1.0, 1.0)),), least=0.0)


LEARNED = Learned(
    words=tuple(WORDS),
    table=np.array(list(WORDS.values()), dtype=np.int8),
    some=by_cover(0.4),
    all=by_cover(0.8),
)
VECTORS = Vectors(LEARNED.words, LEARNED.table)
GRADER = Grader(Lexicon(learned=LEARNED))
RULES = Grader(Lexicon())


def task(*points: str, kind: Kind = Kind.SHORT, asked: str = "发现后怎么办？") -> Task:
    return Task(kind, asked, tuple(map(Point, points)))


def test_words_that_come_near_count_as_said_and_the_reason_tells_which() -> None:
    grade = GRADER.grade(task("通知医师"), "告诉大夫")
    assert RULES.grade(task("通知医师"), "告诉大夫").verdict is Verdict.WRONG
    assert grade.verdict is Verdict.CORRECT
    assert grade.near_edge
    assert grade.missing == ()
    assert {(one.params["given"], one.params["wanted"]) for one in grade.reasons} == {
        ("告诉", "通知"),
        ("大夫", "医师"),
    }
    assert all(one.key == "alike" for one in grade.reasons)


def test_the_match_is_where_the_near_words_stand() -> None:
    answer = "嗯，告诉大夫"
    (match,) = GRADER.grade(task("通知医师"), answer).matched
    assert answer[match.start : match.end] in ("告诉", "大夫", "告诉大夫")


def test_half_of_it_is_partial_and_held() -> None:
    grade = GRADER.grade(task("通知医师"), "告诉家属")
    assert grade.verdict is Verdict.PARTIAL
    assert grade.near_edge


def test_other_words_stay_wrong() -> None:
    assert GRADER.grade(task("通知医师"), "回家睡觉").verdict is Verdict.WRONG


def test_a_list_is_matched_point_by_point() -> None:
    grade = GRADER.grade(task("通知", "医师", kind=Kind.LIST), "告诉、医师")
    assert grade.verdict is Verdict.CORRECT
    assert [match.point for match in grade.matched] == [0, 1]


def test_a_list_of_which_nothing_was_found_is_not_called_right_by_nearness() -> None:
    grade = GRADER.grade(task("通知", "医师", kind=Kind.LIST), "告诉、大夫")
    assert (grade.verdict, grade.near_edge) == (Verdict.PARTIAL, True)


def test_another_word_in_the_place_of_one_is_not_called_right_by_nearness() -> None:
    assert GRADER.grade(task("通知医师", kind=Kind.FILL), "通知大夫").verdict is not Verdict.CORRECT
    assert GRADER.grade(task("通知医师", kind=Kind.FILL), "告诉大夫").verdict is Verdict.CORRECT


def test_what_denies_is_not_called_right_in_part_by_nearness() -> None:
    assert GRADER.grade(task("通知医师，长期"), "不要告诉大夫").verdict is Verdict.WRONG


def test_what_denies_is_not_called_right_by_nearness() -> None:
    assert GRADER.grade(task("通知医师"), "不要告诉大夫").verdict is not Verdict.CORRECT


def test_opposites_are_not_raised_by_nearness() -> None:
    assert nearness(VECTORS.rows(["长期"]), VECTORS.rows(["短期"]))[0, 0] > 0.9
    assert GRADER.grade(task("长期"), "短期").verdict is Verdict.WRONG


def test_an_answer_with_something_against_it_is_not_weighed() -> None:
    against = Grade(Verdict.WRONG, 0.0, reasons=(Reason("missing", {}), Reason("negated", {})))
    open_ = Grade(Verdict.WRONG, 0.0, reasons=(Reason("missing", {}),))
    assert is_open(task("通知医师"), open_)
    assert not is_open(task("通知医师"), against)
    assert not is_open(task("3年", kind=Kind.NUMBER), open_)
    assert not is_open(task("通知医师"), Grade(Verdict.CORRECT, 1.0, reasons=(Reason("exact"),)))


def test_a_word_that_the_table_lacks_is_put_together_from_its_parts() -> None:
    assert nearness(VECTORS.rows(["告诉大夫"]), VECTORS.rows(["通知医师"]))[0, 0] > 0.9
    assert not VECTORS.of("煲").any()
    assert VECTORS.of("长煲").any()
    assert nearness(VECTORS.rows([]), VECTORS.rows(["长"])).tolist() == [[0.0]]


def test_trees_of_any_depth_are_summed() -> None:
    leaf = Tree((), (0.5,))
    deep = Tree(((0, 1.0, -1, 1), (1, 2.0, -2, -3)), (10.0, 20.0, 30.0))
    scale = Scale(start=1.0, trees=(leaf, deep), least=0.25)
    assert [scale.holds(given) for given in ([1, 9], [2, 2], [2, 3])] == [11.25, 21.25, 31.25]
    assert Scale(start=1.0, trees=(leaf,), least=0.0).holds([0]) == 1.5
    assert Scale(start=1.0, trees=(), least=0.0).holds([0]) == 1.0


@pytest.mark.parametrize("answer", ["告诉大夫", "告诉大夫告诉大夫", "大夫，家属，长短", "的的的", "嗯"])
def test_there_is_a_number_for_each_feature(answer: str) -> None:
    one = task("通知医师", "")
    asked = question(one.question)
    wanted = sought(VECTORS, one, asked)
    seen = look(VECTORS, wanted, asked, prepared(answer), Grade(Verdict.WRONG, 0.0))
    assert len(seen.features) == len(FEATURES)
    assert all(np.isfinite(seen.features))


@given(st.text(alphabet="告诉大夫通知医师家属长短不，、 a1的", max_size=60))
@settings(max_examples=200, deadline=None)
def test_it_never_lowers_a_mark(answer: str) -> None:
    level = {Verdict.WRONG: 0, Verdict.PARTIAL: 1, Verdict.CORRECT: 2}
    one = task("通知医师", "告诉家属", kind=Kind.LIST)
    assert level[GRADER.grade(one, answer).verdict] >= level[RULES.grade(one, answer).verdict]
