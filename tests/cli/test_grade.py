"""`python -m bot grade` marks a file of answers."""

import json
from pathlib import Path

from click.testing import CliRunner

from bot.grade_command import grade

ROWS = [
    {"id": "1", "kind": "number", "question": "几个月？", "reference": "6个月", "aliases": None, "answer": "半年", "label": "correct", "phenomenon": "synonym"},
    {"id": "2", "kind": "list", "question": "三项职责？", "reference": ["监督", "执纪", "问责"], "aliases": [[], [], []], "answer": "监督、问责", "label": "partial"},
]  # fmt: skip


def write(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in rows) + "\n\n", encoding="utf-8")
    return path


def test_each_row_gives_a_line(tmp_path: Path) -> None:
    done = CliRunner().invoke(grade, [str(write(tmp_path / "rows.jsonl", *ROWS))])
    assert done.exit_code == 0
    told = [json.loads(line) for line in done.output.splitlines()]
    assert [(one["id"], one["verdict"], one["missing"]) for one in told] == [
        ("1", "correct", []),
        ("2", "partial", ["执纪"]),
    ]
    assert set(told[0]) == {"id", "verdict", "score", "matched", "missing", "extras", "reasons"}


def test_a_report_compares_with_labels(tmp_path: Path) -> None:
    done = CliRunner().invoke(grade, [str(write(tmp_path / "rows.jsonl", *ROWS)), "--report"])
    assert done.exit_code == 0
    assert "grader" in done.output
    assert "rapidfuzz ratio" in done.output


def test_a_report_needs_labels(tmp_path: Path) -> None:
    bare = [{key: value for key, value in one.items() if key != "label"} for one in ROWS]
    done = CliRunner().invoke(grade, [str(write(tmp_path / "rows.jsonl", *bare)), "--report"])
    assert done.exit_code == 1
    assert "no row has a label" in done.output


def test_a_faulty_row_is_named_by_its_line(tmp_path: Path) -> None:
    done = CliRunner().invoke(grade, [str(write(tmp_path / "rows.jsonl", ROWS[0], {"kind": "fill"}))])
    assert done.exit_code == 1
    assert "rows.jsonl:2: answer" in done.output
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{", encoding="utf-8")
    assert CliRunner().invoke(grade, [str(broken)]).exit_code == 1


def test_faulty_words_are_named(tmp_path: Path) -> None:
    words = tmp_path / "words.yaml"
    words.write_text("synonyms: 3", encoding="utf-8")
    rows = write(tmp_path / "rows.jsonl", *ROWS)
    done = CliRunner().invoke(grade, [str(rows), "--words", str(words)])
    assert done.exit_code == 1
    assert "synonyms" in done.output
