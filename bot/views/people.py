"""Whom did you mean: people found by name, to be picked with a tap."""

from collections.abc import Callable, Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot import texts
from bot.views import Page, button, keyboard

MOST_FOUND = 12  # offered at once; who is meant beyond these is found by more letters


def ask(key: str, *, stop: InlineKeyboardButton, **params: object) -> Page:
    """Ask for a name; `key` says what for."""
    return Page(texts.html(key, **params), keyboard([stop]))


def found(
    people: Sequence[tuple[int, str, str]],
    pick: Callable[[int], CallbackData],
    *,
    query: str,
    stop: InlineKeyboardButton,
) -> Page:
    """(member, name, unit) of whoever the query may mean."""
    if not people:
        return Page(texts.html("people.nobody", query=query), keyboard([stop]))
    shown = people[:MOST_FOUND]
    rows = [[button(texts.plain("people.one", name=name, unit=unit), pick(id_))] for id_, name, unit in shown]
    more = len(people) - len(shown)
    head = texts.html("people.whom_more", more=more) if more else texts.html("people.whom")
    return Page(head, keyboard(*rows, [stop]))
