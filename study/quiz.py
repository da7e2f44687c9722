"""Putting a quiz together, reading what a person chose or typed, and marking it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import Random

from study.grading import Grade, Grader, Reason, Task, Verdict
from study.items import Item, Kind
from study.refusal import Refusal

DAY_LEAST, DAY_MOST = 3, 5
# Of these, as long as there is something new: what comes up again, and what is new beside it.
DAY_DUE, DAY_NEW = 3, 2
PRACTICE_SIZE = 5
REVIEW_SIZE = 5
# A quiz stays open this long: a night shift or a week of leave takes nothing away.
OPEN_FOR = timedelta(days=7)
DAY_SECONDS = 180
LETTERS = "ABCDEFGHIJ"
LONGEST_ANSWER = 4096

_SECONDS = {
    Kind.SINGLE: 25,
    Kind.MULTIPLE: 35,
    Kind.TRUEFALSE: 20,
    Kind.FILL: 30,
    Kind.SHORT: 50,
    Kind.LIST: 60,
    Kind.NUMBER: 30,
}


class Occasion(StrEnum):
    """What a quiz is for. The day's one exists once a local day; the others as often as one likes."""

    DAY = "day"
    PRACTICE = "practice"
    REVIEW = "review"
    MAKE_UP = "makeup"  # in place of a missed meeting
    TRIAL = "trial"  # an administrator tries a draft


# What brings points; practice and trials are free of them.
REWARDED = frozenset({Occasion.DAY, Occasion.REVIEW})


class AlreadyAnswered(Refusal):
    """This question of this quiz has its answer, from this tap or from another device."""

    key = "refusal.already_answered"


class QuizClosed(Refusal):
    """The quiz is too old, or was erased."""

    key = "refusal.quiz_closed"


class NoOpenQuestion(Refusal):
    """Words came in while no question was waiting for an answer."""

    key = "refusal.no_open_question"


class NothingTicked(Refusal):
    key = "refusal.nothing_ticked"


class NotAChoice(Refusal):
    """The words name none of the options; `letters` are those that may be named."""

    key = "refusal.not_a_choice"


class NothingToReview(Refusal):
    key = "refusal.nothing_to_review"


class NoSuchTopic(Refusal):
    key = "refusal.no_such_topic"


@dataclass(frozen=True)
class Question:
    """An item as it is put in one quiz; `order[i]` is the item's own index of the i-th option shown."""

    item_id: str
    revision: str
    order: tuple[int, ...]


@dataclass(frozen=True)
class Mark:
    """A marked answer. `picks` are the item's own option indexes for choice kinds, else empty."""

    verdict: Verdict
    score: float
    given: str
    picks: tuple[int, ...] = ()
    grade: Grade | None = None


def compose(
    *,
    due: Sequence[Item],
    fresh: Sequence[Item],
    missed: Sequence[Item] = (),
    spare: Sequence[Item] = (),
    rng: Random,
    least: int = DAY_LEAST,
    most: int = DAY_MOST,
) -> tuple[Item, ...]:
    """Choose the items of a day's quiz.

    `due` come up again, first things first; `fresh` belong to the day's lesson and `missed` to the lessons before,
    and were never answered; `spare` fill up to `least` when all these run out. Within about three minutes: DAY_DUE
    of the due and DAY_NEW new ones, and more of either when the other runs out; never the same item twice.
    """
    new, spare_ones = list(fresh), list(spare)
    rng.shuffle(new)
    rng.shuffle(spare_ones)
    new += missed
    queue = [*due[: DAY_DUE - 1], *new[:DAY_NEW], *due[DAY_DUE - 1 : DAY_DUE], *new[DAY_NEW:], *due[DAY_DUE:]]
    chosen: list[Item] = []
    seconds = 0
    for place, item in enumerate([*queue, *spare_ones]):
        if len(chosen) == most or any(item.id == other.id for other in chosen):
            continue
        is_spare, is_long = place >= len(queue), seconds + _SECONDS[item.kind] > DAY_SECONDS
        if len(chosen) >= least and (is_spare or is_long):
            continue
        chosen.append(item)
        seconds += _SECONDS[item.kind]
    # What is chosen by a tap comes first: an easy start.
    return tuple(sorted(chosen, key=lambda item: not item.is_choice))


# 以上都对, or A和B都对: in another order they would mean something else.
_OF_OTHERS = re.compile(r"\s*(?:以上|上述|前述|前[两二三四]项|[A-H]\s*(?:项)?\s*[和与、及]\s*[A-H])")


def option_order(item: Item, rng: Random) -> tuple[int, ...]:
    """The order in which to show the options; 对 / 错, and options that speak of others, stand as they are."""
    order = list(range(len(item.options)))
    if item.kind is not Kind.TRUEFALSE and not any(map(_OF_OTHERS.match, item.options)):
        rng.shuffle(order)
    return tuple(order)


def task(item: Item) -> Task:
    """What the grader has to know of an item that is answered in words."""
    return Task(
        kind=item.kind,
        question=item.question,
        points=item.points,
        ordered=item.ordered,
        tolerance=item.tolerance,
        must=item.must,
        must_not=item.must_not,
    )


