"""Where dialogues stand is kept by name, so no two may have the same."""

from collections import Counter

from aiogram.fsm.state import StatesGroup

import bot.dispatcher  # noqa: F401 - brings every dialogue in


def groups(kind: type[StatesGroup] = StatesGroup) -> list[type[StatesGroup]]:
    return [found for one in kind.__subclasses__() for found in (one, *groups(one))]


def test_every_dialogue_has_a_name_of_its_own() -> None:
    names = Counter(state.state for group in groups() for state in group.__states__)
    assert len(names) > 10
    assert not {name for name, times in names.items() if times > 1}
