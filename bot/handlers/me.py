"""/me: one's own record; the branch's ranking where there is one."""

import asyncio

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from actions import records, stats
from actions.app import App
from bot import pictures, replies, texts
from bot.views import me as views


async def command(message: Message, app: App) -> None:
    assert message.from_user
    record = await records.mine(app, message.from_user.id)
    page = views.record(record)
    # Drawing takes some tens of milliseconds: others should not wait for it.
    picture = await asyncio.to_thread(pictures.record, record, font=app.font)
    file = BufferedInputFile(picture, texts.plain("me.file"))
    await message.answer_photo(file, caption=page.text, reply_markup=page.keyboard)


async def ranking(query: CallbackQuery, app: App) -> None:
    await replies.add(query, views.ranking(await stats.ranking(app, query.from_user.id)))


def router() -> Router:
    router = Router(name=__name__)
    router.message.register(command, Command("me"))
    router.callback_query.register(ranking, views.ShowRanking.filter())
    return router
