"""Rows in, marks out, and how they agree with a person's."""

import pytest

from study.grading import Grader, Lexicon
from study.grading.report import RowError, agreement, mark_all, marked, report, row, table

FILL = {
    "id": "1",
    "kind": "fill",
    "question": "根本宗旨是____。",
    "reference": "为人民服务",
    "aliases": ["服务人民"],
    "answer": "服务人民",
}
LIST = {
    "id": "2",
    "kind": "list",
    "question": "三项职责？",
    "reference": ["监督", "执纪", "问责"],
    "aliases": [["督促"], None, []],
    "answer": "督促、执纪",
}


def test_a_row_becomes_a_mark() -> None:
    grader = Grader(Lexicon.empty())
    (one, grade), (two, partial) = mark_all(grader, [row(FILL), row(LIST)])
    assert marked(one, grade) == {
        "id": "1", "verdict": "correct", "score": 1.0, "matched": [{"point": "为人民服务", "start": 0, "end": 4, "text": "服务人民"}],
        "missing": [], "extras": [], "reasons": [{"key": "exact"}],
    }  # fmt: skip
    told = marked(two, partial)
    assert told["verdict"] == "partial"
    assert told["missing"] == ["问责"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "essay"}, "kind"), ({"answer": None}, "answer"), ({"reference": None}, "reference"), ({"reference": []}, "reference"), ({"reference": [1]}, "reference"), ({"aliases": 3}, "aliases"), ({"label": "right"}, "label"),
    ],
)  # fmt: skip
def test_a_faulty_row_says_what_is_wrong(change: dict[str, object], field: str) -> None:
    with pytest.raises(RowError, match=f"^{field}:"):
        row({**FILL, **change})


@pytest.mark.parametrize("aliases", ["督促", ["督促"], [["督促"]], [["a"], 3, []]])
def test_aliases_of_a_list_come_one_list_a_point(aliases: object) -> None:
    with pytest.raises(RowError, match=r"^aliases:"):
        row({**LIST, "aliases": aliases})


def test_a_row_is_an_object() -> None:
    with pytest.raises(RowError, match="object"):
        row(["fill"])  # type: ignore[arg-type]


def test_a_list_needs_no_aliases() -> None:
    assert [point.text for point in row({**LIST, "aliases": None}).task.points] == ["监督", "执纪", "问责"]
    assert row({**FILL, "aliases": None, "label": "correct"}).label == "correct"
    assert row({**LIST, "aliases": ["督促", "执行纪律", "追责"]}).task.points[2].aliases == ("追责",)


def test_agreement_of_all_and_of_none() -> None:
    assert agreement([]).size == 0
    perfect = agreement([("wrong", "wrong"), ("correct", "correct"), ("partial", "partial")])
    assert (perfect.accuracy, perfect.macro_f1, perfect.kappa) == (1, 1, 1)
    assert agreement([("wrong", "wrong")]).kappa == 1
    crossed = agreement([("wrong", "correct"), ("correct", "wrong"), ("correct", "correct")])
    assert (crossed.accepted, crossed.rejected) == (1, 0.5)
    assert crossed.kappa == pytest.approx(-0.5)


def test_a_report_stands_beside_plain_matching() -> None:
    rows = [
        row({**FILL, "label": "correct", "phenomenon": "synonym"}),
        row({**LIST, "label": "partial"}),
        row(FILL),
    ]
    lines = table(report(mark_all(Grader(Lexicon.empty()), rows))).splitlines()
    assert lines[1].split()[:3] == ["grader", "2", "1.000"]
    assert lines[2].startswith("rapidfuzz ratio")
    assert [line.split()[:2] for line in lines[-2:]] == [["-", "1"], ["synonym", "1"]]
