"""`python -m bot roster` and `python -m bot roles`, as a person at the machine uses them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.views import rosterfiles

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{tmp_path / 'bot.sqlite3'}")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, answer: str | None = None, code: int = 0) -> Result:
        result = CliRunner().invoke(main, [*arguments], input=answer)
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "名册.xlsx"
    path.write_bytes(rosterfiles.template())
    return path


def test_a_roster_is_imported_after_a_question(run: Run, file: Path) -> None:
    shown = run("roster", "import", str(file), answer="n\n", code=1)
    assert "＋ 林小满（内科第一党支部）" not in shown.output  # 林小满 sits in a group
    assert "＋ 林小满（第一党小组）" in shown.output
    assert run("roster", "list").output == ""
    done = run("roster", "import", str(file), answer="y\n")
    assert "新增 4 人" in done.output
    assert "林小满\tA1001\t第一党小组\t正式\t是\t否" in run("roster", "list").output


def test_with_yes_nobody_is_asked_and_the_same_file_again_changes_nothing(run: Run, file: Path) -> None:
    run("roster", "import", str(file), "--yes")
    assert "没有变化" in run("roster", "import", str(file), "--yes").output
    listed = run("roster", "list", "--unit", "外科总支").output
    assert listed.splitlines() == ["陆青禾\tA1003\t手术室党支部\t流动\t是\t否"]
    assert "找不到这个组织" in run("roster", "list", "--unit", "没有", code=1).output


def test_a_full_roster_lets_the_others_leave(run: Run, file: Path, tmp_path: Path) -> None:
    run("roster", "import", str(file), "--yes")
    part = tmp_path / "part.csv"
    part.write_text("姓名,支部\n陆青禾,手术室党支部\n", "utf-8")
    assert "没有变化" in run("roster", "import", str(part)).output
    assert "移出 3 人" in run("roster", "import", str(part), "--full", "--yes").output


def test_faults_change_nothing_and_end_with_code_1(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("姓名,支部,类别\n林小满,,正式\n白若谷,内科支部,群众\n", "utf-8")
    shown = run("roster", "import", str(bad), "--yes", code=1).output
    assert "第 2 行「支部」" in shown
    assert "第 3 行「类别」" in shown
    assert run("roster", "list").output == ""
    bad.write_bytes(b"\xd0\xcf\x11\xe0")
    assert "另存为" in run("roster", "import", str(bad), "--yes", code=1).output
    assert "save as .xlsx" in run("roster", "import", str(bad), "--language", "en", code=1).output


def test_roles_are_granted_listed_withdrawn_and_on_record(run: Run, file: Path) -> None:
    run("roster", "import", str(file), "--yes")
    assert run("roles", "grant", "林小满", "--role", "administrator").output == "管理员\t林小满\t党委\n"
    run("roles", "grant", "A1002", "--unit", "内科第一支部")
    assert run("roles", "list").output.splitlines() == [
        "管理员\t林小满\t第一党小组\t党委",
        "书记\t白若谷\t第二党小组\t内科第一党支部",
    ]
    assert run("roles", "withdraw", "白若谷").output == "书记\t白若谷\t内科第一党支部\n"
    assert "找到 0 个符合的角色" in run("roles", "withdraw", "白若谷", code=1).output
    refused = run("roles", "withdraw", "林小满", "--role", "administrator", code=1)
    assert "最后一位管理员" in refused.output
    assert "命令行撤销了白若谷的内科第一党支部书记" in run("roles", "audit").output


def test_people_who_cannot_be_told_apart_are_listed(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "twins.csv"
    path.write_text("姓名,工号,支部\n张伟,1,甲支部\n张伟,2,乙支部\n", "utf-8")
    run("roster", "import", str(path), "--yes")
    shown = run("roles", "grant", "张伟", code=1).output
    assert "1\t张伟\t甲支部" in shown
    assert "2\t张伟\t乙支部" in shown
    assert "名册上找不到这个人" in run("roles", "grant", "李四", code=1).output


def test_roles_need_a_roster_first(run: Run) -> None:
    assert run("roles", "list").output == ""
    assert "名册上找不到" in run("roles", "grant", "林小满", code=1).output


def test_the_template_is_written_to_a_file(run: Run, tmp_path: Path) -> None:
    run("roster", "template", str(tmp_path / "t.xlsx"))
    assert (tmp_path / "t.xlsx").read_bytes().startswith(b"PK")


def test_settings_that_cannot_be_used_are_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_QUIET_HOURS", "never")
    assert "BOT_QUIET_HOURS" in run("roster", "list", code=1).output


def test_a_branch_elsewhere_gets_its_own_time_zone(run: Run, file: Path) -> None:
    run("roster", "import", str(file), "--yes")
    assert "时区改为 Asia/Urumqi" in run("roster", "zone", "外科总支", "Asia/Urumqi").output
    assert "没有“新疆”这个时区" in run("roster", "zone", "外科总支", "新疆", code=1).output
    assert "命令行把外科党总支的时区改为 Asia/Urumqi" in run("roles", "audit").output
