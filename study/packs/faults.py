"""What is wrong in a pack, as data: where, in which field, and the key of the text that says how to mend it."""

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import islice

from rapidfuzz import fuzz, process

from study.packs.tree import Place

MOST_FAULTS = 1_000
_LIKE_ENOUGH = 70
_MOST_COMPARED = 5_000


@dataclass(frozen=True)
class Fault:
    """One thing to mend.

    `key` names a text below `pack.fault.` (advice: `pack.advice.`) and `params` fills it. `field` is a path such
    as items[3].answer, counted from 1 as people count; `id` that of the lesson or item, where known. `line` 0
    stands for the whole file, `file` "" for the whole pack.
    """

    file: str
    line: int
    field: str
    key: str
    params: Mapping[str, str | int] = dataclasses.field(default_factory=dict)
    id: str = ""


class FaultList:
    """Collects faults, and stops keeping them after the thousandth: nobody mends more in one go."""

    def __init__(self, known: Collection[Fault] = ()) -> None:
        self._faults = list(known)
        self._dropped = 0

    def __bool__(self) -> bool:
        return bool(self._faults)

    def add(self, place: Place | None, field: str, key: str, *, id: str = "", **params: str | int) -> None:
        if len(self._faults) >= MOST_FAULTS:
            self._dropped += 1
            return
        file, line = (place.file, place.line) if place else ("", 0)
        self._faults.append(Fault(file, line, field, key, params, id))

    def add_unknown(
        self, place: Place, field: str, key: str, *, name: str, known: Collection[str], id: str = ""
    ) -> str | None:
        """A name that nobody knows; if a known one is close to it, `key`.like is told instead, and it returned."""
        like = None if len(self._faults) >= MOST_FAULTS else nearest(name, known)
        if like is None:
            self.add(place, field, key, id=id, name=excerpt(name))
        else:
            self.add(place, field, f"{key}.like", id=id, name=excerpt(name), like=like)
        return like

    def told(self) -> tuple[Fault, ...]:
        """All faults in reading order, and how many more there would have been."""
        faults = sorted(self._faults, key=lambda fault: (fault.file, fault.line))
        if self._dropped:
            faults.append(Fault("", 0, "", "pack.fault.more", {"count": self._dropped}))
        return tuple(faults)


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known name that was probably meant."""
    found = process.extractOne(
        name[:80], islice(known, _MOST_COMPARED), scorer=fuzz.ratio, score_cutoff=_LIKE_ENOUGH
    )
    return found[0] if found else None


def excerpt(text: str, longest: int = 30) -> str:
    """A text short enough to be quoted in a message, and without what would garble it."""
    shown = "".join(character if character.isprintable() else " " for character in text[: longest + 1])
    return shown if len(text) <= longest else shown[:longest] + "…"
