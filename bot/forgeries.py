"""Buttons that somebody made up: the bot only ever writes numbers that a record may have."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, TelegramObject

from bot import texts

# Sixteen digits hold every id of Telegram's and of ours, and times a page's length still fit into a database's integer.
DIGITS = 16


class ForgedButtons(BaseMiddleware):
    """Outer middleware for buttons: an impossible number gets the word for buttons that do nothing any more."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        if isinstance(event, CallbackQuery) and any(map(_is_impossible, (event.data or "").split(":"))):
            return await event.answer(texts.plain("leftover.button"), show_alert=True)
        return await handler(event, data)


def _is_impossible(part: str) -> bool:
    return len(part) > DIGITS and not part.strip("0123456789_+-. ")
