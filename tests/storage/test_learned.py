"""Reading what the grader has learned."""

import json
from pathlib import Path

import numpy as np
import pytest

from storage import learned, lexicon
from study.grading.learned import FEATURES

CONTENT = Path(__file__).parents[2] / "content"
SCALE = {"start": 0.1, "least": 0.2, "trees": [{"nodes": [["covered", 0.5, -1, -2]], "leaves": [-1, 1]}]}


def write(folder: Path, *, rows: int = 2, scales: object = None) -> Path:
    np.savez(folder / learned.VECTORS, words=np.array("甲\n乙"), table=np.zeros((rows, 3), dtype=np.int8))
    text = json.dumps({"some": SCALE, "all": SCALE} if scales is None else scales)
    (folder / learned.TREES).write_text(text, "utf-8")
    return folder


def test_both_files_are_read(tmp_path: Path) -> None:
    found = lexicon.read(write(tmp_path)).learned
    assert found is not None
    assert found.words == ("甲", "乙")
    assert found.some.holds([1.0] * len(FEATURES)) == pytest.approx(0.9)
    assert found.all.holds([0.0] * len(FEATURES)) == pytest.approx(-1.1)


def test_nothing_is_learned_without_the_files(tmp_path: Path) -> None:
    assert lexicon.read(tmp_path).learned is None
    write(tmp_path)
    (tmp_path / learned.TREES).unlink()
    assert lexicon.read(tmp_path).learned is None


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"rows": 3}, "one row a word"),
        ({"scales": {"some": SCALE}}, "all"),
        ({"scales": [1]}, learned.TREES),
    ],
)
def test_a_fault_names_the_file(tmp_path: Path, fault: dict[str, object], told: str) -> None:
    write(tmp_path, **fault)  # type: ignore[arg-type]
    with pytest.raises(lexicon.LexiconError, match=told):
        lexicon.read(tmp_path)


def test_a_table_that_is_none_is_refused(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / learned.VECTORS).write_text("none")
    with pytest.raises(lexicon.LexiconError, match=learned.VECTORS):
        lexicon.read(tmp_path)


def test_what_is_kept_knows_the_words_of_the_house() -> None:
    found = learned.read(CONTENT)
    assert found is not None
    assert {"报告", "医生", "党员", "患者"} <= set(found.words)
    assert len(set(found.words)) == len(found.words) == len(found.table)
