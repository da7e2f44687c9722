"""An administrator brings the roster up to date."""

import io

import openpyxl
import pytest

from actions import roster
from actions.actors import Console
from bot import dispatcher as dispatching
from storage import members
from tests.chat.conftest import Person, Talk
from tests.chat.test_mydata import fetched
from tests.conftest import Hospital

HEADER = "姓名,工号,支部,类别,入党时间,身份证号\n"
WARD = (
    "林小满,T0001,内科第一党支部,正式,,110101199003070011",
    "白若谷,T0002,内科第一党支部,正式,2001年7月1日,",
    "方致远,T0003,内科第一党支部,正式,,",
    "新来的,T0009,内科第一党支部,预备,,",
)


def file(*lines: str) -> bytes:
    return (HEADER + "\n".join(lines)).encode("gbk")


async def names(talk: Talk) -> set[str]:
    return {line.name for line in await roster.listing(talk.app, Console.SHELL)}


async def test_a_file_is_previewed_and_confirmed(administrator: Person, talk: Talk) -> None:
    [tree] = await administrator.says("/roster")
    assert "共 7 人，已加入 6 人" in tree.text
    assert "　　内科第一党支部　3/4" in tree.text
    [preview] = await administrator.sends_file("名册.csv", file(*WARD))
    assert "还没有生效" in preview.text
    assert "＋ 新来的（内科第一党支部）" in preview.text
    assert "✎ 白若谷：类别 预备→正式；入党时间 （空）→2001-07-01；表决权 否→是" in preview.text
    assert "－ 安可期（内科第一党支部）" in preview.text
    assert "「身份证号」像是身份证号，没有读取" in preview.text
    assert "110101" not in preview.text
    assert "新来的" not in await names(talk)
    data = preview.data("确认导入")
    await administrator.sends_data(preview, data)
    assert "新增 1 人，变更 1 人，移出 1 人" in (await administrator.again(preview)).text
    assert "新来的" in await names(talk)
    toast = await administrator.sends_data(preview, data)  # a double tap
    assert "已经处理过了" in toast.text


async def test_every_fault_is_told_with_its_place(administrator: Person, talk: Talk) -> None:
    await administrator.says("/roster")
    [faults] = await administrator.sends_file(
        "名册.csv", file("林小满,T0001,,正式,,", "白若谷,T0001,内科第一党支部,群众,去年,")
    )
    assert "有 3 处要改，名册没有变化" in faults.text
    assert "第 2 行「支部」：没有写所在组织" in faults.text
    assert "第 3 行「类别」：“群众”不认识" in faults.text
    assert "第 3 行「入党时间」：“去年”看不出日期" in faults.text
    assert not faults.buttons


async def test_what_is_no_roster_is_told_how_to_mend(administrator: Person) -> None:
    await administrator.says("/roster")
    [answer] = await administrator.says("怎么发？")
    assert "请发送 .xlsx 或 .csv 文件" in answer.text
    [answer] = await administrator.sends_file("旧.xls", b"\xd0\xcf\x11\xe0" + b"0" * 100)
    assert "“另存为”选 .xlsx" in answer.text


