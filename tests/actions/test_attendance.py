"""The roll and the close: who is expected and why, marked by name, closed once."""

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from actions import attendance, checkin, groups, leave, live, meetings, rolls, seats
from actions.actors import Console
from actions.app import App
from actions.briefs import subject
from actions.rolls import One, Part
from storage.tables import Attendee, AuditEntry, LiveMessage, Meeting, Member, Outgoing, PointsEntry
from study.meetings import (
    Count,
    Duty,
    Mark,
    Means,
    MeetingCancelled,
    MeetingClosed,
    MeetingLocked,
    NoNote,
    NotBegun,
    NotOnRoll,
    Reason,
    State,
)
from study.members import NoSuchMember, NotAllowed, Standing
from tests.actions.meeting import (
    ADMINISTRATOR,
    DOCTOR,
    EVENING,
    GENERAL,
    NURSE,
    OUTSIDER,
    SECRETARY,
    come,
    opened,
    planned,
)
from tests.conftest import Clock, Hospital


async def marks(app: App, meeting_id: int) -> dict[int, str | None]:
    async with app.db.reading() as tx:
        rows = await tx.scalars(select(Attendee).where(Attendee.meeting_id == meeting_id))
        return {row.member_id: row.mark for row in rows}


async def deeds(app: App, action: str) -> list[AuditEntry]:
    async with app.db.reading() as tx:
        return list(await tx.scalars(select(AuditEntry).where(AuditEntry.action == action)))


async def change(app: App, member_id: int, **values: object) -> None:
    async with app.db.writing() as tx:
        member = await tx.get(Member, member_id)
        for name, value in values.items():
            setattr(member, name, value)


# Who is expected.


