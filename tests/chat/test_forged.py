"""Whoever makes up what a button says gets a polite word, whatever it is, and nothing goes wrong."""

import logging
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest
from aiogram.filters.callback_data import CallbackData

from bot import views
from tests.chat.conftest import Person

LARGEST = 64  # bytes that Telegram lets a button carry
FORGED = ("0", "-1", "7", str(10**15), str(2**63), "9" * 40, "", "x", "2026-02-30", "１２")


def buttons() -> Iterator[type[CallbackData]]:
    """Every kind of button there is."""
    for module in iter_modules(views.__path__, f"{views.__name__}."):
        for value in vars(import_module(module.name)).values():
            if (
                isinstance(value, type)
                and issubclass(value, CallbackData)
                and value.__module__ == module.name
            ):
                yield value


@pytest.mark.parametrize("who", ["nurse", "administrator"])
async def test_forged_buttons_break_nothing(
    who: str, hall: dict[str, Person], caplog: pytest.LogCaptureFixture
) -> None:
    person = hall[who]
    [menu] = await person.says("/menu")
    caplog.set_level(logging.ERROR)
    for button in buttons():
        for forged in FORGED if button.model_fields else ("",):
            data = button.__separator__.join((button.__prefix__, *[forged] * len(button.model_fields)))
            if len(data.encode()) <= LARGEST:
                await person.sends_data(menu, data)
                assert not caplog.records, f"{data}: {caplog.text}"


async def test_an_impossible_number_gets_the_word_for_old_buttons(nurse: Person) -> None:
    [menu] = await nurse.says("/menu")
    assert "已经过期" in (await nurse.sends_data(menu, f"n:{2**63}")).text
