"""One side of the `answers` bench as a process: `python -m bench._served product|bare API_BASE DATABASE_URL`.

Prints the port of its webhook; ends at SIGTERM. Both sides handle updates in the foreground and set the garbage
collector alike.
"""

import asyncio
import signal
import sys
from math import inf

from aiogram import Bot, Dispatcher
from aiogram.types import CallbackQuery, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from bench._tools import TOKEN, bot_on, settle_memory
from bot import serve, settings

PATH = "/in"


async def product(base: str, database_url: str) -> None:
    """The product as it is served, but for limits."""
    service = serve.Service(
        settings.read(
            _env_file=None,
            token=TOKEN,
            api_base=base,
            database_url=database_url,
            webhook_url="http://127.0.0.1",
            webhook_path=PATH,
            webhook_secret="secret",
            port=0,
            messages_a_second=inf,
        )
    )
    await service.start()
    assert service.webhook
    await _ready(service.webhook.port)
    await service.stop()


async def bare(base: str) -> None:
    """As little as a bot can do with aiogram and as many calls: an edit and an answer to a tap, a message to words."""
    dispatcher = Dispatcher()

    async def echo(message: Message) -> None:
        await message.answer(message.text or "")

    async def press(query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        await query.message.edit_text(query.data or "")
        await query.answer()

    dispatcher.message.register(echo)
    dispatcher.callback_query.register(press)
    async with bot_on(base, bare=True) as bot:
        await _listen(dispatcher, bot)


async def _listen(dispatcher: Dispatcher, bot: Bot) -> None:
    server = web.Application()
    server.router.add_post(
        PATH, SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token="secret").handle
    )
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await _ready(runner.addresses[0][1])
    await runner.cleanup()


async def _ready(port: int) -> None:
    settle_memory()
    asked = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked.set)
    print(port, flush=True)
    await asked.wait()


if __name__ == "__main__":
    side, *arguments = sys.argv[1:]
    asyncio.run(product(*arguments) if side == "product" else bare(arguments[0]))
