"""What grading takes and gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from study.items import Kind, Point


class Verdict(StrEnum):
    CORRECT = "correct"
    PARTIAL = "partial"
    WRONG = "wrong"


@dataclass(frozen=True)
class Task:
    """What is asked, for grading: the kind, the question, and the points a full answer makes."""

    kind: Kind
    question: str
    points: tuple[Point, ...]
    ordered: bool = False
    tolerance: float | None = None
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """A point that the answer makes; `start` and `end` are the span of the answer, as typed, that makes it."""

    point: int
    start: int
    end: int
    score: float


@dataclass(frozen=True)
class Reason:
    """Why, as data: a text key below `grade.reason.` and the values that fill it."""

    key: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Grade:
    """The mark: verdict, score from 0 to 1, what was found, what was not, and why.

    `missing` holds indexes of the task's points, `extras` pieces of the answer that belong to no point.
    `near_edge` says that a fair person might have decided otherwise.
    """

    verdict: Verdict
    score: float
    matched: tuple[Match, ...] = ()
    missing: tuple[int, ...] = ()
    extras: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    near_edge: bool = False
