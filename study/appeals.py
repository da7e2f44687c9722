"""A second look by a person: what may be appealed, what is held, what a decision makes of a mark, and what wording
it may let count for everybody."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from study.grading import Grade, Reason, Verdict
from study.grading.normalise import fold
from study.items import Item, Point
from study.quiz import Mark
from study.refusal import Refusal

LONGEST_WORD = 300
LONGEST_WORDING = 200
MOST_OFFERS = 8
PARTLY_AT_LEAST = 0.5


class Origin(StrEnum):
    """Who asks for the second look: the member, or the grader because the answer is near the edge."""

    MEMBER = "member"
    GRADER = "grader"


class State(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    REJECTED = "rejected"


class NoSuchAppeal(Refusal):
    """The appeal, or the answer it is about, is not there (any more)."""

    key = "refusal.appeal.none"


class NothingToAppeal(Refusal):
    """Only an answer in words that was not marked right can be appealed."""

    key = "refusal.appeal.nothing"


class OwnAppeal(Refusal):
    """Nobody decides about an answer of their own."""

    key = "refusal.appeal.own"


class AlreadyDecided(Refusal):
    """Somebody was quicker; `state` is what was decided."""

    key = "refusal.appeal.decided"


class BadWord(Refusal):
    """A word along with an appeal or a decision is empty or too long."""

    key = "refusal.appeal.word"


class NothingToAdopt(Refusal):
    """The appeal does not give a wording that could count for everybody."""

    key = "refusal.appeal.nothing_to_adopt"


class NoSuchWording(Refusal):
    """The wording has been revoked already, or never was."""

    key = "refusal.appeal.no_such_wording"


@dataclass(frozen=True)
class Accepted:
    """A wording that people of the unit at `scope` and below may use for a point. It holds as long as the point's
    own text is still `reference`."""

    item_id: str
    point: int
    reference: str
    wording: str
    scope: str


@dataclass(frozen=True)
class Offer:
    """A wording that may be accepted for everybody: this says the point whose text is `reference`."""

    point: int
    reference: str
    wording: str


def may_appeal(mark: Mark) -> bool:
    """Whether the mark is of an answer in words, and not right."""
    return mark.grade is not None and bool(mark.given.strip()) and mark.verdict is not Verdict.CORRECT


def is_held(mark: Mark) -> bool:
    """Whether a person should look before the answer is called wrong or only partly right."""
    return may_appeal(mark) and mark.grade is not None and mark.grade.near_edge


def counts_as(verdict: Verdict, *, held: bool) -> Verdict:
    """What an answer is worth now: while it is held it has partial marks."""
    return Verdict.PARTIAL if held else verdict


def decided(mark: Mark, state: State) -> Mark:
    """The grader's mark as a person's decision leaves it."""
    assert mark.grade is not None and state is not State.OPEN
    if state is State.ACCEPTED:
        verdict, score = Verdict.CORRECT, 1.0
        missing: tuple[int, ...] = ()
    elif state is State.PARTLY:
        verdict, score, missing = Verdict.PARTIAL, max(mark.score, PARTLY_AT_LEAST), mark.grade.missing
    else:
        verdict, score, missing = mark.verdict, mark.score, mark.grade.missing
    reason = Reason(f"appeal_{state.value}")
    reasons = (reason,) if state is State.ACCEPTED else (*mark.grade.reasons, reason)
    grade = replace(
        mark.grade, verdict=verdict, score=score, missing=missing, reasons=reasons, near_edge=False
    )
    return replace(mark, verdict=verdict, score=score, grade=grade)


def is_better(verdict: Verdict, than: Verdict) -> bool:
    order = (Verdict.WRONG, Verdict.PARTIAL, Verdict.CORRECT)
    return order.index(verdict) > order.index(than)


def offers(item: Item, mark: Mark, state: State) -> tuple[Offer, ...]:
    """What could be accepted for everybody after the decision on `mark`, the grader's.

    The whole answer where the item has one point; otherwise each piece that belonged nowhere, for each point that
    was missing.
    """
    if mark.grade is None or state not in (State.ACCEPTED, State.PARTLY):
        return ()
    if len(item.points) == 1:
        wording = mark.given.strip()
        if state is not State.ACCEPTED or len(wording) > LONGEST_WORDING:
            return ()
        return (Offer(0, item.points[0].text, wording),)
    return tuple(
        Offer(place, item.points[place].text, extra.strip())
        for place in mark.grade.missing
        for extra in _extras(mark.grade)
    )[:MOST_OFFERS]


def _extras(grade: Grade) -> tuple[str, ...]:
    pieces = (piece.strip() for piece in grade.extras)
    return tuple(dict.fromkeys(piece for piece in pieces if 0 < len(piece) <= LONGEST_WORDING))


def accepting(item: Item, wordings: Iterable[Accepted], *, unit_path: str) -> Item:
    """The item with the wordings accepted for people of the unit among its aliases."""
    more: dict[int, list[str]] = {}
    for one in wordings:
        fits = one.point < len(item.points) and item.points[one.point].text == one.reference
        if fits and unit_path.startswith(one.scope):
            more.setdefault(one.point, []).append(one.wording)
    if not more:
        return item
    points = tuple(_with(point, more.get(place, ())) for place, point in enumerate(item.points))
    return replace(item, points=points)


def _with(point: Point, wordings: Iterable[str]) -> Point:
    fresh = [wording for wording in dict.fromkeys(wordings) if wording not in (point.text, *point.aliases)]
    return replace(point, aliases=(*point.aliases, *fresh)) if fresh else point


def by_item(wordings: Iterable[Accepted]) -> Mapping[str, tuple[Accepted, ...]]:
    found: dict[str, list[Accepted]] = {}
    for one in wordings:
        found.setdefault(one.item_id, []).append(one)
    return {item_id: tuple(some) for item_id, some in found.items()}


def same_words(text: str) -> str:
    """A key that two answers share only when they differ in nothing that could change what they say: width, case,
    script, which mark stands between two words, and marks around the whole. Signs stay (√ is not ×), and so do
    marks beside a digit (1.5 is not 15)."""
    plain = "".join(char if unicodedata.category(char)[0] == "S" else fold(char).text for char in text)
    kept: list[str] = []
    for place, char in enumerate(plain):
        beside = plain[max(0, place - 1) : place] + plain[place + 1 : place + 2]
        if char.isspace() or (
            unicodedata.category(char)[0] == "P" and not any(near.isdigit() for near in beside)
        ):
            char = "，"
        if char != "，" or kept[-1:] != ["，"]:
            kept.append(char)
    return "".join(kept).strip("，").rstrip("。.!?")


def checked_word(text: str) -> str:
    """A word of a person along with an appeal or a decision; raises BadWord."""
    text = text.strip()
    if not text or len(text) > LONGEST_WORD:
        raise BadWord(most=LONGEST_WORD)
    return text
