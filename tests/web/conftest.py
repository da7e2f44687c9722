"""A real browser before a real sandbox, with a scripted bot behind it. One browser serves the whole session."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, async_playwright, expect

from sandbox.server import Sandbox
from tests.web.bot import ScriptedBot
from tests.web.chat_page import ChatPage

MEMBER, SECRETARY, ADMINISTRATOR = 1001, 1002, 1003
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
NAMES = ("chromium", "chromium-browser", "google-chrome")

# The machine may be busy: this bounds a failure, and no test waits for it to pass.
expect.set_options(timeout=15_000)


def chromium() -> str:
    """Where the browser is: CHROMIUM, or what the system has. Fails with a word on how to install one."""
    found = os.getenv("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail(
            "no Chromium for the browser tests: install one (Debian: apt install chromium fonts-noto-cjk) "
            "or name it in CHROMIUM; `pytest -m 'not browser'` leaves these tests out",
            pytrace=False,
        )
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    executable = chromium()
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(limits=False) as running:
        running.add_people(
            [
                {"id": MEMBER, "first_name": "李敏", "note": "心内科党支部 · 党员", "featured": True},
                {"id": SECRETARY, "first_name": "王建国", "note": "心内科党支部 · 书记", "featured": True},
                {"id": ADMINISTRATOR, "first_name": "赵静", "note": "党委办公室 · 管理员", "featured": True},
                {"id": 2001, "first_name": "陈芳", "note": "急诊科党支部 · 党员", "username": "chenfang"},
            ]
        )
        for person in (MEMBER, SECRETARY, ADMINISTRATOR):
            running.world.people[person].started = True
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def bot(sandbox: Sandbox) -> AsyncIterator[ScriptedBot]:
    async with ScriptedBot(sandbox) as talking:
        yield talking


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    made = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    yield made
    await made.close()


@pytest_asyncio.fixture(loop_scope="session")
async def chat(context: BrowserContext, sandbox: Sandbox, bot: ScriptedBot) -> AsyncIterator[ChatPage]:
    """A tab of the page. Whatever it complained of to the console fails the test, unless the test cleared it."""
    page = await context.new_page()
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield ChatPage(page, sandbox.url, complaints)
    assert complaints == []
