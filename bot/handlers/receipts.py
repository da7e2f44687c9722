"""「收到」 under a notice: one tap, in the private chat or in a group."""

from contextlib import suppress

from aiogram import Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery

from actions import receipts
from actions.app import App
from bot import texts
from bot.views import notices as views


async def seen(query: CallbackQuery, callback_data: views.Seen, app: App) -> None:
    """Whatever asked for it in the private chat shows that it is done; in a group the button stays for the others."""
    who = query.from_user.id
    done = await receipts.confirm(app, who, notice_id=callback_data.notice)
    await query.answer(texts.plain("notices.seen.thanks" if done.fresh else "notices.seen.before"))
    asking = set(done.asking)
    if query.message and query.message.chat.id == who:
        asking.add(query.message.message_id)
    for message_id in sorted(asking):
        # Pressed twice at once, deleted there, or the notice was just withdrawn: nothing to show any more.
        with suppress(TelegramBadRequest):
            assert query.bot
            await query.bot.edit_message_reply_markup(
                chat_id=who, message_id=message_id, reply_markup=views.confirmed(callback_data.notice)
            )


async def seen_before(query: CallbackQuery) -> None:
    await query.answer(texts.plain("notices.seen.before"))


def router() -> Router:
    router = Router(name=__name__)
    router.callback_query.register(seen, views.Seen.filter())
    router.callback_query.register(seen_before, views.SeenAlready.filter())
    return router
