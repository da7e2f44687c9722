"""「收到」 under a notice: one tap, in the private chat or in a group."""

from aiogram import Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, Message

from actions import receipts
from actions.app import App
from bot import texts
from bot.views import notices as views


async def seen(query: CallbackQuery, callback_data: views.Seen, app: App) -> None:
    """In a group the button stays as it is for the others."""
    done = await receipts.confirm(app, query.from_user.id, notice_id=callback_data.notice)
    await query.answer(texts.plain("notices.seen.thanks" if done.fresh else "notices.seen.before"))
    message = query.message
    if isinstance(message, Message) and message.chat.id == query.from_user.id:
        try:
            await message.edit_reply_markup(reply_markup=views.confirmed(callback_data.notice))
        except TelegramBadRequest:
            # Pressed twice at once, or the notice was just withdrawn: nothing to show any more.
            return


async def seen_before(query: CallbackQuery) -> None:
    await query.answer(texts.plain("notices.seen.before"))


def router() -> Router:
    router = Router(name=__name__)
    router.callback_query.register(seen, views.Seen.filter())
    router.callback_query.register(seen_before, views.SeenAlready.filter())
    return router
