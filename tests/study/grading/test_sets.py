"""The sets of marked answers: what the grader was tuned on has to stay right, what it was checked with nearly so."""

import json
from pathlib import Path

import pytest

from storage import lexicon
from study.grading import Grader
from study.grading.report import Agreement, mark_all, report, row

HOUSE = Path(__file__).parents[3]


def agreement(name: str) -> Agreement:
    lines = (Path(__file__).parent / "data" / f"{name}.jsonl").read_text("utf-8").splitlines()
    grader = Grader(lexicon.read(HOUSE / "content"))
    return report(mark_all(grader, [row(json.loads(line)) for line in lines])).grader


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
