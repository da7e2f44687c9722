"""Content packs: from the plain tree of their files to what is taught, with every fault named.

The face of this room: `read` checks a pack, `advise` says what else is doubtful, `difference` compares two,
`revision`, `to_json` and `from_json` keep them, `illustrated` names their pictures.
"""

from study.packs.advice import advise
from study.packs.comparing import Change, Difference, difference
from study.packs.faults import Fault
from study.packs.figures import is_quantity
from study.packs.pictures import illustrated, used
from study.packs.reading import Reading, read
from study.packs.storing import from_json, revision, to_json

__all__ = [
    "Change",
    "Difference",
    "Fault",
    "Reading",
    "advise",
    "difference",
    "from_json",
    "illustrated",
    "is_quantity",
    "read",
    "revision",
    "to_json",
    "used",
]
