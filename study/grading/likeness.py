"""A second look at answers told in other words: how near they come in meaning, learned from marked answers.

The rules of the other modules find what is said in words that they know. What they leave open, with nothing said
against it, is weighed here: words the table of vectors holds for near, what is left over, what is missing, how long the
answer is. A small sum of decision trees, learned from marked rows, makes of that whether it is right, right in part, or wrong.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from study.grading import negation, words
from study.grading.answer import Answer
from study.grading.learned import Learned
from study.grading.vectors import Row, Vectors, nearness
from study.grading.verdict import Grade, Match, Reason, Task, Verdict
from study.grading.wording import Question
from study.items import Kind

_OPEN = frozenset("missing hits extra synonym slip pinyin stuffing".split())
"""Reasons that leave open whether the same was said in other words."""
_KINDS = (Kind.SHORT, Kind.LIST, Kind.FILL)
_WINDOW = 3
"""Words that may stand together for one of the reference."""
_NEAR = 0.45
"""Nearness from which a pair of words is worth telling."""
_STOP_WEIGHT, _WORD_WEIGHT = 1, 3
_CLAUSE = re.compile(r"[，,。；;、！!？?:\n\s]+")
_PART = re.compile(r"[，,；;。]")
_TERSE = 8
"""Characters of a reference in which every word counts."""
_WEIGHTS = {1: 0.5, 2: 1.0, 3: 1.3}


_KEPT = frozenset(("synonym", "slip", "pinyin"))
_RIGHT = 0.9
_PART_SCORE = 0.34
_DOUBT = 1.5
"""Log odds below right at which a person should still look."""


class Likeness:
    """What was learned, made ready."""

    def __init__(self, learned: Learned) -> None:
        self._vectors = Vectors(learned.words, learned.table)
        self._some, self._all = learned.some, learned.all

    def sought(self, task: Task, asked: Question) -> "Sought":
        """What is looked for in every answer to a task."""
        return sought(self._vectors, task, asked)

    def weigh(self, wanted: "Sought", asked: Question, given: Answer, grade: Grade) -> Grade:
        """The grade, raised where the answer comes near enough; never lowered below what the rules found."""
        task = wanted.task
        if not is_open(task, grade):
            return grade
        seen = look(self._vectors, wanted, asked, given, grade)
        if _opposes(task, asked, given, seen) or _exchanges(task, given):
            return grade
        whole = self._all.holds(seen.features)
        # Of a list, the rules have to have found something.
        grounded = task.kind is not Kind.LIST or grade.verdict is Verdict.PARTIAL
        if whole >= 0 and grounded and not _denies(task, given):
            notes = tuple(seen.pairs())
            return replace(
                grade,
                verdict=Verdict.CORRECT,
                score=max(grade.score, _RIGHT),
                matched=seen.matches(grade),
                missing=(),
                extras=(),
                reasons=(*(one for one in grade.reasons if one.key in _KEPT), *notes),
                near_edge=True,
            )
        if grade.verdict is Verdict.PARTIAL:
            return replace(grade, near_edge=grade.near_edge or whole >= -_DOUBT)
        if self._some.holds(seen.features) >= 0 and not (task.kind is Kind.SHORT and _denies(task, given)):
            return replace(
                grade, verdict=Verdict.PARTIAL, score=max(grade.score, _PART_SCORE), near_edge=True
            )
        return grade


def is_open(task: Task, grade: Grade) -> bool:
    """Whether the rules leave it open if more was said: nothing speaks against the answer, it is only not found."""
    keys = {reason.key for reason in grade.reasons}
    return grade.verdict is not Verdict.CORRECT and task.kind in _KINDS and bool(keys) and keys <= _OPEN


@dataclass(frozen=True)
class _Word:
    """A word of the reference: its weight, how near the answer comes to it, and where."""

    point: int
    text: str
    weight: float
    near: float
    start: int
    end: int


@dataclass(frozen=True)
class Seen:
    """What there is to weigh."""

    features: tuple[float, ...]
    found: tuple[_Word, ...]
    given: Answer

    def pairs(self) -> list[Reason]:
        """Words of the answer that stand for others of the reference, nearest first."""
        told = sorted((one for one in self.found if _NEAR <= one.near < 1), key=lambda one: -one.near)
        return [
            Reason("alike", {"given": self.given.plain[one.start : one.end], "wanted": one.text})
            for one in told[:2]
        ]

    def matches(self, grade: Grade) -> tuple[Match, ...]:
        """Where each point is said: as the rules found it, or else around the words that come nearest."""
        matched = {match.point: match for match in grade.matched if match.end > match.start}
        for point in sorted({one.point for one in self.found} - set(matched)):
            own = [one for one in self.found if one.point == point and one.end > one.start]
            best = max(own, key=lambda one: (one.near, one.weight), default=None)
            span = (
                self.given.span(best.start, best.end) if best else self.given.span(0, len(self.given.plain))
            )
            matched[point] = Match(point, *span, _RIGHT)
        return tuple(matched[point] for point in sorted(matched))


def _denies(task: Task, given: Answer) -> bool:
    """Whether the answer denies something and no wording of the reference does."""
    texts = (text for point in task.points for text in (point.text, *point.aliases))
    return any(given.denied) and not any(any(negation.denied(text)) for text in texts)


def _exchanges(task: Task, given: Answer) -> bool:
    """Whether the answer is a short reference with another word in the place of one of its own (肝动脉 for 肺动脉).

    That is another thing, however near the two words are: vectors hold things of a kind for near.
    """
    if len(task.points) > 1:
        return False
    return any(
        _exchanged(words.plain(text), given) for text in (task.points[0].text, *task.points[0].aliases)
    )


def _exchanged(wanted: str, given: Answer) -> bool:
    told = given.plain
    shortest = min(len(wanted), len(told))
    if len(wanted) > _TERSE or abs(len(wanted) - len(told)) > 2 or wanted == told:
        return False
    head = next((at for at in range(shortest) if wanted[at] != told[at]), shortest)
    tail = next((at for at in range(shortest - head) if wanted[-1 - at] != told[-1 - at]), shortest - head)
    return shortest <= 2 * (head + tail) < 2 * shortest


def _opposes(task: Task, asked: Question, given: Answer, seen: Seen) -> bool:
    """Whether a word left over opposes one that is missing: vectors hold opposites for near."""
    texts = (text for point in task.points for text in (point.text, *point.aliases))
    known = asked.plain + words.plain("".join(texts))
    told = [word for word, _, _ in given.tokens if not words.is_stop(word) and word not in known]
    missing = [one.text for one in seen.found if one.near < 1]
    return any(
        words.are_opposed(a, b)
        for one in told
        for other in missing
        for a in one
        if a not in other
        for b in other
        if b not in one
    )


def _weight(word: str) -> float:
    return _WEIGHTS.get(len(word), 1.7) * (0.35 if words.is_light(word) else 1.0)


def _own(plain: str, asked: Question) -> list[str]:
    """The words of a text that say something the question does not; all that say something, if it has none of its own."""
    found = [word for word, _ in words.tagged(plain)]
    telling = [word for word in found if not words.is_stop(word)]
    return [word for word in telling if word not in asked.plain] or telling or found


def _windows(vectors: Vectors, given: Answer, asked: Question) -> tuple[Row, list[tuple[int, int]]]:
    """A vector for each word of the answer and for neighbours together, with their places in `plain`."""
    tokens = given.tokens
    rows: list[Row] = []
    places: list[tuple[int, int]] = []
    weighted = [
        vectors.of(word) * (_STOP_WEIGHT if words.is_stop(word) else _WORD_WEIGHT) for word, _, _ in tokens
    ]
    idle = [words.is_stop(word) for word, _, _ in tokens]
    # Shorter ones first: of those that come equally near, the first is taken.
    for size in range(1, _WINDOW + 1):
        for first in range(len(tokens) - size + 1):
            last = first + size - 1
            start, end = tokens[first][2], tokens[last][2] + len(tokens[last][0])
            if all(idle[first : last + 1]) or given.plain[start:end] in asked.plain:
                continue
            rows.append(sum(weighted[first + 1 : last + 1], weighted[first]))
            places.append((start, end))
    if not rows:
        return np.zeros((1, vectors.size)), [(0, 0)]
    return np.array(rows), places


@dataclass(frozen=True, eq=False)
class Sought:
    """The words of each wording of each point, with a vector for each."""

    task: Task
    points: tuple[tuple[tuple[str, ...], ...], ...]
    rows: Row
    reference: str
    parts: int
    """Clauses that the author wrote."""


def sought(vectors: Vectors, task: Task, asked: Question) -> Sought:
    """What is looked for in every answer to a task."""
    points = tuple(
        tuple(tuple(_own(words.plain(text), asked)) for text in (point.text, *point.aliases))
        for point in task.points
    )
    return Sought(
        task=task,
        points=points,
        rows=vectors.rows(word for point in points for own in point for word in own),
        reference=words.plain("".join(point.text for point in task.points)),
        parts=sum(len([piece for piece in _PART.split(one.text) if piece.strip()]) for one in task.points),
    )


def _points(
    wanted: Sought, given: Answer, windows: Row, places: list[tuple[int, int]]
) -> tuple[list[list[_Word]], list[int]]:
    """The words of each point in that of its wordings which the answer comes nearest to, and their rows."""
    near = nearness(wanted.rows, windows)
    nearest, best_places = near.max(axis=1).tolist(), near.argmax(axis=1).tolist()
    found: list[list[_Word]] = []
    rows: list[int] = []
    row = 0
    for index, wordings in enumerate(wanted.points):
        best: list[_Word] = []
        best_rows: list[int] = []
        for own in wordings:
            told = []
            for place, word in enumerate(own, row):
                at = given.plain.find(word)
                span = (at, at + len(word)) if at >= 0 else places[best_places[place]]
                told.append(_Word(index, word, _weight(word), 1.0 if at >= 0 else nearest[place], *span))
            if not best or _covered(told) > _covered(best):
                best, best_rows = told, list(range(row, row + len(own)))
            row += len(own)
        found.append(best)
        rows += best_rows
    return found, rows


def _covered(found: Sequence[_Word]) -> float:
    total = math.fsum(one.weight for one in found)
    return math.fsum(one.weight * one.near for one in found) / total if total else 0.0


def look(vectors: Vectors, wanted: Sought, asked: Question, given: Answer, grade: Grade) -> Seen:
    """What there is to weigh of an answer that was graded by the rules."""
    task = wanted.task
    windows, places = _windows(vectors, given, asked)
    points, chosen = _points(wanted, given, windows, places)
    found = tuple(one for point in points for one in point)
    told = [word for word, _, _ in given.tokens if not words.is_stop(word) and word not in asked.plain]
    own = wanted.rows[chosen] if chosen else vectors.rows(())
    said = vectors.rows(told)
    back = nearness(said, own).max(axis=1).tolist()
    strange = [1.0 if word in wanted.reference else near for word, near in zip(told, back, strict=False)]
    left = math.fsum(_weight(word) for word in told if word not in wanted.reference)
    missing = math.fsum(one.weight for one in found if one.near < 1)
    clauses = len([piece for piece in _CLAUSE.split(given.typed[:400]) if piece])
    whole = nearness(own.sum(axis=0)[None, :], said.sum(axis=0)[None, :])[0, 0]
    features = (
        _covered(found),
        min((one.near for one in found), default=0.0),
        min((_covered(point) for point in points), default=0.0),
        math.fsum(strange) / len(strange) if strange else 0.0,
        min(strange, default=0.0),
        min(3.0, len(told) / max(1, len(found))),
        float(whole),
        grade.score,
        float(grade.verdict is Verdict.PARTIAL),
        float(grade.near_edge),
        len({match.point for match in grade.matched}) / max(1, len(task.points)),
        float(task.kind is Kind.SHORT),
        float(task.kind is Kind.LIST),
        float(len(task.points)),
        min(4.0, sum(words.is_stop(word) for word, _, _ in given.tokens)),
        float(max(-2, min(3, clauses - wanted.parts))),
        min(6.0, left),
        min(6.0, missing),
        min(3.0, left / max(0.5, missing)),
    )
    return Seen(tuple(round(one, 3) for one in features), found, given)
