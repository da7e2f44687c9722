"""Reading and writing: what a message looks like, and what becomes of it."""

from __future__ import annotations

import pytest
from playwright.async_api import Route, expect

from sandbox.server import Sandbox
from tests.web.bot import ScriptedBot
from tests.web.chat_page import ChatPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MEMBER, NEWCOMER = 1001, 2001


async def test_a_newcomer_starts_the_bot_and_talks_to_it(chat: ChatPage, bot: ScriptedBot) -> None:
    bot.on_text["/start"] = lambda message: bot.say(message["chat"]["id"], "您好，陈芳同志")
    await chat.open(NEWCOMER)
    await chat.button("开始").click()
    await expect(chat.message("您好，陈芳同志")).to_be_visible()
    await expect(chat.button("开始")).to_be_hidden()
    assert await bot.hear_text() == "/start"
    await chat.write("今天学什么？")
    await expect(chat.message("今天学什么？")).to_have_class("message out first last")
    assert await bot.hear_text() == "今天学什么？"


async def test_enter_sends_and_shift_enter_makes_a_line(chat: ChatPage, bot: ScriptedBot) -> None:
    await chat.open(MEMBER)
    await chat.input.press_sequentially("第一行")
    await chat.input.press("Shift+Enter")
    await chat.input.press_sequentially("第二行")
    await chat.input.press("Enter")
    await expect(chat.input).to_have_value("")
    assert await bot.hear_text() == "第一行\n第二行"


async def test_formatting_is_shown_as_telegram_shows_it(chat: ChatPage, bot: ScriptedBot) -> None:
    text = (
        "<b>粗</b> <i>斜</i> <u>下划</u> <s>删</s> <code>等宽</code> <tg-spoiler>剧透</tg-spoiler> "
        '<a href="https://example.org/page">链接</a>\n<pre><code class="language-python">print(1)</code></pre>'
        "<blockquote>引文</blockquote>"
    )
    await bot.say(MEMBER, text, parse_mode="HTML")
    await chat.open(MEMBER)
    shown = chat.messages.locator(".text")
    for tag, words in {"b": "粗", "i": "斜", "u": "下划", "s": "删", "blockquote": "引文"}.items():
        await expect(shown.locator(tag)).to_have_text(words)
    await expect(shown.locator("pre")).to_have_text("print(1)")
    await expect(shown.locator("pre")).to_have_attribute("data-language", "python")
    link = shown.get_by_role("link", name="链接")
    await expect(link).to_have_attribute("href", "https://example.org/page")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    cover = shown.get_by_role("button", name="被遮住的文字，点按显示")
    await cover.click()
    await expect(cover).to_have_count(0)
    await expect(shown.get_by_text("剧透")).to_be_visible()


async def test_a_long_quote_opens_and_closes(chat: ChatPage, bot: ScriptedBot) -> None:
    lines = "\n".join(f"第{n}款" for n in range(1, 9))
    await bot.say(MEMBER, f"<blockquote expandable>{lines}</blockquote>", parse_mode="HTML")
    await chat.open(MEMBER)
    quote = chat.messages.locator(".quote-text")
    height = "quote => quote.getBoundingClientRect().height"
    closed = await quote.evaluate(height)
    await chat.button("展开引用").click()
    await expect(chat.button("收起引用")).to_be_visible()
    assert await quote.evaluate(height) > 2 * closed


async def test_markup_in_a_text_stays_text(chat: ChatPage, bot: ScriptedBot, sandbox: Sandbox) -> None:
    attack = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    sandbox.add_people([{"id": 2002, "first_name": attack, "note": attack}])
    await bot.say(
        MEMBER, attack, reply_markup={"inline_keyboard": [[{"text": attack, "callback_data": "a"}]]}
    )
    await chat.open(MEMBER)
    await chat.write(f"我说 {attack}")
    await expect(chat.messages).to_have_count(2)
    await expect(chat.messages.nth(0).locator(".text")).to_contain_text(attack)
    await expect(chat.messages.nth(1).locator(".text")).to_contain_text(attack)
    await expect(chat.messages.locator(".inline-button")).to_have_text(attack)
    await expect(chat.people.filter(has_text=attack)).to_be_visible()
    assert await chat.page.locator("main img, main script, nav img, nav script").count() == 0
    assert "李敏" in await chat.page.title()


