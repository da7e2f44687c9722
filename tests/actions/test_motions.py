"""Votes in a meeting: put with a quorum, counted once each, secret where they are to be, told with the arithmetic."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from actions import attendance, checkin, meetings, motions, mydata
from actions.app import App
from storage.tables import Attendee, Ballot, Motion, Outgoing
from study.meetings import MeetingClosed, NotBegun
from study.members import NotAllowed
from study.votes import (
    AllCounted,
    BadHands,
    BadMotion,
    Choice,
    MotionClosed,
    NoSuchMotion,
    NotQuorate,
    NoVote,
    NoVotesHere,
    OneAtATime,
    Result,
    Rule,
    Sums,
    VotedAlready,
)
from tests.actions.meeting import DOCTOR, EVENING, GENERAL, NURSE, SECRETARY, come, opened, planned
from tests.conftest import Clock, Hospital


async def put(
    app: App, meeting: int, *, rule: Rule = Rule.MAJORITY, secret: bool = False, source: str = "1:1"
) -> int:
    """A motion in the meeting; its number."""
    tally = await motions.put(
        app,
        SECRETARY,
        meeting_id=meeting,
        text="同意白若谷同志转正",
        rule=rule,
        secret=secret,
        source=source,
    )
    return tally.motion_id


async def ballots(app: App) -> list[Ballot]:
    async with app.db.reading() as tx:
        return list(await tx.scalars(select(Ballot).order_by(Ballot.member_id)))


async def asked(app: App) -> list[int]:
    async with app.db.reading() as tx:
        found = await tx.scalars(select(Outgoing.member_id).where(Outgoing.letter == "motion"))
        return sorted(one or 0 for one in found)


@pytest.fixture
async def assembly(app: App, hospital: Hospital, clock: Clock) -> int:
    """Three have a vote; the nurse, the secretary and the probationary doctor are there."""
    meeting = await opened(app, hospital, clock)
    await come(app, meeting, 1, 2, 3)
    clock.now = EVENING
    return meeting


async def test_a_vote_from_the_motion_to_the_arithmetic(app: App, assembly: int) -> None:
    motion = await put(app, assembly)
    assert await asked(app) == [1, 3], "whoever has no vote is not asked"
    ask = await motions.cast(app, NURSE, motion_id=motion, choice=Choice.AYE)
    assert ask.choice is Choice.AYE and ask.tally.sums == Sums(1)
    await motions.cast(app, SECRETARY, motion_id=motion, choice=Choice.AYE)
    board = await attendance.board(app, SECRETARY, meeting_id=assembly)
    assert board.motion is not None and (board.motion.cast, board.motion.here) == (2, 2)
    tally = await motions.close(app, SECRETARY, motion_id=motion)
    assert tally.result == Result(electorate=3, present=2, quorum=2, needed=2, passed=True)
    found = await motions.listing(app, SECRETARY, meeting_id=assembly)
    assert [one.result for one in found.tallies] == [tally.result] and not found.one_open
    assert (await attendance.board(app, SECRETARY, meeting_id=assembly)).motion is None


async def test_without_a_quorum_nothing_is_put(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    await come(app, meeting, 1, 2)
    with pytest.raises(NotQuorate) as refusal:
        await put(app, meeting)
    assert refusal.value.params == {"missing": 1}
    await come(app, meeting, 3)
    with pytest.raises(NotQuorate):
        await put(app, meeting, rule=Rule.ELECTION)
    assert (await motions.ensure_can_put(app, SECRETARY, meeting_id=meeting)).missing == 0


async def test_nothing_is_put_before_the_meeting_after_it_or_where_nothing_is_voted_on(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    lesson = (await planned(app, hospital, kind="lesson", source="1:9")).brief.id
    with pytest.raises(NoVotesHere):
        await put(app, lesson)
    meeting = (await planned(app, hospital)).brief.id
    with pytest.raises(NotBegun):
        await put(app, meeting)
    clock.now = EVENING
    await attendance.close(app, SECRETARY, meeting_id=meeting)
    with pytest.raises(MeetingClosed):
        await put(app, meeting)


async def test_one_motion_at_a_time_and_a_repeat_is_the_same(app: App, assembly: int) -> None:
    motion = await put(app, assembly)
    assert await put(app, assembly) == motion
    with pytest.raises(OneAtATime):
        await put(app, assembly, source="1:2")
    await motions.close(app, SECRETARY, motion_id=motion)
    assert await put(app, assembly, source="1:2") != motion
    with pytest.raises(BadMotion):
        await motions.put(
            app, SECRETARY, meeting_id=assembly, text=" ", rule=Rule.MAJORITY, secret=False, source="1:3"
        )


async def test_an_open_vote_can_be_changed_and_counts_once(app: App, assembly: int) -> None:
    motion = await put(app, assembly)
    for choice in (Choice.NO, Choice.ABSTAIN, Choice.AYE, Choice.AYE):
        ask = await motions.cast(app, NURSE, motion_id=motion, choice=choice)
    assert ask.tally.sums == Sums(1, 0, 0)
    assert [(one.member_id, one.choice) for one in await ballots(app)] == [(1, "aye")]
    _, chosen = await motions.choices(app, SECRETARY, motion_id=motion)
    assert chosen == [("林小满", Choice.AYE)]


async def test_of_a_secret_vote_only_sums_are_kept(app: App, assembly: int) -> None:
    motion = await put(app, assembly, rule=Rule.ADMISSION, secret=True)
    ask = await motions.cast(app, NURSE, motion_id=motion, choice=Choice.NO)
    assert ask.choice is None and ask.tally.sums is None, "no sums while it goes on: the last would be known"
    with pytest.raises(VotedAlready):
        await motions.cast(app, NURSE, motion_id=motion, choice=Choice.AYE)
    assert [(one.member_id, one.choice, one.cast_at) for one in await ballots(app)] == [(1, None, None)]
    _, chosen = await motions.choices(app, SECRETARY, motion_id=motion)
    assert chosen == []
    tally = await motions.close(app, SECRETARY, motion_id=motion)
    assert tally.sums == Sums(0, 1, 0)
    exported = await mydata.export(app, NURSE)
    assert [row["choice"] for row in exported.subjects["ballots"]] == [None]


async def test_taps_at_once_are_each_counted_once(app: App, assembly: int) -> None:
    motion = await put(app, assembly, secret=True)
    results = await asyncio.gather(
        *(motions.cast(app, who, motion_id=motion, choice=Choice.AYE) for who in (NURSE, SECRETARY) * 3),
        return_exceptions=True,
    )
    assert sum(isinstance(result, VotedAlready) for result in results) == 4
    tally = await motions.close(app, SECRETARY, motion_id=motion)
    assert tally.sums == Sums(2)


async def test_only_those_there_with_a_vote_vote(app: App, assembly: int) -> None:
    motion = await put(app, assembly)
    for who in (DOCTOR, GENERAL):
        with pytest.raises(NoVote):
            await motions.cast(app, who, motion_id=motion, choice=Choice.AYE)
        with pytest.raises(NoVote):
            await motions.look(app, who, motion_id=motion)
    with pytest.raises(NoSuchMotion):
        await motions.cast(app, NURSE, motion_id=99, choice=Choice.AYE)
    with pytest.raises(NotAllowed):
        await motions.close(app, NURSE, motion_id=motion)


async def test_whoever_comes_during_the_vote_is_asked(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    await come(app, meeting, 3, 7)
    motion = await put(app, meeting)
    assert await asked(app) == [3], "who has no chat is not asked"
    await checkin.by_button(app, NURSE, meeting_id=meeting)
    await checkin.by_button(app, DOCTOR, meeting_id=meeting)
    assert await asked(app) == [1, 3]
    assert (await motions.letter(app, motion, NURSE)) is not None
    await motions.cast(app, NURSE, motion_id=motion, choice=Choice.AYE)
    assert await motions.letter(app, motion, NURSE) is None
    assert await motions.letter(app, motion, 999_999) is None


async def test_hands_in_the_room_are_counted_beside_the_taps(app: App, assembly: int) -> None:
    await come(app, assembly, 7)
    motion = await put(app, assembly)
    await motions.cast(app, NURSE, motion_id=motion, choice=Choice.AYE)
    with pytest.raises(BadHands) as refusal:
        await motions.count_hands(app, SECRETARY, motion_id=motion, sums=Sums(3))
    assert refusal.value.params == {"most": 2}
    await motions.count_hands(app, SECRETARY, motion_id=motion, sums=Sums(0, 2))
    tally = await motions.count_hands(app, SECRETARY, motion_id=motion, sums=Sums(1, 0, 1))
    assert tally.sums == Sums(2, 0, 1), "the last count holds"
    tally = await motions.close(app, SECRETARY, motion_id=motion)
    assert tally.result is not None and tally.result.passed
    with pytest.raises(MotionClosed):
        await motions.count_hands(app, SECRETARY, motion_id=motion, sums=Sums(1))
    with pytest.raises(MotionClosed):
        await motions.cast(app, SECRETARY, motion_id=motion, choice=Choice.NO)
    assert (await motions.look(app, SECRETARY, motion_id=motion)).tally.result is not None


async def test_nobody_votes_by_hand_and_by_tap(app: App, assembly: int) -> None:
    motion = await put(app, assembly)
    await motions.cast(app, NURSE, motion_id=motion, choice=Choice.AYE)
    await motions.count_hands(app, SECRETARY, motion_id=motion, sums=Sums(1))
    with pytest.raises(AllCounted):
        await motions.cast(app, SECRETARY, motion_id=motion, choice=Choice.AYE)
    ask = await motions.cast(app, NURSE, motion_id=motion, choice=Choice.NO)
    assert ask.tally.sums == Sums(1, 1), "who tapped before may still think again"
    await motions.count_hands(app, SECRETARY, motion_id=motion, sums=Sums())
    await motions.cast(app, SECRETARY, motion_id=motion, choice=Choice.AYE)


async def test_two_who_end_a_vote_end_it_once(app: App, assembly: int) -> None:
    motion = await put(app, assembly)
    results = await asyncio.gather(
        motions.close(app, SECRETARY, motion_id=motion),
        motions.close(app, GENERAL, motion_id=motion),
        return_exceptions=True,
    )
    assert sum(isinstance(result, MotionClosed) for result in results) == 1


async def test_a_vote_ends_with_the_meeting_called_off_or_put_off(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    for number, end in enumerate(("off", "on")):
        meeting = await opened(app, hospital, clock, source=f"2:{number}")
        await come(app, meeting, 1, 3)
        motion = await put(app, meeting, source=f"3:{number}")
        if end == "off":
            await meetings.cancel(app, SECRETARY, meeting_id=meeting)
        else:
            await meetings.move(app, SECRETARY, meeting_id=meeting, text="明天19:30")
        assert (await motions.of(app, SECRETARY, motion_id=motion)).result is not None


async def test_the_close_of_the_meeting_ends_its_vote(app: App, assembly: int, clock: Clock) -> None:
    motion = await put(app, assembly)
    await motions.cast(app, NURSE, motion_id=motion, choice=Choice.AYE)
    clock.now = EVENING + timedelta(hours=3)
    await attendance.close_due(app)
    async with app.db.reading() as tx:
        row = await tx.get(Motion, motion)
        assert row is not None and row.result is not None
        assert row.result["passed"] is False and row.result["needed"] == 2
    assert (await motions.of(app, SECRETARY, motion_id=motion)).result is not None


async def test_a_vote_taken_away_is_a_vote_less(app: App, assembly: int) -> None:
    async with app.db.writing() as tx:
        row = await tx.get(Attendee, (assembly, 7))
        assert row is not None
        row.votes = False
    motion = await put(app, assembly)
    await motions.cast(app, NURSE, motion_id=motion, choice=Choice.AYE)
    tally = await motions.close(app, SECRETARY, motion_id=motion)
    assert tally.result == Result(electorate=2, present=2, quorum=1, needed=2, passed=False)
    await meetings.look(app, SECRETARY, meeting_id=assembly)
