"""Whatever nobody else understood gets a kind word, and no button spins for ever."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message

from actions import actors
from actions.app import App
from bot import texts


async def button(query: CallbackQuery) -> None:
    await query.answer(texts.plain("leftover.button"), show_alert=True)


async def message(message: Message, app: App) -> None:
    assert message.from_user
    await actors.ensure_joined(app, message.from_user.id)
    key = "leftover.command" if message.text else "leftover.message"
    await message.answer(texts.html(key))


def router() -> Router:
    router = Router(name=__name__)
    router.callback_query.register(button)
    router.message.register(message, F.chat.type == ChatType.PRIVATE)
    return router
