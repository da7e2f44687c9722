"""Pressing: inline buttons, reply keyboards, commands, links."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from sandbox import people_api
from sandbox.server import Sandbox
from tests.web.bot import ScriptedBot, keyboard
from tests.web.chat_page import ChatPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MEMBER = 1001


async def answer(bot: ScriptedBot, query: dict[str, Any], **fields: Any) -> None:
    await bot.call("answerCallbackQuery", callback_query_id=query["id"], **fields)


async def test_an_answer_shows_as_a_toast(chat: ChatPage, bot: ScriptedBot) -> None:
    bot.on_press["later"] = lambda query: answer(bot, query, text="晚上再提醒您")
    await bot.say(MEMBER, "今日学习", reply_markup=keyboard([("稍后再学", "later")]))
    await chat.open(MEMBER)
    await chat.button("稍后再学").click()
    await expect(chat.toast).to_have_text("晚上再提醒您")
    await chat.toast.click()
    await expect(chat.toast).to_have_count(0)


async def test_an_alert_stays_until_it_is_acknowledged(chat: ChatPage, bot: ScriptedBot) -> None:
    bot.on_press["source"] = lambda query: answer(bot, query, text="第十五条\n<b>原文</b>", show_alert=True)
    await bot.say(MEMBER, "今日学习", reply_markup=keyboard([("来源", "source")]))
    await chat.open(MEMBER)
    await chat.button("来源").click()
    alert = chat.page.get_by_role("alertdialog")
    await expect(alert).to_contain_text("<b>原文</b>")
    await expect(alert.get_by_role("button", name="知道了")).to_be_focused()
    await chat.page.keyboard.press("Enter")
    await expect(alert).to_have_count(0)


async def test_a_button_spins_until_the_bot_answers(chat: ChatPage, bot: ScriptedBot) -> None:
    await bot.say(MEMBER, "请选", reply_markup=keyboard([("甲", "a"), ("乙", "b")]))
    await chat.open(MEMBER)
    await chat.button("甲").click()
    await expect(chat.button("甲")).to_have_attribute("aria-busy", "true")
    await expect(chat.button("乙")).not_to_have_attribute("aria-busy", "true")
    await chat.button("甲").click()
    update = await bot.hear()
    await answer(bot, update["callback_query"])
    await expect(chat.page.locator("[aria-busy]")).to_have_count(0)
    assert bot.heard.empty(), "a button that spins is not pressed twice"


async def test_a_button_never_answered_stops_spinning(
    chat: ChatPage, bot: ScriptedBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_api, "PRESS_SECONDS", 0.5)
    await bot.say(MEMBER, "请选", reply_markup=keyboard([("甲", "a")]))
    await chat.open(MEMBER)
    await chat.button("甲").click()
    await expect(chat.toast).to_have_text("机器人没有回应这次点按")
    await expect(chat.page.locator("[aria-busy]")).to_have_count(0)


async def test_ticking_a_box_edits_in_place_and_keeps_the_focus(chat: ChatPage, bot: ScriptedBot) -> None:
    async def tick(query: dict[str, Any]) -> None:
        await bot.call(
            "editMessageText",
            chat_id=MEMBER,
            message_id=query["message"]["message_id"],
            text="多选题",
            reply_markup=keyboard([("☑ 党课", "a")], [("提交", "b")]),
        )
        await answer(bot, query)

    bot.on_press["a"] = tick
    await bot.say(MEMBER, "多选题", reply_markup=keyboard([("☐ 党课", "a")], [("提交", "b")]))
    await chat.open(MEMBER)
    await chat.button("☐ 党课").focus()
    await chat.page.keyboard.press("Enter")
    await expect(chat.button("☑ 党课")).to_be_focused()
    await expect(chat.page.locator("[aria-busy]")).to_have_count(0)
    await expect(chat.messages).to_have_count(1)


async def test_rows_share_their_width_evenly(chat: ChatPage, bot: ScriptedBot) -> None:
    rows = keyboard(
        [("一", "1"), ("二", "2"), ("三", "3")], [("上一页", "p"), ("下一页", "n")], [("完成", "d")]
    )
    await bot.say(MEMBER, "这是一条用来看按钮宽度的消息，要够长才能看出来", reply_markup=rows)
    await chat.open(MEMBER)
    widths = await chat.page.locator(".inline-row").evaluate_all(
        "rows => rows.map(row => [...row.children].map(one => Math.round(one.getBoundingClientRect().width)))"
    )
    assert [len(row) for row in widths] == [3, 2, 1]
    assert all(max(row) - min(row) <= 1 for row in widths)
    assert abs(sum(widths[0]) + 8 - widths[2][0]) <= 2


async def test_copying_a_code(chat: ChatPage, bot: ScriptedBot) -> None:
    await chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = {"text": "复制邀请码", "copy_text": {"text": "AB-12"}}
    await bot.say(MEMBER, "您的邀请码", reply_markup={"inline_keyboard": [[button]]})
    await chat.open(MEMBER)
    await chat.button("复制邀请码").click()
    await expect(chat.toast).to_have_text("已复制")
    assert await chat.page.evaluate("navigator.clipboard.readText()") == "AB-12"


async def test_a_deep_link_starts_the_bot_as_this_person(
    chat: ChatPage, bot: ScriptedBot, sandbox: Sandbox
) -> None:
    link = f"https://t.me/{sandbox.world.bot.username}?start=join-7"
    rows = {"inline_keyboard": [[{"text": "加入支部", "url": link}]]}
    await bot.say(MEMBER, f"点按钮，或点 {link}", reply_markup=rows)
    await chat.open(MEMBER)
    await chat.page.get_by_role("link", name="加入支部").click()
    assert await bot.hear_text() == "/start join-7"
    await chat.message("点按钮").locator(".text a").click()
    assert await bot.hear_text() == "/start join-7"


async def test_a_command_in_a_message_is_sent_by_a_tap(chat: ChatPage, bot: ScriptedBot) -> None:
    await bot.say(MEMBER, "想多练就点 /quiz 吧")
    await chat.open(MEMBER)
    await chat.button("/quiz").click()
    assert await bot.hear_text() == "/quiz"


async def test_a_reply_keyboard_sends_its_words(chat: ChatPage, bot: ScriptedBot) -> None:
    rows = {
        "keyboard": [[{"text": "今日学习"}, {"text": "我的记录"}]],
        "one_time_keyboard": True,
        "input_field_placeholder": "也可以直接提问",
    }
    await bot.say(MEMBER, "请选择", reply_markup=rows)
    await chat.open(MEMBER)
    await expect(chat.input).to_have_attribute("placeholder", "也可以直接提问")
    await chat.button("今日学习").click()
    assert await bot.hear_text() == "今日学习"
    await expect(chat.button("我的记录")).to_be_hidden()
    await chat.button("快捷回复").click()
    await expect(chat.button("我的记录")).to_be_visible()
    await bot.say(MEMBER, "收起", reply_markup={"remove_keyboard": True})
    await expect(chat.button("快捷回复")).to_be_hidden()


async def test_commands_are_listed_completed_and_sent(chat: ChatPage, bot: ScriptedBot) -> None:
    commands = [("today", "今天的学习"), ("quiz", "练几道题"), ("quit", "离开")]
    await bot.call("setMyCommands", commands=[{"command": c, "description": d} for c, d in commands])
    await chat.open(MEMBER)
    options = chat.page.get_by_role("listbox", name="命令").get_by_role("option")
    await chat.button("命令").click()
    await expect(options).to_have_count(3)
    await expect(options.first).to_contain_text("今天的学习")
    await chat.page.keyboard.press("Escape")
    await expect(options).to_have_count(0)
    await chat.input.press_sequentially("/qui")
    await expect(options).to_have_count(2)
    await chat.input.press("ArrowDown")
    await chat.input.press("Enter")
    assert await bot.hear_text() == "/quit"
    await chat.input.press_sequentially("/to")
    await chat.input.press("Tab")
    await expect(chat.input).to_have_value("/today ")
