"""An administrator sends question banks as they have them."""

import io
from typing import Any

from openpyxl import Workbook, load_workbook

from tests.chat.conftest import Person, Talk

HEADER = ["题型", "题干", "选项A", "选项B", "选项C", "答案", "解析"]


def bank(*rows: list[Any]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEADER, *rows):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


GOOD = ["单选题", "1. 病房<小课>多久一次？", "每天", "每周", "每月", "Ｂ", "每周一次。"]
BAD = ["单选题", "2. 这题没有答案？", "甲", "乙", None, None, None]


async def test_a_bank_is_published_like_any_pack(administrator: Person, nurse: Person) -> None:
    await administrator.says("/packs")
    [found] = await administrator.sends_file("病房题库.xlsx", bank(GOOD))
    assert "病房题库" in found.text and "➕ 新增：课 0，题 1" in found.text
    await administrator.presses("逐条预览")
    page = await administrator.again(found)
    assert "病房<小课>多久一次？" in page.text and "B. 每周" in page.text
    await administrator.presses("返回")
    await administrator.presses("发布")
    assert "已发布" in (await administrator.again(found)).text


async def test_good_rows_go_live_alone_when_the_administrator_says_so(administrator: Person) -> None:
    await administrator.says("/packs")
    [found] = await administrator.sends_file("病房题库.xlsx", bank(GOOD, BAD))
    assert "有 1 处问题" in found.text and "✅ 发布" not in found.buttons
    await administrator.presses("看问题")
    faults = await administrator.again(found)
    assert "第 3 行 F3  没有答案。请补上。" in faults.text
    await administrator.presses("返回")
    toast = await administrator.sends_data(found, f"pk:publish:{_draft(found)}:0")
    assert toast.alert and "还有问题没有处理" in toast.text
    await administrator.presses("只用没问题的 1 题")
    await administrator.presses("发布")
    assert "已发布" in (await administrator.again(found)).text


def _draft(found: Any) -> str:
    return str(found.data("看问题")).split(":")[2]


async def test_the_template_comes_filled_and_can_be_sent_back(administrator: Person, talk: Talk) -> None:
    await administrator.says("/packs")
    await administrator.presses("题库模板")
    sent = await administrator.sees()
    assert "七种题型各有一个例子" in sent.text
    async with talk.web.get(talk.sandbox.url + sent.raw["document"]["url"]) as reply:
        data = await reply.read()
    assert load_workbook(io.BytesIO(data)).sheetnames == ["题目", "填写说明"]
    [found] = await administrator.sends_file("题库模板.xlsx", data)
    assert "题 7" in found.text and "处问题" not in found.text


async def test_a_workbook_with_macros_is_refused(administrator: Person) -> None:
    await administrator.says("/packs")
    [told] = await administrator.sends_file("题库.xls", b"\xd0\xcf\x11\xe0" + b"\x00" * 600)
    assert "旧版 Excel" in told.text and "线上内容没有任何变化" in told.text


async def test_the_template_is_for_administrators(nurse: Person, administrator: Person) -> None:
    [home] = await nurse.says("/menu")
    toast = await nurse.sends_data(home, "pk:template:0:0")
    assert toast.alert and "需要相应的权限" in toast.text
