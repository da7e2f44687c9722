"""`content import`, `export` and `template`, as a person at the machine uses them."""

import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from storage import uploads
from storage.packfiles import limits
from tests.sample_packs import dumped, pack

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{tmp_path / 'bot.sqlite3'}")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, ["content", *arguments])
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    path = tmp_path / "党课题库.csv"
    path.write_text("题型,题干,选项,答案,怪列\n单选,多久？,A.每月 B.每季度,B,x\n配对,谁？,,x,\n", "utf-8")
    return path


def test_a_bank_becomes_a_pack_that_passes_the_check(run: Run, bank: Path) -> None:
    told = run("import", str(bank), "--out", "out.yaml", code=1).output
    assert "第 3 行 A3  没有“配对”这种题型" in told and "“怪列”这一列没有用到" in told
    assert "另有 1 题没有问题" in told and not Path("out.yaml").exists()
    told = run("import", str(bank), "--out", "out.yaml", "--good-rows", "--title", "党课").output
    assert "写好了 out.yaml：1 题（单选 1）" in told and "有 1 处没看懂" in told
    checked = run("check", "out.yaml").output
    assert "检查通过：党课（dang-ke-ti-ku）" in checked
    upload = uploads.read_path(Path("out.yaml"))
    assert upload.pack and upload.pack.items[0].explanation == "答案：每季度"


def test_a_bank_without_any_good_question_writes_nothing(run: Run, bank: Path) -> None:
    bank.write_text("题干,答案\n,甲\n", "utf-8")
    assert "没有可用的题" in run("import", str(bank), "--out", "x.yaml", "--good-rows", code=1).output


def test_a_large_bank_goes_to_a_folder_with_a_bar(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"第{n}题问的是什么？,A.甲 B.乙 C.丙,C\n" for n in range(1_200))
    large = tmp_path / "大.csv"
    large.write_text("题干,选项,答案\n" + rows + " " * 50_000, "utf-8")
    told = run("import", str(large), "--out", "folder", "--id", "big").output
    assert "读取题库" in told and "1200 题" in told
    assert "题目：1200" in run("check", "folder").output
    monkeypatch.setattr(limits, "LARGEST_FILE", 1_000)
    assert "文件夹" in run("import", str(large), "--out", "x.yaml", code=1).output
    monkeypatch.undo()


@pytest.mark.parametrize("format", ["gift", "moodle", "yaml"])
def test_what_is_exported_can_be_imported_again(run: Run, tmp_path: Path, format: str) -> None:
    source = tmp_path / "pack.yaml"
    source.write_text(dumped(pack()), "utf-8")
    name = {"gift": "x.gift", "moodle": "x.xml", "yaml": "x.yaml"}[format]
    told = run("export", str(source), "--format", format, "--out", name).output
    assert "已写出 7 题" in told and ("论述题" in told) == (format != "yaml")
    again, first = uploads.read_path(Path(name)).pack, uploads.read_path(source).pack
    assert again and first
    if format == "yaml":
        assert again == first
    assert len(again.items) >= 6


def test_an_anki_deck_holds_every_question(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "pack.yaml"
    source.write_text(dumped(pack()), "utf-8")
    run("publish", str(source), "--yes")
    run("export", "--pack", "sample", "--format", "anki", "--out", "x.apkg")
    with zipfile.ZipFile("x.apkg") as deck:
        Path("deck.db").write_bytes(deck.read("collection.anki2"))
    with sqlite3.connect("deck.db") as database:
        notes = [row[0].split("\x1f") for row in database.execute("SELECT flds FROM notes")]
        decks = json.loads(database.execute("SELECT decks FROM col").fetchone()[0])
    database.close()
    assert len(notes) == 7 and any(deck["name"] == "样例" for deck in decks.values())
    single = next(note for note in notes if note[0].startswith("single"))
    assert single[1:3] == ["A. 每月<br>B. 每季度<br>C. 每年", "B. 每季度"]


def test_export_wants_one_source_and_a_sound_one(run: Run, bank: Path) -> None:
    run("export", "--format", "gift", "--out", "x", code=2)
    assert "配对" in run("export", str(bank), "--format", "gift", "--out", "x", code=1).output
    assert "已经停用" in run("export", "--pack", "nothing", "--format", "gift", "--out", "x", code=1).output


def test_an_export_that_does_not_fit_a_file_says_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "pack.yaml"
    source.write_text(dumped(pack()), "utf-8")
    monkeypatch.setattr("storage.packfiles.writing.limits.LARGEST_FILE", 5_000_000)
    run("publish", str(source), "--yes")
    monkeypatch.setattr("storage.packfiles.writing.limits.LARGEST_FILE", 100)
    assert "放不下" in run("export", "--pack", "sample", "--format", "yaml", "--out", "x", code=1).output


def test_the_template_is_a_bank_without_faults(run: Run) -> None:
    run("template", "--out", "模板.xlsx", "--language", "en")
    told = run("import", "模板.xlsx", "--out", "x.yaml").output
    assert "7 题" in told
    with zipfile.ZipFile(io.BytesIO(Path("模板.xlsx").read_bytes())) as book:
        assert book.testzip() is None
