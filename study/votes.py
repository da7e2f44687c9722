"""What a vote takes: who has to be there, how many ayes, and the arithmetic told with the result."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from study.refusal import Refusal

LONGEST_MOTION = 500  # characters


class Rule(StrEnum):
    """What it takes to pass.

    MAJORITY: at least half of those with a vote are there, more than half of them say aye (支部工作条例, Art. 11).
    ADMISSION: more than half are there, more than half of all say aye; ELECTION: four fifths are there, more than
    half of those there say aye (both from secondary sources).
    """

    MAJORITY = "majority"
    ADMISSION = "admission"
    ELECTION = "election"


class Choice(StrEnum):
    AYE = "aye"
    NO = "no"
    ABSTAIN = "abstain"


@dataclass(frozen=True)
class Sums:
    """Votes so far."""

    ayes: int = 0
    noes: int = 0
    abstentions: int = 0

    @property
    def cast(self) -> int:
        return self.ayes + self.noes + self.abstentions


@dataclass(frozen=True)
class Result:
    """The arithmetic: of `electorate` with a vote `present` were there and `quorum` had to be; `needed` ayes pass."""

    electorate: int
    present: int
    quorum: int
    needed: int
    passed: bool

    @property
    def quorate(self) -> bool:
        return self.electorate > 0 and self.present >= self.quorum

    @classmethod
    def from_json(cls, told: Mapping[str, int | bool]) -> "Result":
        return cls(
            int(told["electorate"]),
            int(told["present"]),
            int(told["quorum"]),
            int(told["needed"]),
            bool(told["passed"]),
        )


class NotQuorate(Refusal):
    """Too few of those with a vote are there: nothing can be put to the vote; `missing` more have to come."""

    key = "refusal.motion.not_quorate"


class OneAtATime(Refusal):
    """Another motion is still being voted on."""

    key = "refusal.motion.one_at_a_time"


class NoVotesHere(Refusal):
    """In a meeting of this kind nothing is put to the vote."""

    key = "refusal.motion.no_votes"


class NoSuchMotion(Refusal):
    key = "refusal.motion.none"


class MotionClosed(Refusal):
    """The vote is over."""

    key = "refusal.motion.closed"


class BadMotion(Refusal):
    """The text is empty or too long."""

    key = "refusal.motion.text"


class NoVote(Refusal):
    """Whoever taps has no vote in this meeting, or is not (marked as) there."""

    key = "refusal.motion.no_vote"


class VotedAlready(Refusal):
    """A secret vote cannot be changed, for nobody knows whose it is."""

    key = "refusal.motion.voted"


class AllCounted(Refusal):
    """With the votes counted in the room there are as many as people to vote: a tap would be somebody's second."""

    key = "refusal.motion.all_counted"


class BadHands(Refusal):
    """More votes counted in the room than there are people with a vote who have not tapped."""

    key = "refusal.motion.hands"


def quorum(rule: Rule, electorate: int) -> int:
    """How many of those with a vote have to be there."""
    match rule:
        case Rule.MAJORITY:
            return -(-electorate // 2)
        case Rule.ADMISSION:
            return electorate // 2 + 1
        case Rule.ELECTION:
            return -(-electorate * 4 // 5)


def missing(rule: Rule, *, electorate: int, present: int) -> int:
    """How many more of those with a vote have to come; at least one where nobody has a vote at all."""
    return max(0, quorum(rule, electorate) - present) if electorate else 1


def needed(rule: Rule, *, electorate: int, present: int) -> int:
    """How many ayes pass: more than half of those with a vote, or, in elections, of those there."""
    return (present if rule is Rule.ELECTION else electorate) // 2 + 1


def result(rule: Rule, *, electorate: int, present: int, sums: Sums) -> Result:
    """What the vote came to. Without a quorum nothing passes."""
    least, enough = quorum(rule, electorate), needed(rule, electorate=electorate, present=present)
    passed = electorate > 0 and present >= least and sums.ayes >= enough
    return Result(electorate, present, least, enough, passed)


def is_secret(rule: Rule) -> bool:
    """Whether one votes in secret unless the secretary says otherwise."""
    return rule is not Rule.MAJORITY


def checked_text(text: str) -> str:
    """The text of a motion; raises BadMotion."""
    text = text.strip()
    if not text or len(text) > LONGEST_MOTION:
        raise BadMotion(most=LONGEST_MOTION)
    return text
