"""What buttons carry."""

from collections import Counter

from aiogram.filters.callback_data import CallbackData

import bot.dispatcher  # noqa: F401 - brings every button in


def test_no_two_kinds_of_button_are_taken_for_each_other() -> None:
    prefixes = Counter(kind.__prefix__ for kind in CallbackData.__subclasses__())
    assert len(prefixes) > 50
    assert [prefix for prefix, times in prefixes.items() if times > 1] == []
