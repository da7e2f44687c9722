"""What benches share: processes beside this one, a database that is thrown away, figures about the machine."""

import asyncio
import gc
import os
import platform
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from actions.app import App
from bot import app as parts
from bot import quickstart, settings
from bot.session import JsonSession
from storage import schema

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "42:STUB"
LONGEST_LINE = 1 << 24


@asynccontextmanager
async def beside(module: str, *arguments: str) -> AsyncIterator[str]:
    """A Python process beside this one; gives the first line that it prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE, limit=LONGEST_LINE
    )
    try:
        assert process.stdout
        yield (await process.stdout.readline()).decode().strip()
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@asynccontextmanager
async def stub() -> AsyncIterator[str]:
    """The address of a running stub of the Bot API."""
    async with beside("bench.stub") as port:
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def bot_on(base: str, *, bare: bool = False) -> AsyncIterator[Bot]:
    """A bot as the product makes it, speaking to the API at `base`; `bare` as aiogram makes it."""
    session = (AiohttpSession if bare else JsonSession)(api=TelegramAPIServer.from_base(base))
    async with Bot(TOKEN, session=session, default=DefaultBotProperties(parse_mode="HTML")) as bot:
        yield bot


@asynccontextmanager
async def empty_app() -> AsyncIterator[App]:
    """The application on a fresh SQLite file, deleted in the end."""
    with TemporaryDirectory(prefix="bench-") as folder:
        app = parts.make(settings.read(_env_file=None, database_url=f"sqlite:///{folder}/bench.sqlite3"))
        await schema.upgrade(app.db)
        try:
            yield app
        finally:
            await app.db.close()


def settle_memory() -> None:
    """The product's own setting of the garbage collector, for both sides of a comparison."""
    gc.collect()
    quickstart.settle_memory()


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {"python": platform.python_version(), "cpus": os.cpu_count()}


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
