"""The bench of /ask runs, and counts what it says it counts."""

import pytest

from bench import asking
from bench.asking import Asked


@pytest.mark.parametrize("half", ["check", "dev"])
def test_both_halves_can_be_judged(half: str) -> None:
    figures = asking.run(half=half)
    assert 0 < figures["hit_at_1"] <= figures["hit_at_3"] <= 1
    assert 0 <= figures["false_answers"] < figures["plain_false_answers"] <= 1
    assert figures["answerable"] > 60 and figures["unanswerable"] > 20


def test_hits_and_false_answers_are_counted() -> None:
    found = {"a": ["x", "y"], "b": ["y", "x"], "c": [], "d": ["x"], "e": []}
    questions = [
        *(Asked(words, frozenset({"x"})) for words in "abc"),
        *(Asked(words, frozenset()) for words in "de"),
    ]
    figures = asking.judge(found.__getitem__, questions)
    assert (figures.hit_at_1, figures.hit_at_3, figures.false_answers) == (1 / 3, 2 / 3, 0.5)
