"""/me: one's own record; the branch's ranking where there is one."""

import asyncio

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from actions import records, stats
from actions.app import App
from bot import pictures, replies, texts
from bot.views import me as views
from bot.views.menu import Go


async def command(message: Message, app: App) -> None:
    assert message.from_user and message.bot
    await _send(message.bot, message.from_user.id, app)


async def opened(query: CallbackQuery, app: App) -> None:
    assert query.bot
    await _send(query.bot, query.from_user.id, app)
    await query.answer()


async def ranking(query: CallbackQuery, app: App) -> None:
    await replies.add(query, views.ranking(await stats.ranking(app, query.from_user.id)))


async def _send(bot: Bot, who: int, app: App) -> None:
    record = await records.mine(app, who)
    page = views.record(record)
    # Drawing takes some tens of milliseconds: others should not wait for it.
    picture = await asyncio.to_thread(pictures.record, record, font=app.font)
    file = BufferedInputFile(picture, texts.plain("me.file"))
    await bot.send_photo(who, file, caption=page.text, reply_markup=page.keyboard)


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(command, Command("me"))
    router.callback_query.register(opened, Go.filter(F.to == "me"))
    router.callback_query.register(ranking, views.ShowRanking.filter())
    return router
