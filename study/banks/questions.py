"""A question as a bank has it, understood but not yet checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from study.items import Kind
from study.packs.faults import Fault


@dataclass(frozen=True)
class Where:
    """Where a question stands: sheet or file, its row or number there from 1, and the cell of each field."""

    file: str
    row: int
    cells: Mapping[str, str] = field(default_factory=dict)

    def fault(self, name: str, key: str, /, **params: str | int) -> Fault:
        """Something to mend in the field `name`."""
        return Fault(self.file, self.row, self.cells.get(name, ""), key, params)


@dataclass(frozen=True)
class Wording:
    """One thing an answer in words has to say, with other wordings of it."""

    text: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """`right` are indexes of options (true/false: 0 is true); kinds answered in words have `points`.

    What a bank leaves out is "" or (); `difficulty` 0 is unknown.
    """

    where: Where
    kind: Kind
    text: str
    options: tuple[str, ...] = ()
    right: tuple[int, ...] = ()
    points: tuple[Wording, ...] = ()
    ordered: bool = False
    tolerance: str = ""
    explanation: str = ""
    document: str = ""
    article: str = ""
    tags: tuple[str, ...] = ()
    difficulty: int = 0
    id: str = ""


@dataclass(frozen=True)
class Bank:
    """Everything a bank says: questions understood, rows that were not, and what is worth knowing beside."""

    questions: tuple[Question, ...] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[Fault, ...] = ()
