"""Choosing the column that a notice is filed under."""

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot import texts
from bot.views import Page, button, keyboard
from study.columns import Column

A_ROW = 3


class Choose(CallbackData, prefix="fc"):
    """The columns that a notice can be filed under."""

    notice: int


class File(CallbackData, prefix="ff"):
    """File a notice under this column; empty: under none."""

    notice: int
    column: str


def filing(notice_id: int, column: str | None) -> InlineKeyboardButton:
    """The button that leads to the choice."""
    key = "columns.refile" if column else "columns.file"
    return button(texts.plain(key), Choose(notice=notice_id))


def choice(
    notice_id: int, title: str, columns: Sequence[Column], chosen: str | None, back: CallbackData
) -> Page:
    """Every column, the chosen one ticked; the same again takes the notice out of it."""
    buttons = [
        button(
            texts.plain("settings.chosen" if one.key == chosen else "columns.one", label=one.label),
            File(notice=notice_id, column="" if one.key == chosen else one.key),
        )
        for one in columns
    ]
    return Page(
        texts.html("columns.choose", title=title or texts.plain("columns.untitled")),
        keyboard(*rows(buttons), [button(texts.plain("columns.back"), back)]),
    )


def rows(buttons: Sequence[InlineKeyboardButton], across: int = A_ROW) -> list[list[InlineKeyboardButton]]:
    """The buttons side by side."""
    return [list(buttons[start : start + across]) for start in range(0, len(buttons), across)]
