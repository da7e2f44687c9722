"""What every lesson and item of the starter pack must keep, as rules that name whatever breaks them.

Each takes the pack and gives the ids at fault (with what is wrong, where the id does not say it); none means sound.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations

import opencc
from rapidfuzz import fuzz

from study.curriculum import Curriculum
from study.items import Item, Kind, Pack, Source

BODY = range(250, 501)  # characters, blanks not counted
KEY_POINTS = 3
LIKE = 85  # per cent of the letters
LONGEST_SHARE = 0.4
LETTER_SHARE = 0.4
TRUTH_SHARE = 0.7
APART = 61  # days between two turns of a lesson

_CJK = "[\u4e00-\u9fff]"
# Half-width punctuation beside a Chinese character, or blanks between scripts.
_HALF_WIDTH = re.compile(rf"{_CJK}[,;:!?()]|[,;:!?()]{_CJK}|\.\.\.|。。")
_SPACED = re.compile(rf"{_CJK} +[A-Za-z0-9]|[A-Za-z0-9%] +{_CJK}|{_CJK} +{_CJK}")
_ENDS = "。！？”）"


def misnamed(pack: Pack) -> list[str]:
    """Items are named after their lessons, so that a report or a question by id is understood at once."""
    return [item.id for item in pack.items if not (item.lesson and item.id.startswith(f"{item.lesson}-"))]


def vague_sources(pack: Pack) -> list[str]:
    """Every source can be looked up: it has a date, an article, an address, or a year in its name."""

    def is_vague(source: Source) -> bool:
        return not (source.date or source.article or source.url or re.search("[0-9]{4}", source.document))

    sources = [(one.id, one.source) for one in pack.lessons] + [(one.id, one.source) for one in pack.items]
    return [id for id, source in sources if is_vague(source)]


def misshapen(pack: Pack) -> list[tuple[str, int | str]]:
    """Lessons have one form: a body of some length, three points to keep, a question and a link to the ward."""
    found: list[tuple[str, int | str]] = []
    for lesson in pack.lessons:
        length = len("".join(lesson.body.split()))
        if length not in BODY:
            found.append((lesson.id, length))
        if len(lesson.key_points) != KEY_POINTS:
            found.append((lesson.id, "key_points"))
        found += [(lesson.id, name) for name in ("question", "ward_link") if not getattr(lesson, name)]
    return found


def duplicates(pack: Pack) -> list[tuple[str, str]]:
    """No question is asked twice, not even in nearly the same words."""
    return [
        (one.id, other.id)
        for one, other in combinations(pack.items, 2)
        if fuzz.ratio(one.question, other.question) >= LIKE
    ]


def longest_right(pack: Pack) -> list[str]:
    """Single choices whose right option is the longest, when there are so many that length gives it away."""
    single = [item for item in pack.items if item.kind is Kind.SINGLE]
    longest = [item.id for item in single if _is_longest(item)]
    return longest if len(longest) > LONGEST_SHARE * len(single) else []


def _is_longest(item: Item) -> bool:
    right = item.right[0]
    return all(
        len(item.options[right]) > len(text) for index, text in enumerate(item.options) if index != right
    )


def leaning_letters(pack: Pack) -> list[str]:
    """The letters, or 对 and 错, under which too many of the right answers stand; or which none stands under."""
    single = Counter("ABCDEFGH"[item.right[0]] for item in pack.items if item.kind is Kind.SINGLE)
    truth = Counter("对错"[item.right[0]] for item in pack.items if item.kind is Kind.TRUEFALSE)
    return [
        *(
            letter
            for letter in sorted(single | Counter("ABCD"))
            if single[letter] > LETTER_SHARE * single.total()
        ),
        *(letter for letter in "ABCD" if not single[letter]),
        *(word for word in "对错" if truth[word] > TRUTH_SHARE * truth.total()),
    ]


def leaks(pack: Pack) -> list[tuple[str, str]]:
    """Questions that tell their answer: the words to write, or the right option of several."""
    told = [
        (item.id, text)
        for item in pack.items
        if item.kind is not Kind.LIST
        for text in (*(point.text for point in item.points), *_only_right(item))
        if text in item.question
    ]
    return told


def _only_right(item: Item) -> Iterator[str]:
    """The right option, when no wrong one is in the question as well."""
    if item.kind is Kind.SINGLE:
        right = item.right[0]
        if not any(text in item.question for index, text in enumerate(item.options) if index != right):
            yield item.options[right]


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


def half_width(pack: Pack) -> list[tuple[str, str]]:
    """Chinese text has full-width punctuation."""
    return [(id, text) for id, text in texts(pack) if _HALF_WIDTH.search(text)]


def spaced(pack: Pack) -> list[tuple[str, str]]:
    """No blanks between Chinese and Latin letters or digits, nor between Chinese characters."""
    return [(id, text) for id, text in texts(pack) if _SPACED.search(text)]


def traditional(pack: Pack) -> list[tuple[str, str]]:
    """The script is simplified."""
    simplified = opencc.OpenCC("t2s")
    return [(id, text) for id, text in texts(pack) if simplified.convert(text) != text]


def unended(pack: Pack) -> list[str]:
    """Explanations and lessons end with a full stop."""
    prose = [(one.id, one.body) for one in pack.lessons] + [(one.id, one.explanation) for one in pack.items]
    return [id for id, text in prose if text.rstrip()[-1] not in _ENDS]


def unplanned(pack: Pack) -> list[int | str]:
    """The year has all its months, and every lesson its place in it."""
    planned = {lesson for month in pack.months for lesson in month.lessons}
    months = {month.month for month in pack.months}
    return [
        *(number for number in range(1, 13) if number not in months),
        *(lesson.id for lesson in pack.lessons if lesson.id not in planned),
    ]


def repeated(pack: Pack, *, since: date, days: int) -> list[tuple[str, date]]:
    """Lessons whose turn comes again within two months, as the days go by."""
    curriculum = Curriculum.of([pack])
    seen: dict[str, date] = {}
    found = []
    for day in (since + timedelta(days=number) for number in range(days)):
        lesson = curriculum.lesson_on(day).id
        if lesson in seen and (day - seen[lesson]).days <= APART:
            found.append((lesson, day))
        seen[lesson] = day
    return found
