"""Who is expected at a meeting, who votes, and how a roll is counted."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.meetings import (
    CAME,
    OWN,
    Count,
    Duty,
    Expected,
    Kind,
    Mark,
    MeetingRules,
    NotAhead,
    Person,
    Reason,
    Roll,
    Seen,
    at_close,
    count,
    ensure_ahead,
    expected,
    mark_at,
)
from study.members import MemberKind, Standing
from study.votes import Rule

ASSEMBLY = Kind("assembly", "支部党员大会", rule=Rule.MAJORITY)
COMMITTEE = Kind("committee", "支部委员会", roll=Roll.COMMITTEE, rule=Rule.MAJORITY)
OPTIONAL = frozenset({MemberKind.RETIRED, MemberKind.MOBILE})
START = datetime(2026, 3, 2, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("person", "wanted"),
    [
        (Person(MemberKind.FULL), Expected(Duty.MUST, True, Reason.MEMBER)),
        (Person(MemberKind.FULL, can_vote=False), Expected(Duty.MUST, False, Reason.NO_VOTE)),
        (Person(MemberKind.PROBATIONARY), Expected(Duty.MUST, False, Reason.PROBATIONARY)),
        (Person(MemberKind.RETIRED), Expected(Duty.MAY, True, Reason.RETIRED)),
        (Person(MemberKind.MOBILE), Expected(Duty.MAY, True, Reason.MOBILE)),
        (Person(MemberKind.FULL, excused=True), Expected(Duty.MAY, True, Reason.EXCUSED)),
        (Person(MemberKind.PROBATIONARY, excused=True), Expected(Duty.MAY, False, Reason.EXCUSED)),
        (Person(MemberKind.FULL, standing=Standing.WATCHED), Expected(Duty.MUST, False, Reason.WATCHED)),
        (Person(MemberKind.FULL, standing=Standing.SUSPENDED), Expected(Duty.MAY, False, Reason.SUSPENDED)),
    ],
)
def test_who_is_expected_and_why(person: Person, wanted: Expected) -> None:
    assert expected(ASSEMBLY, person, optional=OPTIONAL) == wanted


def test_who_sits_on_the_committee_is_expected_whatever_their_kind() -> None:
    retired = expected(COMMITTEE, Person(MemberKind.RETIRED), optional=OPTIONAL)
    assert retired == Expected(Duty.MUST, True, Reason.SEAT)


def test_what_is_optional_is_for_the_committee_to_say() -> None:
    assert expected(ASSEMBLY, Person(MemberKind.RETIRED), optional=frozenset()).duty is Duty.MUST


PEOPLE = st.builds(
    Person,
    kind=st.sampled_from(MemberKind),
    can_vote=st.booleans(),
    standing=st.sampled_from(Standing),
    excused=st.booleans(),
)


@given(PEOPLE, st.sampled_from([ASSEMBLY, COMMITTEE]), st.sets(st.sampled_from(MemberKind)))
def test_nobody_without_the_right_votes(person: Person, kind: Kind, optional: set[MemberKind]) -> None:
    found = expected(kind, person, optional=frozenset(optional))
    without = (
        person.kind is MemberKind.PROBATIONARY
        or person.standing is not Standing.REGULAR
        or not person.can_vote
    )
    assert found.votes is not without


LINES = st.lists(
    st.builds(
        Seen,
        duty=st.sampled_from(Duty),
        votes=st.booleans(),
        mark=st.none() | st.sampled_from(Mark),
    )
)


@given(LINES)
def test_everybody_expected_is_counted_once(lines: list[Seen]) -> None:
    found = count(lines)
    assert found.expected == found.came + found.leave + found.absent + found.open
    assert found.expected + found.may == len(lines)
    assert found.voters_here <= found.voters
    assert found.late <= sum(line.mark in CAME for line in lines)


@given(LINES)
def test_leave_does_not_make_fewer_expected(lines: list[Seen]) -> None:
    on_leave = [Seen(line.duty, line.votes, Mark.LEAVE) for line in lines]
    before, after = count(lines), count(on_leave)
    assert (before.expected, before.voters) == (after.expected, after.voters)


def test_a_roll_in_figures() -> None:
    must, may = Duty.MUST, Duty.MAY
    roll = [
        Seen(must, True, Mark.PRESENT),
        Seen(must, True, Mark.LATE),
        Seen(must, False, Mark.PRESENT),
        Seen(must, True, Mark.LEAVE),
        Seen(must, True),
        Seen(may, True, Mark.PRESENT),
        Seen(may, False),
    ]
    assert count(roll) == Count(
        expected=5, came=3, late=1, leave=1, open=1, may=2, may_came=1, voters=5, voters_here=3
    )


def test_one_is_late_from_the_minute_on() -> None:
    assert mark_at(START - timedelta(microseconds=1), late_at=START) is Mark.PRESENT
    assert mark_at(START, late_at=START) is Mark.LATE


def test_at_the_close_only_those_who_had_to_come_are_absent() -> None:
    assert at_close(Duty.MUST, on_leave=False) is Mark.ABSENT
    assert at_close(Duty.MUST, on_leave=True) is Mark.LEAVE
    assert at_close(Duty.MAY, on_leave=False) is None


def test_check_in_is_late_at_most_when_it_ends() -> None:
    rules = MeetingRules(late=30)
    late_at, closes_at = rules.times(Kind("short", "短会", minutes=20), START)
    assert late_at == closes_at == START + timedelta(minutes=20)


def test_a_kind_that_went_from_the_configuration_keeps_its_name() -> None:
    rules = MeetingRules({"assembly": ASSEMBLY})
    assert rules.kind("assembly") is ASSEMBLY
    assert rules.kind("salon").name == "salon"
    assert rules.kind(OWN, {"name": "读书会", "votes": True}) == Kind(OWN, "读书会", rule=Rule.MAJORITY)


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=-1), timedelta(days=401)])
def test_a_meeting_is_planned_for_the_coming_year(ahead: timedelta) -> None:
    with pytest.raises(NotAhead):
        ensure_ahead(START + ahead, now=START)
    ensure_ahead(START + timedelta(days=400), now=START)
