"""/mydata: everything stored about oneself, to take along or to erase."""

import asyncio

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from actions import mydata
from actions.app import App
from bot import commands, replies, texts
from bot.languages import Languages
from bot.views import mydata as views
from bot.views.menu import Go


async def command(message: Message, app: App) -> None:
    assert message.from_user
    await mydata.summary(app, message.from_user.id)
    await replies.say(message, views.head())


async def opened(query: CallbackQuery, app: App) -> None:
    await mydata.summary(app, query.from_user.id)
    await replies.add(query, views.head())


async def show(query: CallbackQuery) -> None:
    await replies.show(query, views.head())


async def export(query: CallbackQuery, app: App) -> None:
    assert query.bot
    result = await mydata.export(app, query.from_user.id)
    await query.answer(texts.plain("mydata.preparing"))
    # Writing the workbook takes a while: others should not wait for it.
    data = await asyncio.to_thread(views.archive, result)
    file = BufferedInputFile(data, views.file_name(result))
    await query.bot.send_document(query.from_user.id, file, caption=texts.html("mydata.exported"))


async def ask(query: CallbackQuery, app: App) -> None:
    await replies.show(query, views.confirm(await mydata.summary(app, query.from_user.id)))


async def erase(query: CallbackQuery, app: App, languages: Languages) -> None:
    assert query.bot
    result = await mydata.erase(app, query.from_user.id)
    await replies.show(query, views.erased(result))
    languages.remember(query.from_user.id, texts.DEFAULT)
    await commands.publish(query.bot, app, query.from_user.id)


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(command, Command("mydata"))
    router.callback_query.register(opened, Go.filter(F.to == "mydata"))
    router.callback_query.register(show, views.Do.filter(F.what == "show"))
    router.callback_query.register(export, views.Do.filter(F.what == "export"))
    router.callback_query.register(ask, views.Do.filter(F.what == "ask"))
    router.callback_query.register(erase, views.Do.filter(F.what == "erase"))
    return router
