"""Saying a page: as a new message, or in place of the one whose button was pressed."""

from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import AnswerCallbackQuery, TelegramMethod
from aiogram.types import CallbackQuery, Message

from bot.views import Page

# Telegram's words when an edit would change nothing, as after a double tap.
UNCHANGED = "message is not modified"
# … and when the button was pressed some while ago, as before a restart.
TOO_LATE = "query is too old"


async def say(message: Message, page: Page, *, quietly: bool = False) -> Message:
    """Answer in the chat of the message."""
    return await message.answer(page.text, reply_markup=page.keyboard, disable_notification=quietly)


async def show(query: CallbackQuery, page: Page, *, toast: str | None = None) -> None:
    """Put the page in place of the message with the button, and end the button's spinner.

    A message too old to be edited gets a new one after it.
    """
    if isinstance(query.message, Message):
        try:
            await query.message.edit_text(page.text, reply_markup=page.keyboard)
        except TelegramBadRequest as error:
            if UNCHANGED not in error.message:
                await say(query.message, page)
    elif query.message and query.bot:
        await query.bot.send_message(query.message.chat.id, page.text, reply_markup=page.keyboard)
    await query.answer(toast)


async def add(query: CallbackQuery, page: Page, *, toast: str | None = None) -> None:
    """Say the page below, leave the message with the button as it is, and end the spinner."""
    if query.message and query.bot:
        await query.bot.send_message(query.message.chat.id, page.text, reply_markup=page.keyboard)
    await query.answer(toast)


async def forgive_late(make_request: Any, bot: Bot, method: TelegramMethod[Any]) -> Any:
    """Session middleware: what a button asked for is done, even when its spinner has stopped long since."""
    try:
        return await make_request(bot, method)
    except TelegramBadRequest as error:
        if isinstance(method, AnswerCallbackQuery) and TOO_LATE in error.message:
            return True
        raise
