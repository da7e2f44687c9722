"""What is allowed and yet doubtful is pointed out before a member meets it."""

from datetime import date
from typing import Any

import pytest

from study import packs
from study.grading import Grade, Grader, Lexicon, Task
from study.grading.verdict import Verdict
from tests.sample_packs import item, keys, lesson, pack, read

TODAY = date(2026, 3, 2)


def advise(values: Any, grader: Grader | None = None) -> tuple[packs.Fault, ...]:
    reading = read(values)
    assert reading.pack, reading.faults
    return packs.advise(
        reading.pack, places=reading.places, grader=grader or Grader(Lexicon.empty()), today=TODAY
    )


def test_the_sample_needs_no_second_look() -> None:
    assert advise(pack()) == ()


def test_lessons_without_items_are_named_with_their_place() -> None:
    (fault,) = advise(pack(lessons=[lesson(), lesson(id="dangke")]))
    assert (fault.key, fault.id, fault.file) == ("pack.advice.no_items", "dangke", "pack.yaml")
    assert fault.line > 1


def test_review_dates_are_compared_with_today() -> None:
    due = pack(lessons=[lesson(review_by="2026-03-01")], items=[item(review_by="2026-02-01")])
    assert [fault.params["date"] for fault in advise(due)] == ["2026-03-01", "2026-02-01"]
    assert advise(pack(items=[item(review_by="2026-03-02")])) == ()


@pytest.mark.parametrize(
    ("values", "key"),
    [
        (item("fill", question="支部党员大会多久开一次？"), "no_blank"),
        (item("multiple", answer="A"), "multiple_one"),
        (item("single", options=["每季度", "每季度。", "每年"], answer="A"), "wrong_option"),
        (item("number", answer="1921年或1922年"), "several_figures"),
        (item("list", points=["政治标准", "政治 标准。", "党课"]), "same_points"),
        (item(explanation=f"每季度一次，{'有需要时可以随时召开，' * 6}都算。"), "long_sentence"),
        (item(question=f"{'支部党员大会在每一年里' * 6}开几次？"), "long_sentence"),
        (item("multiple", explanation="前两项都是，朝会不是。"), "by_place"),
        (item("multiple", explanation="党员大会和党课都是，最后一个选项不是。"), "by_place"),
        (item(explanation="选项B正确。"), "by_place"),
        (item(explanation="后面几条都太密。"), "by_place"),
    ],
)
def test_a_doubtful_item_is_pointed_out(values: dict[str, Any], key: str) -> None:
    assert f"advice.{key}" in keys(advise(pack(items=[values])))


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ("每季度一次。" * 4 + "有需要的时候可以随时召开，" * 7, "long_sentence"),
        (
            "支部党员大会由全体党员参加，一般每季度召开一次，有需要的时候，可以随时召开，也可以同党课一起开。",
            "long_sentences",
        ),
        ("韡韡的旌旗、氤氲的晨雾、蹒跚的步履。", "rare_characters"),
    ],
)
def test_a_lesson_that_is_hard_to_read_is_pointed_out(body: str, key: str) -> None:
    assert keys(advise(pack(lessons=[lesson(body=body)]))) == {f"advice.{key}"}


@pytest.mark.parametrize(
    "body",
    [
        "大会由全体党员参加；一般每季度召开一次；有需要的时候，可以随时召开；也可以同党课一起开；人到齐了就开。",
        "第一位得奖的中国护士是王琇瑛。",
        "，" * 200 + "。",
    ],
)
def test_short_sentences_names_and_marks_are_easy_to_read(body: str) -> None:
    assert advise(pack(lessons=[lesson(body=body)])) == ()


@pytest.mark.parametrize(
    "words", ["前三个月每月一次。", "第三条写着每季度一次。", "维生素A和每季度一次无关。"]
)
def test_what_only_looks_like_a_place_is_left_alone(words: str) -> None:
    assert advise(pack(items=[item(explanation=words)])) == ()


def test_every_wording_of_every_point_is_tried() -> None:
    tried = []

    class Strict(Grader):
        def grade(self, task: Task, answer: str) -> Grade:
            tried.append(answer)
            return Grade(Verdict.PARTIAL, 0.5)

    found = advise(pack(items=[item("list")]), Strict(Lexicon.empty()))
    assert [fault.key for fault in found] == ["pack.advice.own_answer", "pack.advice.own_alias"]
    assert tried[:2] == ["党员大会、支委会、党课", "党员大会、支部委员会、党课"]


@pytest.mark.parametrize("blank", ["______", "（　）", "( )", "【】", "＿＿", "……"])
def test_usual_blanks_are_seen(blank: str) -> None:
    assert advise(pack(items=[item("fill", question=f"党员大会一般{blank}开一次。")])) == ()
