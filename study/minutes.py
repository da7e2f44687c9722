"""The record of a meeting: what may be written, who signs, and what a correction changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from study.refusal import Refusal

LONGEST = 6_000  # characters of topics, or of decisions
MOST_ENCLOSURES = 20


class Part(StrEnum):
    """What there is to write."""

    TOPICS = "topics"
    DECISIONS = "decisions"


class Side(StrEnum):
    """Who signs."""

    HOST = "host"
    RECORDER = "recorder"


class NoSuchRecord(Refusal):
    """There is no such meeting, or it was cancelled, so that there is nothing to record."""

    key = "refusal.minutes.none"


class NotClosed(Refusal):
    """Only the record of a meeting that is over can be made final."""

    key = "refusal.minutes.not_closed"


class NothingWritten(Refusal):
    """There are no words (yet): nothing to sign, nothing to make final."""

    key = "refusal.minutes.nothing"


class TooLong(Refusal):
    """More than `most` characters."""

    key = "refusal.minutes.too_long"


class TooManyEnclosures(Refusal):
    """More than `most` files and pictures."""

    key = "refusal.minutes.too_many"


class NoSuchEnclosure(Refusal):
    """The file was taken out already."""

    key = "refusal.minutes.no_enclosure"


class Outdated(Refusal):
    """A newer version has been written since; whoever signs should see that one."""

    key = "refusal.minutes.outdated"


class NotYourSignature(Refusal):
    """Only the host signs as host, and only the recorder as recorder."""

    key = "refusal.minutes.not_yours"


class AlreadySigned(Refusal):
    key = "refusal.minutes.signed"


class NotSigned(Refusal):
    """A record becomes final when host and recorder have signed the version that stands."""

    key = "refusal.minutes.not_signed"


@dataclass(frozen=True)
class Change:
    """What a version says otherwise than the one before: lines that went, and lines that came."""

    part: Part
    gone: tuple[str, ...]
    come: tuple[str, ...]


def checked(text: str) -> str:
    """The words without blank ends and lines; raises NothingWritten or TooLong."""
    words = "\n".join(points(text))
    if not words:
        raise NothingWritten()
    if len(words) > LONGEST:
        raise TooLong(most=LONGEST)
    return words


def points(text: str) -> tuple[str, ...]:
    """The lines that say something."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def changes(part: Part, before: str, after: str) -> Change | None:
    """What was corrected; None when nothing was."""
    old, new = points(before), points(after)
    steps = [
        step for step in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes() if step[0] != "equal"
    ]
    if not steps:
        return None
    return Change(
        part,
        gone=_lines(old, [(start, end) for _, start, end, _, _ in steps]),
        come=_lines(new, [(start, end) for _, _, _, start, end in steps]),
    )


def _lines(lines: Sequence[str], spans: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    return tuple(line for start, end in spans for line in lines[start:end])
