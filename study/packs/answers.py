"""How each kind of item writes down its right answer."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from string import ascii_uppercase

from study.items import CHOICE_KINDS, Kind, Point
from study.packs import limits
from study.packs.faults import excerpt
from study.packs.fields import NO, YES, Fields
from study.packs.tree import Node, Scalar, Series

TRUEFALSE_OPTIONS = ("对", "错")
_CHOICE = ("options", "answer")
_WORDS = ("answer", "aliases", "points", "ordered", "must", "must_not")
FIELDS: Mapping[Kind, Collection[str]] = {
    Kind.SINGLE: _CHOICE,
    Kind.MULTIPLE: _CHOICE,
    Kind.TRUEFALSE: ("answer",),
    Kind.FILL: _WORDS,
    Kind.SHORT: _WORDS,
    Kind.LIST: ("points", "ordered", "must", "must_not"),
    Kind.NUMBER: (*_WORDS, "tolerance"),
}
ALL_FIELDS = frozenset(name for names in FIELDS.values() for name in names)
_SEPARATORS = re.compile(r"[\s,;/、]+")
_LETTERED = re.compile(r"\(?([A-H])\s*[.、:)]")


@dataclass(frozen=True)
class Answer:
    """The part of an item that depends on its kind."""

    options: tuple[str, ...] = ()
    right: tuple[int, ...] = ()
    points: tuple[Point, ...] = ()
    ordered: bool = False
    tolerance: float | None = None
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()


def read(fields: Fields, kind: Kind, *, quantity: Callable[[str], bool]) -> Answer:
    """The answer of an item of this kind; `quantity` tells whether the grader reads a text as a number or date."""
    for name in fields.names():
        if name in ALL_FIELDS and name not in FIELDS[kind]:
            fields.fault(name, "not_for_kind", name=name, kind=kind, fields=", ".join(FIELDS[kind]))
    if kind is Kind.TRUEFALSE:
        return Answer(options=TRUEFALSE_OPTIONS, right=_verdict(fields))
    if kind in CHOICE_KINDS:
        options = _options(fields)
        return Answer(options=options, right=_right(fields, kind, options))
    if kind is Kind.LIST:
        points = _points(fields, fewest=2)
    else:
        points = _points(fields, fewest=1) if "points" in fields else _one_point(fields)
        for name in ("answer", "aliases"):
            if name in fields and "points" in fields:
                fields.fault(name, "answer_and_points", name=name)
    if kind is Kind.NUMBER:
        for text in (text for point in points for text in (point.text, *point.aliases)):
            if text and not quantity(text):
                fields.fault("points" if "points" in fields else "answer", "quantity", value=excerpt(text))
    return Answer(
        points=points,
        ordered=fields.flag("ordered") if kind is not Kind.NUMBER else False,
        tolerance=fields.number("tolerance", low=0, high=1_000_000) if "tolerance" in fields else None,
        must=fields.texts("must", most=limits.POINTS, longest=limits.ANSWER),
        must_not=fields.texts("must_not", most=limits.POINTS, longest=limits.ANSWER),
    )


def _verdict(fields: Fields) -> tuple[int, ...]:
    word = _plain(fields.text("answer", longest=limits.ANSWER))
    if word and word not in YES | NO:
        fields.fault("answer", "truefalse", value=excerpt(word))
    return (0,) if word in YES else (1,)


def _options(fields: Fields) -> tuple[str, ...]:
    options = fields.texts("options", fewest=2, most=limits.OPTIONS, longest=limits.OPTION)
    for first, second in _doubles(options):
        fields.fault("options", "same_option", first=ascii_uppercase[first], second=ascii_uppercase[second])
    written = [_LETTERED.match(unicodedata.normalize("NFKC", option)) for option in options]
    if options and [found and found[1] for found in written] == list(ascii_uppercase[: len(options)]):
        fields.fault("options", "lettered_options")
    return options


def _doubles(texts: tuple[str, ...]) -> list[tuple[int, int]]:
    """Pairs of indexes: an earlier text, and a later one that says the same."""
    first: dict[str, int] = {}
    pairs = [(first.setdefault(_plain(text), index), index) for index, text in enumerate(texts) if text]
    return [(earlier, later) for earlier, later in pairs if earlier != later]


def _right(fields: Fields, kind: Kind, options: tuple[str, ...]) -> tuple[int, ...]:
    node = fields.require("answer")
    if node is None:
        return (0,)
    text = node.text if isinstance(node, Scalar) else ""
    letters = _letters(node)
    # The usual slip is to write the text of the option; then say which letter it is.
    alike = [index for index, option in enumerate(options) if option and _plain(option) == _plain(text)]
    if alike and len(text) > 1:
        fields.fault("answer", "answer_is_text", value=excerpt(text), letter=ascii_uppercase[alike[0]])
        return (0,)
    if letters is None:
        fields.fault("answer", "letters", value=excerpt(text))
        return (0,)
    last = ascii_uppercase[max(len(options) - 1, 0)]
    for letter in sorted(set(letters)):
        if options and letter > last:
            fields.fault("answer", "no_such_option", letter=letter, last=last)
    if len(set(letters)) < len(letters):
        fields.fault("answer", "letter_twice", letters=excerpt("".join(letters)))
    if kind is Kind.SINGLE and len(set(letters)) > 1:
        fields.fault("answer", "single_many", letters="".join(sorted(set(letters))))
    return tuple(sorted({ascii_uppercase.index(letter) for letter in letters}))


def _letters(node: Node) -> list[str] | None:
    """B, AC, "A、C" or [A, C] as a list of letters; None when it is something else."""
    nodes = node.nodes if isinstance(node, Series) else (node,)
    texts = [unicodedata.normalize("NFKC", one.text).upper() for one in nodes if isinstance(one, Scalar)]
    letters = list(_SEPARATORS.sub("", "".join(texts)))
    if len(texts) < len(nodes) or not letters or not set(letters) <= set(ascii_uppercase):
        return None
    return letters


def _one_point(fields: Fields) -> tuple[Point, ...]:
    text = fields.text("answer", longest=limits.ANSWER)
    return (Point(text, fields.texts("aliases", most=limits.ALIASES, longest=limits.ANSWER)),)


def _points(fields: Fields, *, fewest: int) -> tuple[Point, ...]:
    nodes = fields.nodes("points", fewest=fewest, most=limits.POINTS)
    points = tuple(_point(fields, node, path) for node, path in nodes)
    for first, second in _doubles(tuple(point.text for point in points)):
        fields.fault("points", "same_point", first=first + 1, second=second + 1)
    return points


def _point(fields: Fields, node: Node, path: str) -> Point:
    if isinstance(node, Scalar):
        return Point(fields.text_of(node, path, longest=limits.ANSWER))
    table = fields.table_of(node, path)
    if table is None:
        return Point("")
    table.close(("text", "aliases", "weight"))
    return Point(
        text=table.text("text", longest=limits.ANSWER),
        aliases=table.texts("aliases", most=limits.ALIASES, longest=limits.ANSWER),
        weight=table.number("weight", low=0.1, high=10, default=1.0),
    )


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
