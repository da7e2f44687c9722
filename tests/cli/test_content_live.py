"""`content publish`, `versions` and `rollback`, as a person at the machine uses them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from tests.sample_packs import dumped, item, pack

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{tmp_path / 'bot.sqlite3'}")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, answer: str | None = None, code: int = 0) -> Result:
        result = CliRunner().invoke(main, ["content", *arguments], input=answer)
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "pack.yaml"
    path.write_text(dumped(pack()), "utf-8")
    return path


def test_a_pack_goes_live_after_a_question(run: Run, file: Path) -> None:
    assert "➕ 新增：课 1，题 7" in run("publish", str(file), answer="n\n", code=1).output
    assert run("versions").output == ""
    assert "已发布 sample，第1版" in run("publish", str(file), answer="y\n").output
    assert "完全一样" in run("publish", str(file)).output


def test_one_can_go_back(run: Run, file: Path) -> None:
    run("publish", str(file), "--yes")
    file.write_text(dumped(pack(items=[item()])), "utf-8")
    assert "➖ 移除：课 0，题 6" in run("publish", str(file), "--yes").output
    assert "已发布 sample，第3版" in run("rollback", "1").output
    lines = [line.split("\t") for line in run("versions").output.splitlines()]
    assert [(line[0], line[1], line[-1]) for line in lines] == [
        ("3", "sample", "*"),
        ("2", "sample", ""),
        ("1", "sample", ""),
    ]
    assert "这一版的内容" in run("rollback", "3", code=1).output
    assert "no such version" in run("rollback", "99", "--language", "en", code=1).output


def test_faults_are_told_and_nothing_is_published(run: Run, file: Path) -> None:
    file.write_text(dumped(pack(items=[item(answer="Z")])), "utf-8")
    told = run("publish", str(file), "--yes", code=1).output
    assert "没有选项 Z" in told and "共 1 处问题，没有发布。" in told
    assert run("versions").output == ""
