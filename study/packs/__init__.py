"""Content packs: from the plain tree of their files to what is taught, with every fault named.

The face of this room: `read` checks a pack, `advise` says what else is doubtful, `difference` compares two,
`revision`, `to_json` and `from_json` keep them.
"""

from study.packs.comparing import Change, Difference, difference
from study.packs.faults import Fault
from study.packs.reading import Reading, read
from study.packs.storing import from_json, revision, to_json

__all__ = [
    "Change",
    "Difference",
    "Fault",
    "Reading",
    "difference",
    "from_json",
    "read",
    "revision",
    "to_json",
]
