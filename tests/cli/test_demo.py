"""The demo as a newcomer runs it: one command, a page, a day as three people, and everything kept."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).resolve().parents[2]


class Demo:
    """A running demo, seen through its page's own interface."""

    def __init__(self, url: str, web: aiohttp.ClientSession) -> None:
        self.url, self.web = url, web

    async def get(self, path: str) -> Any:
        async with self.web.get(f"{self.url}/sandbox/{path}") as reply:
            return await reply.json()

    async def post(self, path: str, **body: Any) -> Any:
        async with self.web.post(f"{self.url}/sandbox/{path}", json=body) as reply:
            answer = await reply.json()
            assert reply.status < 400, answer
            return answer

    async def players(self) -> dict[str, int]:
        """Role -> account of the people to play."""
        found = await self.get("people?featured=1")
        return {person["note"].split(" · ")[-1]: person["id"] for person in found["people"]}

    async def texts(self, who: int) -> list[str]:
        found = await self.get(f"chats/{who}/messages?as={who}&limit=200")
        return [one["text"] for one in found["messages"] if one["from"]["is_bot"]]

    async def says(self, who: int, text: str, expect: str) -> str:
        """Write to the bot and wait for an answer with these words."""
        before = len(await self.texts(who))
        await self.post(f"chats/{who}/messages", **{"as": who, "text": text})
        return await self.hears(who, expect, after=before)

    async def hears(self, who: int, expect: str, *, after: int = 0) -> str:
        async with asyncio.timeout(30):
            while True:
                for text in (await self.texts(who))[after:]:
                    if expect in text:
                        return text
                await asyncio.sleep(0.1)


@asynccontextmanager
async def demo(data: Path) -> AsyncIterator[Demo]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0", "--no-browser", "--data", str(data)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    try:
        async with asyncio.timeout(60), aiohttp.ClientSession() as web:
            while not (line := (await process.stdout.readline()).decode()).startswith("Ready: "):
                assert line, "the demo ended before it was ready"
            yield Demo(line.split()[1].split("/#")[0], web)
    finally:
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            rest = (await process.stdout.read()).decode()
            assert await process.wait() == 0
    assert "Stopped." in rest


async def test_a_newcomer_lives_a_day_as_three_people_and_finds_it_kept(tmp_path: Path) -> None:
    async with demo(tmp_path) as running:
        assert (await running.get("people"))["total"] == 877
        players = await running.players()
        member, secretary, administrator = (players[role] for role in ("党员", "书记", "管理员"))
        await running.says(member, "/today", "今日一课")
        await running.says(member, "/me", "年积分")
        await running.says(secretary, "/stats", "近七天")
        await running.says(administrator, "/stats", "党员 877 人")
        await running.says(players["还没加入"], "你好", "只对名册上的党员开放")
        before = len(await running.texts(member))
        await running.post("clock", next="07:30")
        await running.hears(member, "今日一课", after=before)
        kept = await running.texts(member)
    async with demo(tmp_path) as running:
        assert (await running.get("people"))["total"] == 877
        assert (await running.texts(member))[: len(kept)] == kept
        await running.says(member, "/today", "今日一课")


async def test_a_port_in_use_is_told_with_the_way_out(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", str(port), "--no-browser", "--data", str(tmp_path)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, told = await process.communicate()
    server.close()
    await server.wait_closed()
    assert process.returncode == 1
    assert f"port {port} cannot be used" in told.decode()
    assert "Traceback" not in told.decode()
