"""Meetings of organisational life: their kinds, who is expected, who came.

What an article says is named with it; how often, how long and who may stay away is each committee's own practice and
comes from content/meetings.yaml.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from study.cadence import Every
from study.makeup import MakeUpRules
from study.members import Level, MemberKind, Standing
from study.refusal import Refusal
from study.votes import Rule

OWN = "own"  # the kind of a meeting that the configuration does not know; Meeting.own tells its name
LONGEST_OWN = 20  # the name of an own kind
LONGEST_TITLE = 100
LONGEST_AGENDA = 2_000
LONGEST_PLACE = 200
LONGEST_NOTE = 100
MOST_AHEAD = timedelta(days=400)


class State(StrEnum):
    PLANNED = "planned"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Stage(StrEnum):
    """Where a meeting stands now: check-in is still to open, open, or over."""

    AHEAD = "ahead"
    OPEN = "open"
    OVER = "over"
    CANCELLED = "cancelled"


class Duty(StrEnum):
    MUST = "must"  # 应到
    MAY = "may"  # may come and need not


class Mark(StrEnum):
    PRESENT = "present"
    LATE = "late"
    LEAVE = "leave"
    ABSENT = "absent"


CAME = frozenset({Mark.PRESENT, Mark.LATE})


class Means(StrEnum):
    """How somebody came to be marked."""

    LINK = "link"
    CODE = "code"
    BUTTON = "button"
    HAND = "hand"  # by the recorder or a secretary: 代签, 补签
    CLOSE = "close"  # at the close of the meeting


class Roll(StrEnum):
    """Who is expected: everybody of the unit and below, or those with a seat on its committee."""

    MEMBERS = "members"
    COMMITTEE = "committee"


class Reason(StrEnum):
    """Why somebody must or may come, and has a vote or not."""

    MEMBER = "member"
    SEAT = "seat"
    PROBATIONARY = "probationary"
    RETIRED = "retired"
    MOBILE = "mobile"
    EXCUSED = "excused"
    WATCHED = "watched"
    SUSPENDED = "suspended"
    NO_VOTE = "no_vote"
    GUEST = "guest"  # asked in by name


# Of illness and discipline the secretary knows; a recorder is told what follows from them and no more.
PRIVATE = frozenset({Reason.EXCUSED, Reason.WATCHED, Reason.SUSPENDED})


@dataclass(frozen=True)
class Kind:
    """A kind of meeting. `start` is a minute of the day, `minutes` last until check-in ends, `quarters` of an hour count
    as study; a source is the article, empty where the rule is local practice; `rule` None: nothing is voted on; units of these `levels`
    hold it as often as `every` says."""

    key: str
    name: str
    roll: Roll = Roll.MEMBERS
    rule: Rule | None = None
    rule_source: str = ""
    every: Every | None = None
    every_source: str = ""
    levels: frozenset[Level] = frozenset({Level.BRANCH})
    start: int = 19 * 60 + 30
    minutes: int = 120
    quarters: int = 0


@dataclass(frozen=True)
class MeetingRules:
    """The committee's own rules. `opens` before the start, `late` after it and `settled` after the close are minutes;
    `quiet_word` is a number of absences in a row, 0 for never."""

    kinds: Mapping[str, Kind] = field(default_factory=dict)
    opens: int = 15
    late: int = 10
    optional: frozenset[MemberKind] = frozenset()
    hours_a_year: int = 32
    settled: int = 60
    quiet_word: int = 3
    make_up: MakeUpRules = field(default_factory=MakeUpRules)

    def kind(self, key: str, own: Mapping[str, Any] | None = None) -> Kind:
        """The kind of a meeting: configured, own, or one that has since gone from the configuration."""
        if key == OWN and own is not None:
            return Kind(OWN, str(own["name"]), rule=Rule.MAJORITY if own.get("votes") else None)
        return self.kinds.get(key) or Kind(key, key)

    def opens_at(self, starts_at: datetime) -> datetime:
        return starts_at - timedelta(minutes=self.opens)

    def started_by(self, now: datetime) -> datetime:
        """Meetings that start at this moment or before have opened by `now`."""
        return now + timedelta(minutes=self.opens)

    def times(self, kind: Kind, starts_at: datetime) -> tuple[datetime, datetime]:
        """From when on one is late, and when check-in ends."""
        closes_at = starts_at + timedelta(minutes=kind.minutes)
        return min(starts_at + timedelta(minutes=self.late), closes_at), closes_at


@dataclass(frozen=True)
class Person:
    """What the roster says of somebody on the day of the meeting."""

    kind: MemberKind
    can_vote: bool = True
    standing: Standing = Standing.REGULAR
    excused: bool = False


@dataclass(frozen=True)
class Expected:
    """Whether somebody has to come and may vote, and why so."""

    duty: Duty
    votes: bool
    reason: Reason


def expected(kind: Kind, person: Person, *, optional: frozenset[MemberKind]) -> Expected:
    """What a meeting of this kind expects of the person.

    No vote have probationary members and those on probation within the Party or suspended (基层组织选举工作条例, Art. 5);
    of the frail and the seriously ill nothing is asked (党员教育管理工作条例, Art. 23), and their vote stays. Leave is not
    looked at here: whoever is on leave is expected all the same.
    """
    regular = person.standing is Standing.REGULAR
    votes = person.can_vote and regular and person.kind is not MemberKind.PROBATIONARY
    if person.standing is Standing.SUSPENDED:
        return Expected(Duty.MAY, False, Reason.SUSPENDED)
    if person.excused:
        return Expected(Duty.MAY, votes, Reason.EXCUSED)
    if not regular:
        return Expected(Duty.MUST, False, Reason.WATCHED)
    if kind.roll is Roll.COMMITTEE:
        return Expected(Duty.MUST, votes, Reason.SEAT)
    duty = Duty.MAY if person.kind in optional else Duty.MUST
    reason = {
        MemberKind.PROBATIONARY: Reason.PROBATIONARY,
        MemberKind.RETIRED: Reason.RETIRED,
        MemberKind.MOBILE: Reason.MOBILE,
        MemberKind.FULL: Reason.MEMBER if votes else Reason.NO_VOTE,
    }[person.kind]
    return Expected(duty, votes, reason)


@dataclass(frozen=True)
class Seen:
    """One line of the roll, as far as counting goes."""

    duty: Duty
    votes: bool
    mark: Mark | None = None


@dataclass(frozen=True)
class Count:
    """A meeting in figures. `expected` (应到) = came + leave + absent + open; those who may come are counted apart;
    `voters` are all with a vote, `voters_here` those of them who came."""

    expected: int = 0
    came: int = 0
    late: int = 0
    leave: int = 0
    absent: int = 0
    open: int = 0
    may: int = 0
    may_came: int = 0
    voters: int = 0
    voters_here: int = 0


def count(roll: Iterable[Seen]) -> Count:
    """The figures of a roll."""
    lines = list(roll)
    must = [line for line in lines if line.duty is Duty.MUST]
    may = [line for line in lines if line.duty is Duty.MAY]
    voters = [line for line in lines if line.votes]
    return Count(
        expected=len(must),
        came=sum(line.mark in CAME for line in must),
        late=sum(line.mark is Mark.LATE for line in lines),
        leave=sum(line.mark is Mark.LEAVE for line in must),
        absent=sum(line.mark is Mark.ABSENT for line in must),
        open=sum(line.mark is None for line in must),
        may=len(may),
        may_came=sum(line.mark in CAME for line in may),
        voters=len(voters),
        voters_here=sum(line.mark in CAME for line in voters),
    )


def stage(state: State, *, opens_at: datetime, closes_at: datetime, now: datetime) -> Stage:
    """Where a meeting stands. Check-in ends on time, also when nobody has closed the meeting yet."""
    if state is State.CANCELLED:
        return Stage.CANCELLED
    if state is State.CLOSED or now >= closes_at:
        return Stage.OVER
    return Stage.AHEAD if now < opens_at else Stage.OPEN


def mark_at(moment: datetime, *, late_at: datetime) -> Mark:
    """On time or late."""
    return Mark.LATE if moment >= late_at else Mark.PRESENT


def at_close(duty: Duty, *, on_leave: bool) -> Mark | None:
    """What becomes of somebody whom nobody marked. Whoever need not come is not absent."""
    if on_leave:
        return Mark.LEAVE
    return Mark.ABSENT if duty is Duty.MUST else None


class NoSuchMeeting(Refusal):
    key = "refusal.meeting.none"


class MeetingCancelled(Refusal):
    key = "refusal.meeting.cancelled"


class MeetingClosed(Refusal):
    """The meeting is over; what is left is to correct its record."""

    key = "refusal.meeting.closed"


class MeetingLocked(Refusal):
    """The record is final."""

    key = "refusal.meeting.locked"


class MeetingChanged(Refusal):
    """Somebody else has changed the meeting since this message was written."""

    key = "refusal.meeting.changed"


class NotBegun(Refusal):
    """A meeting cannot be closed before it begins."""

    key = "refusal.meeting.not_begun"


class FollowsMeeting(Refusal):
    """An invitation is changed or taken back by moving or calling off its meeting."""

    key = "refusal.meeting.invitation"


class BadMeeting(Refusal):
    """A text is empty or too long (`most` characters)."""

    key = "refusal.meeting.text"


class NotAhead(Refusal):
    """A meeting is planned for some time from now on, within about a year."""

    key = "refusal.meeting.not_ahead"


class NoSuchKind(Refusal):
    key = "refusal.meeting.no_kind"


class NotOnRoll(Refusal):
    """Nobody of that name is on the roll of this meeting."""

    key = "refusal.meeting.not_on_roll"


class NoNote(Refusal):
    """Whoever changes the record for another after the meeting says why."""

    key = "refusal.meeting.no_note"


def checked(text: str, *, most: int) -> str:
    """A text of a meeting; raises BadMeeting when it is empty or too long."""
    text = text.strip()
    if not text or len(text) > most:
        raise BadMeeting(most=most)
    return text


def is_link(place: str) -> bool:
    """Whether a place is an address to join by."""
    return place.startswith(("https://", "http://")) and " " not in place and "." in place


def ensure_ahead(starts_at: datetime, *, now: datetime) -> None:
    """Raise NotAhead for a time that is over or too far away."""
    if not now < starts_at <= now + MOST_AHEAD:
        raise NotAhead()
