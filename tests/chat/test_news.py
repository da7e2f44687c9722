"""/news in the chat: columns, searching, reading, and the weekly digest; filing a notice."""

from dataclasses import replace
from typing import Any

import pytest

from actions import digest, notices
from actions.app import App
from bot.settings import ROOT
from storage import rulefiles
from storage.tables import Notice, Recipient
from study.audience import Audience
from study.columns import searched
from tests.chat.conftest import Person, Said, Talk
from tests.conftest import Clock, Hospital


@pytest.fixture
def app(app: App) -> App:
    return replace(app, columns=rulefiles.columns(ROOT / "content/columns.yaml"))


async def sent(app: App, hospital: Hospital, body: str, *, column: str | None = "news", **more: Any) -> int:
    """A notice that the ward got, announced now."""
    async with app.db.writing() as tx:
        notice = Notice(
            unit_id=hospital.ward1.id,
            author_id=hospital.secretary.id,
            state="sent",
            title=body[:20],
            body=body,
            words=searched(body[:20], body),
            column=column,
            audience=Audience(units=(hospital.ward1.id,)).stored(),
            created_at=app.clock(),
            announced_at=app.clock(),
            **more,
        )
        tx.add(notice)
        await tx.flush()
        tx.add(Recipient(notice_id=notice.id, member_id=hospital.nurse.id, chat_id=1001, fate="sent"))
        return notice.id


async def opens(person: Person, column: str) -> Said:
    """Open a column from /news; the page as it is then."""
    [shelves] = await person.says("/news")
    await person.presses(column, on=shelves)
    return await person.again(shelves)


async def test_a_notice_is_found_in_its_column_and_read(nurse: Person, app: App, hospital: Hospital) -> None:
    await sent(app, hospital, "<b>义诊</b> {姓名}同志，周六上午")
    [shelves] = await nurse.says("/news")
    assert shelves.buttons[:4] == ["📰 动态 1", "📢 公告", "📘 制度", "🧱 支部建设"]
    await nurse.presses("动态", on=shelves)
    page = await nurse.again(shelves)
    assert page.text == "📰 动态（1）"
    await nurse.presses("3.2", on=page)
    read = await nurse.sees()
    assert read.text == "📰 动态 · 内科第一党支部 · 3月2日\n\n义诊 林小满同志，周六上午"
    assert "<b>义诊</b>" in read.raw["html"]
    await nurse.presses("◂ 栏目", on=page)
    assert "随时翻看、搜索" in (await nurse.again(page)).text


async def test_a_long_notice_has_its_heading_apart(nurse: Person, app: App, hospital: Hospital) -> None:
    await sent(app, hospital, "长" * 4090)
    page = await opens(nurse, "动态")
    await nurse.presses("3.2", on=page)
    heading, read = (await nurse.messages())[-2:]
    assert heading.text.startswith("📰 动态 · ") and len(read.text) == 4090


async def test_a_file_comes_along_and_can_be_confirmed(
    nurse: Person, secretary: Person, talk: Talk, app: App, hospital: Hospital
) -> None:
    await secretary.sends_file("办法.pdf", b"%PDF-1.4 rules")
    file = (await talk.call("GET", f"chats/{secretary.id}/messages?as={secretary.id}&limit=9"))["messages"]
    url = next(one["document"]["url"] for one in file if one["document"])
    piece = {"form": "document", "file_id": url.rsplit("/", 1)[1], "unique_id": "u", "name": "办法.pdf"}
    await sent(app, hospital, "新制度", column="rules", media=[{**piece, "group": None}], receipt=True)
    page = await opens(nurse, "制度")
    await nurse.presses("新制度", on=page)
    read = await nurse.sees()
    assert read.raw["document"]["file_name"] == "办法.pdf" and "新制度" in read.text
    assert len(read.buttons) == 1
    await nurse.presses(read.buttons[0], on=read)
    await nurse.presses("新制度", on=page)
    assert (await nurse.sees()).buttons == []


async def test_words_are_searched_and_hits_turned_over(nurse: Person, app: App, hospital: Hospital) -> None:
    for number in range(9):
        await sent(app, hospital, f"第{number}次义诊")
    [shelves] = await nurse.says("/news")
    await nurse.presses("🔍 搜索", on=shelves)
    assert "想找什么" in (await nurse.again(shelves)).text
    [results] = await nurse.says("義診")
    assert "“義診”：找到 9 条" in results.text and len(results.buttons) == 8 + 2 + 2
    await nurse.presses("▸", on=results)
    assert (await nurse.again(results)).buttons[0] == "3.2 📰 第0次义诊"
    [again] = await nurse.says("你好")
    assert "没有在等您回答的题" in again.text, "the next words are no search"
    [none] = await nurse.says("/news 红包")
    assert "没有找到“红包”" in none.text