async def test_the_page_trusts_no_html_even_of_the_server(chat: ChatPage) -> None:
    """Should the server's renderer ever err, the allow-list and the content policy still stand."""

    async def poisoned(route: Route) -> None:
        response = await route.fetch()
        body = await response.json()
        body["messages"] = [
            {
                "message_id": 1,
                "date": "2026-11-21T08:00:00+00:00",
                "from": {"id": 42, "name": "机器人", "is_bot": True},
                "text": "坏",
                "html": '<img src=x onerror="window.hacked=1"><b onclick="window.hacked=1">坏</b>'
                '<a href="javascript:window.hacked=1">点我</a><script>window.hacked=1</script>',
                "buttons": [[{"text": "按钮", "url": "javascript:window.hacked=1"}]],
                "reactions": [],
            }
        ]
        await route.fulfill(json=body)

    await chat.page.route("**/sandbox/chats/*/messages?*", poisoned)
    await chat.open(MEMBER)
    await chat.messages.locator("b").click()
    await chat.messages.get_by_text("点我").click()
    await expect(chat.messages.locator("a[href], img, script, [onclick], [onerror]")).to_have_count(0)
    assert await chat.page.evaluate("window.hacked") is None
    chat.complaints.clear()


async def test_an_edit_shows_in_place_and_says_so(chat: ChatPage, bot: ScriptedBot) -> None:
    number = await bot.say(MEMBER, "第 1 页")
    await chat.open(MEMBER)
    await bot.call("editMessageText", chat_id=MEMBER, message_id=number, text="第 2 页")
    await expect(chat.messages).to_have_count(1)
    await expect(chat.messages).to_contain_text("第 2 页")
    await expect(chat.messages).to_contain_text("已编辑")


async def test_own_messages_are_edited_and_deleted(chat: ChatPage, bot: ScriptedBot) -> None:
    await chat.open(MEMBER)
    await chat.write("写错了")
    await expect(chat.message("写错了")).to_be_visible()
    await chat.input.press("ArrowUp")
    await expect(chat.input).to_have_value("写错了")
    await chat.write("写对了")
    await expect(chat.message("写对了")).to_contain_text("已编辑")
    assert await bot.hear_text() == "写错了"
    assert (await bot.hear())["edited_message"]["text"] == "写对了"
    await chat.menu_of(chat.message("写对了"), "删除")
    await expect(chat.messages).to_have_count(0)


async def test_a_reply_shows_what_it_answers(chat: ChatPage, bot: ScriptedBot) -> None:
    await bot.say(MEMBER, "请说说您的看法")
    await chat.open(MEMBER)
    await chat.menu_of(chat.message("请说说您的看法"), "回复")
    await chat.write("我的看法是")
    update = await bot.hear()
    assert update["message"]["reply_to_message"]["text"] == "请说说您的看法"
    await expect(chat.message("我的看法是").locator(".reply-quote")).to_contain_text("请说说您的看法")


async def test_a_bot_may_ask_for_a_reply(chat: ChatPage, bot: ScriptedBot) -> None:
    await chat.open(MEMBER)
    await bot.say(MEMBER, "请写下您的意见", reply_markup={"force_reply": True})
    await expect(chat.page.get_by_text("回复 党支部学习助手")).to_be_visible()
    await chat.write("食堂再开晚一点")
    update = await bot.hear()
    assert update["message"]["reply_to_message"]["text"] == "请写下您的意见"
    await expect(chat.page.get_by_text("回复 党支部学习助手")).to_be_hidden()


async def test_escape_calls_a_reply_off(chat: ChatPage, bot: ScriptedBot) -> None:
    await bot.say(MEMBER, "一条消息")
    await chat.open(MEMBER)
    await chat.menu_of(chat.message("一条消息"), "回复")
    await expect(chat.page.get_by_text("回复 党支部学习助手")).to_be_visible()
    await chat.input.press("Escape")
    await expect(chat.page.get_by_text("回复 党支部学习助手")).to_be_hidden()
    await expect(chat.input).to_be_focused()


