"""Taking one's data along, and being erased."""

import io
import json
import zipfile
from typing import Any

import openpyxl

from tests.chat.conftest import Person, Said, Talk


async def fetched(person: Person, said: Said) -> bytes:
    """The document of a message."""
    url = str(said.raw["document"]["url"])
    async with person.talk.web.get(url if "://" in url else person.talk.sandbox.url + url) as reply:
        assert reply.status == 200
        return await reply.read()


async def test_everything_comes_as_a_file_to_read_and_one_for_programs(nurse: Person) -> None:
    await nurse.says("/feedback =1+1 有错")
    await nurse.says("/mydata")
    await nurse.presses("导出")
    said = await nurse.sees()
    assert said.raw["document"]["file_name"] == "我的数据-2026-03-02.zip"
    archive = zipfile.ZipFile(io.BytesIO(await fetched(nurse, said)))
    document: dict[str, Any] = json.loads(archive.read("我的数据.json"))
    assert document["name"] == "林小满"
    assert document["feedback"][0]["text"] == "=1+1 有错"
    assert document["feedback"][0]["at"] == "2026-03-02T08:00:00+08:00"
    book = openpyxl.load_workbook(io.BytesIO(archive.read("我的数据.xlsx")))
    assert {"名册", "意见"} <= set(book.sheetnames)
    head, row = book["意见"].iter_rows()
    values = dict(zip([cell.value for cell in head], row, strict=True))
    assert values["内容"].value == "=1+1 有错"
    assert values["内容"].data_type == "s"  # no formula


async def test_erasing_takes_a_second_word_and_says_what_stays(nurse: Person, talk: Talk) -> None:
    await nurse.says("/feedback 有错")
    [page] = await nurse.says("/mydata")
    await nurse.presses("删除我的数据")
    asked = await nurse.again(page)
    assert "1 条意见" in asked.text
    assert "名册上的姓名、所在组织" in asked.text
    await nurse.presses("不删了")
    assert "📦 导出（压缩包）" in (await nurse.again(page)).buttons
    await nurse.presses("删除我的数据")
    data = (await nurse.again(page)).data("全部删除")
    await nurse.sends_data(page, data)
    assert "已经删除" in (await nurse.again(page)).text
    toast = await nurse.sends_data(page, data)  # a double tap
    assert "只对名册上的党员开放" in toast.text
    [answer] = await nurse.says("/today")
    assert "只对名册上的党员开放" in answer.text


async def test_the_last_administrator_has_to_hand_over_first(administrator: Person) -> None:
    [page] = await administrator.says("/mydata")
    await administrator.presses("删除我的数据")
    toast = await administrator.presses("全部删除")
    assert toast.alert
    assert "最后一位管理员" in toast.text
    assert "全部删除" in "".join((await administrator.again(page)).buttons)
