"""Checking in: who may, when, by what, how often; two devices, two databases, one record."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from actions import attendance, checkin, meetings, mydata, roles
from actions.actors import Console
from actions.app import App
from actions.checkin import CheckedIn, OthersLink
from storage import meetings as records
from storage.tables import Attempt, Attendee, Member, Unit
from study.checkin import BadLink, NotExpected, NothingOpen, NotYet, TooManyCodes, WrongCode, personal
from study.meetings import Mark, Means, MeetingCancelled, MeetingClosed, NoSuchMeeting
from study.members import NotJoined, Role
from tests.actions.meeting import (
    DOCTOR,
    EVENING,
    GENERAL,
    NURSE,
    OUTSIDER,
    SECRETARY,
    code_of,
    opened,
    planned,
)
from tests.conftest import Clock, Hospital


async def row_of(app: App, meeting_id: int, member_id: int) -> Attendee:
    async with app.db.reading() as tx:
        found = await tx.get(Attendee, (meeting_id, member_id))
        assert found is not None
        return found


async def link_of(app: App, meeting_id: int, member_id: int) -> str:
    async with app.db.reading() as tx:
        held = await records.find(tx, meeting_id)
        assert held is not None
        return personal(held.meeting.secret, meeting_id, member_id)


async def test_by_button_by_link_by_code(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    await checkin.by_button(app, NURSE, meeting_id=meeting)
    await checkin.by_link(app, DOCTOR, payload=await link_of(app, meeting, hospital.doctor.id))
    await checkin.by_code(app, SECRETARY, code=await code_of(app, meeting))
    rows = [await row_of(app, meeting, number) for number in (1, 2, 3)]
    assert [(row.mark, row.means) for row in rows] == [
        (Mark.PRESENT, Means.BUTTON),
        (Mark.PRESENT, Means.LINK),
        (Mark.PRESENT, Means.CODE),
    ]
    assert all(row.marked_by is None for row in rows)


async def test_the_scanned_code_names_its_meeting(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    done = await checkin.by_code(app, NURSE, code=await code_of(app, meeting), meeting_id=meeting)
    assert done.brief.id == meeting
    with pytest.raises(NoSuchMeeting):
        await checkin.by_code(app, NURSE, code="123456", meeting_id=999)


async def test_check_in_opens_a_quarter_of_an_hour_before_and_ends(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = (await planned(app, hospital)).brief.id
    clock.now = EVENING - timedelta(minutes=15, seconds=1)
    with pytest.raises(NotYet) as refusal:
        await checkin.by_button(app, NURSE, meeting_id=meeting)
    assert refusal.value.params == {"opens": "19:15"}
    clock.tick(seconds=1)
    assert (await checkin.by_button(app, NURSE, meeting_id=meeting)).mark is Mark.PRESENT
    clock.now = EVENING + timedelta(minutes=10)
    assert (await checkin.by_button(app, DOCTOR, meeting_id=meeting)).mark is Mark.LATE
    clock.now = EVENING + timedelta(minutes=120)
    with pytest.raises(MeetingClosed):
        await checkin.by_button(app, SECRETARY, meeting_id=meeting)
    again = await checkin.by_button(app, NURSE, meeting_id=meeting)
    assert again.again and again.at.strftime("%H:%M") == "19:15", "who was there hears so afterwards too"


async def test_another_day_is_told_with_its_date(app: App, hospital: Hospital) -> None:
    meeting = (await planned(app, hospital, starts_at=EVENING + timedelta(days=3))).brief.id
    with pytest.raises(NotYet) as refusal:
        await checkin.by_button(app, NURSE, meeting_id=meeting)
    assert refusal.value.params == {"opens": "3月5日 19:15"}


async def test_a_forwarded_link_marks_nobody_and_names_nobody(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    link = await link_of(app, meeting, hospital.nurse.id)
    result = await checkin.by_link(app, DOCTOR, payload=link)
    assert isinstance(result, OthersLink) and result.expected
    assert (await row_of(app, meeting, hospital.nurse.id)).mark is None
    assert (await row_of(app, meeting, hospital.doctor.id)).mark is None
    outside = await checkin.by_link(app, OUTSIDER, payload=link)
    assert isinstance(outside, OthersLink) and not outside.expected
    with pytest.raises(NotJoined):
        await checkin.by_link(app, 999_999, payload=link)


async def test_a_forged_link_is_counted_as_a_guess(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    link = await link_of(app, meeting, hospital.nurse.id)
    for _ in range(5):
        with pytest.raises(BadLink):
            await checkin.by_link(app, NURSE, payload=link[:-1] + ("A" if link[-1] != "A" else "B"))
    with pytest.raises(TooManyCodes):
        await checkin.by_link(app, NURSE, payload=link)
    with pytest.raises(BadLink):
        await checkin.by_link(app, DOCTOR, payload="m_1")
    async with app.db.reading() as tx:
        assert len((await tx.scalars(select(Attempt))).all()) == 5


async def test_an_old_code_and_another_meetings_code_do_not_fit(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    other = await planned(
        app, hospital, who=Console.SHELL, unit_id=hospital.theatre.id, source="1:2", starts_at=EVENING
    )
    with pytest.raises(WrongCode):
        await checkin.by_code(app, NURSE, code=await code_of(app, other.brief.id))
    code = await code_of(app, meeting)
    clock.tick(seconds=61)
    with pytest.raises(WrongCode):
        await checkin.by_code(app, NURSE, code=code)
    tomorrow = await planned(app, hospital, source="1:3", starts_at=EVENING + timedelta(days=1))
    yesterdays = await code_of(app, meeting)
    clock.now = tomorrow.brief.opens
    with pytest.raises(WrongCode):
        await checkin.by_code(app, NURSE, code=yesterdays)


async def test_a_code_of_the_step_before_still_fits_and_clocks_may_differ(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    clock.tick(seconds=100)
    code = await code_of(app, meeting)
    clock.tick(seconds=-29)
    assert (await checkin.by_code(app, NURSE, code=code)).mark is Mark.PRESENT
    clock.tick(seconds=58)
    assert (await checkin.by_code(app, DOCTOR, code=code)).mark is Mark.PRESENT


async def test_guessing_is_slowed_down_for_one_account_alone(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    right = await code_of(app, meeting)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(5):
        with pytest.raises(WrongCode):
            await checkin.by_code(app, NURSE, code=wrong)
    with pytest.raises(TooManyCodes):
        await checkin.by_code(app, NURSE, code=right)
    assert (await checkin.by_code(app, DOCTOR, code=right)).mark is Mark.PRESENT
    assert (await checkin.by_button(app, NURSE, meeting_id=meeting)).mark is Mark.PRESENT
    clock.tick(minutes=11)
    assert (await checkin.by_code(app, NURSE, code=await code_of(app, meeting))).again


async def test_where_nothing_is_open_a_code_opens_nothing(app: App, hospital: Hospital, clock: Clock) -> None:
    with pytest.raises(NothingOpen):
        await checkin.by_code(app, NURSE, code="123456")
    with pytest.raises(NothingOpen):
        await checkin.typed(app, NURSE, code="123 456", busy=False)
    assert await checkin.typed(app, NURSE, code="123456", busy=True) is None
    assert await checkin.typed(app, 999_999, code="123456", busy=False) is None


async def test_of_many_guesses_at_once_no_more_are_tried_than_one_by_one(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    wrong = f"{(int(await code_of(app, meeting)) + 1) % 1_000_000:06d}"
    forged = (await link_of(app, meeting, hospital.nurse.id))[:-2] + "--"

    async def guess(number: int) -> type[Exception]:
        try:
            if number % 2:
                await checkin.by_link(app, NURSE, payload=forged)
            else:
                await checkin.by_code(app, NURSE, code=wrong)
        except (WrongCode, BadLink, TooManyCodes) as refusal:
            return type(refusal)
        raise AssertionError("a wrong guess was taken")

    results = await asyncio.gather(*map(guess, range(16)))
    assert results.count(TooManyCodes) == 11


async def test_guesses_that_something_else_waited_for_are_counted_too(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    right = await code_of(app, meeting)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(6):
        assert await checkin.typed(app, NURSE, code=wrong, busy=True) is None
    assert await checkin.typed(app, NURSE, code=right, busy=True) is None
    with pytest.raises(TooManyCodes):
        await checkin.typed(app, NURSE, code=right, busy=False)
    done = await checkin.typed(app, DOCTOR, code=right, busy=True)
    assert done is not None and done.mark is Mark.PRESENT


async def test_a_member_of_another_branch_is_not_on_the_roll(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    for who in (OUTSIDER, GENERAL):
        with pytest.raises(NotExpected):
            await checkin.by_button(app, who, meeting_id=meeting)
        with pytest.raises(NotExpected):
            await checkin.by_code(app, who, code=await code_of(app, meeting), meeting_id=meeting)


async def test_a_person_on_two_devices_is_there_once(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    code = await code_of(app, meeting)
    results = await asyncio.gather(
        *(checkin.by_code(app, NURSE, code=code) for _ in range(3)),
        *(checkin.by_button(app, NURSE, meeting_id=meeting) for _ in range(3)),
    )
    assert sorted(result.again for result in results) == [False, True, True, True, True, True]
    board = await attendance.board(app, SECRETARY, meeting_id=meeting)
    assert board.count.came == 1


async def test_a_moved_meeting_opens_at_its_new_time(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    await checkin.by_button(app, NURSE, meeting_id=meeting)
    await meetings.move(app, SECRETARY, meeting_id=meeting, text="明天19:30")
    with pytest.raises(NotYet):
        await checkin.by_button(app, DOCTOR, meeting_id=meeting)
    assert (await row_of(app, meeting, hospital.nurse.id)).mark is None, "nobody has come yet"
    clock.tick(days=1)
    assert not (await checkin.by_button(app, NURSE, meeting_id=meeting)).again


async def test_a_move_by_minutes_keeps_who_is_there(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    await checkin.by_button(app, NURSE, meeting_id=meeting)
    await meetings.move(app, SECRETARY, meeting_id=meeting, text="19:25")
    assert (await checkin.by_button(app, NURSE, meeting_id=meeting)).again


async def test_a_cancelled_meeting_takes_nobody(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    link = await link_of(app, meeting, hospital.nurse.id)
    await meetings.cancel(app, SECRETARY, meeting_id=meeting)
    with pytest.raises(MeetingCancelled):
        await checkin.by_link(app, NURSE, payload=link)
    with pytest.raises(MeetingCancelled):
        await checkin.show(app, SECRETARY, meeting_id=meeting)
    with pytest.raises(NothingOpen):
        await checkin.by_code(app, NURSE, code="123456")


async def test_closing_while_people_check_in_leaves_each_with_one_mark(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    clock.now = EVENING
    results = await asyncio.gather(
        checkin.by_button(app, NURSE, meeting_id=meeting),
        attendance.close(app, SECRETARY, meeting_id=meeting),
        checkin.by_button(app, DOCTOR, meeting_id=meeting),
        return_exceptions=True,
    )
    told = {1: results[0], 2: results[2]}
    for member_id, result in told.items():
        mark = (await row_of(app, meeting, member_id)).mark
        assert (mark == Mark.PRESENT) is isinstance(result, CheckedIn)
        assert mark == Mark.PRESENT or isinstance(result, MeetingClosed)


async def test_somebody_who_joined_the_branch_before_check_in_opened_is_expected(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = (await planned(app, hospital)).brief.id
    async with app.db.writing() as tx:
        one = await tx.get(Member, hospital.outsider.id)
        assert one is not None
        one.unit_id = hospital.ward1.id
    clock.now = EVENING
    assert (await checkin.by_code(app, OUTSIDER, code=await code_of(app, meeting))).mark is Mark.PRESENT


async def test_somebody_who_joined_afterwards_is_for_the_recorder_to_add(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    await checkin.by_button(app, NURSE, meeting_id=meeting)
    async with app.db.writing() as tx:
        one = await tx.get(Member, hospital.outsider.id)
        assert one is not None
        one.unit_id = hospital.ward1.id
    with pytest.raises(NotExpected):
        await checkin.by_button(app, OUTSIDER, meeting_id=meeting)
    await attendance.ask_in(app, SECRETARY, meeting_id=meeting, member_id=hospital.outsider.id)
    assert (await checkin.by_button(app, OUTSIDER, meeting_id=meeting)).mark is Mark.PRESENT


async def test_times_are_those_of_the_branch(app: App, hospital: Hospital, clock: Clock) -> None:
    async with app.db.writing() as tx:
        unit = await tx.get(Unit, hospital.ward1.id)
        assert unit is not None
        unit.timezone = "Asia/Urumqi"
    meeting = await opened(app, hospital, clock)
    done = await checkin.by_button(app, NURSE, meeting_id=meeting)
    assert done.at.strftime("%H:%M") == "17:15"


@pytest.mark.parametrize(
    "starts_at",
    [
        datetime(2028, 2, 29, 11, 30, tzinfo=UTC),  # a leap day
        datetime(2026, 12, 31, 15, 55, tzinfo=UTC),  # 23:55 in Shanghai: check-in runs over the new year
    ],
)
async def test_leap_day_and_new_year(app: App, hospital: Hospital, clock: Clock, starts_at: datetime) -> None:
    clock.now = starts_at - timedelta(days=1)
    meeting = await opened(app, hospital, clock, starts_at=starts_at)
    await checkin.by_code(app, NURSE, code=await code_of(app, meeting))
    clock.now = starts_at + timedelta(minutes=30)
    done = await checkin.by_code(app, DOCTOR, code=await code_of(app, meeting))
    assert done.mark is Mark.LATE
    clock.now = starts_at + timedelta(hours=3)
    assert await attendance.close_due(app) == 1
    assert (await row_of(app, meeting, hospital.secretary.id)).mark == Mark.ABSENT


async def test_the_page_of_a_meeting_opens_with_its_own_token_alone(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = (await planned(app, hospital)).brief.id
    clock.now = EVENING
    token = (await checkin.show(app, SECRETARY, meeting_id=meeting)).page_token
    shown = await checkin.on_page(app, meeting_id=meeting, token=token)
    assert isinstance(shown, checkin.Code) and shown.code == await code_of(app, meeting)
    assert await checkin.on_page(app, meeting_id=meeting, token=token[::-1]) is None
    assert await checkin.on_page(app, meeting_id=meeting + 1, token=token) is None
    clock.now = EVENING + timedelta(days=1)
    over = await checkin.on_page(app, meeting_id=meeting, token=token)
    assert over is not None and not isinstance(over, checkin.Code)


async def test_ones_own_link_is_for_those_expected(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    _, payload = await checkin.own_link(app, NURSE, meeting_id=meeting)
    assert isinstance(await checkin.by_link(app, NURSE, payload=payload), CheckedIn)
    with pytest.raises(NotExpected):
        await checkin.own_link(app, OUTSIDER, meeting_id=meeting)


async def test_who_had_themselves_erased_cannot_check_in(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    await roles.grant(
        app, Console.SHELL, member_id=hospital.doctor.id, role=Role.SECRETARY, unit_id=hospital.ward1.id
    )
    await checkin.by_button(app, NURSE, meeting_id=meeting)
    await mydata.erase(app, NURSE)
    with pytest.raises(NotJoined):
        await checkin.by_button(app, NURSE, meeting_id=meeting)
