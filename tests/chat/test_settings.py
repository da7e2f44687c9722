"""A member's own choices, all in one message."""

import pytest

from tests.chat.conftest import Person


async def test_the_hour_is_chosen_by_button(nurse: Person) -> None:
    [settings] = await nurse.says("/settings")
    assert "每天 07:30 发今日一课" in settings.text
    await nurse.presses("改时间")
    hours = await nurse.again(settings)
    assert hours.buttons[0] == "07:00"
    assert "✅ 07:30" in hours.buttons
    assert "21:00" in hours.buttons
    toast = await nurse.presses("12:30")
    assert toast.text == "已保存"
    assert "每天 12:30 发今日一课" in (await nurse.again(settings)).text


async def test_the_hour_may_be_typed(nurse: Person) -> None:
    await nurse.says("/settings")
    await nurse.presses("改时间")
    [answer] = await nurse.says("晚上")
    assert "没看懂这个时间" in answer.text
    [answer] = await nurse.says("23:30")
    assert "夜间免打扰时段（22:00–07:00）" in answer.text
    [settings] = await nurse.says("7点40")
    assert "每天 07:40 发今日一课" in settings.text


async def test_a_picture_instead_of_a_time_gets_a_hint(nurse: Person) -> None:
    await nurse.says("/settings")
    await nurse.presses("改时间")
    [answer] = await nurse.sends_file("clock.png", b"picture")
    assert "请回复一个时间" in answer.text


async def test_going_back_ends_the_typing(nurse: Person) -> None:
    await nurse.says("/settings")
    await nurse.presses("改时间")
    await nurse.presses("返回")
    [answer] = await nurse.says("8:00")
    assert "没有在等您回答的题" in answer.text


async def test_quiet_days_are_ticked_and_unticked(nurse: Person) -> None:
    [settings] = await nurse.says("/settings")
    assert "每天都发" in settings.text
    await nurse.presses("免打扰日")
    await nurse.presses("周六")
    data = (await nurse.again(settings)).data("周日")
    for _ in range(2):  # a double tap
        await nurse.sends_data(settings, data)
    await nurse.presses("返回")
    assert "不发的日子：周六 周日" in (await nurse.again(settings)).text


async def test_muting_and_the_ranking(nurse: Person) -> None:
    [settings] = await nurse.says("/settings")
    data = settings.data("暂停推送")
    for _ in range(2):
        assert (await nurse.sends_data(settings, data)).text == "已保存"
    assert "已暂停推送" in (await nurse.again(settings)).text
    await nurse.presses("恢复推送")
    await nurse.presses("退出排行")
    assert "参加排行" in "".join((await nurse.again(settings)).buttons)


async def test_the_language_changes_at_once(nurse: Person) -> None:
    [settings] = await nurse.says("/settings")
    toast = await nurse.presses("English")
    assert toast.text == "Saved"
    assert "My settings" in (await nurse.again(settings)).text
    [menu] = await nurse.says("/menu")
    assert "What would you like to do?" in menu.text
    found = await nurse.talk.call("GET", f"chats/{nurse.id}/messages?as={nurse.id}&limit=1")
    assert {"command": "today", "description": "Today's lesson"} in found["commands"]
    await nurse.presses("中文", on=settings)
    assert "我的设置" in (await nurse.again(settings)).text


async def test_refusals_speak_the_language_too(nurse: Person) -> None:
    [settings] = await nurse.says("/settings")
    await nurse.presses("English")
    [hint] = await nurse.says("hello")
    assert "No question is waiting" in hint.text
    toast = await nurse.sends_data(settings, "go:roster")
    assert "needs" in toast.text


@pytest.mark.parametrize("data", ["sl:fr", "sh:30", "sd:9:1", "so:nowhere"])
async def test_made_up_buttons_change_nothing(nurse: Person, data: str) -> None:
    [settings] = await nurse.says("/settings")
    await nurse.sends_data(settings, data)
    [again] = await nurse.says("/settings")
    assert again.text == settings.text
