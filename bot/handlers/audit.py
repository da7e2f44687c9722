"""/audit: who did what, page by page."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from actions import audit
from actions.app import App
from bot import replies
from bot.views import audit as views
from bot.views.menu import Go


async def command(message: Message, app: App) -> None:
    assert message.from_user
    await replies.say(message, views.page(await audit.page(app, message.from_user.id), newest=True))


async def opened(query: CallbackQuery, app: App) -> None:
    await replies.add(query, views.page(await audit.page(app, query.from_user.id), newest=True))


async def older(query: CallbackQuery, callback_data: views.Older, app: App) -> None:
    before = callback_data.before or None
    page = await audit.page(app, query.from_user.id, before=before)
    await replies.show(query, views.page(page, newest=before is None))


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(command, Command("audit"))
    router.callback_query.register(opened, Go.filter(F.to == "audit"))
    router.callback_query.register(older, views.Older.filter())
    return router
