"""The row of buttons that turns the pages of a list."""

from collections.abc import Callable

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from actions.reach import Leaf
from bot import texts
from bot.views import button


def row(leaf: Leaf, to: Callable[[int], CallbackData]) -> list[InlineKeyboardButton]:
    """Back, where we are, and on; nothing for a single page. `to` says what turns to a page (from 0)."""
    if leaf.pages == 1:
        return []
    buttons = []
    if leaf.page > 0:
        buttons.append(button(texts.plain("turning.back"), to(leaf.page - 1)))
    here = texts.plain("turning.here", page=leaf.page + 1, pages=leaf.pages)
    buttons.append(button(here, to(leaf.page)))
    if leaf.page < leaf.pages - 1:
        buttons.append(button(texts.plain("turning.on"), to(leaf.page + 1)))
    return buttons
