"""The page with a meeting's code in a real browser: shown, renewed by itself, and quiet when the meeting is over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from playwright.async_api import BrowserContext, Page, expect

from actions import attendance, checkin, meetings
from actions.actors import Console
from actions.app import App
from bot import livepage
from bot.settings import read
from sandbox.server import Sandbox
from storage import meetingrules, units
from storage.db import Database
from storage.tables import Base
from study.grading import Grader, Lexicon
from study.points import PointRules
from tests.conftest import Clock

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@dataclass
class Screen:
    """The page of a meeting that begins in five minutes, before it was opened in a browser."""

    app: App
    clock: Clock
    meeting: int
    url: str

    async def code(self) -> str:
        shown = await checkin.show(self.app, Console.SHELL, meeting_id=self.meeting)
        return f"{shown.code[:3]} {shown.code[3:]}"


@pytest_asyncio.fixture(loop_scope="session")
async def screen(tmp_path: Path, sandbox: Sandbox) -> AsyncIterator[Screen]:
    clock = Clock()
    db = Database(f"sqlite:///{tmp_path / 'test.sqlite3'}")
    async with db.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    app = App(
        db=db,
        clock=clock,
        grader=Grader(Lexicon.empty()),
        points=PointRules.default(),
        meetings=meetingrules.read(meetingrules.SHIPPED),
    )
    async with db.writing() as tx:
        unit = await units.add(tx, name="内科第一党支部", level="branch")
    starts_at = clock.now + timedelta(minutes=5)
    card = await meetings.plan(
        app, Console.SHELL, unit_id=unit.id, kind="assembly", starts_at=starts_at, source="1:1"
    )
    session = AiohttpSession(api=TelegramAPIServer.from_base(sandbox.api_base))
    bot = Bot(sandbox.token, session=session)
    page = livepage.LivePage(read(_env_file=None, port=0, page_url="http://127.0.0.1"), app, bot)
    await page.start()
    token = (await checkin.show(app, Console.SHELL, meeting_id=card.brief.id)).page_token
    yield Screen(app, clock, card.brief.id, f"http://127.0.0.1:{page.port}/meet/{card.brief.id}/{token}")
    await page.stop()
    await session.close()
    await db.close()


async def opened(context: BrowserContext, screen: Screen) -> Page:
    page = await context.new_page()
    await page.goto(screen.url)
    return page


async def test_the_code_is_shown_large_with_its_picture(context: BrowserContext, screen: Screen) -> None:
    page = await opened(context, screen)
    await expect(page.locator("#code")).to_have_text(await screen.code())
    await expect(page.locator("h1")).to_have_text("3月支部党员大会")
    await expect(page.locator("#how")).to_contain_text("@branch_study_bot")
    picture = page.get_by_role("img", name="签到二维码")
    assert await picture.evaluate("image => image.naturalWidth > 100")
    assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "fits the screen"


async def test_it_renews_itself(context: BrowserContext, screen: Screen) -> None:
    screen.clock.tick(seconds=29)  # the code is shown for one second more
    page = await opened(context, screen)
    first = await screen.code()
    await expect(page.locator("#code")).to_have_text(first)
    screen.clock.tick(seconds=5)
    second = await screen.code()
    assert first != second
    await expect(page.locator("#code")).to_have_text(second)


async def test_when_the_meeting_is_over_no_code_is_shown(context: BrowserContext, screen: Screen) -> None:
    screen.clock.tick(minutes=10)
    await attendance.close(screen.app, Console.SHELL, meeting_id=screen.meeting)
    page = await opened(context, screen)
    await expect(page.locator("#note")).to_have_text("会议已结束")
    await expect(page.locator("#code")).to_be_hidden()
    await expect(page.locator("#picture")).to_be_hidden()


async def test_an_address_that_was_guessed_is_not_there(context: BrowserContext, screen: Screen) -> None:
    page = await context.new_page()
    base, _, token = screen.url.rpartition("/")
    answer = await page.goto(f"{base}/{token[::-1]}")
    assert answer is not None and answer.status == 404