async def test_a_big_file_is_not_even_fetched(administrator: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.views.roster.MEGABYTES", 0)
    await administrator.says("/roster")
    [answer] = await administrator.sends_file("大.csv", file(*WARD))
    assert "0 MB 以内" in answer.text


async def test_the_preview_survives_other_commands_and_a_restart(administrator: Person, talk: Talk) -> None:
    await administrator.says("/roster")
    [preview] = await administrator.sends_file("名册.csv", file(*WARD))
    await administrator.says("/today")
    dispatching.build(talk.app)  # whatever a process remembers is in the database
    await administrator.presses("确认导入", on=preview)
    assert "新来的" in await names(talk)


async def test_if_the_roster_changed_meanwhile_it_is_shown_again(
    administrator: Person, talk: Talk, hospital: Hospital
) -> None:
    await administrator.says("/roster")
    [preview] = await administrator.sends_file("名册.csv", file(*WARD))
    async with talk.app.db.writing() as tx:
        nurse = await members.find(tx, hospital.nurse.id)
        assert nurse
        nurse.name = "林小曼"
    toast = await administrator.presses("确认导入", on=preview)
    assert "请看新的预览" in toast.text
    assert "✎ 林小曼：姓名 林小曼→林小满" in (await administrator.again(preview)).text
    assert "新来的" not in await names(talk)
    await administrator.presses("确认导入")
    assert "新来的" in await names(talk)


async def test_a_file_may_be_the_whole_roster(administrator: Person, talk: Talk) -> None:
    await administrator.says("/roster")
    [preview] = await administrator.sends_file(
        "名册.csv", file(*WARD, "程守静,T0006,手术室党支部,正式,,", "陆青禾,T0005,手术室党支部,正式,,")
    )
    assert "－ 严知秋" not in preview.text
    await administrator.presses("这是全院名册")
    whole = await administrator.again(preview)
    assert "－ 严知秋（内科第二党支部，已加入）" in whole.text
    await administrator.presses("只核对文件里的支部")
    assert "－ 严知秋" not in (await administrator.again(preview)).text
    old = preview.data("确认导入")
    await administrator.presses("这是全院名册")
    toast = await administrator.sends_data(preview, old)
    assert "已经处理过了" in toast.text  # that button was for something else
    await administrator.presses("放弃")
    assert "名册没有变化" in (await administrator.again(preview)).text


async def test_a_whole_roster_without_administrators_can_be_taken_back(administrator: Person) -> None:
    await administrator.says("/roster")
    [preview] = await administrator.sends_file("名册.csv", file(*WARD))
    await administrator.presses("这是全院名册")
    assert "全部管理员都会被移出名册" in (await administrator.again(preview)).text
    await administrator.presses("只核对文件里的支部")
    assert "✅ 确认导入" in (await administrator.again(preview)).buttons


async def test_a_long_preview_comes_with_a_file_of_all_lines(administrator: Person) -> None:
    await administrator.says("/roster")
    crowd = [f"新{chr(0x4E00 + place)},N{place},新设第{place % 9}支部,正式,," for place in range(300)]
    document, preview = await administrator.sends_file("名册.csv", file(*crowd))
    assert document.raw["document"]["file_name"] == "名册变化.txt"
    assert "……还有 290 行，全部见附件。" in preview.text
    content = (await fetched(administrator, document)).decode("utf-8-sig")
    assert content.count("＋ 新") == 300


async def test_the_template_is_an_example_with_invented_people(administrator: Person) -> None:
    await administrator.says("/roster")
    await administrator.presses("下载模板")
    book = openpyxl.load_workbook(io.BytesIO(await fetched(administrator, await administrator.sees())))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0][:4] == ("姓名", "工号", "党总支", "党支部")
    assert rows[1][0] == "林小满"


async def test_the_list_comes_as_a_workbook(administrator: Person) -> None:
    await administrator.says("/roster")
    await administrator.presses("名单附件")
    book = openpyxl.load_workbook(io.BytesIO(await fetched(administrator, await administrator.sees())))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0] == ("姓名", "工号", "党支部", "人员类别", "表决权", "已加入")
    assert ("安可期", "T0007", "内科第一党支部", "正式", "是", "否") in rows


async def test_others_cannot_touch_the_roster(secretary: Person, talk: Talk) -> None:
    [answer] = await secretary.says("/roster")
    assert "需要相应的权限" in answer.text
    [answer] = await secretary.sends_file("名册.csv", file(*WARD))
    assert "只看得懂文字" in answer.text
    for data in ("ro:full", "rc:abc", "go:roster"):
        assert (await secretary.sends_data(answer, data)).alert
