"""补课 in chat: a letter, a lesson, three questions; one's own hours; the quiet word."""

import pytest

from actions import makeups, quietword
from tests.actions.recording import closed, remark
from tests.chat.conftest import Person, Talk
from tests.conftest import Clock, Hospital

TITLE = "一季度支部党员大会"


@pytest.fixture
async def missed(talk: Talk, hospital: Hospital, hall: dict[str, Person], clock: Clock) -> int:
    number = await closed(talk.app, hospital, marks={"nurse": "absent", "secretary": "present"})
    clock.tick(hours=1)
    await makeups.offer_due(talk.app)
    await talk.post()
    return number


async def finishes(nurse: Person, quiz: int = 1) -> None:
    """From the letter to the last answer, looking each one up."""
    await nurse.presses("开始看")
    while any("下一页" in text for text in (await nurse.sees()).buttons):
        await nurse.presses("下一页", on=await nurse.sees())
    await nurse.presses("答几道题", on=await nurse.sees())
    for position in range(3):
        question = await nurse.sees()
        assert "补课小测" in question.text
        await nurse.sends_data(question, f"g:{quiz}:{position}")
        if position < 2:
            await nurse.presses("下一题", on=await nurse.again(question))


async def test_a_missed_meeting_is_made_up_for(
    nurse: Person, secretary: Person, talk: Talk, missed: int
) -> None:
    letter = await nurse.sees()
    for words in (f"3月2日的“{TITLE}”您没能到会", "党员大会多久开一次", "建议 3月16日 前完成", "记 1 学时"):
        assert words in letter.text
    assert "必须" not in letter.text and "缺席" not in letter.text
    await finishes(nurse)
    assert any("补课完成，已经记上了" in one.text for one in await nurse.messages())
    [hours] = await nurse.says("/hours")
    assert "1 学时，一般每年不少于 32 学时" in hours.text and f"{TITLE}（补课）　1" in hours.text
    assert "仅供您自己查看" in hours.text
    await nurse.presses("补课记录", on=hours)
    assert f"✅ 3月2日 {TITLE}" in (await nurse.again(hours)).buttons

    [shelf] = await secretary.says("/ledger")
    await secretary.presses("支部党员大会", on=shelf)
    record = await secretary.again(shelf)
    assert "缺席 1　补课 1／1" in record.text
    await secretary.presses("🌱 补课", on=record)
    progress = await secretary.again(record)
    assert "已补课 1／1" in progress.text and "林小满" not in progress.text


async def test_the_record_of_oneself_leads_to_the_hours(nurse: Person, missed: int) -> None:
    await nurse.says("/me")
    await nurse.presses("⏱ 学时")
    hours = await nurse.again(await nurse.sees())
    assert "2026年学时" in hours.text and "还没有记录" in hours.text
    await nurse.presses("可以补课 1", on=hours)
    await nurse.presses(TITLE, on=await nurse.again(hours))
    assert "补的一课" in (await nurse.again(hours)).text


async def test_an_offer_that_is_gone_says_so(
    nurse: Person, talk: Talk, hospital: Hospital, missed: int
) -> None:
    letter = await nurse.sees()
    await remark(talk.app, missed, hospital.nurse, "present")
    toast = await nurse.presses("开始看", on=letter)
    assert toast.alert and "没有需要补的课了" in toast.text


async def test_the_secretary_chooses_another_lesson(secretary: Person, missed: int) -> None:
    [shelf] = await secretary.says("/ledger")
    await secretary.presses("支部党员大会", on=shelf)
    await secretary.presses("🌱 补课", on=await secretary.again(shelf))
    await secretary.presses("换一课", on=await secretary.again(shelf))
    toast = await secretary.presses("党员大会多久开一次", on=await secretary.again(shelf))
    assert toast.text == "已换"
    assert "补的一课：党员大会多久开一次" in (await secretary.again(shelf)).text


async def test_the_reminder_says_that_it_is_the_only_one(
    nurse: Person, talk: Talk, missed: int, clock: Clock
) -> None:
    clock.tick(days=12)
    await makeups.remind_due(talk.app)
    await talk.post()
    assert "之后不再提醒" in (await nurse.sees()).text


async def test_a_quiet_word_names_the_person_and_the_days_and_nothing_else(
    secretary: Person, talk: Talk, hospital: Hospital, clock: Clock
) -> None:
    for _ in range(3):
        clock.tick(days=7)
        await closed(talk.app, hospital, marks={"nurse": "absent"})
    clock.tick(hours=1)
    await quietword.say_due(talk.app)
    await talk.post()
    word = await secretary.sees()
    assert word.text == "🤝 林小满近来几次没有到会：3月9日、3月16日、3月23日。"
    assert word.buttons == []
