"""Finding people and being them."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from sandbox.server import Sandbox
from tests.web.bot import ScriptedBot
from tests.web.chat_page import ChatPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MEMBER, SECRETARY, ADMINISTRATOR = 1001, 1002, 1003


def crowd(sandbox: Sandbox) -> None:
    """As many as the hospital has, 877 with those who are there already."""
    sandbox.add_people(
        {"id": 3000 + n, "first_name": f"同志{n:03}", "note": f"第{n % 34 + 1}支部 · 党员"}
        for n in range(873)
    )


async def test_of_hundreds_only_those_in_sight_are_drawn(chat: ChatPage, sandbox: Sandbox) -> None:
    crowd(sandbox)
    await chat.open(MEMBER)
    await expect(chat.page.get_by_text("所有人员 · 877")).to_be_visible()
    assert await chat.people.count() < 40
    await chat.page.locator("#people").evaluate("list => list.scrollTop = list.scrollHeight")
    await expect(chat.people.filter(has_text="同志872")).to_be_visible()
    assert await chat.people.count() < 40


async def test_search_finds_by_name_branch_and_duty(chat: ChatPage, sandbox: Sandbox) -> None:
    crowd(sandbox)
    await chat.open(MEMBER)
    await chat.search.fill("心内科 书记")
    await expect(chat.people).to_have_count(1)
    await expect(chat.people).to_contain_text("王建国")
    await expect(chat.people.locator("mark")).to_have_text(["心内科", "书记"])
    await chat.search.fill("不存在的人")
    await expect(chat.page.get_by_text("没有找到“不存在的人”")).to_be_visible()
    await chat.search.press("Escape")
    await expect(chat.page.get_by_text("所有人员 · 877")).to_be_visible()


async def test_search_text_is_text_and_not_a_pattern(chat: ChatPage, sandbox: Sandbox) -> None:
    sandbox.add_people([{"id": 2002, "first_name": "周(a.b", "note": "[甲] · 党员"}])
    await chat.open(MEMBER)
    await chat.search.fill("(a.b")
    await expect(chat.people).to_have_count(1)
    await expect(chat.people.locator("mark")).to_have_text("(a.b")


async def test_choosing_someone_makes_the_page_theirs(chat: ChatPage) -> None:
    await chat.open(MEMBER)
    await chat.search.fill("chenfang")
    await chat.people.filter(has_text="陈芳").click()
    await expect(chat.subtitle).to_contain_text("以 陈芳 的身份")
    assert chat.page.url.endswith("#as=2001&chat=2001")
    await expect(chat.button("开始")).to_be_visible()


async def test_roles_change_with_one_tap_and_back_goes_back(chat: ChatPage) -> None:
    await chat.open(MEMBER)
    roles = chat.page.get_by_role("radiogroup", name="切换角色")
    await expect(roles.get_by_role("radio")).to_have_count(3)
    await roles.get_by_role("radio", name="书记").click()
    await expect(chat.subtitle).to_contain_text("王建国")
    await expect(roles.get_by_role("radio", name="书记")).to_be_checked()
    await roles.get_by_role("radio", name="书记").press("ArrowRight")
    await expect(chat.subtitle).to_contain_text("赵静")
    await chat.page.go_back()
    await expect(chat.subtitle).to_contain_text("王建国")


async def test_the_list_is_used_with_the_keyboard_alone(chat: ChatPage) -> None:
    await chat.open(MEMBER)
    await chat.page.keyboard.press("Control+k")
    await expect(chat.search).to_be_focused()
    await chat.page.keyboard.type("党支部")
    await expect(chat.people).to_have_count(3)
    await chat.page.keyboard.press("ArrowDown")
    await chat.page.keyboard.press("ArrowDown")
    await chat.page.keyboard.press("Enter")
    await expect(chat.subtitle).to_contain_text("王建国")


async def test_unread_messages_of_others_are_counted_and_seen_ones_are_not(
    chat: ChatPage, bot: ScriptedBot
) -> None:
    await chat.open(MEMBER)
    await bot.say(SECRETARY, "第一条")
    await bot.say(SECRETARY, "第二条")
    row = chat.people.filter(has_text="王建国")
    await expect(row.get_by_label("2 条未读")).to_be_visible()
    await row.click()
    await expect(chat.page.get_by_role("separator", name="以下是未读消息")).to_be_visible()
    await expect(row.locator(".badge")).to_have_count(0)


async def test_a_person_who_appears_later_is_listed_at_once(chat: ChatPage, sandbox: Sandbox) -> None:
    await chat.open(MEMBER)
    sandbox.add_people([{"id": 2002, "first_name": "后来者"}])
    await expect(chat.people.filter(has_text="后来者")).to_be_visible()
