"""The record of a meeting in chat: written, signed, corrected, made final, printed."""

from io import BytesIO

import openpyxl
import pytest
from PIL import Image

from storage.tables import Motion
from tests.actions.recording import closed
from tests.chat.conftest import Person, Said, Talk
from tests.chat.test_mydata import fetched
from tests.conftest import Clock, Hospital

TITLE = "一季度支部党员大会"


def picture() -> bytes:
    data = BytesIO()
    Image.new("RGB", (60, 40)).save(data, "png")
    return data.getvalue()


@pytest.fixture
async def meeting(talk: Talk, hospital: Hospital, hall: dict[str, Person]) -> int:
    """The nurse keeps the record, the secretary is in the chair."""
    return await closed(talk.app, hospital, host=hospital.secretary, recorder=hospital.nurse)


async def opens(secretary: Person) -> Said:
    """The record, found through the ledger."""
    [shelf] = await secretary.says("/ledger")
    await secretary.presses("支部党员大会", on=shelf)
    return await secretary.again(shelf)


async def writes(person: Person, record: Said, part: str, words: str) -> Said:
    await person.presses(f"✏️ {part}", on=record)
    [now] = await person.says(words)
    return now


async def test_a_record_from_the_first_word_to_the_lock(
    nurse: Person, secretary: Person, talk: Talk, meeting: int, clock: Clock
) -> None:
    record = await opens(secretary)
    for words in (TITLE, "2026年3月2日 06:00", "应到 4　实到 3　请假 0　缺席 1", "还没有写记录"):
        assert words in record.text
    record = await writes(secretary, record, "议题", "一、学习党章\n二、讨论 <转正>")
    record = await writes(secretary, record, "决议", "同意按期转正")
    assert "二、讨论 <转正>" in record.text and "同意按期转正" in record.text
    assert "主持人：方致远　待签名" in record.text and "记录人：林小满　待签名" in record.text

    await secretary.presses("请签名", on=record)
    assert "已请方致远、林小满签名" in (await secretary.sees()).text
    await talk.post()
    asked = await nurse.sees()
    assert "请以记录人身份确认" in asked.text and "一、学习党章" in asked.text
    assert "先和记录人说" not in asked.text and "版，和上一版" not in asked.text
    toast = await nurse.presses("签名（记录人）", on=asked)
    assert toast.text == "签好了，谢谢"
    mine = await nurse.again(asked)
    assert "记录人：林小满　✅ 3月2日 08:00 签名" in mine.text
    assert "🔒 锁定" not in mine.buttons

    await secretary.presses("签名（主持人）", on=record)
    record = await secretary.again(record)
    await secretary.presses("🔒 锁定", on=record)
    sure = await secretary.again(record)
    assert "锁定以后" in sure.text
    await secretary.presses("确认锁定", on=sure)
    final = await secretary.again(sure)
    assert "🔒 2026年3月2日 08:00 锁定，不能再改" in final.text
    assert not any("✏️" in label for label in final.buttons)
    toast = await secretary.sends_data(record, record.data("✏️ 议题"))
    assert toast.alert and "已经锁定" in toast.text


async def test_a_correction_is_a_new_version_with_its_difference(
    nurse: Person, secretary: Person, meeting: int
) -> None:
    record = await writes(secretary, await opens(secretary), "议题", "一、学习\n二、表决")
    await secretary.presses("签名（主持人）", on=record)
    record = await writes(secretary, await secretary.again(record), "议题", "一、学习\n二、讨论\n三、散会")
    assert "第2版" in record.text and "方致远　待签名" in record.text
    await secretary.presses("更多", on=record)
    await secretary.presses("各版", on=await secretary.again(record))
    versions = await secretary.again(record)
    assert "第2版　方致远　3月2日 08:00　签名 0／2" in versions.text
    assert "议题　二、表决" in versions.text and "议题　＋ 三、散会" in versions.text
    assert "第1版　方致远　3月2日 08:00　签名 1／2" in versions.text


