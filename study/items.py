"""What a question is: seven kinds of item, each with its answer, explanation and source."""

import datetime
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """How an item is answered: by choosing (the first three) or in one's own words."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUEFALSE = "truefalse"
    FILL = "fill"
    SHORT = "short"
    LIST = "list"
    NUMBER = "number"


CHOICE_KINDS = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.TRUEFALSE})


@dataclass(frozen=True)
class Source:
    """Where a fact stands: a document, and as far as known its article, date and address."""

    document: str
    article: str | None = None
    date: datetime.date | None = None
    url: str | None = None


@dataclass(frozen=True)
class Point:
    """One thing an answer in words has to say; `aliases` are other wordings worth the same."""

    text: str
    aliases: tuple[str, ...] = ()
    weight: float = 1.0


@dataclass(frozen=True)
class Item:
    """One question.

    Choice kinds have `options` and the indexes of the right ones in `right` (true/false: 0 = 对, 1 = 错).
    Kinds answered in words have `points`: one for fill, short and number as a rule, one a point for list.
    """

    id: str
    kind: Kind
    question: str
    explanation: str
    source: Source
    options: tuple[str, ...] = ()
    right: tuple[int, ...] = ()
    points: tuple[Point, ...] = ()
    ordered: bool = False
    tolerance: float | None = None
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    lesson: str | None = None
    difficulty: int = 2
    tags: tuple[str, ...] = ()
    picture: str | None = None
    valid_from: datetime.date | None = None
    review_by: datetime.date | None = None

    @property
    def is_choice(self) -> bool:
        return self.kind in CHOICE_KINDS


@dataclass(frozen=True)
class Lesson:
    """Three useful minutes: a plain answer to a question that somebody on a ward would ask."""

    id: str
    title: str
    body: str
    key_points: tuple[str, ...]
    source: Source
    minutes: int = 3
    question: str | None = None
    ward_link: str | None = None
    theme: str | None = None
    tags: tuple[str, ...] = ()
    picture: str | None = None
    valid_from: datetime.date | None = None
    review_by: datetime.date | None = None


@dataclass(frozen=True)
class Month:
    """A month of the year's plan: its theme, week by week sub-themes, and its lessons in order."""

    month: int
    theme: str
    weeks: tuple[str, ...] = ()
    lessons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pack:
    """Everything that one content pack teaches."""

    id: str
    title: str
    lessons: tuple[Lesson, ...] = ()
    items: tuple[Item, ...] = ()
    months: tuple[Month, ...] = field(default=())
