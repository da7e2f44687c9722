"""Reminders of the year's calendar: a secretary looks at a draft, opens it in the composer, or leaves it this year."""

from aiogram import Router
from aiogram.types import CallbackQuery

from actions import occasions
from actions.app import App
from bot import replies
from bot.views import notices as notices_views
from bot.views import occasions as views


async def calendar(query: CallbackQuery, callback_data: views.Calendar, app: App) -> None:
    found = await occasions.calendar(app, query.from_user.id, page=callback_data.page)
    await replies.show(query, views.year(found))


async def entry(query: CallbackQuery, callback_data: views.Entry, app: App) -> None:
    found = await occasions.open_entry(app, query.from_user.id, key=callback_data.key)
    await replies.show(query, views.look(found))


async def look(query: CallbackQuery, callback_data: views.Open, app: App) -> None:
    found = await occasions.look(app, query.from_user.id, occasion_id=callback_data.occasion)
    await replies.add(query, views.look(found))


async def use(query: CallbackQuery, callback_data: views.Use, app: App) -> None:
    draft = await occasions.use(app, query.from_user.id, occasion_id=callback_data.occasion)
    await replies.add(query, notices_views.panel(draft))


async def dismiss(query: CallbackQuery, callback_data: views.Dismiss, app: App) -> None:
    found = await occasions.dismiss(app, query.from_user.id, occasion_id=callback_data.occasion)
    await replies.show(query, views.look(found))


def router() -> Router:
    router = Router(name=__name__)
    router.callback_query.register(calendar, views.Calendar.filter())
    router.callback_query.register(entry, views.Entry.filter())
    router.callback_query.register(look, views.Open.filter())
    router.callback_query.register(use, views.Use.filter())
    router.callback_query.register(dismiss, views.Dismiss.filter())
    return router
