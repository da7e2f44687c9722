"""What is changed by hand about a meeting, and what of it a signature under the record stands for."""

from enum import StrEnum


class What(StrEnum):
    """What was changed."""

    MARK = "mark"  # of somebody on the roll, with the reason
    LEAVE = "leave"  # the mark followed from a decision about leave
    DUTY = "duty"  # must come or may
    VOTES = "votes"
    GUEST = "guest"  # put on the roll by name
    TITLE = "title"
    AGENDA = "agenda"
    PLACE = "place"
    LINK = "link"
    TIME = "time"
    END = "end"  # of check-in
    HOST = "host"
    RECORDER = "recorder"
    ENCLOSED = "enclosed"  # a file kept with the record
    TAKEN_OUT = "taken_out"


MOMENTS = frozenset({What.TIME, What.END})
PEOPLE = frozenset({What.HOST, What.RECORDER})
# What is added to a signed record takes nothing from what was signed: a photograph of the signed paper, say.
HARMLESS = frozenset({What.ENCLOSED})


def voids(what: What, *, before: str | None) -> bool:
    """Whether such a change asks for new signatures. Naming a host or recorder where nobody was named does not."""
    if what in PEOPLE:
        return before is not None
    return what not in HARMLESS