async def test_an_old_page_of_hits_asks_anew(nurse: Person, app: App, hospital: Hospital) -> None:
    for number in range(9):
        await sent(app, hospital, f"第{number}次义诊")
    [results] = await nurse.says("/news 义诊")
    await nurse.presses("🔍 再搜", on=results)
    await nurse.presses("取消", on=await nurse.again(results))
    await nurse.sends_data(results, results.data("▸"))
    assert "想找什么" in (await nurse.again(results)).text


async def test_a_column_is_read_once_a_week(
    nurse: Person, app: App, hospital: Hospital, clock: Clock, talk: Talk
) -> None:
    page = await opens(nurse, "公告")
    assert "还没有内容" in page.text
    await nurse.presses("改为每周汇总", on=page)
    page = await nurse.again(page)
    assert "您在每周汇总里看这个栏目" in page.text
    draft = await notices.draft(app, 1003, body="停水通知：今晚八点", column="notices")
    await notices.announce(app, 1003, notice_id=draft.id)
    await talk.post()
    assert "停水" not in (await nurse.sees()).text
    clock.tick(days=4, hours=9)
    await digest.queue_due(app)
    await talk.post()
    week = await nurse.sees()
    assert "本周汇总：1 条" in week.text and "1. 停水通知：今晚八点" in week.text
    await nurse.presses("1", on=week)
    assert (await nurse.sees()).text.endswith("停水通知：今晚八点")
    await nurse.presses("改回逐条通知", on=page)
    assert "您在每周汇总" not in (await nurse.again(page)).text


async def test_subscriptions_are_ticked_in_one_place(nurse: Person) -> None:
    [shelves] = await nurse.says("/news")
    await nurse.presses("每周汇总", on=shelves)
    page = await nurse.again(shelves)
    assert "每周五 17:00" in page.text
    await nurse.presses("党风廉政", on=page)
    page = await nurse.again(page)
    assert "✅ 🪷 党风廉政" in page.buttons
    await nurse.presses("党风廉政", on=page)
    assert "🪷 党风廉政" in (await nurse.again(page)).buttons


async def test_a_notice_is_filed_by_a_button(
    secretary: Person, nurse: Person, app: App, hospital: Hospital
) -> None:
    notice_id = await sent(app, hospital, "义诊", column=None)
    [anything] = await secretary.says("/menu")
    await secretary.sends_data(anything, f"fc:{notice_id}")
    choice = await secretary.sees()
    assert "把“义诊”归入哪个栏目" in choice.text
    await secretary.presses("先锋", on=choice)
    assert "✅ 🌟 先锋" in (await secretary.again(choice)).buttons
    assert "义诊" in (await opens(nurse, "先锋")).buttons[0]
    await secretary.presses("先锋", on=await secretary.again(choice))
    assert "还没有内容" in (await opens(nurse, "先锋")).text
    toast = await nurse.sends_data(await nurse.sees(), f"fc:{notice_id}")
    assert toast.alert


async def test_a_draft_gets_its_column_in_the_composer(secretary: Person, app: App) -> None:
    await secretary.says("/broadcast")
    await secretary.presses("写通知")
    await secretary.says("周六义诊，欢迎报名")
    panel = await secretary.sees()
    await secretary.presses("🗂 归入栏目", on=panel)
    await secretary.presses("公告", on=await secretary.again(panel))
    await secretary.presses("◂ 返回", on=await secretary.again(panel))
    assert "🗂 换栏目" in (await secretary.again(panel)).buttons


async def test_the_menu_leads_to_the_columns_and_others_learn_nothing(
    nurse: Person, stranger: Person
) -> None:
    await nurse.says("/menu")
    await nurse.presses("动态公告")
    assert "栏目" in (await nurse.sees()).text
    [refused] = await stranger.says("/news")
    assert "只对名册上的党员开放" in refused.text


async def test_without_columns_it_says_so(nurse: Person, talk: Talk, app: App) -> None:
    assert app.columns.columns
    object.__setattr__(app, "columns", replace(app.columns, columns=()))
    [said] = await nurse.says("/news")
    assert "还没有设栏目" in said.text
