"""补课: offered once the roll is settled, read and answered, counted as made up and never as present."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from actions import hours, makeups, minutes, quizzes
from actions.app import App
from actions.questions import Finished, Shown
from storage.tables import MakeUp, Member, Outgoing, PointsEntry
from study.makeup import AlreadyMadeUp, NoSuchMakeUp, ReadFirst
from study.meetings import MeetingLocked, State
from study.members import MemberKind, NotAllowed
from study.minutes import Part, Side
from tests.actions.appealing import taught
from tests.actions.recording import DOCTOR, NURSE, OUTSIDER, SECRETARY, closed, remark
from tests.conftest import Clock, Hospital

MISSED = {"nurse": "absent", "doctor": "leave", "secretary": "present", "newcomer": "absent"}
HOUR = timedelta(hours=1)


@pytest.fixture
async def school(app: App, hospital: Hospital) -> App:
    return await taught(app)


@pytest.fixture
async def meeting(school: App, hospital: Hospital, clock: Clock) -> int:
    """Missed by the nurse (absent), the doctor (on leave) and the newcomer, who has no chat; offered an hour later."""
    number = await closed(school, hospital, marks=MISSED)
    clock.now += HOUR
    await makeups.offer_due(school)
    return number


async def letters(app: App) -> list[Outgoing]:
    async with app.db.reading() as tx:
        return list(
            await tx.scalars(select(Outgoing).where(Outgoing.letter == "makeup").order_by(Outgoing.id))
        )


async def change(app: App, member: Member, **values: object) -> None:
    async with app.db.writing() as tx:
        row = await tx.get(Member, member.id)
        for name, value in values.items():
            setattr(row, name, value)


async def finish(app: App, who: int, meeting_id: int) -> None:
    """Read to the end, then answer all the questions, whether rightly or not."""
    pages = (await makeups.read(app, who, meeting_id=meeting_id)).pages
    await makeups.read(app, who, meeting_id=meeting_id, page=len(pages) - 1)
    shown = await makeups.start(app, who, meeting_id=meeting_id)
    while isinstance(shown, Shown):
        await quizzes.give_up(app, who, quiz_id=shown.quiz_id, position=shown.position)
        shown = await quizzes.go_on(app, who, quiz_id=shown.quiz_id)
    assert isinstance(shown, Finished)


# Offering.


async def test_nothing_is_offered_while_mistakes_are_still_corrected(
    school: App, hospital: Hospital, clock: Clock
) -> None:
    await closed(school, hospital, marks=MISSED)
    clock.tick(minutes=59)
    assert await makeups.offer_due(school) == 0
    clock.tick(minutes=1)
    assert await makeups.offer_due(school) == 3
    assert await makeups.offer_due(school) == 0


async def test_those_who_missed_it_are_written_to_once(school: App, meeting: int) -> None:
    assert [(one.chat_id, one.payload) for one in await letters(school)] == [
        (NURSE, {"meeting": meeting}),
        (DOCTOR, {"meeting": meeting}),
    ]
    offer = await makeups.look(school, NURSE, meeting_id=meeting)
    assert (offer.lesson.id, offer.due_on, offer.must) == ("dahui", date(2026, 3, 16), True)
    assert (offer.quarters, offer.is_read, offer.done_on) == (4, False, None)


async def test_nobody_is_woken_and_the_muted_are_left_alone(
    school: App, hospital: Hospital, clock: Clock
) -> None:
    await change(school, hospital.nurse, muted=True)
    clock.now += timedelta(hours=14)
    meeting = await closed(school, hospital, marks=MISSED)
    clock.now += HOUR
    await makeups.offer_due(school)
    [letter] = await letters(school)
    assert (letter.chat_id, letter.not_before) == (DOCTOR, clock.now + timedelta(hours=8))
    assert (await makeups.look(school, NURSE, meeting_id=meeting)).must, "it is there to be found"


async def test_whoever_need_not_come_finds_an_offer_and_is_asked_nothing(
    school: App, hospital: Hospital, clock: Clock
) -> None:
    marks = {"nurse": "leave", "doctor": "", "secretary": "present"}
    meeting = await closed(school, hospital, marks=marks, may=frozenset({"nurse", "doctor"}))
    clock.now += HOUR
    assert await makeups.offer_due(school) == 1
    clock.now += timedelta(days=12)
    await makeups.remind_due(school)
    assert await letters(school) == []
    assert not (await makeups.look(school, NURSE, meeting_id=meeting)).must
    with pytest.raises(NoSuchMakeUp):
        await makeups.look(school, DOCTOR, meeting_id=meeting)


async def test_some_kinds_are_not_made_up_for(school: App, hospital: Hospital, clock: Clock) -> None:
    await closed(school, hospital, kind="committee", marks=MISSED)
    await closed(school, hospital, marks=MISSED, state=State.CANCELLED)
    clock.now += HOUR
    assert await makeups.offer_due(school) == 0


async def test_what_was_long_ago_is_not_dug_up(school: App, hospital: Hospital, clock: Clock) -> None:
    await closed(school, hospital, marks=MISSED)
    clock.tick(days=15)
    assert await makeups.offer_due(school) == 0


async def test_without_lessons_nothing_is_offered(app: App, hospital: Hospital, clock: Clock) -> None:
    await closed(app, hospital, marks=MISSED)
    clock.now += HOUR
    assert await makeups.offer_due(app) == 0


async def test_a_corrected_mark_takes_the_offer_away(school: App, hospital: Hospital, meeting: int) -> None:
    assert await makeups.told(school, meeting_id=meeting, member_id=hospital.nurse.id)
    await remark(school, meeting, hospital.nurse, "present")
    assert await makeups.told(school, meeting_id=meeting, member_id=hospital.nurse.id) is None
    with pytest.raises(NoSuchMakeUp):
        await makeups.look(school, NURSE, meeting_id=meeting)
    assert (await makeups.mine(school, NURSE)).leaf.total == 0


async def test_a_late_correction_brings_an_offer_after_all(
    school: App, hospital: Hospital, meeting: int
) -> None:
    await remark(school, meeting, hospital.secretary, "absent")
    assert await makeups.offer_due(school) == 1


# Doing it.


async def test_read_and_answered_it_is_made_up_with_hours_and_points(
    school: App, hospital: Hospital, meeting: int, clock: Clock
) -> None:
    clock.tick(days=1)
    await finish(school, NURSE, meeting)
    offer = await makeups.look(school, NURSE, meeting_id=meeting)
    assert (offer.done_on, offer.quarters) == (date(2026, 3, 3), 4)
    async with school.db.reading() as tx:
        entries = list(await tx.scalars(select(PointsEntry)))
    assert [(one.action, one.amount, one.member_id) for one in entries] == [("makeup", 1, 1)]
    sheet = await minutes.look(school, SECRETARY, meeting_id=meeting)
    assert (sheet.entry.count.came, sheet.entry.count.absent, sheet.entry.count.leave) == (1, 2, 1)
    assert (sheet.entry.made_up, sheet.entry.offered) == (1, 3)
    with pytest.raises(AlreadyMadeUp):
        await makeups.start(school, NURSE, meeting_id=meeting)


async def test_questions_come_after_the_lesson(school: App, meeting: int) -> None:
    with pytest.raises(ReadFirst):
        await makeups.start(school, NURSE, meeting_id=meeting)


async def test_a_quiz_that_was_begun_goes_on_and_an_old_one_begins_anew(
    school: App, meeting: int, clock: Clock
) -> None:
    await makeups.read(school, NURSE, meeting_id=meeting, page=99)
    first = await makeups.start(school, NURSE, meeting_id=meeting)
    assert isinstance(first, Shown) and first.total == 3
    await quizzes.give_up(school, NURSE, quiz_id=first.quiz_id, position=0)
    again = await makeups.start(school, NURSE, meeting_id=meeting)
    assert isinstance(again, Shown) and (again.quiz_id, again.position) == (first.quiz_id, 1)
    clock.tick(days=8)
    anew = await makeups.start(school, NURSE, meeting_id=meeting)
    assert isinstance(anew, Shown) and anew.quiz_id != first.quiz_id and anew.position == 0


async def test_what_is_done_after_it_was_due_counts_as_well(school: App, meeting: int, clock: Clock) -> None:
    clock.tick(days=60)
    await finish(school, DOCTOR, meeting)
    assert (await makeups.look(school, DOCTOR, meeting_id=meeting)).done_on == date(2026, 5, 1)


async def test_nobody_makes_up_for_others(school: App, meeting: int) -> None:
    for who in (OUTSIDER, SECRETARY):
        with pytest.raises(NoSuchMakeUp):
            await makeups.read(school, who, meeting_id=meeting)


async def test_the_exempt_get_no_points_but_it_counts(school: App, hospital: Hospital, meeting: int) -> None:
    await change(school, hospital.nurse, kind=MemberKind.RETIRED.value)
    await finish(school, NURSE, meeting)
    assert (await makeups.look(school, NURSE, meeting_id=meeting)).done_on
    async with school.db.reading() as tx:
        assert not list(await tx.scalars(select(PointsEntry)))


# Reminding.


async def test_one_gentle_reminder_comes_before_it_is_due(school: App, meeting: int, clock: Clock) -> None:
    clock.tick(days=10)
    assert await makeups.remind_due(school) == 0
    clock.tick(days=1)
    assert await makeups.remind_due(school) == 2
    assert await makeups.remind_due(school) == 0
    clock.tick(days=2)
    assert await makeups.remind_due(school) == 0
    reminders = [one for one in await letters(school) if one.payload.get("again")]
    assert [one.chat_id for one in reminders] == [NURSE, DOCTOR]


async def test_whoever_has_done_it_or_let_it_pass_is_not_reminded(
    school: App, meeting: int, clock: Clock
) -> None:
    await finish(school, NURSE, meeting)
    clock.tick(days=11)
    assert await makeups.remind_due(school) == 1
    clock.tick(days=10)
    assert await makeups.remind_due(school) == 0


# The secretary's side.


async def test_the_secretary_sees_figures_and_may_choose_another_lesson(school: App, meeting: int) -> None:
    found = await makeups.progress(school, SECRETARY, meeting_id=meeting)
    assert (found.done, found.offered, found.lesson and found.lesson.id) == (0, 3, "dahui")
    assert "林小满" not in repr(found)
    listed = await makeups.lessons(school, SECRETARY, meeting_id=meeting)
    assert "dahui" in {lesson.id for lesson in listed.lessons}
    await makeups.read(school, NURSE, meeting_id=meeting, page=99)
    async with school.db.writing() as tx:
        for row in await tx.scalars(select(MakeUp).where(MakeUp.member_id != 1)):
            row.lesson_id = "gone"
    found = await makeups.choose(school, SECRETARY, meeting_id=meeting, lesson_id="dahui")
    assert found.lesson and found.lesson.id == "dahui"
    with pytest.raises(NotAllowed):
        await makeups.choose(school, NURSE, meeting_id=meeting, lesson_id="dahui")


async def test_a_lesson_chosen_before_the_offers_is_offered_at_once(school: App, hospital: Hospital) -> None:
    meeting = await closed(school, hospital, marks=MISSED)
    found = await makeups.choose(school, SECRETARY, meeting_id=meeting, lesson_id="dahui")
    assert found.offered == 3 and len(await letters(school)) == 2


async def test_a_final_record_keeps_its_lesson_but_making_up_goes_on(
    school: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await closed(
        school, hospital, marks=MISSED, host=hospital.secretary, recorder=hospital.secretary
    )
    clock.now += HOUR
    await makeups.offer_due(school)
    sheet = await minutes.write(school, SECRETARY, meeting_id=meeting, part=Part.TOPICS, text="学习")
    assert sheet.minutes_id
    for side in Side:
        await minutes.sign(school, SECRETARY, minutes_id=sheet.minutes_id, side=side)
    await minutes.lock(school, SECRETARY, minutes_id=sheet.minutes_id)
    with pytest.raises(MeetingLocked):
        await makeups.choose(school, SECRETARY, meeting_id=meeting, lesson_id="dahui")
    await finish(school, NURSE, meeting)
    assert (await minutes.look(school, SECRETARY, meeting_id=meeting)).entry.made_up == 1


async def test_a_lesson_that_is_taught_no_more_gives_way(school: App, meeting: int) -> None:
    async with school.db.writing() as tx:
        for row in await tx.scalars(select(MakeUp)):
            row.lesson_id = "gone"
    assert (await makeups.look(school, NURSE, meeting_id=meeting)).lesson.id == "dahui"
    await finish(school, NURSE, meeting)


# Hours.


async def test_hours_are_those_of_meetings_and_of_making_up(
    school: App, hospital: Hospital, clock: Clock
) -> None:
    await closed(school, hospital, title="党课", marks={"nurse": "present"}, quarters=6)
    await closed(
        school, hospital, title="去年的", began=clock.now - timedelta(days=70), marks={"nurse": "late"}
    )
    missed = await closed(school, hospital, title="大会", marks={"nurse": "leave"}, quarters=8)
    clock.now += HOUR
    await makeups.offer_due(school)
    found = await hours.mine(school, NURSE)
    assert (found.hours.quarters, found.hours.target, found.open_offers) == (6, 32, 1)
    await finish(school, NURSE, missed)
    found = await hours.mine(school, NURSE)
    assert [(line.title, line.quarters, line.made_up) for line in found.lines] == [
        ("大会", 4, True),
        ("党课", 6, False),
    ]
    assert (found.open_offers, found.offers) == (0, 1)
    assert (await hours.mine(school, NURSE, year=2025)).hours.quarters == 6
    assert (await hours.mine(school, DOCTOR)).hours.lines == ()
