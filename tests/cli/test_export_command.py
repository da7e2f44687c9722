"""`python -m bot export`, as a person at the machine uses it."""

from pathlib import Path

import openpyxl
from click.testing import CliRunner
from pytest import MonkeyPatch

from bot.__main__ import main
from bot.views import rosterfiles


def test_the_ledger_is_written_to_a_file(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{tmp_path / 'bot.sqlite3'}")
    monkeypatch.chdir(tmp_path)
    roster, out = tmp_path / "roster.xlsx", tmp_path / "ledger.xlsx"
    roster.write_bytes(rosterfiles.template())
    run = CliRunner().invoke
    assert run(main, ["roster", "import", str(roster), "--yes"]).exit_code == 0
    result = run(main, ["export", "ledger", "--year", "2026", "--unit", "内科党总支", "--out", str(out)])
    assert result.exit_code == 0 and "内科党总支2026年会议台账，共 0 次" in result.output
    assert openpyxl.load_workbook(out).sheetnames == ["汇总"]
    wrong = run(main, ["export", "ledger", "--unit", "没有的支部", "--out", str(out)])
    assert wrong.exit_code == 1 and "找不到这个组织" in wrong.output