async def test_a_reaction_is_put_and_taken_back(chat: ChatPage, bot: ScriptedBot) -> None:
    await bot.say(MEMBER, "讲得好")
    await chat.open(MEMBER)
    await chat.menu_of(chat.message("讲得好"), "回应 👍")
    reaction = chat.message("讲得好").locator(".reaction")
    await expect(reaction).to_have_text("👍")
    await chat.menu_of(chat.message("讲得好"), "回应 👍")
    await expect(reaction).to_have_count(0)


async def test_a_message_the_bot_takes_back_disappears(chat: ChatPage, bot: ScriptedBot) -> None:
    number = await bot.say(MEMBER, "发错了")
    await chat.open(MEMBER)
    await expect(chat.message("发错了")).to_be_visible()
    await bot.call("deleteMessage", chat_id=MEMBER, message_id=number)
    await expect(chat.message("发错了")).to_have_count(0)


async def test_silent_messages_and_typing_are_shown(chat: ChatPage, bot: ScriptedBot) -> None:
    await chat.open(MEMBER)
    await bot.call("sendChatAction", chat_id=MEMBER, action="typing")
    await expect(chat.subtitle).to_have_text("正在输入…")
    await bot.say(MEMBER, "夜里的消息", disable_notification=True)
    await expect(chat.message("夜里的消息").get_by_label("静音消息")).to_be_visible()
    await expect(chat.subtitle).not_to_have_text("正在输入…")


async def test_days_are_told_apart_by_the_sandbox_clock(
    chat: ChatPage, bot: ScriptedBot, sandbox: Sandbox
) -> None:
    await bot.say(MEMBER, "昨天说的")
    sandbox.world.clock.next_morning("07:30")
    await bot.say(MEMBER, "今天说的")
    await chat.open(MEMBER)
    await expect(chat.page.get_by_role("separator", name="昨天")).to_be_visible()
    await expect(chat.page.get_by_role("separator", name="今天")).to_be_visible()
    await expect(chat.message("今天说的").locator("time")).to_have_text("07:30")


async def test_two_thousand_messages_are_fetched_piece_by_piece(
    chat: ChatPage, bot: ScriptedBot, sandbox: Sandbox
) -> None:
    private = sandbox.world.chats[MEMBER]
    for n in range(2000):
        sandbox.world.post(private, sender_id=sandbox.world.bot.id, content={"text": f"消息{n:04}。"})
    await chat.open(MEMBER)
    await chat.page.locator("#scroller").evaluate("room => room.scrollTop = room.scrollHeight")
    await expect(chat.message("消息1999。")).to_be_in_viewport()
    assert await chat.messages.count() <= 160
    await chat.page.locator("#scroller").evaluate("room => room.scrollTop = 0")
    first = f"消息{2000 - 160:04}。"
    await expect(chat.message(first)).to_have_count(1)
    await expect(chat.message("消息1920。")).to_be_in_viewport()
    await bot.say(MEMBER, "刚到的")
    await expect(chat.button("回到最新消息")).to_have_attribute("data-count", "1")
    await chat.button("回到最新消息").click()
    await expect(chat.message("刚到的")).to_be_in_viewport()


async def test_what_was_half_written_waits_in_its_chat(chat: ChatPage) -> None:
    await chat.open(MEMBER)
    await chat.input.fill("还没写完")
    roles = chat.page.get_by_role("radiogroup", name="切换角色")
    await roles.get_by_role("radio", name="书记").click()
    await expect(chat.subtitle).to_contain_text("王建国")
    await expect(chat.input).to_have_value("")
    await roles.get_by_role("radio", name="党员").click()
    await expect(chat.input).to_have_value("还没写完")


async def test_a_group_is_one_of_the_chats(chat: ChatPage, bot: ScriptedBot) -> None:
    members = [MEMBER, 1002, "bot"]
    made = await chat.page.request.post(
        f"{chat.url}/sandbox/groups", data={"title": "心内科党支部", "members": members, "type": "supergroup"}
    )
    group = (await made.json())["id"]
    await bot.say(group, "请大家准时参加")
    await chat.open(MEMBER)
    await chat.page.get_by_role("navigation").get_by_role("button", name="心内科党支部").click()
    await expect(chat.title).to_have_text("心内科党支部")
    await expect(chat.subtitle).to_contain_text("群组")
    await expect(chat.message("请大家准时参加").locator(".sender")).to_contain_text("党支部学习助手")
    await chat.write("收到")
    await expect(chat.message("收到")).to_be_visible()
