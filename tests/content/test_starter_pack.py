"""A linter over what the program teaches from the first day: true to its format, fair, and written in one style."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import opencc
import pytest
from rapidfuzz import fuzz

from storage import lexicon, packfiles
from study import packs
from study.curriculum import Curriculum
from study.grading import Grader
from study.items import Item, Kind, Pack, Source
from study.packs import Reading

CONTENT = Path(__file__).parents[2] / "content"
CHECKED_ON = date(2026, 3, 2)
CJK = "[\u4e00-\u9fff]"
# Inside titles and prose: half-width punctuation beside a Chinese character, or blanks between scripts.
HALF_WIDTH = re.compile(rf"{CJK}[,;:!?()]|[,;:!?()]{CJK}|\.\.\.|。。")
SPACED = re.compile(rf"{CJK} +[A-Za-z0-9]|[A-Za-z0-9%] +{CJK}|{CJK} +{CJK}")


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
    assert len(pack.lessons) >= 12
    assert len(pack.items) >= 84
    kinds = Counter(item.kind for item in pack.items)
    assert min(kinds[kind] for kind in Kind) >= 3
    assert min(Counter(item.lesson for item in pack.items).values()) >= 5


def test_the_year_is_planned_and_leaves_no_lesson_out(pack: Pack) -> None:
    assert [month.month for month in pack.months] == list(range(1, 13))
    assert {lesson for month in pack.months for lesson in month.lessons} == {
        lesson.id for lesson in pack.lessons
    }


def test_items_are_named_after_their_lessons(pack: Pack) -> None:
    assert [
        item.id for item in pack.items if item.lesson is None or not item.id.startswith(f"{item.lesson}-")
    ] == []


def test_every_source_can_be_looked_up(pack: Pack) -> None:
    def is_vague(source: Source) -> bool:
        return not (source.date or source.article or source.url or re.search("[0-9]{4}", source.document))

    assert [one.id for one in (*pack.lessons, *pack.items) if is_vague(one.source)] == []


def test_lessons_have_one_form(pack: Pack) -> None:
    lengths = {lesson.id: len("".join(lesson.body.split())) for lesson in pack.lessons}
    assert {id: length for id, length in lengths.items() if not 250 <= length <= 500} == {}
    assert [lesson.id for lesson in pack.lessons if len(lesson.key_points) != 3] == []
    assert [lesson.id for lesson in pack.lessons if not (lesson.question and lesson.ward_link)] == []


def test_no_two_questions_are_nearly_the_same(pack: Pack) -> None:
    close = [
        (one.id, other.id)
        for one, other in combinations(pack.items, 2)
        if fuzz.ratio(one.question, other.question) >= 85
    ]
    assert close == []


def test_length_does_not_give_the_right_option_away(pack: Pack) -> None:
    single = [item for item in pack.items if item.kind is Kind.SINGLE]
    longest = [item for item in single if is_longest(item)]
    assert len(longest) <= 0.4 * len(single), [item.id for item in longest]


def is_longest(item: Item) -> bool:
    right = item.right[0]
    return all(
        len(item.options[right]) > len(text) for index, text in enumerate(item.options) if index != right
    )


def test_right_answers_are_spread_over_the_letters(pack: Pack) -> None:
    single = Counter(item.right[0] for item in pack.items if item.kind is Kind.SINGLE)
    assert max(single.values()) <= 0.4 * single.total(), single
    assert set(single) == {0, 1, 2, 3}
    truth = Counter(item.right[0] for item in pack.items if item.kind is Kind.TRUEFALSE)
    assert max(truth.values()) <= 0.7 * truth.total(), truth


def test_questions_do_not_tell_their_answers(pack: Pack) -> None:
    leaks = [
        (item.id, point.text)
        for item in pack.items
        for point in item.points
        if item.kind is not Kind.LIST and point.text in item.question
    ]
    assert leaks == []


def test_every_difficulty_occurs(pack: Pack) -> None:
    assert {item.difficulty for item in pack.items} == {1, 2, 3}


def texts(pack: Pack) -> Iterator[tuple[str, str]]:
    """All prose that members read, with the id of where it stands."""
    for lesson in pack.lessons:
        for text in (lesson.title, lesson.question, lesson.theme, lesson.ward_link, *lesson.body.split("\n")):
            yield lesson.id, text or ""
        for text in lesson.key_points:
            yield lesson.id, text
    for item in pack.items:
        for text in (item.question, item.explanation, *item.options, *(point.text for point in item.points)):
            yield item.id, text
    for month in pack.months:
        for text in (month.theme, *month.weeks):
            yield f"month {month.month}", text


def test_the_script_is_simplified(pack: Pack) -> None:
    simplified = opencc.OpenCC("t2s")
    assert [(id, text) for id, text in texts(pack) if simplified.convert(text) != text] == []


def test_punctuation_has_one_style(pack: Pack) -> None:
    assert [(id, text) for id, text in texts(pack) if HALF_WIDTH.search(text)] == []
    assert [(id, text) for id, text in texts(pack) if SPACED.search(text)] == []


def test_sentences_end(pack: Pack) -> None:
    assert [item.id for item in pack.items if item.explanation[-1] not in "。！？”）"] == []
    assert [lesson.id for lesson in pack.lessons if lesson.body.rstrip()[-1] not in "。！？”）"] == []


def test_no_lesson_comes_twice_within_two_months(pack: Pack) -> None:
    curriculum = Curriculum.of([pack])
    seen: dict[str, date] = {}
    for number in range(3 * 365):
        day = date(2026, 1, 1) + timedelta(days=number)
        lesson = curriculum.lesson_on(day).id
        assert lesson not in seen or (day - seen[lesson]).days > 61, (lesson, day)
        seen[lesson] = day
