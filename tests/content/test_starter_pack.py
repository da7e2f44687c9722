"""What the program teaches from the first day: enough of it, and sound by every rule of `lint`."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from storage import lexicon, packfiles
from study import packs
from study.grading import Grader
from study.items import Kind, Pack
from study.packs import Reading
from tests.content import lint

CONTENT = Path(__file__).parents[2] / "content"
CHECKED_ON = date(2026, 3, 2)


@pytest.fixture(scope="module")
def reading() -> Reading:
    files = packfiles.read(CONTENT)
    return packs.read(files.documents, pictures=files.formats, faults=files.faults)


@pytest.fixture(scope="module")
def pack(reading: Reading) -> Pack:
    assert reading.faults == ()
    assert reading.pack
    return reading.pack


def test_the_pack_needs_no_second_look(reading: Reading, pack: Pack) -> None:
    grader = Grader(lexicon.read(CONTENT))
    assert packs.advise(pack, places=reading.places, grader=grader, today=CHECKED_ON) == ()


def test_there_is_enough_of_everything(pack: Pack) -> None:
    assert len(pack.lessons) >= 96
    assert len(pack.items) >= 700
    kinds = Counter(item.kind for item in pack.items)
    assert min(kinds[kind] for kind in Kind) >= 30
    assert sum(kinds[kind] for kind in (Kind.FILL, Kind.SHORT, Kind.LIST, Kind.NUMBER)) >= 200
    assert min(Counter(item.lesson for item in pack.items).values()) >= 5
    assert {item.difficulty for item in pack.items} == {1, 2, 3}


def test_a_third_of_the_items_are_cases_from_the_ward(pack: Pack) -> None:
    assert len([item for item in pack.items if "案例" in item.tags]) >= len(pack.items) / 3


@pytest.mark.parametrize(
    "rule",
    [
        lint.misnamed,
        lint.vague_sources,
        lint.misshapen,
        lint.duplicates,
        lint.longest_right,
        lint.leaning_letters,
        lint.leaks,
        lint.half_width,
        lint.spaced,
        lint.traditional,
        lint.unended,
        lint.unplanned,
    ],
)
def test_the_pack_keeps_the_rules(rule: Callable[[Pack], list[Any]], pack: Pack) -> None:
    assert rule(pack) == []


def test_no_lesson_comes_twice_within_two_months(pack: Pack) -> None:
    assert lint.repeated(pack, since=date(2026, 1, 1), days=3 * 365) == []
