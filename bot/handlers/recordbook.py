"""/ledger: the meetings of a year, to leaf through and to take home; /cadence: which are due."""

import asyncio

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from actions import cadence, recordbook
from actions.app import App
from bot import replies, texts
from bot.views import cadence as cadence_views
from bot.views import ledger as views
from bot.views import ledgerfiles
from bot.views.menu import Go
from bot.views.recorddoors import Cadence, Shelf


async def command(message: Message, app: App) -> None:
    assert message.from_user
    await replies.say(message, views.shelf(await recordbook.shelf(app, message.from_user.id)))


async def opened(query: CallbackQuery, app: App) -> None:
    await replies.add(query, views.shelf(await recordbook.shelf(app, query.from_user.id)))


async def shelf(query: CallbackQuery, callback_data: Shelf, state: FSMContext, app: App) -> None:
    await state.clear()
    found = await recordbook.shelf(
        app,
        query.from_user.id,
        unit_id=callback_data.unit or None,
        year=callback_data.year or None,
        page=callback_data.page,
    )
    await replies.show(query, views.shelf(found))


async def units(query: CallbackQuery, callback_data: views.Units, app: App) -> None:
    found = await recordbook.shelf(
        app, query.from_user.id, unit_id=callback_data.unit, year=callback_data.year
    )
    await replies.show(query, views.units(found, callback_data.page))


async def download(query: CallbackQuery, callback_data: views.Download, app: App) -> None:
    book = await recordbook.year(app, query.from_user.id, unit_id=callback_data.unit, year=callback_data.year)
    await query.answer(texts.plain("ledger.making"))  # some hundreds of meetings take a few seconds
    data = await asyncio.to_thread(ledgerfiles.year, book)
    assert query.bot
    file = BufferedInputFile(data, views.file_name(book))
    await query.bot.send_document(query.from_user.id, file, caption=views.caption(book))


async def board(message: Message, app: App) -> None:
    assert message.from_user
    await replies.say(message, cadence_views.board(await cadence.board(app, message.from_user.id)))


async def board_opened(query: CallbackQuery, app: App) -> None:
    await replies.add(query, cadence_views.board(await cadence.board(app, query.from_user.id)))


async def board_turned(query: CallbackQuery, callback_data: Cadence, app: App) -> None:
    found = await cadence.board(
        app, query.from_user.id, unit_id=callback_data.unit or None, page=callback_data.page
    )
    await replies.show(query, cadence_views.board(found))


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(command, Command("ledger", "export"))
    router.message.register(board, Command("cadence"))
    router.callback_query.register(opened, Go.filter(F.to == "ledger"))
    router.callback_query.register(board_opened, Go.filter(F.to == "cadence"))
    router.callback_query.register(shelf, Shelf.filter())
    router.callback_query.register(units, views.Units.filter())
    router.callback_query.register(download, views.Download.filter())
    router.callback_query.register(board_turned, Cadence.filter())
    return router
