"""Leave from a meeting: asked before it starts, decided with one tap, and no absence."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from actions import attendance, checkin, leave, meetings, roles, seats
from actions.actors import Console
from actions.app import App
from storage.tables import AuditEntry, Leave, Outgoing
from study.leave import (
    AskedAlready,
    BadReason,
    DecidedAlready,
    HereAlready,
    NoSuchLeave,
    OwnLeave,
    State,
    TooLate,
)
from study.meetings import Mark, MeetingCancelled, MeetingClosed, NotOnRoll
from study.members import NotAllowed
from tests.actions.meeting import DOCTOR, EVENING, GENERAL, NURSE, OUTSIDER, SECRETARY, opened, planned
from tests.conftest import Clock, Hospital


async def number_of(app: App, member_id: int = 1) -> int:
    async with app.db.reading() as tx:
        found = await tx.scalar(select(Leave.id).where(Leave.member_id == member_id))
        assert found is not None
        return found


async def letters(app: App, letter: str) -> list[int | None]:
    async with app.db.reading() as tx:
        query = select(Outgoing.member_id).where(Outgoing.letter == letter).order_by(Outgoing.id)
        return list(await tx.scalars(query))


async def test_leave_from_the_tap_to_the_close(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = (await planned(app, hospital)).brief.id
    asked = await leave.ask(app, NURSE, meeting_id=meeting, reason="duty")
    assert asked.leave is State.ASKED
    assert await letters(app, "leave") == [3], "the branch's own secretary hears, not those above"
    board = await attendance.board(app, SECRETARY, meeting_id=meeting)
    assert board.leaves_waiting == 1
    done = await leave.decide(app, SECRETARY, leave_id=await number_of(app), approve=True)
    assert (done.state, done.name) == (State.APPROVED, "林小满")
    assert await letters(app, "leave-told") == [1]
    board = await attendance.board(app, SECRETARY, meeting_id=meeting)
    assert (board.count.expected, board.count.leave, board.count.open) == (4, 1, 3)
    clock.now = EVENING
    board = await attendance.close(app, SECRETARY, meeting_id=meeting)
    assert (board.count.expected, board.count.leave, board.count.absent) == (4, 1, 3)
    async with app.db.reading() as tx:
        assert await tx.scalar(select(AuditEntry.member_id).where(AuditEntry.action == "leave.approved")) == 1


async def test_leave_is_asked_before_the_start(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    clock.now = EVENING - timedelta(seconds=1)
    await leave.ask(app, NURSE, meeting_id=meeting, reason="surgery")
    clock.tick(seconds=1)
    with pytest.raises(TooLate):
        await leave.ask(app, DOCTOR, meeting_id=meeting, reason="surgery")


async def test_leave_is_asked_once_and_may_be_taken_back(app: App, hospital: Hospital) -> None:
    meeting = (await planned(app, hospital)).brief.id
    results = await asyncio.gather(
        *(leave.ask(app, NURSE, meeting_id=meeting, reason="duty") for _ in range(3)), return_exceptions=True
    )
    assert sorted(isinstance(result, AskedAlready) for result in results) == [False, True, True]
    await leave.decide(app, SECRETARY, leave_id=await number_of(app), approve=True)
    assert (await leave.withdraw(app, NURSE, meeting_id=meeting)).mark is None
    with pytest.raises(NoSuchLeave):
        await leave.withdraw(app, NURSE, meeting_id=meeting)
    with pytest.raises(NoSuchLeave):
        await leave.decide(app, SECRETARY, leave_id=await number_of(app), approve=True)
    assert await leave.letter(app, await number_of(app)) is None
    again = await leave.ask(app, NURSE, meeting_id=meeting, reason="换了班")
    assert again.leave is State.ASKED


async def test_the_quicker_secretary_decides(app: App, hospital: Hospital) -> None:
    meeting = (await planned(app, hospital)).brief.id
    await leave.ask(app, NURSE, meeting_id=meeting, reason="duty")
    number = await number_of(app)
    results = await asyncio.gather(
        leave.decide(app, SECRETARY, leave_id=number, approve=True),
        leave.decide(app, GENERAL, leave_id=number, approve=False),
        return_exceptions=True,
    )
    assert sum(isinstance(result, DecidedAlready) for result in results) == 1
    with pytest.raises(NoSuchLeave):
        await leave.decide(app, SECRETARY, leave_id=99, approve=True)


async def test_declined_is_not_absent_yet(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    await leave.ask(app, NURSE, meeting_id=meeting, reason="duty")
    await leave.decide(app, SECRETARY, leave_id=await number_of(app), approve=False)
    with pytest.raises(AskedAlready):
        await leave.ask(app, NURSE, meeting_id=meeting, reason="duty")
    assert (await checkin.by_button(app, NURSE, meeting_id=meeting)).mark is Mark.PRESENT


async def test_what_nobody_decided_counts_as_leave_and_can_be_decided_later(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = (await planned(app, hospital)).brief.id
    await leave.ask(app, NURSE, meeting_id=meeting, reason="duty")
    await leave.ask(app, DOCTOR, meeting_id=meeting, reason="trip")
    clock.now = EVENING
    board = await attendance.close(app, SECRETARY, meeting_id=meeting)
    assert (board.count.leave, board.leaves_waiting) == (2, 2)
    await leave.decide(app, SECRETARY, leave_id=await number_of(app, 1), approve=True)
    await leave.decide(app, SECRETARY, leave_id=await number_of(app, 2), approve=False)
    board = await attendance.board(app, SECRETARY, meeting_id=meeting)
    assert (board.count.leave, board.count.absent) == (1, 3)


async def test_whoever_comes_after_all_has_come(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    await leave.ask(app, NURSE, meeting_id=meeting, reason="duty")
    await leave.decide(app, SECRETARY, leave_id=await number_of(app), approve=True)
    assert not (await checkin.by_button(app, NURSE, meeting_id=meeting)).again
    board = await attendance.board(app, SECRETARY, meeting_id=meeting)
    assert (board.count.came, board.count.leave) == (1, 0)
    with pytest.raises(HereAlready):
        await leave.ask(app, NURSE, meeting_id=meeting, reason="duty")
    late = await attendance.board(app, SECRETARY, meeting_id=meeting)
    assert late.count.came == 1


async def test_a_request_that_came_too_late_to_matter(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    await leave.ask(app, NURSE, meeting_id=meeting, reason="duty")
    await checkin.by_button(app, NURSE, meeting_id=meeting)
    await leave.decide(app, SECRETARY, leave_id=await number_of(app), approve=True)
    board = await attendance.board(app, SECRETARY, meeting_id=meeting)
    assert board.count.came == 1, "whoever has come stays there"


@pytest.mark.parametrize("reason", ["", "  ", "很" * 51])
async def test_a_reason_is_a_few_words(app: App, hospital: Hospital, reason: str) -> None:
    meeting = (await planned(app, hospital)).brief.id
    with pytest.raises(BadReason):
        await leave.ask(app, NURSE, meeting_id=meeting, reason=reason)


async def test_nobody_decides_about_their_own_leave_while_another_can(app: App, hospital: Hospital) -> None:
    meeting = (await planned(app, hospital)).brief.id
    await leave.ask(app, SECRETARY, meeting_id=meeting, reason="trip")
    assert await letters(app, "leave") == [4], "the secretary above hears of it"
    with pytest.raises(OwnLeave):
        await leave.decide(app, SECRETARY, leave_id=await number_of(app, 3), approve=True)
    held = await roles.holders(app, Console.SHELL)
    general = next(one for one in held.holdings if one.name == "严知秋")
    await roles.withdraw(app, Console.SHELL, role_id=general.role_id)
    await leave.decide(app, SECRETARY, leave_id=await number_of(app, 3), approve=True)


async def test_ones_meetings_to_come(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = (await planned(app, hospital)).brief.id
    whole = (
        await planned(
            app,
            hospital,
            who=Console.SHELL,
            kind="lesson",
            unit_id=hospital.committee.id,
            starts_at=EVENING + timedelta(days=1),
            source="1:2",
        )
    ).brief.id
    committee = (await planned(app, hospital, kind="committee", source="1:3")).brief.id
    found = await leave.ahead(app, NURSE)
    assert [one.brief.id for one in found.meetings] == [meeting, whole]
    assert [one.brief.id for one in (await leave.ahead(app, OUTSIDER)).meetings] == [whole]
    await seats.seat(app, SECRETARY, unit_id=hospital.ward1.id, member_id=1, title="委员")
    assert committee in [one.brief.id for one in (await leave.ahead(app, NURSE)).meetings]
    with pytest.raises(NotOnRoll):
        await leave.look(app, OUTSIDER, meeting_id=meeting)
    with pytest.raises(NotOnRoll):
        await leave.ask(app, OUTSIDER, meeting_id=meeting, reason="duty")
    clock.now = EVENING
    assert (await leave.look(app, NURSE, meeting_id=meeting)).mark is None


async def test_a_guest_asks_for_leave_like_everybody(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = (await planned(app, hospital)).brief.id
    await attendance.ask_in(app, Console.SHELL, meeting_id=meeting, member_id=5)
    assert [one.brief.id for one in (await leave.ahead(app, OUTSIDER)).meetings] == [meeting]
    assert (await leave.look(app, OUTSIDER, meeting_id=meeting)).duty == "may"
    assert (await leave.ask(app, OUTSIDER, meeting_id=meeting, reason="trip")).leave is State.ASKED


async def test_requests_are_for_those_who_keep_the_meeting(app: App, hospital: Hospital) -> None:
    meeting = (await planned(app, hospital)).brief.id
    await leave.ask(app, NURSE, meeting_id=meeting, reason="身体不适")
    found = await leave.of_meeting(app, GENERAL, meeting_id=meeting)
    assert [(one.name, one.reason, one.state) for one in found.requests] == [
        ("林小满", "身体不适", State.ASKED)
    ]
    with pytest.raises(NotAllowed):
        await leave.of_meeting(app, DOCTOR, meeting_id=meeting)


async def test_decisions_end_with_the_meeting_called_off_or_locked(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = (await planned(app, hospital)).brief.id
    await leave.ask(app, NURSE, meeting_id=meeting, reason="duty")
    await meetings.cancel(app, SECRETARY, meeting_id=meeting)
    with pytest.raises(MeetingCancelled):
        await leave.decide(app, SECRETARY, leave_id=await number_of(app), approve=True)
    with pytest.raises(MeetingCancelled):
        await leave.ask(app, DOCTOR, meeting_id=meeting, reason="duty")


async def test_a_locked_record_takes_no_decision(app: App, hospital: Hospital, clock: Clock) -> None:
    from storage.tables import Meeting

    meeting = (await planned(app, hospital)).brief.id
    await leave.ask(app, NURSE, meeting_id=meeting, reason="duty")
    clock.now = EVENING
    await attendance.close(app, SECRETARY, meeting_id=meeting)
    async with app.db.writing() as tx:
        found = await tx.get(Meeting, meeting)
        assert found is not None
        found.locked_at = clock()
    with pytest.raises(MeetingClosed):
        await leave.decide(app, SECRETARY, leave_id=await number_of(app), approve=True)


async def test_the_letter_says_how_the_request_stands(app: App, hospital: Hospital) -> None:
    meeting = (await planned(app, hospital)).brief.id
    await leave.ask(app, NURSE, meeting_id=meeting, reason="duty")
    told = await leave.letter(app, await number_of(app))
    assert told is not None and (told.name, told.state) == ("林小满", State.ASKED)
    assert await leave.letter(app, 99) is None
