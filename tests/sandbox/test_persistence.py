"""What outlives a restart when the sandbox has a folder."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiogram.types import BufferedInputFile

from sandbox.server import Sandbox

from .conftest import LI, WANG, Client


@asynccontextmanager
async def life(folder: Path) -> AsyncIterator[Client]:
    """One run of a sandbox in a folder."""
    async with Sandbox(limits=False, data=folder) as sandbox, aiohttp.ClientSession() as session:
        yield Client(sandbox, session)


async def send_document(client: Client, person: int, file: BufferedInputFile) -> Any:
    form = aiohttp.FormData({"chat_id": str(person)})
    form.add_field("document", file.data, filename=file.filename)
    url = f"{client.sandbox.api_base}/bot{client.sandbox.token}/sendDocument"
    async with client.session.post(url, data=form) as response:
        return (await response.json())["result"]


async def test_people_chats_messages_files_and_the_clock_are_there_again(tmp_path: Path) -> None:
    keyboard = {"inline_keyboard": [[{"text": "对", "callback_data": "yes"}]]}
    async with life(tmp_path) as client:
        client.sandbox.add_people(
            [{"id": WANG, "first_name": "王芳", "note": "书记"}, {"id": LI, "first_name": "李强"}]
        )
        await client.post("start", **{"as": WANG}, payload="")
        group = (await client.post("groups", title="群", members=[WANG, LI, "bot"]))["id"]
        sent = await client.ok("sendMessage", chat_id=WANG, text="对不对？", reply_markup=keyboard)
        await client.ok("pinChatMessage", chat_id=WANG, message_id=sent["message_id"])
        await client.ok("setMyCommands", commands=[{"command": "today", "description": "今日"}])
        await client.post(f"chats/{WANG}/messages/{sent['message_id']}/react", **{"as": WANG}, emoji="👍")
        gone = await client.ok("sendMessage", chat_id=WANG, text="删掉")
        await client.ok("deleteMessage", chat_id=WANG, message_id=gone["message_id"])
        document = await send_document(client, WANG, BufferedInputFile(b"content", "a.txt"))
        await client.post("clock", next="07:30")
        now = client.sandbox.now()
        people = await client.get("people")
        messages = await client.get(f"chats/{WANG}/messages", **{"as": WANG})
        chats = await client.get("chats", **{"as": WANG})
        updates = await client.ok("getUpdates")

    async with life(tmp_path) as client:
        assert client.sandbox.now() >= now
        assert await client.get("people") == people
        assert await client.get(f"chats/{WANG}/messages", **{"as": WANG}) == messages
        assert await client.get("chats", **{"as": WANG}) == chats
        assert await client.ok("getUpdates") == updates
        file = await client.ok("getFile", file_id=document["document"]["file_id"])
        url = f"{client.sandbox.url}/file/bot{client.sandbox.token}/{file['file_path']}"
        async with client.session.get(url) as response:
            assert await response.read() == b"content"
        later = await client.ok("sendMessage", chat_id=WANG, text="接着来")
        assert later["message_id"] > gone["message_id"]
        await client.ok("editMessageText", chat_id=WANG, message_id=sent["message_id"], text="对！")
        await client.ok("sendMessage", chat_id=group, text="还在")


async def test_confirmed_updates_do_not_come_back(tmp_path: Path) -> None:
    async with life(tmp_path) as client:
        client.sandbox.add_people([{"id": WANG, "first_name": "王芳"}])
        await client.say(WANG, "一")
        await client.updates()
        await client.say(WANG, "二")
    async with life(tmp_path) as client:
        (update,) = await client.updates()
        assert update["message"]["text"] == "二"
    async with life(tmp_path) as client:
        assert await client.updates() == []
        await client.say(WANG, "三")
        (later,) = await client.updates()
        assert later["update_id"] == update["update_id"] + 1


async def test_a_webhook_is_served_again(tmp_path: Path) -> None:
    async with life(tmp_path) as client:
        await client.ok(
            "setWebhook", url="http://127.0.0.1:9/x", secret_token="s", allowed_updates=["message"]
        )
    async with life(tmp_path) as client:
        info = await client.ok("getWebhookInfo")
        assert (info["url"], info["allowed_updates"]) == ("http://127.0.0.1:9/x", ["message"])
        await client.ok("deleteWebhook")


PROGRAM = Path(__file__).parents[2]


async def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", "--port", "0", "--data", str(tmp_path), "--no-limits",
        cwd=PROGRAM, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert program.stdout is not None
    line = (await program.stdout.readline()).decode()
    url = line.split()[-1]
    async with aiohttp.ClientSession() as session:
        person = {"id": WANG, "first_name": "王芳", "started": True}
        async with session.post(f"{url}/sandbox/people", json=person) as response:
            assert response.status == 201
        for n in range(20):
            async with session.post(
                f"{url}/bot42:SANDBOX/sendMessage", json={"chat_id": WANG, "text": str(n)}
            ) as response:
                assert response.status == 200
    os.kill(program.pid, signal.SIGKILL)
    await program.communicate()
    async with life(tmp_path) as client:
        assert [message["text"] for message in await client.seen(WANG)] == [str(n) for n in range(20)]


async def test_the_program_ends_when_it_is_asked_to() -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", "--port", "0", cwd=PROGRAM, stdout=asyncio.subprocess.PIPE
    )
    assert program.stdout is not None
    assert b"http://127.0.0.1:" in await program.stdout.readline()
    program.terminate()
    await program.communicate()
    assert program.returncode == 0
