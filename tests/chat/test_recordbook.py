"""The ledger and the cadence board in chat."""

from datetime import timedelta
from io import BytesIO

import openpyxl

from tests.actions.recording import closed
from tests.chat.conftest import Person, Talk
from tests.chat.test_mydata import fetched
from tests.conftest import Clock, Hospital


async def test_a_secretary_leafs_through_the_year_and_takes_it_home(
    secretary: Person, talk: Talk, hospital: Hospital, clock: Clock
) -> None:
    for days in range(1, 10):
        await closed(talk.app, hospital, kind="day", began=clock.now - timedelta(days=days))
    [shelf] = await secretary.says("/ledger")
    assert "内科第一党支部　2026年会议台账" in shelf.text and "共 9 次" in shelf.text
    assert "3月1日 主题党日 3／4" in shelf.buttons
    await secretary.presses("▸", on=shelf)
    assert "2 / 2" in (await secretary.again(shelf)).buttons
    await secretary.presses("下载2026年台账", on=await secretary.again(shelf))
    file = await secretary.sees()
    assert file.raw["document"]["file_name"] == "内科第一党支部-2026年会议台账.xlsx"
    workbook = openpyxl.load_workbook(BytesIO(await fetched(secretary, file)))
    assert workbook.sheetnames[:2] == ["汇总", "主题党日"] and len(workbook.sheetnames) == 11
    await secretary.presses("2025年", on=await secretary.again(shelf))
    assert "这一年还没有结束的会议" in (await secretary.again(shelf)).text


async def test_the_committee_goes_down_to_a_branch_and_up_again(
    administrator: Person, talk: Talk, hospital: Hospital
) -> None:
    await closed(talk.app, hospital)
    [shelf] = await administrator.says("/export")
    assert "云杉医院党委" in shelf.text and any("内科第一党支部" in text for text in shelf.buttons)
    await administrator.presses("下级组织", on=shelf)
    await administrator.presses("外科党总支", on=await administrator.again(shelf))
    below = await administrator.again(shelf)
    assert "外科党总支" in below.text and "还没有结束的会议" in below.text
    await administrator.presses("上一级", on=below)
    assert "云杉医院党委" in (await administrator.again(below)).text


async def test_the_cadence_board_names_the_articles(
    secretary: Person, talk: Talk, hospital: Hospital, clock: Clock
) -> None:
    await closed(talk.app, hospital, kind="day", began=clock.now - timedelta(days=40))
    [board] = await secretary.says("/cadence")
    for words in (
        "内科第一党支部　2026年开会进度（截至3月2日）",
        "支部党员大会　每季度1次",
        "《中国共产党支部工作条例（试行）》第十一条",
        "党课　每季度1次（本院安排）",
        "1月✅　2月▫️　3月⏳",
        "⏳ 3月31日前开就行，还有30天",
        "不评价",
    ):
        assert words in board.text
    await secretary.presses("台账", on=board)
    assert "会议台账" in (await secretary.again(board)).text


async def test_the_committee_sees_every_branch_on_the_board(
    administrator: Person, talk: Talk, hospital: Hospital, clock: Clock
) -> None:
    await closed(talk.app, hospital, kind="day", began=clock.now - timedelta(days=40))
    await administrator.says("/menu")
    await administrator.presses("开会进度")
    board = await administrator.sees()
    assert "内科第一党支部　⏳4 ▫️1" in board.buttons
    for words in (
        "每行依次：支部党员大会、党课、主题党日、组织生活会",
        "🟨🟨🟨🟨 内科第一党支部 ▫️1",
        "🟨🟨🟨🟨 手术室党支部",
        "🟨 待开",
        "不评价",
    ):
        assert words in board.text
    await administrator.presses("内科第二党支部", on=board)
    below = await administrator.again(board)
    assert "内科第二党支部　2026年开会进度" in below.text
    await administrator.presses("上一级", on=below)
    assert "内科党总支" in (await administrator.again(below)).text


async def test_members_are_told_that_it_is_not_for_them(nurse: Person) -> None:
    for command in ("/ledger", "/cadence"):
        [words] = await nurse.says(command)
        assert "需要相应的权限" in words.text