def mark_choice(item: Item, picks: Iterable[int]) -> Mark:
    """Mark chosen options (the item's own indexes).

    Several right ones: all of them is correct; some of them and nothing wrong is partial.
    """
    chosen = tuple(sorted(set(picks)))
    right = set(item.right)
    given = "".join(LETTERS[index] for index in chosen)
    if set(chosen) == right:
        return Mark(Verdict.CORRECT, 1.0, given, chosen)
    if item.kind is Kind.MULTIPLE and chosen and set(chosen) < right:
        return Mark(Verdict.PARTIAL, len(chosen) / len(right), given, chosen)
    return Mark(Verdict.WRONG, 0.0, given, chosen)


def mark_words(grader: Grader, item: Item, text: str) -> Mark:
    """Mark an answer in the person's own words."""
    given = text[:LONGEST_ANSWER]
    grade = grader.grade(task(item), given)
    return Mark(grade.verdict, grade.score, given, grade=grade)


def give_up(item: Item) -> Mark:
    """The person asked for the answer instead of giving one."""
    grade = None
    if not item.is_choice:
        grade = Grade(
            Verdict.WRONG, 0.0, missing=tuple(range(len(item.points))), reasons=(Reason("gave_up"),)
        )
    return Mark(Verdict.WRONG, 0.0, "", grade=grade)


_ORDINALS = {"一": 0, "二": 1, "两": 1, "三": 2, "四": 3, "五": 4, "六": 5, "七": 6, "八": 7}
_FILLERS = re.compile(
    r"^(?:我)?(?:觉得|认为|想|猜|感觉)?(?:应该)?(?:答案)?(?:就)?(?:是|选择|选|为)?(?:项|的是)?(?:答案)?[:：]?"
)
_TRUE = frozenset(
    "对 √ ✓ ✔ ✅ 是 正确 没错 是的 对的 真 t true yes y right 1 👍 正确的 对呀 对啊 可以 嗯".split()
)
_FALSE = frozenset(
    "错 × ✗ ✘ ❌ x 不 否 不对 错误 不是 不正确 错的 假 f false no n wrong 0 👎 错误的 不可以".split()
)


_NO_IDEA = frozenset(
    "不知道 不会 不清楚 不懂 忘了 忘记了 想不起来 没学过 看答案 跳过 ? ？ 。。。 ...".split()
)


def has_no_idea(text: str) -> bool:
    """Whether the person says that they do not know; that is a wish to see the answer."""
    return text.strip().strip("。！!，,~ ") in _NO_IDEA or text.strip() in _NO_IDEA


def read_choice(item: Item, order: Sequence[int], text: str) -> tuple[int, ...] | None:
    """The options that typed words name, as the item's own indexes; None when they name none.

    Understands letters in any width, case, order and company ("选a、c", "ＡＣ", "答案是 B 吧"), ordinals
    ("第二个", "2"), the words of an option, and for true/false every usual yes and no.
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower().strip("。.,，!！?？~ \n")
    if item.kind is Kind.TRUEFALSE:
        return _read_truth(plain)
    count = len(order)
    core = _FILLERS.sub("", plain, count=1).strip()
    core = re.sub(r"(?:吧|呢|啊|哦|项|了|这个|这项)+$", "", core).strip()
    by_words = _named_by_words(item, core)
    if by_words is not None:
        return by_words
    shown = _letters(core, count) or _numbers(core, count)
    if not shown or (item.kind is Kind.SINGLE and len(shown) > 1):
        return None
    return tuple(sorted(order[index] for index in shown))


def _read_truth(plain: str) -> tuple[int, ...] | None:
    core = re.sub(r"(?:吧|呢|啊|哦|呀|了)+$", "", _FILLERS.sub("", plain, count=1)) or plain
    for said in (plain, core):
        if said in _TRUE or said == "a":
            return (0,)
        if said in _FALSE or said == "b":
            return (1,)
    return None


def _named_by_words(item: Item, core: str) -> tuple[int, ...] | None:
    folded = [unicodedata.normalize("NFKC", option).strip().lower() for option in item.options]
    if core in folded:
        return (folded.index(core),)
    parts = [part for part in re.split(r"[、,，;；/\s]+", core) if part]
    if len(parts) > 1 and item.kind is Kind.MULTIPLE and all(part in folded for part in parts):
        return tuple(sorted({folded.index(part) for part in parts}))
    return None


def _letters(core: str, count: int) -> set[int] | None:
    rest = re.sub(r"[\s、,，;；/.。+&和与及跟还有以及]+", "", core)
    allowed = LETTERS[:count].lower()
    return {allowed.index(letter) for letter in rest} if rest and set(rest) <= set(allowed) else None


def _numbers(core: str, count: int) -> set[int] | None:
    found: set[int] = set()
    for part in re.split(r"[\s、,，;；/和与及跟]+", core):
        name = re.fullmatch(r"(?:第)?([1-9一二两三四五六七八])(?:个|项|条|选项)?", part)
        if not name:
            return None
        index = int(name[1]) - 1 if name[1].isdigit() else _ORDINALS[name[1]]
        if index >= count:
            return None
        found.add(index)
    return found
