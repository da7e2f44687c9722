"""What a pack file says, before anybody asks whether it makes sense: plain values, each with its place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the file as a path inside the pack, line and column counted from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value, always as it was typed: what it means is for the field to say.

    So 2018-10-28 stays a text where a text is wanted, and "no" never turns into a truth value by itself.
    `plain` means without quotation marks.
    """

    text: str
    plain: bool
    place: Place

    @property
    def is_blank(self) -> bool:
        return self.plain and self.text in {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True)
class Series:
    """A list."""

    nodes: tuple["Node", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Table:
    """Fields with their values; every name occurs once."""

    entries: tuple[tuple[Scalar, "Node"], ...]
    place: Place


Node = Scalar | Series | Table
