"""Whatever is typed, grading answers: no string raises, and the same string always gets the same mark."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import lexicon
from study.grading import Grade, Grader, Lexicon, Task, Verdict
from study.grading.report import row
from study.items import Kind, Point

# The branches that thousands of strings pass through are tried by name elsewhere.
pytestmark = pytest.mark.no_cover

DATA = Path(__file__).parent / "data"
CONTENT = Path(__file__).parents[3] / "content"
ROWS = [row(json.loads(line)) for line in (DATA / "dev.jsonl").read_text("utf-8").splitlines()]
TASKS = list(dict.fromkeys(one.task for one in ROWS))
SPICE = "不是没有的，、党员人民一二三四五六七八九十百千万亿半两1234567890年月日次%/.:-~〇或和第 每个\n①⑴½㎎👍\u200d\ud800Ⅷ零点成比"


@pytest.fixture(scope="module")
def grader() -> Grader:
    return Grader(lexicon.read(CONTENT))


def sound(task: Task, grade: Grade, answer: str) -> None:
    """What every grade promises."""
    assert 0 <= grade.score <= 1
    assert (grade.score == 1) == (grade.verdict is Verdict.CORRECT) or grade.score < 1
    assert all(0 <= match.start <= match.end <= len(answer) for match in grade.matched)
    assert all(0 <= index < len(task.points) for index in grade.missing)
    assert all(reason.key for reason in grade.reasons)


@settings(max_examples=150, deadline=None)
@given(answer=st.text(max_size=200), index=st.integers(0, len(TASKS) - 1))
def test_any_text_gets_a_mark(grader: Grader, answer: str, index: int) -> None:
    sound(TASKS[index], grader.grade(TASKS[index], answer), answer)


@settings(max_examples=250, deadline=None)
@given(answer=st.text(alphabet=SPICE, max_size=60), index=st.integers(0, len(TASKS) - 1))
def test_any_mixture_of_figures_and_negations_gets_a_mark(grader: Grader, answer: str, index: int) -> None:
    sound(TASKS[index], grader.grade(TASKS[index], answer), answer)


@settings(max_examples=80, deadline=None)
@given(
    kind=st.sampled_from([Kind.FILL, Kind.SHORT, Kind.LIST, Kind.NUMBER]),
    question=st.text(alphabet=SPICE + "几多少吗_", max_size=30),
    texts=st.lists(st.text(alphabet=SPICE, max_size=20), max_size=4),
    answer=st.text(alphabet=SPICE, max_size=30),
)
def test_any_question_can_be_asked(kind: Kind, question: str, texts: list[str], answer: str) -> None:
    task = Task(kind, question, tuple(map(Point, texts)))
    sound(task, Grader(Lexicon.empty()).grade(task, answer), answer)


def test_ten_thousand_mutated_answers_get_marks(grader: Grader) -> None:
    dice = random.Random(20260701)
    for number in range(10_000):
        one = dice.choice(ROWS)
        text = list(one.answer)
        for _ in range(dice.randint(1, 4)):
            at = dice.randint(0, len(text))
            text[at : at + dice.randint(0, 2)] = dice.choices(SPICE, k=dice.randint(0, 3))
        answer = "".join(text)
        sound(one.task, grader.grade(one.task, answer), answer)
        if number % 100 == 0:
            long = (answer + "、") * (4096 // (len(answer) + 1))
            sound(one.task, grader.grade(one.task, long), long)


def test_the_same_answer_gets_the_same_mark_again() -> None:
    words = lexicon.read(CONTENT)
    first = [Grader(words).grade(one.task, one.answer) for one in ROWS[:60]]
    again = Grader(words)
    assert [again.grade(one.task, one.answer) for one in reversed(ROWS[:60])] == first[::-1]
