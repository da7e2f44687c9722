"""What holds for every request to Telegram."""

from pathlib import Path

import pytest
from aiogram.exceptions import TelegramBadRequest

from bot.serve import Service
from bot.settings import read
from sandbox.server import Sandbox

TOKEN = "42:SANDBOX"


async def test_a_button_pressed_long_ago_is_answered_without_a_fuss(tmp_path: Path) -> None:
    async with Sandbox(token=TOKEN) as sandbox:
        database = f"sqlite:///{tmp_path / 'bot.sqlite3'}"
        settings = read(token=TOKEN, api_base=sandbox.api_base, database_url=database)
        service = Service(settings)
        try:
            assert await service.bot.answer_callback_query("1")
            with pytest.raises(TelegramBadRequest):
                await service.bot.send_message(99, "nobody there")
        finally:
            await service.stop()
