"""What a signature stands for: whatever is changed afterwards is on record, and has to be signed anew."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from actions import attendance, briefs, leave, meetings, minutes, points, rolls, signatures
from actions.app import App
from actions.signatures import Correction
from storage.tables import Attendee, Leave, Outgoing, PointsEntry
from study.changes import What, voids
from study.meetings import Duty, Mark
from study.minutes import Outdated, Part, Side
from tests.actions.meeting import EVENING, come, opened
from tests.actions.recording import NURSE, OUTSIDER, SECRETARY, closed
from tests.conftest import Clock, Hospital


@pytest.fixture
async def meeting(app: App, hospital: Hospital, clock: Clock) -> int:
    """Closed and signed: the nurse kept the record, the secretary was in the chair, the newcomer was absent, the doctor
    had asked for leave and nobody had decided."""
    meeting = await closed(app, hospital, host=hospital.secretary, recorder=hospital.nurse)
    async with app.db.writing() as tx:
        row = await tx.get(Attendee, (meeting, hospital.doctor.id))
        assert row
        row.mark = "leave"
        tx.add(Leave(meeting_id=meeting, member_id=hospital.doctor.id, reason="duty", asked_at=clock()))
    sheet = await minutes.write(app, NURSE, meeting_id=meeting, part=Part.TOPICS, text="一、学习")
    await sign(app, sheet.minutes_id or 0)
    clock.tick(minutes=5)
    return meeting


async def sign(app: App, minutes_id: int) -> None:
    await minutes.sign(app, SECRETARY, minutes_id=minutes_id, side=Side.HOST)
    await minutes.sign(app, NURSE, minutes_id=minutes_id, side=Side.RECORDER)


async def letters(app: App) -> list[tuple[int, int]]:
    async with app.db.reading() as tx:
        rows = await tx.scalars(select(Outgoing).where(Outgoing.letter == "signature").order_by(Outgoing.id))
        return [(row.chat_id, row.payload["minutes"]) for row in rows]


async def mark(app: App, meeting: int, member_id: int, mark: Mark, note: str) -> rolls.One:
    return await attendance.mark(
        app, SECRETARY, meeting_id=meeting, member_id=member_id, mark=mark, note=note
    )


def told(one: Correction) -> tuple[What, str | None, str | None, str | None, str | None]:
    return one.what, one.member, one.before, one.after, one.note


Deed = Callable[[App, Hospital, int], Awaitable[object]]


async def _decline(app: App, hospital: Hospital, _meeting: int) -> object:
    async with app.db.reading() as tx:
        row = (await tx.scalars(select(Leave.id))).one()
    return await leave.decide(app, SECRETARY, leave_id=row, approve=False)


async def _take_out(app: App, hospital: Hospital, meeting: int) -> object:
    kept = await minutes.enclose(
        app, NURSE, meeting_id=meeting, form="photo", file_id="1", unique_id="1", name="签到表.jpg"
    )
    return await minutes.take_out(app, NURSE, meeting_id=meeting, enclosure_id=kept.files[0].enclosure_id)


DEEDS: dict[What, tuple[Deed, str | None, str | None]] = {
    What.MARK: (
        lambda app, h, m: mark(app, m, h.newcomer.id, Mark.PRESENT, "纸质签到表"),
        "absent",
        "present",
    ),
    What.LEAVE: (_decline, "leave", "absent"),
    What.DUTY: (
        lambda app, h, m: rolls.correct(app, SECRETARY, meeting_id=m, member_id=h.doctor.id, duty=Duty.MAY),
        "must",
        "may",
    ),
    What.VOTES: (
        lambda app, h, m: rolls.correct(app, SECRETARY, meeting_id=m, member_id=h.nurse.id, votes=False),
        "True",
        "False",
    ),
    What.GUEST: (
        lambda app, h, m: attendance.ask_in(
            app, OUTSIDER + 1, meeting_id=m, member_id=h.general_secretary.id
        ),
        None,
        None,
    ),
    What.TITLE: (
        lambda app, h, m: meetings.rename(app, SECRETARY, meeting_id=m, title="专题党员大会"),
        "一季度支部党员大会",
        "专题党员大会",
    ),
    What.AGENDA: (
        lambda app, h, m: meetings.set_agenda(app, SECRETARY, meeting_id=m, agenda="学习条例"),
        "学习党章",
        "学习条例",
    ),
    What.PLACE: (
        lambda app, h, m: meetings.set_place(app, SECRETARY, meeting_id=m, place="五楼"),
        "三楼示教室",
        "五楼",
    ),
    What.LINK: (
        lambda app, h, m: meetings.set_place(app, SECRETARY, meeting_id=m, place="https://a.example/1"),
        None,
        "https://a.example/1",
    ),
    What.HOST: (
        lambda app, h, m: meetings.set_host(app, SECRETARY, meeting_id=m, member_id=h.doctor.id),
        "方致远",
        "白若谷",
    ),
    What.RECORDER: (
        lambda app, h, m: meetings.set_recorder(app, SECRETARY, meeting_id=m, member_id=h.doctor.id),
        "林小满",
        "白若谷",
    ),
    What.TAKEN_OUT: (_take_out, "签到表.jpg", None),
}


@pytest.mark.parametrize("what", DEEDS)
async def test_whatever_is_changed_after_a_signature_is_signed_anew(
    app: App, hospital: Hospital, meeting: int, what: What
) -> None:
    before = await minutes.look(app, SECRETARY, meeting_id=meeting)
    assert before.is_signed and before.version == 1
    deed, was, now = DEEDS[what]
    await deed(app, hospital, meeting)
    sheet = await minutes.look(app, SECRETARY, meeting_id=meeting)
    assert (sheet.version, [one.at for one in sheet.signatures]) == (2, [None, None])
    assert sheet.entry.topics == before.entry.topics, "the words stay"
    with pytest.raises(Outdated):
        await minutes.lock(app, SECRETARY, minutes_id=before.minutes_id or 0)
    first, second = (await minutes.versions(app, SECRETARY, meeting_id=meeting)).versions
    assert (first.signed, second.signed) == (2, 0), "what was signed stays with its signatures"
    [correction] = [one for one in second.corrections if one.what is what]
    assert (correction.by in ("方致远", "林小满", "程守静"), correction.before, correction.after) == (
        True,
        was,
        now,
    )
    assert sheet.minutes_id in {number for _, number in await letters(app)}, "who had signed is asked again"


def test_every_kind_of_change_is_walked_through_or_asks_for_nothing() -> None:
    before_the_close = {What.TIME, What.END}  # such changes are refused once the meeting is closed
    assert {what for what in What if voids(what, before="x")} == {*DEEDS, *before_the_close}


async def test_a_second_correction_goes_on_with_the_version_that_nobody_has_signed(
    app: App, hospital: Hospital, meeting: int
) -> None:
    await mark(app, meeting, hospital.newcomer.id, Mark.PRESENT, "纸质签到表")
    await mark(app, meeting, hospital.newcomer.id, Mark.LATE, "会后核实")
    await mark(app, meeting, hospital.newcomer.id, Mark.LATE, "会后核实")
    sheet = await minutes.look(app, SECRETARY, meeting_id=meeting)
    assert sheet.version == 2 and sheet.minutes_id
    assert await letters(app) == [(SECRETARY, sheet.minutes_id), (NURSE, sheet.minutes_id)]
    await sign(app, sheet.minutes_id)
    final = await minutes.lock(app, SECRETARY, minutes_id=sheet.minutes_id)
    assert final.locked_at
    corrections = (await minutes.versions(app, NURSE, meeting_id=meeting)).versions[1].corrections
    assert [told(one) for one in corrections] == [
        (What.MARK, "安可期", "absent", "present", "纸质签到表"),
        (What.MARK, "安可期", "present", "late", "会后核实"),
    ]


async def test_adding_a_file_and_naming_whom_nobody_named_void_nothing(app: App, hospital: Hospital) -> None:
    meeting = await closed(app, hospital, recorder=hospital.nurse)
    sheet = await minutes.write(app, NURSE, meeting_id=meeting, part=Part.TOPICS, text="一、学习")
    await minutes.sign(app, NURSE, minutes_id=sheet.minutes_id or 0, side=Side.RECORDER)
    await minutes.enclose(app, NURSE, meeting_id=meeting, form="photo", file_id="1", unique_id="1", name="")
    await minutes.appoint(app, SECRETARY, meeting_id=meeting, side=Side.HOST, member_id=hospital.secretary.id)
    sheet = await minutes.look(app, SECRETARY, meeting_id=meeting)
    assert sheet.version == 1 and sheet.signatures[1].at
    await minutes.appoint(app, SECRETARY, meeting_id=meeting, side=Side.HOST, member_id=hospital.doctor.id)
    assert (await minutes.look(app, SECRETARY, meeting_id=meeting)).version == 2


async def test_the_same_again_is_no_change(app: App, hospital: Hospital, meeting: int) -> None:
    await meetings.rename(app, SECRETARY, meeting_id=meeting, title="一季度支部党员大会")
    await meetings.set_host(app, SECRETARY, meeting_id=meeting, member_id=hospital.secretary.id)
    await rolls.correct(app, SECRETARY, meeting_id=meeting, member_id=hospital.nurse.id, votes=True)
    assert (await minutes.look(app, SECRETARY, meeting_id=meeting)).is_signed


async def test_every_reason_of_a_mark_by_hand_stays(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    for number, (one, note) in enumerate(
        [(Mark.PRESENT, "没带手机"), (Mark.LATE, "现场确认"), (None, ""), (Mark.LEAVE, "现场确认")]
    ):
        clock.now = EVENING + timedelta(minutes=number)
        last = await attendance.mark(
            app, SECRETARY, meeting_id=meeting, member_id=hospital.newcomer.id, mark=one, note=note
        )
    assert [told(one)[2:] for one in last.history] == [
        (None, "present", "没带手机"),
        ("present", "late", "现场确认"),
        ("late", None, None),
        (None, "leave", "现场确认"),
    ]
    assert [(one.by, one.at.minute) for one in last.history] == [("方致远", 30 + at) for at in range(4)]
    again = await rolls.one(app, SECRETARY, meeting_id=meeting, member_id=hospital.newcomer.id)
    assert again.history == last.history


async def test_before_the_close_changes_of_the_plan_are_kept_with_what_was(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    await meetings.set_end(app, SECRETARY, meeting_id=meeting, minutes=60)
    await meetings.set_end(app, SECRETARY, meeting_id=meeting, minutes=60)
    await meetings.move(app, SECRETARY, meeting_id=meeting, text="今晚8点")
    await meetings.set_agenda(app, SECRETARY, meeting_id=meeting, agenda="学习党章")
    clock.now = EVENING + timedelta(hours=1)
    await attendance.close(app, SECRETARY, meeting_id=meeting)
    await minutes.write(app, SECRETARY, meeting_id=meeting, part=Part.TOPICS, text="一、学习")
    await meetings.set_agenda(app, SECRETARY, meeting_id=meeting, agenda="学习条例")
    [version] = (await minutes.versions(app, SECRETARY, meeting_id=meeting)).versions
    assert [told(one) for one in version.corrections] == [(What.AGENDA, None, "学习党章", "学习条例", None)]
    async with app.db.reading() as tx:
        found = await signatures.history(tx, await briefs.find(tx, meeting))
    assert [(one.what, one.before, one.after) for one in found[:2]] == [
        (What.END, "2026-03-02T21:30:00+08:00", "2026-03-02T20:30:00+08:00"),
        (What.TIME, "2026-03-02T19:30:00+08:00", "2026-03-02T20:00:00+08:00"),
    ]


# Points follow a mark that is corrected.


async def ledger(app: App, member_id: int) -> list[tuple[int, str, bool]]:
    """(amount, why, whether it reverses another) of the entries for coming, in order."""
    async with app.db.reading() as tx:
        rows = await tx.scalars(
            select(PointsEntry).where(PointsEntry.member_id == member_id).order_by(PointsEntry.id)
        )
        return [(row.amount, row.details.get("because", ""), row.reverses_id is not None) for row in rows]


async def test_points_follow_a_corrected_mark_exactly_once(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    clock.now = EVENING
    await come(app, meeting, hospital.nurse.id)
    await attendance.close(app, SECRETARY, meeting_id=meeting)
    steps = [
        (Mark.LATE, [(2, "", False)]),
        (Mark.ABSENT, [(2, "", False), (-2, "mark", True)]),
        (Mark.LEAVE, [(2, "", False), (-2, "mark", True)]),
        (Mark.PRESENT, [(2, "", False), (-2, "mark", True), (2, "mark", False)]),
        (Mark.LATE, [(2, "", False), (-2, "mark", True), (2, "mark", False)]),
        (Mark.ABSENT, [(2, "", False), (-2, "mark", True), (2, "mark", False), (-2, "mark", True)]),
    ]
    for one, entries in steps:
        await mark(app, meeting, hospital.nurse.id, one, "会后核实")
        assert await ledger(app, hospital.nurse.id) == entries
    found = await points.mine(app, NURSE)
    assert found.total == 0
    assert [(one.reverses, one.reversed, one.details["title"]) for one in found.entries[:2]] == [
        (True, False, "3月支部党员大会"),
        (False, True, "3月支部党员大会"),
    ]


async def test_points_first_given_after_the_close_say_why(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    clock.now = EVENING
    await attendance.close(app, SECRETARY, meeting_id=meeting)
    await mark(app, meeting, hospital.nurse.id, Mark.PRESENT, "纸质签到表")
    assert await ledger(app, hospital.nurse.id) == [(2, "mark", False)]


async def test_what_a_secretary_has_taken_back_is_not_taken_twice(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    clock.now = EVENING
    await come(app, meeting, hospital.nurse.id)
    await attendance.close(app, SECRETARY, meeting_id=meeting)
    [entry] = (await points.mine(app, NURSE)).entries
    await points.reverse(app, SECRETARY, entry_id=entry.id, reason="登记有误")
    await mark(app, meeting, hospital.nurse.id, Mark.ABSENT, "会后核实")
    assert await ledger(app, hospital.nurse.id) == [(2, "", False), (-2, "", True)]


async def test_no_more_is_given_than_the_cap_of_the_year_leaves(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    clock.now = EVENING
    async with app.db.writing() as tx:
        values = {"season": 2026, "day_on": EVENING.date(), "action": "attendance", "at": clock()}
        tx.add(PointsEntry(member_id=hospital.nurse.id, amount=100, key="earlier", details={}, **values))
    await attendance.close(app, SECRETARY, meeting_id=meeting)
    await mark(app, meeting, hospital.nurse.id, Mark.PRESENT, "会后核实")
    assert await ledger(app, hospital.nurse.id) == [(100, "", False)]
