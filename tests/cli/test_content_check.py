"""`content check` tells people what to mend, in their language."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.content_command import content
from tests.sample_packs import dumped, item, lesson, pack


def check(path: Path, *options: str) -> Result:
    return CliRunner().invoke(content, ["check", str(path), "--today", "2026-03-02", *options])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "pack.yaml", pack())
    return tmp_path


def write(path: Path, values: dict[str, Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(dumped(values), "utf-8")


def test_a_sound_pack_is_summed_up(folder: Path) -> None:
    result = check(folder)
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "检查通过：样例（sample）",
        "课程：1",
        "题目：7（单选 1, 多选 1, 判断 1, 填空 1, 简答 1, 列举 1, 数字 1）",
        "计划：1 个月",
        "没有需要提醒的地方。",
    ]


def test_faults_are_grouped_by_file_with_lines_and_remedies(folder: Path) -> None:
    write(folder / "lessons/dangke.yaml", {"lessons": [lesson(id="dangke", minutes="三")]})
    write(folder / "quizzes/dangke.yaml", {"items": [item(id="dangke-1", answer="D", lesson="dangk")]})
    (folder / "quizzes/x.yaml").write_text("items: [甲", "utf-8")
    result = check(folder)
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "lessons/dangke.yaml",
        "  第 15 行 lessons[1].minutes [dangke]  “三”不对，应是 1 到 60 的整数。",
        "quizzes/dangke.yaml",
        "  第 15 行 items[1].answer [dangke-1]  没有选项 D，最后一个选项是 C。请核对答案。",
        "quizzes/x.yaml",
        "  第 1 行  方括号或花括号里的内容读不懂（第 8 列）。请检查逗号和括号是否齐全；含有逗号、冒号的文字请加引号。",
        "共 3 处问题，内容包不能使用。改好后再检查一次。",
    ]


def test_findings_can_be_read_in_english(folder: Path) -> None:
    write(folder / "more.yaml", {"items": [item(id="x-1", lesson="dahu")]})
    result = check(folder, "--language", "en")
    assert result.exit_code == 1
    assert "There is no lesson “dahu”. Did you mean “dahui”?" in result.output


def test_advice_does_not_stop_a_pack(folder: Path) -> None:
    write(folder / "more.yaml", {"lessons": [lesson(id="dangke", review_by="2026-01-31")]})
    result = check(folder)
    assert result.exit_code == 0
    assert result.output.splitlines()[-4:] == [
        "提醒 2 条：",
        "more.yaml",
        "  第 2 行 [dangke]  这一课还没有配题目。",
        "  第 2 行 review_by [dangke]  复核日期 2026-01-31 已过。请核对内容是否仍然有效，再改 review_by。",
    ]


def test_the_real_date_is_used_when_none_is_given(folder: Path) -> None:
    write(folder / "more.yaml", {"items": [item(id="x-1", review_by="2020-01-01")]})
    result = CliRunner().invoke(content, ["check", str(folder)])
    assert result.exit_code == 0
    assert "2020-01-01" in result.output


def test_a_path_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    result = check(tmp_path / "没有")
    assert result.exit_code == 1
    assert "找不到这个文件或文件夹" in result.output


def test_a_pack_with_pictures_counts_them(folder: Path) -> None:
    (folder / "pictures").mkdir()
    (folder / "pictures/x.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    write(folder / "more.yaml", {"items": [item(id="x-1", picture="pictures/x.png")]})
    assert "图片：1" in check(folder).output