async def test_a_mark_corrected_after_a_signature_asks_for_it_again_and_says_why(
    secretary: Person, meeting: int, talk: Talk
) -> None:
    record = await writes(secretary, await opens(secretary), "议题", "一、学习")
    await secretary.presses("签名（主持人）", on=record)
    [home] = await secretary.says("/attendance")
    for label in ("以往", TITLE, "📋 名单", "安可期", "✅ 到会", "纸质签到表"):
        await secretary.presses(label, on=await secretary.again(home))
    person = await secretary.again(home)
    assert "更改记录：" in person.text
    assert "3月2日 08:00 方致远：登记 缺席 → 到会（纸质签到表）" in person.text
    await talk.post()
    asked = await secretary.sees()
    assert "请以主持人身份确认" in asked.text
    assert "这是第2版，和上一版相比有改动，请再看一遍" in asked.text and "先和记录人说一声" in asked.text
    toast = await secretary.sends_data(record, record.data("签名（主持人）"))
    assert toast.alert and "已经有新的版本" in toast.text
    await secretary.presses("打开记录", on=asked)
    await secretary.presses("更多", on=await secretary.again(asked))
    await secretary.presses("各版", on=await secretary.again(asked))
    versions = await secretary.again(asked)
    assert "第2版　方致远　3月2日 08:00　签名 0／2" in versions.text
    assert "方致远：安可期 登记 缺席 → 到会（纸质签到表）" in versions.text
    assert "第1版　方致远　3月2日 08:00　签名 1／2" in versions.text


async def test_whoever_signs_sees_what_was_voted(
    nurse: Person, secretary: Person, talk: Talk, meeting: int, clock: Clock
) -> None:
    async with talk.app.db.writing() as tx:
        for number in range(9):
            tx.add(
                Motion(
                    meeting_id=meeting,
                    text=f"第{number}项 <计划>",
                    rule="majority",
                    secret=True,
                    ayes=1,
                    noes=2,
                    put_at=clock.now,
                    closed_at=clock.now,
                    result={"electorate": 3, "present": 3, "quorum": 2, "needed": 2, "passed": False},
                )
            )
    record = await writes(secretary, await opens(secretary), "决议", "通过计划")
    assert "第0项 <计划>：赞成1、反对2、弃权0，未通过" in record.text
    assert "第8项" not in record.text and "……另有1项，见会议记录" in record.text
    await secretary.presses("请签名", on=record)
    await talk.post()
    assert "第0项 <计划>：赞成1、反对2、弃权0，未通过" in (await nurse.sees()).text


async def test_more_is_added_to_what_is_there_and_cancelling_changes_nothing(
    secretary: Person, meeting: int
) -> None:
    record = await writes(secretary, await opens(secretary), "议题", "一、学习")
    await secretary.presses("✏️ 议题", on=record)
    ask = await secretary.sees()
    assert "现在写的是" in ask.text and "一、学习" in ask.text
    await secretary.presses("接着写", on=ask)
    [record] = await secretary.says("二、讨论")
    assert "一、学习\n二、讨论" in record.text
    await secretary.presses("✏️ 决议", on=record)
    toast = await secretary.presses("取消", on=await secretary.sees())
    assert "没有改动" in toast.text
    [hint] = await secretary.says("随便说说")
    assert "没有在等您回答的题" in hint.text


async def test_too_much_is_refused_and_may_be_shortened(secretary: Person, meeting: int) -> None:
    record = await opens(secretary)
    await secretary.presses("✏️ 议题", on=record)
    for _ in range(2):
        [record] = await secretary.says("长" * 3500)
        if "太长" in record.text:
            break
        assert "全文见记录文件" in record.text
        await secretary.presses("✏️ 议题", on=record)
        await secretary.presses("接着写", on=await secretary.sees())
    assert "最多6000字" in record.text
    [record] = await secretary.says("短一点")
    assert "全文见记录文件" in record.text and "太长" not in record.text