async def test_the_roll_follows_the_roster_until_check_in_opens(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = (await planned(app, hospital)).brief.id
    await change(app, hospital.nurse.id, kind="retired")
    await change(app, hospital.newcomer.id, unit_id=hospital.ward2.id)
    await change(app, hospital.outsider.id, unit_id=hospital.ward1.id)
    found = {one.member_id: one for one in (await rolls.page(app, SECRETARY, meeting_id=meeting)).names}
    assert set(found) == {1, 2, 3, 5}
    assert (found[1].duty, found[1].votes, found[1].reason) == (Duty.MAY, True, Reason.RETIRED)
    assert (found[2].duty, found[2].votes, found[2].reason) == (Duty.MUST, False, Reason.PROBATIONARY)
    clock.now = EVENING
    await attendance.board(app, SECRETARY, meeting_id=meeting)
    await change(app, hospital.nurse.id, kind="full")
    fixed = {one.member_id: one for one in (await rolls.page(app, SECRETARY, meeting_id=meeting)).names}
    assert fixed[1].duty is Duty.MAY, "once check-in has opened the roll stays"


async def test_excused_on_the_day_and_not_after_it(app: App, hospital: Hospital) -> None:
    await change(app, hospital.nurse.id, excused_until=date(2026, 3, 2))
    today = (await planned(app, hospital)).brief.id
    tomorrow = (await planned(app, hospital, starts_at=EVENING + timedelta(days=1), source="1:2")).brief.id
    assert (await rolls.one(app, SECRETARY, meeting_id=today, member_id=1)).name.reason is Reason.EXCUSED
    assert (await rolls.one(app, SECRETARY, meeting_id=tomorrow, member_id=1)).name.reason is Reason.MEMBER


async def test_a_correction_is_audited_and_stays(app: App, hospital: Hospital) -> None:
    meeting = (await planned(app, hospital)).brief.id
    one = await rolls.correct(app, SECRETARY, meeting_id=meeting, member_id=1, duty=Duty.MAY, votes=False)
    assert (one.name.duty, one.name.votes, one.name.corrected) == (Duty.MAY, False, True)
    await rolls.page(app, SECRETARY, meeting_id=meeting)
    again = await rolls.one(app, SECRETARY, meeting_id=meeting, member_id=1)
    assert again.name.duty is Duty.MAY
    [deed] = await deeds(app, "roll.corrected")
    assert (deed.member_id, deed.actor_id) == (1, 3)
    assert deed.details["before"] == {"duty": "must", "votes": True}


async def test_standing_and_care_hold_for_meetings_to_come(app: App, hospital: Hospital) -> None:
    first = (await planned(app, hospital)).brief.id
    one = await rolls.stand(app, SECRETARY, meeting_id=first, member_id=1, standing=Standing.WATCHED)
    assert (one.name.votes, one.name.reason) == (False, Reason.WATCHED)
    one = await rolls.excuse(app, SECRETARY, meeting_id=first, member_id=2, months=3)
    assert one.excused_until == date(2026, 6, 30) and one.name.duty is Duty.MAY
    assert len(await deeds(app, "member.standing")) == len(await deeds(app, "member.excused")) == 1
    second = (await planned(app, hospital, kind="life", source="1:2")).brief.id
    assert (await rolls.one(app, SECRETARY, meeting_id=second, member_id=1)).name.votes is False
    one = await rolls.excuse(app, SECRETARY, meeting_id=second, member_id=2, months=0)
    assert one.excused_until is None and one.name.duty is Duty.MUST
    await rolls.excuse(app, SECRETARY, meeting_id=second, member_id=2, months=12)


async def test_a_recorder_without_a_post_keeps_the_roll_and_not_the_people(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    await meetings.set_recorder(app, SECRETARY, meeting_id=meeting, member_id=1)
    one = await attendance.mark(
        app, NURSE, meeting_id=meeting, member_id=7, mark=Mark.PRESENT, note="没带手机"
    )
    assert (one.name.mark, one.name.means, one.marked_by) == (Mark.PRESENT, Means.HAND, "林小满")
    assert not one.leads
    with pytest.raises(NotAllowed):
        await rolls.correct(app, NURSE, meeting_id=meeting, member_id=2, votes=True)
    with pytest.raises(NotAllowed):
        await rolls.stand(app, NURSE, meeting_id=meeting, member_id=2, standing=Standing.WATCHED)
    with pytest.raises(NotAllowed):
        await meetings.cancel(app, NURSE, meeting_id=meeting)
    assert [line.brief.id for line in (await meetings.kept(app, NURSE)).lines] == [meeting]


async def test_the_committee_expects_its_seats(app: App, hospital: Hospital, clock: Clock) -> None:
    empty = await planned(app, hospital, kind="committee")
    assert empty.seats == 0 and empty.count.expected == 0
    for member_id, title in ((3, "书记"), (1, "组织委员"), (1, "组织委员")):
        found = await seats.seat(app, SECRETARY, unit_id=hospital.ward1.id, member_id=member_id, title=title)
    assert [(one.name, one.title) for one in found.places] == [("方致远", "书记"), ("林小满", "组织委员")]
    with pytest.raises((NoSuchMember, NotAllowed)):
        await seats.seat(app, SECRETARY, unit_id=hospital.ward1.id, member_id=5, title="委员")
    card = await meetings.look(app, SECRETARY, meeting_id=empty.brief.id)
    assert (card.count.expected, card.count.voters) == (2, 2)
    left = await seats.unseat(app, SECRETARY, unit_id=hospital.ward1.id, seat_id=found.places[1].seat_id)
    assert [one.name for one in left.places] == ["方致远"]
    clock.now = EVENING
    board = await attendance.board(app, SECRETARY, meeting_id=empty.brief.id)
    assert (board.count.expected, board.quorum) == (1, 1)
    assert len(await deeds(app, "seat.taken")) == 2 and len(await deeds(app, "seat.left")) == 1


async def test_a_recorder_hears_of_nobodys_illness_or_discipline(app: App, hospital: Hospital) -> None:
    meeting = (await planned(app, hospital)).brief.id
    await meetings.set_recorder(app, SECRETARY, meeting_id=meeting, member_id=1)
    await rolls.stand(app, SECRETARY, meeting_id=meeting, member_id=3, standing=Standing.WATCHED)
    await rolls.excuse(app, SECRETARY, meeting_id=meeting, member_id=2, months=3)
    for member_id in (2, 3):
        assert (await rolls.one(app, NURSE, meeting_id=meeting, member_id=member_id)).name.reason is None
        assert (await rolls.one(app, SECRETARY, meeting_id=meeting, member_id=member_id)).name.reason
        with pytest.raises(NotAllowed):
            await rolls.facts(app, NURSE, meeting_id=meeting, member_id=member_id)


# Marking.


async def test_nobody_comes_before_check_in_opens(app: App, hospital: Hospital) -> None:
    meeting = (await planned(app, hospital)).brief.id
    with pytest.raises(NotBegun):
        await attendance.mark(app, SECRETARY, meeting_id=meeting, member_id=1, mark=Mark.PRESENT)
    one = await attendance.mark(
        app, SECRETARY, meeting_id=meeting, member_id=1, mark=Mark.LEAVE, note="电话请假"
    )
    assert one.name.mark is Mark.LEAVE


async def test_a_tap_in_an_old_list_changes_nothing_that_has_happened(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    async def tap(member_id: int) -> One:
        return await attendance.tick(app, SECRETARY, meeting_id=meeting, member_id=member_id, note="现场确认")

    meeting = await opened(app, hospital, clock)
    clock.now = EVENING + timedelta(minutes=10)
    await checkin.by_button(app, NURSE, meeting_id=meeting)
    one = await tap(1)
    assert (one.name.mark, one.name.means, one.marked_by) == (Mark.LATE, Means.BUTTON, None)
    one = await tap(2)
    assert (one.name.mark, one.name.means, one.name.note) == (Mark.PRESENT, Means.HAND, "现场确认")
    await attendance.close(app, GENERAL, meeting_id=meeting)
    with pytest.raises(MeetingClosed):
        await tap(3)
    assert (await marks(app, meeting))[3] == "absent"


async def test_a_mark_can_be_taken_back_and_both_are_on_record(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    await come(app, meeting, 1)
    one = await attendance.mark(app, SECRETARY, meeting_id=meeting, member_id=1, mark=None)
    assert one.name.mark is None and one.name.means is None
    assert [
        (deed.details["before"], deed.details["after"]) for deed in await deeds(app, "attendance.marked")
    ] == [
        (None, "present"),
        ("present", None),
    ]
    with pytest.raises(NotOnRoll):
        await attendance.mark(app, SECRETARY, meeting_id=meeting, member_id=5, mark=Mark.PRESENT)


async def test_a_guest_may_come_and_has_no_vote(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    found = await attendance.find(app, ADMINISTRATOR, meeting_id=meeting, query="luqinghe")
    assert [(one.name, one.on_roll) for one in found.people] == [("陆青禾", False)]
    one = await attendance.ask_in(app, ADMINISTRATOR, meeting_id=meeting, member_id=5)
    assert (one.name.duty, one.name.votes, one.name.reason) == (Duty.MAY, False, Reason.GUEST)
    await attendance.ask_in(app, ADMINISTRATOR, meeting_id=meeting, member_id=5)
    assert len(await deeds(app, "roll.guest")) == 1
    with pytest.raises(NotAllowed):
        await attendance.ask_in(app, SECRETARY, meeting_id=meeting, member_id=6)
    own = await attendance.find(app, SECRETARY, meeting_id=meeting, query="lxm")
    assert [(one.name, one.on_roll, one.mark) for one in own.people] == [("林小满", True, None)]


async def test_a_secretary_asks_in_from_other_branches_by_the_whole_name_alone(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    await meetings.set_recorder(app, SECRETARY, meeting_id=meeting, member_id=hospital.nurse.id)
    for query in ("陆", "陆青", "luqinghe", "lqh"):
        assert not (await attendance.find(app, SECRETARY, meeting_id=meeting, query=query)).people
    [guest] = (await attendance.find(app, SECRETARY, meeting_id=meeting, query="陆 青禾")).people
    assert (guest.name, guest.unit, guest.on_roll) == ("陆青禾", "手术室党支部", False)
    assert not (await attendance.find(app, NURSE, meeting_id=meeting, query="陆青禾")).people
    for who, named in ((SECRETARY, ""), (SECRETARY, "程守静"), (NURSE, "陆青禾")):
        with pytest.raises(NotAllowed):
            await attendance.ask_in(app, who, meeting_id=meeting, member_id=hospital.outsider.id, named=named)
    one = await attendance.ask_in(
        app, SECRETARY, meeting_id=meeting, member_id=hospital.outsider.id, named="陆青禾"
    )
    assert (one.name.reason, one.name.votes, one.leads) == (Reason.GUEST, False, False)
    assert (await checkin.by_button(app, OUTSIDER, meeting_id=meeting)).mark is Mark.PRESENT


async def test_two_secretaries_at_once_leave_one_record(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    await asyncio.gather(
        *(
            attendance.mark(app, who, meeting_id=meeting, member_id=1, mark=mark)
            for who, mark in ((SECRETARY, Mark.PRESENT), (GENERAL, Mark.LATE), (ADMINISTRATOR, Mark.PRESENT))
        )
    )
    board = await attendance.board(app, GENERAL, meeting_id=meeting)
    assert board.count.came == 1
    assert len(await deeds(app, "attendance.marked")) == 3


# The board.


async def test_the_board_says_how_many_are_missing_for_a_vote(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    board = await attendance.board(app, SECRETARY, meeting_id=meeting)
    assert (board.quorum, board.count.voters, board.count.voters_here) == (2, 3, 0)
    assert board.missing == ("安可期", "方致远", "林小满", "白若谷")
    await come(app, meeting, 1, 2)
    board = await attendance.board(app, SECRETARY, meeting_id=meeting)
    assert (board.count.came, board.count.voters_here) == (2, 1), "a probationary member has no vote"
    lesson = await planned(app, hospital, kind="lesson", source="1:2")
    assert (await attendance.board(app, SECRETARY, meeting_id=lesson.brief.id)).quorum is None


async def test_a_group_sees_names_only_if_it_is_set_so(app: App, hospital: Hospital, clock: Clock) -> None:
    await groups.bind(app, SECRETARY, chat_id=-100, title="内科一支部", unit_id=hospital.ward1.id)
    meeting = await opened(app, hospital, clock)
    board = await attendance.drawn(app, meeting, -100)
    assert board is not None and board.missing is None and board.count.open == 4
    await groups.set_names_shown(app, SECRETARY, chat_id=-100, shown=True)
    board = await attendance.drawn(app, meeting, -100)
    assert board is not None and board.missing is not None and "林小满" in board.missing
    assert await attendance.drawn(app, meeting, -101) is None
    await groups.bind(app, GENERAL, chat_id=-100, title="内科二支部", unit_id=hospital.ward2.id)
    assert await attendance.drawn(app, meeting, -100) is None, "another unit's by now"
    assert await attendance.drawn(app, meeting, NURSE) is None, "no longer hers to see"
    assert await attendance.drawn(app, meeting, 999_999) is None
    assert await attendance.drawn(app, 999, SECRETARY) is None


# The close.


async def test_at_the_close_the_unmarked_are_absent_once(app: App, hospital: Hospital, clock: Clock) -> None:
    await change(app, hospital.newcomer.id, kind="retired")
    meeting = (await planned(app, hospital)).brief.id
    await leave.ask(app, DOCTOR, meeting_id=meeting, reason="duty")
    with pytest.raises(NotBegun):
        await attendance.close(app, SECRETARY, meeting_id=meeting)
    clock.now = EVENING
    await come(app, meeting, 1)
    board = await attendance.close(app, SECRETARY, meeting_id=meeting)
    assert await marks(app, meeting) == {1: "present", 2: "leave", 3: "absent", 7: None}
    assert board.count == Count(expected=3, came=1, leave=1, absent=1, may=1, voters=3, voters_here=1)
    with pytest.raises(MeetingClosed):
        await attendance.close(app, SECRETARY, meeting_id=meeting)
    assert len(await deeds(app, "meeting.closed")) == 1


async def test_two_who_close_at_once_close_once(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    clock.now = EVENING + timedelta(hours=2)
    results = await asyncio.gather(
        attendance.close(app, SECRETARY, meeting_id=meeting),
        attendance.close(app, GENERAL, meeting_id=meeting),
        attendance.close_due(app),
        attendance.close_due(app),
        return_exceptions=True,
    )
    refused = sum(isinstance(result, MeetingClosed) for result in results[:2])
    by_itself = sum(result for result in results[2:] if isinstance(result, int))
    assert (2 - refused) + by_itself == 1
    assert len(await deeds(app, "meeting.closed")) + len(await deeds(app, "meeting.closed_itself")) == 1


async def test_a_forgotten_meeting_closes_itself_also_after_the_process_was_down(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = (await planned(app, hospital)).brief.id
    assert await attendance.close_due(app) == 0
    clock.now = EVENING + timedelta(days=3)
    assert await attendance.close_due(app) == 1
    assert await attendance.close_due(app) == 0
    assert set((await marks(app, meeting)).values()) == {"absent"}
    async with app.db.reading() as tx:
        one = await tx.get(Meeting, meeting)
        assert one is not None and (one.state, one.closed_by) == (State.CLOSED, None)


async def test_after_the_close_the_record_is_changed_with_a_reason_until_it_is_locked(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    clock.now = EVENING
    await attendance.close(app, SECRETARY, meeting_id=meeting)
    with pytest.raises(NoNote):
        await attendance.mark(app, SECRETARY, meeting_id=meeting, member_id=1, mark=Mark.PRESENT)
    with pytest.raises(NoNote):
        await attendance.mark(app, SECRETARY, meeting_id=meeting, member_id=1, mark=None, note="撤销")
    one = await attendance.mark(
        app, SECRETARY, meeting_id=meeting, member_id=1, mark=Mark.PRESENT, note="纸质签到表"
    )
    assert one.name.note == "纸质签到表"
    assert (await deeds(app, "attendance.marked"))[-1].details["after_close"] is True
    corrected = await rolls.correct(app, SECRETARY, meeting_id=meeting, member_id=2, duty=Duty.MAY)
    assert corrected.name.mark is None, "whoever need not come is not absent"
    async with app.db.writing() as tx:
        found = await tx.get(Meeting, meeting)
        assert found is not None
        found.locked_at = clock()
    with pytest.raises(MeetingLocked):
        await attendance.mark(
            app, SECRETARY, meeting_id=meeting, member_id=2, mark=Mark.PRESENT, note="纸质签到表"
        )


async def test_points_for_coming_are_booked_once_and_nothing_is_taken(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    clock.now = EVENING
    await come(app, meeting, 1, 2)
    await attendance.close(app, SECRETARY, meeting_id=meeting)
    for mark in (Mark.PRESENT, Mark.LATE):
        await attendance.mark(app, SECRETARY, meeting_id=meeting, member_id=3, mark=mark, note="会后核实")
    async with app.db.reading() as tx:
        booked = list(
            await tx.execute(
                select(PointsEntry.member_id, func.sum(PointsEntry.amount), func.count())
                .group_by(PointsEntry.member_id)
                .order_by(PointsEntry.member_id)
            )
        )
    assert [tuple(row) for row in booked] == [(1, 2, 1), (2, 2, 1), (3, 2, 1)]


async def test_the_cap_of_the_year_holds_for_meetings_too(app: App, hospital: Hospital, clock: Clock) -> None:
    async with app.db.writing() as tx:
        values = {"season": 2026, "day_on": date(2026, 1, 5), "action": "attendance", "at": clock()}
        tx.add(PointsEntry(member_id=1, amount=99, key="earlier", details={}, **values))
    meeting = await opened(app, hospital, clock)
    clock.now = EVENING
    await come(app, meeting, 1)
    await attendance.close(app, SECRETARY, meeting_id=meeting)
    async with app.db.reading() as tx:
        amount = await tx.scalar(
            select(PointsEntry.amount).where(PointsEntry.key == f"attendance:{meeting}:1")
        )
    assert amount == 1


async def test_a_cancelled_meeting_is_neither_marked_nor_closed(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    await meetings.cancel(app, SECRETARY, meeting_id=meeting)
    with pytest.raises(MeetingCancelled):
        await attendance.mark(app, SECRETARY, meeting_id=meeting, member_id=1, mark=Mark.PRESENT)
    with pytest.raises(MeetingCancelled):
        await attendance.close(app, SECRETARY, meeting_id=meeting)
    clock.now = EVENING + timedelta(days=1)
    assert await attendance.close_due(app) == 0
    assert set((await marks(app, meeting)).values()) == {None}


async def test_many_check_ins_are_one_edit_of_the_board_each_three_seconds(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    await live.watch(app, subject(meeting), chat_id=SECRETARY, message_id=5)
    for who in (NURSE, DOCTOR, SECRETARY):
        await checkin.by_button(app, who, meeting_id=meeting)
    async with app.db.reading() as tx:
        edits = await tx.scalar(select(func.count()).where(Outgoing.letter == "live"))
    assert edits == 1
    clock.now = EVENING
    await attendance.close(app, SECRETARY, meeting_id=meeting)
    async with app.db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(LiveMessage)) == 0


async def test_the_roll_in_parts(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    await come(app, meeting, 1)
    await attendance.mark(app, SECRETARY, meeting_id=meeting, member_id=2, mark=Mark.LEAVE)
    found = {
        part: [
            one.member_id for one in (await rolls.page(app, SECRETARY, meeting_id=meeting, part=part)).names
        ]
        for part in Part
    }
    assert found[Part.CAME] == [1] and found[Part.AWAY] == [2]
    assert sorted(found[Part.OPEN]) == [3, 7] and len(found[Part.ALL]) == 4


async def test_the_command_line_may_do_it_all(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock, who=Console.SHELL)
    clock.now = EVENING
    assert (await attendance.close(app, Console.SHELL, meeting_id=meeting)).count.absent == 4
    with pytest.raises(NotAllowed):
        await attendance.board(app, OUTSIDER, meeting_id=meeting)
