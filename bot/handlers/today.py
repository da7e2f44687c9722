"""/today: the lesson of the day."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from actions import today
from actions.app import App
from bot import album, replies
from bot.views import sources
from bot.views import today as views


async def command(message: Message, app: App) -> None:
    assert message.from_user
    await replies.say(message, views.card(await today.card(app, message.from_user.id)))


async def card(query: CallbackQuery, app: App) -> None:
    await replies.show(query, views.card(await today.card(app, query.from_user.id)))


async def read(query: CallbackQuery, callback_data: views.Read, app: App) -> None:
    reading = await today.read(
        app, query.from_user.id, lesson_id=callback_data.lesson, page=callback_data.page
    )
    await replies.show(query, views.page(reading))


async def cite(query: CallbackQuery, callback_data: views.Cite, app: App) -> None:
    lesson = await today.lesson(app, query.from_user.id, lesson_id=callback_data.lesson)
    await query.answer(sources.alert(lesson.source), show_alert=True)


async def look(query: CallbackQuery, callback_data: views.Look, app: App) -> None:
    lesson = await today.lesson(app, query.from_user.id, lesson_id=callback_data.lesson)
    if lesson.picture and query.bot:
        await album.show(
            query.bot, app, query.from_user.id, digest=lesson.picture, caption=views.picture_caption(lesson)
        )
    await query.answer()


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(command, Command("today"))
    router.callback_query.register(card, views.Card.filter())
    router.callback_query.register(read, views.Read.filter())
    router.callback_query.register(look, views.Look.filter())
    router.callback_query.register(cite, views.Cite.filter())
    return router
