"""What happened -> what is said: pure functions from results to text and buttons."""

from dataclasses import dataclass

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup


@dataclass(frozen=True)
class Page:
    """A message to be: HTML text and inline buttons."""

    text: str
    keyboard: InlineKeyboardMarkup | None = None


def button(text: str, data: CallbackData | str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data if isinstance(data, str) else data.pack())


def keyboard(*rows: "list[InlineKeyboardButton]") -> InlineKeyboardMarkup:
    """Rows of buttons; empty rows are left out."""
    return InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])
