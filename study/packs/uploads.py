"""What came of a file that somebody sent as a pack, whatever its format."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from study.items import Pack
from study.packs.faults import Fault
from study.packs.tree import Place


@dataclass(frozen=True)
class Upload:
    """The pack, or None and why.

    With question banks both may be there: then the faults belong to rows that are not in the pack. `notes` are worth
    knowing and stop nothing; their keys name whole texts, like those of faults.
    """

    pack: Pack | None
    faults: tuple[Fault, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[Fault, ...] = ()
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict)
