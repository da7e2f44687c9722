"""Takes the pictures of the README anew: `.venv/bin/python docs/screenshots/take.py`.

Runs the demo on a free port and looks at it in Chromium (CHROMIUM names it, if it is not on the PATH), with fonts for
Chinese and for emoji installed.
"""

import asyncio
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Browser, Page, async_playwright

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from storage import packfiles
from study import packs

ROSTER = """姓名,工号,党支部,人员类别,入党时间
乔听雨,YS9001,介入科党支部,正式,2012年6月
尹望岳,YS9002,介入科党支部,预备,2025-11-03
沈怀远,YS9003,介入科党支部,正式,2008.7.1
"""
NOTICE = """{姓名}同志：本周五18:00前，请把下季度的学习建议发给组织委员，一两句话就好。值夜班的同志下夜班后再发，不用赶。"""
WIDE, PHONE = {"width": 1180, "height": 820}, {"width": 390, "height": 800}


class Hall:
    """The demo's people, who say and press things before the picture is taken."""

    def __init__(self, url: str, web: aiohttp.ClientSession) -> None:
        self.url, self.web = url, web

    async def players(self) -> dict[str, int]:
        async with self.web.get(f"{self.url}/sandbox/people?featured=1") as reply:
            people = (await reply.json())["people"]
        return {person["note"].split(" · ")[-1]: person["id"] for person in people}

    async def messages(self, who: int) -> list[dict[str, Any]]:
        async with self.web.get(f"{self.url}/sandbox/chats/{who}/messages?as={who}&limit=200") as reply:
            found: list[dict[str, Any]] = (await reply.json())["messages"]
            return found

    async def post(self, path: str, **body: Any) -> None:
        async with self.web.post(f"{self.url}/sandbox/{path}", json=body) as reply:
            reply.raise_for_status()

    async def says(self, who: int, text: str) -> None:
        before = len(await self.messages(who))
        await self.post(f"chats/{who}/messages", **{"as": who, "text": text})
        await self._answered(who, before)

    async def sends(self, who: int, name: str, text: str) -> None:
        before = len(await self.messages(who))
        form = aiohttp.FormData()
        form.add_field("as", str(who))
        form.add_field("file", text.encode(), filename=name)
        async with self.web.post(f"{self.url}/sandbox/chats/{who}/messages", data=form) as reply:
            reply.raise_for_status()
        await self._answered(who, before)

    async def _answered(self, who: int, before: int) -> None:
        async with asyncio.timeout(20):
            while len(await self.messages(who)) < before + 2:  # noqa: ASYNC110 - it is asked over HTTP
                await asyncio.sleep(0.1)

    async def presses(self, who: int, label: str) -> None:
        for message in reversed(await self.messages(who)):
            for button in (button for row in message["buttons"] for button in row):
                if label in button["text"]:
                    await self.post(
                        f"chats/{who}/press",
                        **{"as": who, "message_id": message["message_id"], "data": button["data"]},
                    )
                    await asyncio.sleep(0.5)
                    return
            if message["buttons"] and message["from"]["is_bot"]:
                break
        raise LookupError(label)


async def main() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0", "--no-browser"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    try:
        while not (line := (await process.stdout.readline()).decode()).startswith("Ready: "):
            assert line, "the demo ended before it was ready"
        async with aiohttp.ClientSession() as web, async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),  # noqa: TID251 - a tool
                args=["--no-sandbox", "--disable-gpu"],
            )
            await _take(Hall(line.split()[1].split("/#")[0], web), browser)
            await browser.close()
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def _take(hall: Hall, browser: Browser) -> None:
    players = await hall.players()
    member, secretary, administrator = (players[role] for role in ("党员", "书记", "管理员"))
    await hall.says(member, "/today")
    await hall.presses(member, "读全文")
    await _picture(hall, browser, member, "member-today.png")
    await hall.presses(member, "今日小测")
    await _answer_until_marked(hall, member)
    await _picture(hall, browser, member, "member-quiz.png")
    await hall.says(member, "/me")
    await _picture(hall, browser, member, "me.png")
    await hall.says(secretary, "/menu")
    await hall.says(secretary, "/stats")
    await _picture(hall, browser, secretary, "secretary-stats.png")
    await hall.says(secretary, "/attendance")
    await hall.presses(secretary, "🟢")
    await _picture(hall, browser, secretary, "secretary-meeting.png")
    await hall.says(secretary, "/broadcast")
    await hall.presses(secretary, "写通知")
    await hall.says(secretary, NOTICE)
    await _picture(hall, browser, secretary, "secretary-notice.png")
    await hall.says(administrator, "/roster")
    await hall.sends(administrator, "介入科.csv", ROSTER)
    await _picture(hall, browser, administrator, "administrator-roster.png")
    await hall.says(secretary, "/ask 夜班没赶上开会算缺席吗")
    await _picture(hall, browser, secretary, "dark-phone.png", phone=True)


async def _answer_until_marked(hall: Hall, who: int) -> None:
    """Go on until a question with several points has been answered with half of them."""
    files = packfiles.read(ROOT / "content")
    pack = packs.read(files.documents, pictures=files.formats, faults=files.faults).pack
    assert pack
    lists = {item.question: item for item in pack.items if len(item.points) > 2}
    for _ in range(40):
        question = (await hall.messages(who))[-1]
        asked = next((item for words, item in lists.items() if words in question["text"]), None)
        if asked:
            await hall.says(who, "、".join(point.text for point in asked.points[: len(asked.points) // 2]))
            return
        await hall.says(who, "不知道")
        try:
            await hall.presses(who, "下一题")
        except LookupError:
            await hall.says(who, "/quiz")
            await hall.presses(who, "随便练练")


async def _picture(hall: Hall, browser: Browser, who: int, name: str, *, phone: bool = False) -> None:
    page: Page = await browser.new_page(
        viewport=PHONE if phone else WIDE, color_scheme="dark" if phone else "light", device_scale_factor=1
    )
    await page.goto(f"{hall.url}/#as={who}&chat={who}")
    await page.wait_for_timeout(1800)
    await page.screenshot(path=HERE / name)
    await page.close()


if __name__ == "__main__":
    asyncio.run(main())
