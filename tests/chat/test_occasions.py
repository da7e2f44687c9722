"""Reminders of the year in the chat: proposed, opened in the composer, sent only when confirmed there."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from actions import occasions
from actions.app import App
from bot.settings import ROOT
from storage import rulefiles
from tests.chat.conftest import Person, Said, Talk
from tests.conftest import Clock


@pytest.fixture
def app(app: App, clock: Clock) -> App:
    clock.now = datetime(2026, 3, 30, 1, 0, tzinfo=UTC)  # six days before 清明
    columns = rulefiles.columns(ROOT / "content/columns.yaml")
    feasts = rulefiles.feasts(ROOT / "content/calendar.yaml", columns)
    return replace(app, columns=columns, feasts=feasts)


async def proposed(talk: Talk, secretary: Person) -> Said:
    await occasions.propose_due(talk.app)
    await talk.post()
    return await secretary.sees()


async def test_a_draft_is_proposed_opened_and_sent_when_confirmed(
    talk: Talk, secretary: Person, nurse: Person
) -> None:
    said = await proposed(talk, secretary)
    assert "清明节前提醒" in said.text and "4月5日，还有 6 天" in said.text
    assert "慎终追远" in said.text and "依据：" in said.text and "您确认之前不会发出" in said.text
    assert said.buttons == ["📝 用这份草稿", "今年不用", "📅 全年提醒"]
    await secretary.presses("📝 用这份草稿", on=said)
    panel = await secretary.sees()
    assert "通知草稿" in panel.text and "清明将至，慎终追远。" in panel.text
    await talk.post()
    assert not any("慎终追远" in one.text for one in await nurse.messages()), "nothing before it is confirmed"
    await secretary.presses("🚀", on=panel)
    await secretary.presses("确认", on=await secretary.again(panel))
    await talk.post()
    assert "慎终追远" in (await nurse.sees()).text
    toast = await secretary.presses("📝 用这份草稿", on=said)
    assert toast.alert and "已经有人在写或发过了" in toast.text


async def test_not_this_year_is_one_tap(talk: Talk, secretary: Person) -> None:
    said = await proposed(talk, secretary)
    await secretary.presses("今年不用", on=said)
    seen = await secretary.again(said)
    assert "今年不发了" in seen.text and seen.buttons == ["📝 用这份草稿", "📅 全年提醒"]
    assert (await proposed(talk, secretary)).id == said.id, "asked once"


async def test_several_at_once_are_one_message(talk: Talk, secretary: Person, app: App, clock: Clock) -> None:
    clock.now = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
    said = await proposed(talk, secretary)
    assert "有 2 条提醒快到日子了" in said.text
    assert said.buttons == ["📗 6.17 廉政微课堂：医药购销与“统方”", "🪷 6.19 端午节前提醒"]
    await secretary.presses("端午", on=said)
    assert "粽子可以自己包" in (await secretary.sees()).text


async def test_the_year_is_behind_the_notices(talk: Talk, secretary: Person) -> None:
    await secretary.says("/broadcast")
    await secretary.presses("📅 节前提醒")
    year = await secretary.sees()
    assert "全年提醒" in year.text and year.buttons[0] == "🪷 4.5 清明节前提醒"
    await secretary.presses("▸", on=year)
    await secretary.presses("春节节前提醒", on=await secretary.again(year))
    look = await secretary.again(year)
    assert "2月6日，还有 313 天" in look.text
    await secretary.presses("📅 全年提醒", on=look)
    assert (await secretary.again(look)).buttons == year.buttons


async def test_a_member_learns_nothing_from_an_old_button(
    talk: Talk, secretary: Person, nurse: Person
) -> None:
    said = await proposed(talk, secretary)
    await nurse.says("/menu")
    toast = await nurse.sends_data(await nurse.sees(), said.data("用这份草稿"))
    assert toast.alert and "权限" in toast.text
