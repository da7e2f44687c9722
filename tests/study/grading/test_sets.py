"""The sets of marked answers: what the grader was tuned on has to stay right, what it was checked with nearly so."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import lexicon
from study.grading import Grader
from study.grading.report import Agreement, mark_all, report, row

HOUSE = Path(__file__).parents[3]


def looked_at(question: str) -> bool:
    """The half of the fourth blind set that was opened, parted by question; nobody has seen the rows of the other."""
    return int(hashlib.sha256(question.encode()).hexdigest(), 16) % 2 == 0


def agreement(name: str, wanted: Callable[[str], bool] = lambda _: True) -> Agreement:
    lines = (Path(__file__).parent / "data" / f"{name}.jsonl").read_text("utf-8").splitlines()
    grader = Grader(lexicon.read(HOUSE / "content"))
    rows = [row(json.loads(line)) for line in lines]
    return report(mark_all(grader, [one for one in rows if wanted(one.task.question)])).grader


@pytest.mark.parametrize("name", ["dev", "check", "third", "fourth", "fifth", "sixth", "seventh", "blind"])
def test_marks_agree_with_the_secretary(name: str) -> None:
    found = agreement(name)
    assert found.accuracy >= 0.93
    assert found.kappa >= 0.9
    assert found.accepted <= 0.01
    assert found.rejected <= 0.07


def test_free_paraphrase_is_not_accepted_wrongly() -> None:
    found = agreement("eighth")
    assert found.accuracy >= 0.88
    assert found.kappa >= 0.87
    assert found.accepted == 0
    assert found.rejected <= 0.04


@pytest.mark.parametrize("name", ["blind2", "ninth", "tenth"])
def test_everyday_talk_is_not_accepted_wrongly(name: str) -> None:
    found = agreement(name)
    assert found.accuracy >= 0.88
    assert found.kappa >= 0.87
    assert found.accepted <= 0.005
    assert found.rejected <= 0.05


def test_the_third_blind_set() -> None:
    found = agreement("blind3")
    assert found.accuracy >= 0.9
    assert found.kappa >= 0.87
    assert found.accepted <= 0.015
    assert found.rejected <= 0.08


def test_the_half_of_the_fourth_blind_set_that_was_looked_at() -> None:
    found = agreement("blind4", looked_at)
    assert found.accuracy >= 0.95
    assert found.kappa >= 0.93
    assert found.accepted <= 0.01
    assert found.rejected <= 0.04
