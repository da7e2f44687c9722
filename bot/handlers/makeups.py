"""/hours: one's own hours of study, and making up for meetings missed; for secretaries, how it goes."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from actions import hours, makeups
from actions.app import App
from actions.questions import Shown
from bot import album, replies, texts
from bot.views import makeups as views
from bot.views import quiz as quiz_views
from bot.views.menu import Go
from bot.views.recorddoors import Hours, MakeUp, MakeUps, Progress


async def command(message: Message, app: App) -> None:
    assert message.from_user
    await replies.say(message, views.hours(await hours.mine(app, message.from_user.id)))


async def opened(query: CallbackQuery, app: App) -> None:
    await replies.add(query, views.hours(await hours.mine(app, query.from_user.id)))


async def of_year(query: CallbackQuery, callback_data: Hours, app: App) -> None:
    found = await hours.mine(
        app, query.from_user.id, year=callback_data.year or None, page=callback_data.page
    )
    await replies.show(query, views.hours(found))


async def mine(query: CallbackQuery, callback_data: MakeUps, app: App) -> None:
    await replies.show(
        query, views.mine(await makeups.mine(app, query.from_user.id, page=callback_data.page))
    )


async def look(query: CallbackQuery, callback_data: MakeUp, app: App) -> None:
    found = await makeups.look(app, query.from_user.id, meeting_id=callback_data.meeting)
    await replies.show(query, views.look(found))


async def read(query: CallbackQuery, callback_data: views.Read, app: App) -> None:
    found = await makeups.read(
        app, query.from_user.id, meeting_id=callback_data.meeting, page=callback_data.page
    )
    await replies.show(query, views.page(found))


async def start(query: CallbackQuery, callback_data: views.Start, app: App) -> None:
    result = await makeups.start(app, query.from_user.id, meeting_id=callback_data.meeting)
    await album.show_with(query, app, result)
    page = quiz_views.question(result) if isinstance(result, Shown) else quiz_views.finished(result)
    await replies.add(query, page)


async def progress(query: CallbackQuery, callback_data: Progress, app: App) -> None:
    found = await makeups.progress(app, query.from_user.id, meeting_id=callback_data.meeting)
    await replies.show(query, views.progress(found))


async def choose(query: CallbackQuery, callback_data: views.Choose, app: App) -> None:
    found = await makeups.lessons(
        app, query.from_user.id, meeting_id=callback_data.meeting, page=callback_data.page
    )
    await replies.show(query, views.lessons(found))


async def take(query: CallbackQuery, callback_data: views.Take, app: App) -> None:
    found = await makeups.choose(
        app, query.from_user.id, meeting_id=callback_data.meeting, lesson_id=callback_data.lesson
    )
    await replies.show(query, views.progress(found), toast=texts.plain("makeup.changed"))


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(command, Command("hours"))
    router.callback_query.register(opened, Go.filter(F.to == "hours"))
    router.callback_query.register(of_year, Hours.filter())
    router.callback_query.register(mine, MakeUps.filter())
    router.callback_query.register(look, MakeUp.filter())
    router.callback_query.register(read, views.Read.filter())
    router.callback_query.register(start, views.Start.filter())
    router.callback_query.register(progress, Progress.filter())
    router.callback_query.register(choose, views.Choose.filter())
    router.callback_query.register(take, views.Take.filter())
    return router
