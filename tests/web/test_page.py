"""The page as a whole: clock, block, dark, narrow, out of reach."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.async_api import BrowserContext, Request, expect

from sandbox.server import Sandbox
from tests.web.bot import ScriptedBot
from tests.web.chat_page import ChatPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MEMBER = 1001


async def test_the_clock_goes_forward(chat: ChatPage, sandbox: Sandbox) -> None:
    await chat.open(MEMBER)
    before = sandbox.now()
    await chat.button("+5 分钟").click()
    await expect(chat.toast).to_contain_text("现在是")
    assert timedelta(minutes=5) <= sandbox.now() - before
    await chat.button("明早 07:30").click()
    await expect(chat.page.locator(".clock-time")).to_have_text("07:30")
    assert sandbox.now().astimezone(sandbox.world.clock.zone).strftime("%H:%M") == "07:30"


async def test_the_clock_jumps_to_a_day(chat: ChatPage, sandbox: Sandbox) -> None:
    await chat.open(MEMBER)
    await chat.page.get_by_role("button", name=re.compile("沙盒时间")).click()
    day = (sandbox.now() + timedelta(days=40)).astimezone(sandbox.world.clock.zone)
    await chat.page.get_by_label("跳到的日期和时间").fill(day.strftime("%Y-%m-%dT08:15"))
    await chat.button("前往").click()
    await expect(chat.page.locator(".clock-time")).to_have_text("08:15")
    assert sandbox.now().astimezone(sandbox.world.clock.zone).date() == day.date()


async def test_a_clock_moved_elsewhere_is_followed(chat: ChatPage) -> None:
    await chat.open(MEMBER)
    await chat.page.request.post(f"{chat.url}/sandbox/clock", data={"next": "06:05"})
    await expect(chat.page.locator(".clock-time")).to_have_text("06:05")


async def test_blocking_and_unblocking(chat: ChatPage, bot: ScriptedBot, sandbox: Sandbox) -> None:
    await chat.open(MEMBER)
    await chat.button("对话菜单").click()
    await chat.page.get_by_role("menuitem", name="屏蔽机器人").click()
    await chat.page.get_by_role("alertdialog").get_by_role("button", name="屏蔽").click()
    await expect(chat.button("解除屏蔽")).to_be_visible()
    await expect(chat.input).to_be_hidden()
    await expect(chat.people.filter(has_text="李敏")).to_contain_text("已屏蔽")
    assert (await bot.hear())["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    await chat.button("解除屏蔽").click()
    await expect(chat.input).to_be_visible()
    assert (await bot.hear())["my_chat_member"]["new_chat_member"]["status"] == "member"


async def test_dark_follows_the_system_and_the_switch_overrules_it(
    chat: ChatPage, context: BrowserContext
) -> None:
    async def paper() -> str:
        return str(await chat.page.evaluate("getComputedStyle(document.body).backgroundColor"))

    await chat.page.emulate_media(color_scheme="light")
    await chat.open(MEMBER)
    light = await paper()
    await chat.page.emulate_media(color_scheme="dark")
    dark = await paper()
    assert light != dark
    await chat.page.emulate_media(color_scheme="light")
    await chat.page.get_by_role("button", name=re.compile("外观：跟随系统")).click()
    assert await paper() == dark
    await chat.page.reload()
    await expect(chat.page.get_by_role("button", name=re.compile("外观：深色"))).to_be_visible()
    assert await paper() == dark


async def test_a_phone_shows_the_list_or_the_chat(chat: ChatPage, bot: ScriptedBot) -> None:
    await chat.page.set_viewport_size({"width": 390, "height": 844})
    buttons = [
        [{"text": f"第 {n} 个很长很长的选项文字，会折成两行", "callback_data": str(n)}] for n in range(3)
    ]
    await bot.say(MEMBER, "长" * 300 + "x" * 120, reply_markup={"inline_keyboard": buttons})
    await chat.page.goto(f"{chat.url}/#as={MEMBER}")
    await expect(chat.people.first).to_be_visible()
    await expect(chat.title).to_be_hidden()
    await chat.page.get_by_role("navigation").get_by_role("button", name="党支部学习助手").click()
    await expect(chat.input).to_be_visible()
    await expect(chat.people.first).to_be_hidden()
    sideways = (
        "document.documentElement.scrollWidth > innerWidth || scroller.scrollWidth > scroller.clientWidth"
    )
    assert not await chat.page.evaluate(sideways)
    await chat.button("返回列表").click()
    await expect(chat.people.first).to_be_visible()
    assert not await chat.page.evaluate(sideways)
    await chat.people.filter(has_text="陈芳").click()
    await expect(chat.button("开始")).to_be_visible()
    await chat.page.keyboard.press("Escape")
    await expect(chat.people.first).to_be_visible()


async def test_out_of_reach_is_told_and_made_good(chat: ChatPage, sandbox: Sandbox, bot: ScriptedBot) -> None:
    await chat.open(MEMBER)
    banner = chat.page.get_by_role("alert").filter(has_text="正在重新连接")
    await expect(banner).to_be_hidden()
    await chat.page.context.set_offline(True)
    await chat.write("断网时写的")
    await expect(banner).to_be_visible()
    await expect(chat.toast).to_contain_text("没有发出去")
    await expect(chat.input).to_have_value("断网时写的")
    await bot.say(MEMBER, "断网时来的")
    await chat.page.context.set_offline(False)
    await expect(banner).to_be_hidden()
    await expect(chat.message("断网时来的")).to_be_visible()
    await chat.input.press("Enter")
    await expect(chat.message("断网时写的")).to_be_visible()
    chat.complaints.clear()


async def test_nothing_is_fetched_from_elsewhere(chat: ChatPage) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    chat.page.on("request", note)
    await chat.open(MEMBER)
    assert asked
    assert all(url.startswith((chat.url, "data:", "blob:")) for url in asked)


async def test_every_control_has_a_name(chat: ChatPage, bot: ScriptedBot) -> None:
    await bot.say(
        MEMBER, "你好 /help", reply_markup={"inline_keyboard": [[{"text": "甲", "callback_data": "a"}]]}
    )
    await chat.open(MEMBER)
    nameless = await chat.page.evaluate(
        """() => [...document.querySelectorAll("button, a, input, textarea, [role=button]")]
            .filter((one) => one.checkVisibility())
            .filter((one) => !(one.getAttribute("aria-label") || one.textContent.trim() || one.labels?.length))
            .map((one) => one.outerHTML)"""
    )
    assert nameless == []
