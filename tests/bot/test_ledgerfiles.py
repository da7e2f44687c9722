"""The ledger as a workbook: what an inspector finds, ready to print, and nothing that runs."""

from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from bot.views import ledgerfiles
from tests.bot.records import ENTRY, RECORD, RULES, book, corrected, corrected_record


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(data))


def row(sheet: Worksheet, number: int) -> dict[str, object]:
    """A line of a table by its headings."""
    return {str(sheet.cell(3, cell.column).value): cell.value for cell in sheet[number]}


def test_there_is_a_summary_a_sheet_a_kind_and_the_rolls() -> None:
    day = replace(ENTRY, kind=RULES.kinds["day"], votes=())
    workbook = opened(ledgerfiles.year(book(ENTRY, day, day)))
    assert workbook.sheetnames == [
        *("汇总", "支部党员大会", "主题党日"),
        *("1.0312 支部党员大会", "2.0312 主题党日", "3.0312 主题党日"),
    ]
    assert workbook["主题党日"].max_row == 5


def test_a_meeting_has_every_column_that_is_asked_for() -> None:
    sheet = opened(ledgerfiles.year(book(ENTRY)))["支部党员大会"]
    assert sheet["A1"].value == "内科第一党支部2026年支部党员大会台账"
    assert row(sheet, 4) == {
        "序号": 1,
        "时间": "2026-03-12 19:30",
        "地点／方式": "三楼示教室、线上",
        "主题": "讨论白若谷同志转正",
        "主持人": "方致远",
        "记录人": "林小满",
        "应到": 4,
        "实到": 2,
        "请假": 1,
        "缺席": 1,
        "出席率": 0.5,
        "补课": "1／2",
        "表决事项及结果": "同意白若谷同志按期转正：赞成2、反对0、弃权0，通过",
        "主要内容（议题）": "一、学习党章\n二、讨论转正",
        "决议": "同意按期转正，报党总支审批。",
    }
    assert sheet["K4"].number_format == "0%"


def test_the_roll_names_everybody_with_mark_leave_and_making_up() -> None:
    sheet = opened(ledgerfiles.meeting(RECORD))["签到表"]
    late, leave, absent = (row(sheet, number) for number in (5, 6, 7))
    assert (late["姓名"], late["考勤"], late["方式"], late["备注"]) == ("林小满", "迟到", "登记", "手机没电")
    assert (leave["考勤"], leave["请假事由"]) == ("请假", "夜班")
    assert (absent["表决权"], absent["考勤"], absent["补课"]) == ("无", "缺席", "03-20")


def test_corrections_after_the_close_have_a_sheet_of_their_own() -> None:
    assert opened(ledgerfiles.meeting(RECORD)).sheetnames == ["签到表", "支部党员大会"]
    record = corrected_record(corrected("白若谷"), corrected("安可期"), corrected("方致远", note="=1+1"))
    sheet = opened(ledgerfiles.meeting(record))["会后更正"]
    assert [row(sheet, number) for number in (4, 6)] == [
        {
            "序号": 1,
            "更正时间": "2026-03-13 09:05",
            "更正人": "林小满",
            "更正内容": "白若谷、安可期 登记 缺席 → 到会",
            "原因": "纸质签到表",
        },
        {
            "序号": 3,
            "更正时间": "2026-03-14 21:20",
            "更正人": "方致远",
            "更正内容": "修改决议（第2版）",
            "原因": None,
        },
    ]
    assert row(sheet, 5)["原因"] == "=1+1" and sheet["E5"].data_type == "s"


def test_the_summary_adds_up() -> None:
    other = replace(ENTRY, unit="内科第二党支部", is_locked=False)
    sheet = opened(ledgerfiles.year(book(ENTRY, other, rolls=False)))["汇总"]
    first, _, total = (row(sheet, number) for number in (4, 5, 6))
    assert (first["党组织"], first["规定次数"], first["已开次数"]) == ("内科第一党支部", "每季度1次", 1)
    assert (total["序号"], total["应到人次"], total["实到人次"], total["已锁定"]) == ("合计", 8, 4, 1)
    assert (total["学时"], total["补课人次"], total["出席率"]) == (3, 2, 0.5)


def test_kinds_come_in_the_order_of_the_configuration() -> None:
    day = replace(ENTRY, kind=RULES.kinds["day"])
    own = replace(ENTRY, kind=replace(ENTRY.kind, key="own", name="读书会"))
    found = replace(book(own, day, ENTRY, rolls=False), kinds=("支部党员大会", "主题党日"))
    workbook = opened(ledgerfiles.year(found))
    assert workbook.sheetnames == ["汇总", "支部党员大会", "主题党日", "读书会"]
    assert [row(workbook["汇总"], number)["类别"] for number in (4, 5, 6)] == workbook.sheetnames[1:]
    assert "共1次" in workbook["主题党日"]["A2"].value


def test_of_several_units_each_line_names_its_own() -> None:
    other = replace(ENTRY, unit="内科第二党支部")
    sheet = opened(ledgerfiles.year(book(ENTRY, other, rolls=False)))["支部党员大会"]
    assert [row(sheet, number)["党组织"] for number in (4, 5)] == ["内科第一党支部", "内科第二党支部"]


def test_every_sheet_is_ready_to_print() -> None:
    for sheet in opened(ledgerfiles.year(book(ENTRY))).worksheets:
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$3" and sheet.freeze_panes == "C4"
        assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
        assert all(cell.border.left.style == "thin" for cell in sheet[3])
        assert sheet["A3"].font.name == "黑体" and sheet["B4"].font.name == "宋体"


@pytest.mark.parametrize("words", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1"])
def test_no_words_become_a_formula(words: str) -> None:
    entry = replace(ENTRY, title=words, host=words, topics=words, decisions=words, place=words)
    for sheet in opened(ledgerfiles.year(book(entry))).worksheets[:2]:
        for cells in sheet.iter_rows():
            for cell in cells:
                assert cell.data_type != "f"
                if str(cell.value).startswith(("=", "+", "-", "@", "\t", "\r")):
                    assert cell.data_type == "s" and cell.quotePrefix


def test_signs_that_no_workbook_takes_are_left_out() -> None:
    entry = replace(ENTRY, topics="第一\x0b项", kind=replace(ENTRY.kind, name="学习/讨论:[一]" * 5))
    workbook = opened(ledgerfiles.year(book(entry, entry)))
    assert all(len(name) <= 31 for name in workbook.sheetnames)
    assert row(workbook.worksheets[1], 4)["主要内容（议题）"] == "第一项"


def test_kinds_of_like_names_have_sheets_of_their_own() -> None:
    summary = replace(ENTRY, kind=replace(ENTRY.kind, name="汇总"))
    names = opened(ledgerfiles.year(book(ENTRY, summary, rolls=False))).sheetnames
    assert len(set(names)) == len(names) == 3


def test_what_is_longer_than_a_row_says_where_the_rest_is() -> None:
    sheet = opened(ledgerfiles.year(book(replace(ENTRY, topics="很长的记录。\n" * 500))))["支部党员大会"]
    assert str(row(sheet, 4)["主要内容（议题）"]).endswith("……（全文见会议记录）")
    assert (sheet.row_dimensions[4].height or 0) <= 409


def test_a_year_without_meetings_is_a_summary_alone() -> None:
    assert opened(ledgerfiles.year(book())).sheetnames == ["汇总"]
