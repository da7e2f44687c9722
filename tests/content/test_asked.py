"""/ask finds what the starter pack teaches, and is honest about what it does not."""

import re

from bench import asking as bench
from storage import lexicon
from study.asking import Index


def test_the_questions_name_lessons_that_are_taught() -> None:
    taught = bench.curriculum().lessons
    for half in ("dev", "check"):
        assert {id_ for one in bench.asked(half) for id_ in one.lessons} <= set(taught)


def test_no_question_to_judge_by_was_tuned_on() -> None:
    dev, check = ([re.sub(r"\W", "", one.words) for one in bench.asked(half)] for half in ("dev", "check"))
    assert len(dev + check) == len({*dev, *check})
    assert len([one for half in ("dev", "check") for one in bench.asked(half) if one.lessons]) >= 80


def test_the_right_lesson_is_found_and_nothing_is_made_up() -> None:
    index = Index(bench.curriculum(), lexicon.read(bench.CONTENT).synonyms)
    figures = bench.judge(
        lambda question: [hit.lesson.id for hit in index.ask(question)], bench.asked("check")
    )
    assert figures.hit_at_1 >= 0.80
    assert figures.hit_at_3 >= 0.90
    assert figures.false_answers <= 0.15


def test_plain_keyword_search_does_worse() -> None:
    taught = bench.curriculum()
    index = Index(taught, lexicon.read(bench.CONTENT).synonyms)
    questions = bench.asked("check")
    ours = bench.judge(lambda question: [hit.lesson.id for hit in index.ask(question)], questions)
    plain = bench.judge(bench.plain_search(taught), questions)
    assert ours.hit_at_1 > plain.hit_at_1 and ours.hit_at_3 > plain.hit_at_3
    assert ours.false_answers < plain.false_answers
