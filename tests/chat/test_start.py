"""Coming in, the menu, and what strangers are told."""

import re

import pytest

from tests.chat.conftest import Person, Talk
from tests.conftest import Clock


async def link(secretary: Person, name: str = "安可期") -> str:
    """The start payload of a new link for somebody."""
    await secretary.says(f"/invite {name}")
    await secretary.presses(name)
    found = re.search(r"start=([A-Za-z0-9_-]+)", (await secretary.sees()).text)
    assert found
    return found[1]


async def menu_of_commands(person: Person) -> set[str]:
    found = await person.talk.call("GET", f"chats/{person.id}/messages?as={person.id}&limit=1")
    return {one["command"] for one in found["commands"]}


async def test_a_stranger_gets_a_kind_word_and_nothing_else(stranger: Person, talk: Talk) -> None:
    [answer] = await stranger.says("/start")
    assert "请向所在支部的书记要一个加入链接" in answer.text
    assert "云杉" not in answer.text
    for words in (
        "/menu",
        "/help",
        "/settings",
        "/feedback 你好",
        "/mydata",
        "/invite",
        "/roster",
        "/roles",
        "/audit",
    ):
        [again] = await stranger.says(words)
        assert again.text == answer.text
        assert not again.buttons


async def test_a_newcomer_is_welcomed_by_name_and_picks_an_hour(secretary: Person, newcomer: Person) -> None:
    [welcome] = await newcomer.opens(await link(secretary))
    assert "安可期同志，欢迎您！" in welcome.text
    assert "内科第一党支部" in welcome.text
    assert "✅ 07:30" in welcome.buttons
    toast = await newcomer.presses("20:00")
    assert toast.text == "好的，每天 20:00 见。"
    assert "✅ 20:00" in (await newcomer.again(welcome)).buttons
    await newcomer.presses("我的设置")
    assert "每天 20:00 发今日一课" in (await newcomer.sees()).text
    await newcomer.presses("今日学习", on=welcome)
    assert "今日一课" in (await newcomer.again(welcome)).text


async def test_opening_ones_link_again_is_harmless(secretary: Person, newcomer: Person) -> None:
    payload = await link(secretary)
    await newcomer.opens(payload)
    [again] = await newcomer.opens(payload)
    assert "早已加入" in again.text


async def test_a_used_link_is_of_no_use_to_others(
    secretary: Person, newcomer: Person, stranger: Person
) -> None:
    payload = await link(secretary)
    await newcomer.opens(payload)
    [answer] = await stranger.opens(payload)
    assert "这个链接用不了" in answer.text
    assert "安可期" not in answer.text


async def test_an_expired_link_says_whom_to_ask(secretary: Person, newcomer: Person, clock: Clock) -> None:
    payload = await link(secretary)
    clock.tick(days=15)
    [answer] = await newcomer.opens(payload)
    assert "已经过期" in answer.text


async def test_somebody_elses_link_is_told_kindly(secretary: Person, nurse: Person) -> None:
    [answer] = await nurse.opens(await link(secretary))
    assert "这个账号已经是林小满同志在用" in answer.text
    assert "安可期" not in answer.text


async def test_guessing_is_slowed_down(stranger: Person) -> None:
    for _ in range(5):
        [answer] = await stranger.opens("in_guess")
        assert "这个链接用不了" in answer.text
    [answer] = await stranger.opens("in_guess")
    assert "请一个小时后再点" in answer.text


async def test_a_new_phone_takes_over_and_the_old_one_hears_of_it(
    secretary: Person, nurse: Person, stranger: Person, talk: Talk
) -> None:
    payload = await link(secretary, "林小满")
    assert "新手机" in (await secretary.sees()).text
    [welcome] = await stranger.opens(payload)
    assert "林小满同志，欢迎您！" in welcome.text
    await talk.post()
    assert "已转到另一部手机" in (await nurse.sees()).text
    [answer] = await nurse.says("/today")
    assert "只对名册上的党员开放" in answer.text


async def test_the_menu_has_what_ones_role_may_do(
    nurse: Person, secretary: Person, administrator: Person
) -> None:
    [menu] = await nurse.says("/start")
    assert menu.buttons == [
        "📖 今日学习",
        "✏️ 练一练",
        "🔁 错题回顾",
        "🙋 问一问",
        "📰 动态公告",
        "🙋 请假",
        "📊 我的记录",
        "⚙️ 设置",
        "💬 提意见",
        "🗂 我的数据",
    ]
    [menu] = await secretary.says("/menu")
    assert {"✉️ 邀请加入", "📈 支部情况", "🧾 加减积分", "📣 发通知", "💬 支部群"} <= set(menu.buttons)
    [menu] = await administrator.says("/menu")
    assert {"📇 党员名册", "🔑 角色权限", "📜 操作记录"} <= set(menu.buttons)


async def test_every_button_of_the_menu_leads_somewhere(administrator: Person) -> None:
    [menu] = await administrator.says("/menu")
    for label in menu.buttons[1:]:
        before = len(await administrator.messages())
        toast = await administrator.presses(label, on=menu)
        assert "过期" not in toast.text, label
        assert len(await administrator.messages()) > before or "没有待回顾的题" in toast.text, label
    await administrator.presses("今日学习", on=menu)
    assert "今日一课" in (await administrator.again(menu)).text


async def test_help_names_the_commands_of_ones_role(nurse: Person, administrator: Person) -> None:
    [page] = await nurse.says("/help")
    assert "/mydata" in page.text
    assert "/roster" not in page.text
    [page] = await administrator.says("/help")
    assert "/roster" in page.text


async def test_the_command_menu_follows_the_role(nurse: Person, administrator: Person, talk: Talk) -> None:
    await nurse.says("/start")
    assert "invite" not in await menu_of_commands(nurse)
    await administrator.says("/roles 林小满")
    for label in ("林小满", "书记", "内科第一党支部"):
        await administrator.presses(label)
    assert {"today", "invite"} <= await menu_of_commands(nurse)


@pytest.mark.parametrize(
    "command",
    ["/today", "/quiz", "/review", "/me", "/points 小满", "/stats", "/ask 党费", "/settings", "/roster"],
)
async def test_what_is_personal_is_not_said_in_groups(secretary: Person, talk: Talk, command: str) -> None:
    group = await talk.call(
        "POST", "groups", title="内科一支部", members=[secretary.id, "bot"], type="supergroup"
    )
    name, _, words = command.partition(" ")
    asked = {"as": secretary.id, "text": f"{name}@branch_study_bot {words}"}
    await talk.call("POST", f"chats/{group['id']}/messages", **asked)
    await talk.settled()
    seen = await talk.call("GET", f"chats/{group['id']}/messages?as={secretary.id}")
    said = [one["text"] for one in seen["messages"] if one["from"]["is_bot"] and not one["service"]]
    assert said[1:] == ["群里人多，我就不多说了。有事请私聊我。"], "after the offer to bind the group"
    assert not await secretary.messages()