async def test_pictures_and_files_are_kept_shown_and_taken_out(
    secretary: Person, meeting: int, talk: Talk
) -> None:
    record = await opens(secretary)
    await secretary.presses("📎 附件 0", on=record)
    assert "还没有附件" in (await secretary.again(record)).text
    [kept] = await secretary.sends_file("签到表.pdf", b"%PDF-1.4 scan")
    assert "共 1 份" in kept.text
    await secretary.sends_file("会场.png", picture())
    await secretary.presses("📎", on=await _back(secretary, record))
    listed = await secretary.again(record)
    assert "1. 签到表.pdf" in listed.text and "2. " in listed.text
    await secretary.presses("发给我看", on=listed)
    shown = (await secretary.messages())[-2:]
    assert [bool(one.raw["document"]) or bool(one.raw["photo"]) for one in shown] == [True, True]
    await secretary.presses("✖ 1", on=listed)
    assert "签到表.pdf" not in (await secretary.again(listed)).text
    await secretary.presses("完成", on=listed)
    assert "附件 1 份" in (await secretary.again(listed)).text


async def _back(secretary: Person, record: Said) -> Said:
    await secretary.presses("完成", on=await secretary.again(record))
    return await secretary.again(record)


async def test_a_signature_on_paper_and_a_host_named_afterwards(
    secretary: Person, talk: Talk, hospital: Hospital, hall: dict[str, Person]
) -> None:
    await closed(talk.app, hospital, marks={"newcomer": "present", "secretary": "present"})
    record = await writes(secretary, await opens(secretary), "议题", "一、学习")
    assert "主持人：还没有指定" in record.text and "记录人：方致远" in record.text
    await secretary.presses("更多", on=record)
    await secretary.presses("👤 主持人", on=await secretary.again(record))
    await secretary.presses("安可期", on=await secretary.again(record))
    await secretary.presses("请签名", on=await secretary.again(record))
    assert "安可期没有加入或收不到消息" in (await secretary.sees()).text
    await secretary.presses("更多", on=await secretary.again(record))
    await secretary.presses("主持人已在纸上签名", on=await secretary.again(record))
    assert "安可期　✅ 纸质签名（方致远登记，3月2日 08:00）" in (await secretary.again(record)).text


async def test_the_record_and_the_roll_come_as_files_to_print(secretary: Person, meeting: int) -> None:
    record = await writes(secretary, await opens(secretary), "议题", "一、学习")
    await secretary.presses("📄 会议记录", on=record)
    printed = await secretary.sees()
    assert printed.raw["document"]["file_name"] == f"会议记录-20260302-{TITLE}.pdf"
    assert (await fetched(secretary, printed)).startswith(b"%PDF-")
    await secretary.presses("📊 签到表", on=record)
    workbook = openpyxl.load_workbook(BytesIO(await fetched(secretary, await secretary.sees())))
    assert [cell.value for cell in workbook["签到表"]["B"][3:]] == ["安可期", "方致远", "林小满", "白若谷"]


async def test_who_neither_keeps_nor_signs_sees_nothing(
    secretary: Person, hall: dict[str, Person], meeting: int
) -> None:
    record = await opens(secretary)
    for name in ("doctor", "outsider"):
        [words] = await hall[name].says("/ledger")
        assert "需要相应的权限" in words.text
        toast = await hall[name].sends_data(words, record.data("📄 会议记录"))
        assert toast.alert and "需要相应的权限" in toast.text


async def test_a_letter_that_came_too_late_asks_for_nothing(
    nurse: Person, secretary: Person, talk: Talk, meeting: int
) -> None:
    record = await writes(secretary, await opens(secretary), "议题", "一、学习")
    await secretary.presses("请签名", on=record)
    await writes(nurse, await _own(nurse, talk, record), "议题", "一、学习党章")
    before = len(await nurse.messages())
    await talk.post()
    assert len(await nurse.messages()) == before


async def _own(nurse: Person, talk: Talk, record: Said) -> Said:
    """The recorder opens the record by the button of a letter."""
    [hello] = await nurse.says("/menu")
    await nurse.sends_data(hello, "zb:1")
    return await nurse.sees()
