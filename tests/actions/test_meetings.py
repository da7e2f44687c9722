"""Planning meetings: one or a year of them, copied, moved, called off; and the letters about them."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from actions import attendance, checkin, groups, invitations, leave, meetings, settings, summons
from actions.app import App
from actions.summons import What
from bot import calendars
from storage import outbox
from storage.tables import Meeting, Member, Outgoing, Unit
from study.meetings import (
    OWN,
    BadMeeting,
    MeetingCancelled,
    MeetingClosed,
    NoSuchKind,
    NoSuchMeeting,
    NotAhead,
    NotOnRoll,
    Stage,
)
from study.members import NotAllowed
from study.votes import Rule
from study.whens import NotAWhen, Repeat
from tests.actions.meeting import (
    ADMINISTRATOR,
    DOCTOR,
    EVENING,
    GENERAL,
    NURSE,
    SECRETARY,
    come,
    opened,
    planned,
)
from tests.conftest import START, Clock, Hospital


async def letters(app: App, letter: str = "meeting") -> list[Outgoing]:
    async with app.db.reading() as tx:
        return list(await tx.scalars(select(Outgoing).where(Outgoing.letter == letter).order_by(Outgoing.id)))


async def told(app: App, what: What) -> list[int]:
    """Whom letters of this kind are queued for."""
    return sorted(one.member_id or 0 for one in await letters(app) if one.payload["what"] == what)


# Planning.


async def test_a_new_meeting_is_like_the_last_one(app: App, hospital: Hospital, clock: Clock) -> None:
    first = (await planned(app, hospital)).brief.id
    await meetings.set_place(app, SECRETARY, meeting_id=first, place="https://meeting.example.cn/9")
    await meetings.set_place(app, SECRETARY, meeting_id=first, place="四楼示教室")
    await meetings.set_host(app, SECRETARY, meeting_id=first, member_id=1)
    await meetings.set_recorder(app, SECRETARY, meeting_id=first, member_id=2)
    await meetings.set_end(app, SECRETARY, meeting_id=first, minutes=90)
    offer = await meetings.offer(app, SECRETARY, unit_id=hospital.ward1.id, kind="assembly")
    assert offer.like and f"{offer.times[-1]:%m-%d %H:%M}" == "03-30 19:30", "four weeks on, at the same time"
    second = (await planned(app, hospital, starts_at=offer.times[-1].astimezone(UTC), source="1:2")).brief
    assert (second.link, second.place) == ("https://meeting.example.cn/9", "四楼示教室")
    assert (second.host, second.recorder) == ("林小满", "白若谷")
    assert second.closes - second.starts == timedelta(minutes=90)
    assert second.title == "3月支部党员大会"


async def test_without_an_earlier_one_the_secretary_hosts_and_whoever_plans_records(
    app: App, hospital: Hospital
) -> None:
    brief = (await planned(app, hospital, who=GENERAL)).brief
    assert (brief.host, brief.recorder) == ("方致远", "严知秋")
    offer = await meetings.offer(app, SECRETARY, unit_id=hospital.ward1.id, kind="day")
    assert not offer.like and f"{offer.times[0]:%m-%d %H:%M}" == "03-02 17:30"


async def test_a_repeated_request_plans_no_second_meeting(app: App, hospital: Hospital) -> None:
    first = await planned(app, hospital)
    assert (await planned(app, hospital)).brief.id == first.brief.id
    async with app.db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(Meeting)) == 1


@pytest.mark.parametrize("starts_at", [START, START - timedelta(days=1), START + timedelta(days=401)])
async def test_meetings_are_planned_ahead(app: App, hospital: Hospital, starts_at: datetime) -> None:
    with pytest.raises(NotAhead):
        await planned(app, hospital, starts_at=starts_at)


async def test_a_kind_of_ones_own_may_vote_or_not(app: App, hospital: Hospital) -> None:
    own = {"name": "青年理论学习小组", "votes": True}
    card = await meetings.plan(
        app,
        SECRETARY,
        unit_id=hospital.ward1.id,
        kind=OWN,
        own=own,
        starts_at=EVENING,
        source="1:1",
    )
    assert (card.brief.title, card.brief.kind.rule) == ("青年理论学习小组", Rule.MAJORITY)
    for kind, given in (("salon", None), (OWN, None)):
        with pytest.raises(NoSuchKind):
            await meetings.offer(app, SECRETARY, unit_id=hospital.ward1.id, kind=kind, own=given)


async def test_when_is_read_in_the_time_of_the_unit(app: App, hospital: Hospital) -> None:
    async with app.db.writing() as tx:
        unit = await tx.get(Unit, hospital.ward1.id)
        assert unit is not None
        unit.timezone = "Asia/Urumqi"
    at = await meetings.read_when(
        app, SECRETARY, unit_id=hospital.ward1.id, kind="assembly", text="明天19:30"
    )
    assert at == datetime(2026, 3, 3, 13, 30, tzinfo=UTC)
    for text, refusal in (("随便", NotAWhen), ("2030-01-01 8:00", NotAhead)):
        with pytest.raises(refusal):
            await meetings.read_when(app, SECRETARY, unit_id=hospital.ward1.id, kind="assembly", text=text)


async def test_a_year_at_once(app: App, hospital: Hospital) -> None:
    wanted = {"unit_id": hospital.ward1.id, "kind": "day", "starts_at": EVENING}
    days = await meetings.series(app, SECRETARY, **wanted, by=Repeat.WEEKDAY)
    assert [one.strftime("%m-%d") for one in days.times][:3] == ["03-02", "04-06", "05-04"]
    done = await meetings.plan_series(app, SECRETARY, **wanted, by=Repeat.WEEKDAY, source="5:5")
    assert done.fresh and len(done.briefs) == 10
    assert {brief.starts.strftime("%H:%M") for brief in done.briefs} == {"19:30"}
    again = await meetings.plan_series(app, SECRETARY, **wanted, by=Repeat.WEEKDAY, source="5:5")
    assert not again.fresh and [one.id for one in again.briefs] == [one.id for one in done.briefs]
    found = await meetings.kept(app, SECRETARY)
    assert (found.leaf.total, found.leaf.pages) == (10, 2)
    await meetings.cancel(app, SECRETARY, meeting_id=done.briefs[3].id)
    whole = await meetings.calendar(app, SECRETARY, meeting_id=done.briefs[0].id, whole_series=True)
    assert len(whole) == 9


async def test_the_same_year_planned_again_adds_nothing(app: App, hospital: Hospital) -> None:
    wanted = {"unit_id": hospital.ward1.id, "kind": "day", "starts_at": EVENING}
    first = await meetings.plan_series(app, SECRETARY, **wanted, by=Repeat.WEEKDAY, source="5:5")
    days = await meetings.series(app, SECRETARY, **wanted, by=Repeat.MONTH_DAY)
    assert not days.times and len(days.taken) == 10, "another day of the same month is a second meeting too"
    again = await meetings.plan_series(app, GENERAL, **wanted, by=Repeat.MONTH_DAY, source="6:6")
    assert (again.briefs, again.left_out, again.fresh) == ((), 10, True)
    await meetings.cancel(app, SECRETARY, meeting_id=first.briefs[4].id)
    days = await meetings.series(app, SECRETARY, **wanted, by=Repeat.MONTH_DAY)
    assert [one.strftime("%m-%d") for one in days.times] == ["07-02"] and len(days.taken) == 9
    filled = await meetings.plan_series(app, SECRETARY, **wanted, by=Repeat.MONTH_DAY, source="7:7")
    assert ([one.starts.month for one in filled.briefs], filled.left_out) == ([7], 9)


async def test_a_quarterly_kind_is_left_out_by_quarter_and_another_unit_is_no_matter(
    app: App, hospital: Hospital
) -> None:
    await planned(app, hospital, starts_at=EVENING)
    wanted = {"kind": "assembly", "starts_at": EVENING + timedelta(days=1), "by": Repeat.MONTH_DAY}
    days = await meetings.series(app, GENERAL, unit_id=hospital.ward1.id, **wanted)
    assert [one.month for one in days.taken] == [3] and [one.month for one in days.times] == [6, 9, 12]
    elsewhere = await meetings.series(app, GENERAL, unit_id=hospital.ward2.id, **wanted)
    assert not elsewhere.taken and len(elsewhere.times) == 4


async def test_two_who_plan_the_same_year_at_once_plan_it_once(app: App, hospital: Hospital) -> None:
    wanted = {"unit_id": hospital.ward1.id, "kind": "day", "starts_at": EVENING, "by": Repeat.WEEKDAY}
    done = await asyncio.gather(
        *(
            meetings.plan_series(app, who, **wanted, source=f"{who}:1")
            for who in (SECRETARY, GENERAL, ADMINISTRATOR)
        )
    )
    assert sorted(len(one.briefs) for one in done) == [0, 0, 10]


async def test_a_whole_series_is_called_off_as_far_as_it_is_to_come(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    wanted = {"unit_id": hospital.ward1.id, "kind": "day", "starts_at": EVENING}
    done = await meetings.plan_series(app, SECRETARY, **wanted, by=Repeat.WEEKDAY, source="5:5")
    numbers = [brief.id for brief in done.briefs]
    alone = (await planned(app, hospital)).brief.id
    assert await meetings.series_ahead(app, SECRETARY, meeting_id=alone) == ()
    await invitations.invite(app, SECRETARY, meeting_id=numbers[2])
    await meetings.cancel(app, SECRETARY, meeting_id=numbers[5])
    clock.now = done.briefs[1].starts + timedelta(minutes=1)
    await attendance.close_due(app)
    ahead = await meetings.series_ahead(app, SECRETARY, meeting_id=numbers[0])
    assert [one.id for one in ahead] == [*numbers[2:5], *numbers[6:]], "one is held, one goes on, one is off"
    with pytest.raises(NotAllowed):
        await meetings.cancel_series(app, NURSE, meeting_id=numbers[0])
    gone = await meetings.cancel_series(app, SECRETARY, meeting_id=numbers[0])
    assert [one.id for one in gone] == [one.id for one in ahead]
    assert {
        one.payload["meeting"] for one in await letters(app) if one.payload.get("what") == "cancelled"
    } == {numbers[2]}, "only those who were invited are told"
    assert await meetings.cancel_series(app, SECRETARY, meeting_id=numbers[0]) == ()
    found = await meetings.kept(app, SECRETARY)
    assert [line.brief.id for line in found.lines] == [numbers[1]]


async def test_the_list_shows_what_is_to_come_and_what_is_past(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    first = (await planned(app, hospital)).brief.id
    second = (await planned(app, hospital, kind="day", source="1:2")).brief.id
    await meetings.cancel(app, SECRETARY, meeting_id=second)
    ahead = await meetings.kept(app, GENERAL)
    assert [line.brief.id for line in ahead.lines] == [first]
    past = await meetings.kept(app, GENERAL, past=True)
    assert [line.brief.stage for line in past.lines] == [Stage.CANCELLED]
    assert not await meetings.keeps_any(app, NURSE)
    places = await meetings.places(app, ADMINISTRATOR)
    assert places.leaf.total == 6


@pytest.mark.parametrize("text", ["", " ", "长" * 101])
async def test_a_title_is_short_and_there(app: App, hospital: Hospital, text: str) -> None:
    meeting = (await planned(app, hospital)).brief.id
    with pytest.raises(BadMeeting):
        await meetings.rename(app, SECRETARY, meeting_id=meeting, title=text)


async def test_changes_to_a_plan(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = (await planned(app, hospital)).brief.id
    await meetings.rename(app, SECRETARY, meeting_id=meeting, title="一季度党员大会")
    card = await meetings.set_agenda(app, SECRETARY, meeting_id=meeting, agenda="一、学习\n二、表决")
    assert (card.brief.title, card.brief.agenda) == ("一季度党员大会", "一、学习\n二、表决")
    assert await meetings.whom(app, SECRETARY, meeting_id=meeting, query="brg") == [
        (2, "白若谷", "内科第一党支部")
    ]
    with pytest.raises(NotOnRoll):
        await meetings.set_host(app, SECRETARY, meeting_id=meeting, member_id=5)
    with pytest.raises(NoSuchMeeting):
        await meetings.look(app, SECRETARY, meeting_id=99)
    clock.now = EVENING + timedelta(minutes=70)
    with pytest.raises(NotAhead):
        await meetings.set_end(app, SECRETARY, meeting_id=meeting, minutes=60)


# Letters.


async def test_reminders_the_day_before_and_when_check_in_opens(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = (await planned(app, hospital, starts_at=EVENING + timedelta(days=2))).brief.id
    await summons.remind_due(app)
    assert not await letters(app)
    clock.now = EVENING + timedelta(days=1, minutes=5)
    for _ in range(2):
        await summons.remind_due(app)
    assert await told(app, What.DAY) == [1, 2, 3]
    clock.now = EVENING + timedelta(days=2, minutes=-15)
    await checkin.by_button(app, NURSE, meeting_id=meeting)
    for _ in range(2):
        await summons.remind_due(app)
    assert await told(app, What.SOON) == [2, 3]


async def test_what_was_to_be_said_the_day_before_is_void_when_check_in_opens(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    start = EVENING + timedelta(days=1)
    await planned(app, hospital, starts_at=start)
    clock.now = EVENING + timedelta(minutes=5)
    await summons.remind_due(app)
    assert {one.expires_at for one in await letters(app)} == {start - timedelta(minutes=15)}
    clock.now = start - timedelta(minutes=15)
    await summons.remind_due(app)
    asked = [one for one in await letters(app) if one.payload["what"] == What.SOON]
    assert {one.expires_at for one in asked} == {start + timedelta(minutes=10)}, "until one is late"


async def test_planned_in_the_last_hours_there_is_one_reminder(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    await planned(app, hospital, starts_at=START + timedelta(hours=2))
    await summons.remind_due(app)
    assert not await letters(app)


async def test_no_reminder_for_those_on_leave_muted_or_gone(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = (await planned(app, hospital)).brief.id
    await settings.set_muted(app, NURSE, muted=True)
    await leave.ask(app, DOCTOR, meeting_id=meeting, reason="duty")
    await invitations.invite(app, SECRETARY, meeting_id=meeting)
    assert sorted(one.member_id or 0 for one in await letters(app, "notice")) == [1, 2, 3], "for everybody"
    clock.now = EVENING - timedelta(minutes=15)
    await summons.remind_due(app)
    assert await told(app, What.SOON) == [3]


async def test_what_a_letter_says_is_decided_when_it_is_sent(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)

    async def says(what: What, account: int = NURSE, revision: int = 1) -> summons.Summons | None:
        return await summons.letter(app, meeting_id=meeting, revision=revision, what=what, account=account)

    assert (await says(What.SOON)) is not None
    assert await says(What.SOON, account=999_999) is None
    assert await says(What.SOON, account=GENERAL) is None, "not on the roll"
    assert await says(What.SOON, revision=2) is None
    await come(app, meeting, 1)
    assert await says(What.SOON) is None, "already there"
    moved = await says(What.MOVED)
    assert moved is not None and not moved.can_leave and moved.received is None
    await meetings.cancel(app, SECRETARY, meeting_id=meeting)
    assert await says(What.MOVED, revision=2) is None
    assert await says(What.CANCELLED, revision=2) is not None


async def test_an_answered_reminder_vanishes(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    await summons.remind_due(app)
    async with app.db.writing() as tx:
        for number, one in enumerate(await tx.scalars(select(Outgoing).where(Outgoing.letter == "meeting"))):
            one.state, one.message_id = "sent", 50 + number
    sent = {one.member_id: one.message_id for one in await letters(app)}
    await checkin.by_button(app, NURSE, meeting_id=meeting)
    [gone] = await letters(app, "unsay")
    assert (gone.chat_id, gone.payload) == (NURSE, {"message": sent[1]})
    # … but for the message in hand, which becomes the receipt.
    await checkin.by_button(app, DOCTOR, meeting_id=meeting, message_id=sent[2])
    assert len(await letters(app, "unsay")) == 1


async def test_a_move_is_told_to_those_who_may_have_heard(app: App, hospital: Hospital, clock: Clock) -> None:
    quiet = (await planned(app, hospital)).brief.id
    await meetings.move(app, SECRETARY, meeting_id=quiet, text="后天19:30")
    assert not await letters(app), "nobody had heard of it"
    await invitations.invite(app, SECRETARY, meeting_id=quiet)
    card = await meetings.move(app, SECRETARY, meeting_id=quiet, text="周五19:30")
    assert card.brief.revision == 3 and await told(app, What.MOVED) == [1, 2, 3]
    await meetings.move(app, SECRETARY, meeting_id=quiet, text="周五19:30")
    assert len(await told(app, What.MOVED)) == 3, "the same time is no move"
    await meetings.cancel(app, SECRETARY, meeting_id=quiet)
    assert await told(app, What.CANCELLED) == [1, 2, 3]
    with pytest.raises(MeetingCancelled):
        await meetings.move(app, SECRETARY, meeting_id=quiet, text="周六19:30")
    with pytest.raises(MeetingCancelled):
        await invitations.invite(app, SECRETARY, meeting_id=quiet)


async def test_a_move_to_another_day_asks_for_leave_anew(app: App, hospital: Hospital) -> None:
    meeting = (await planned(app, hospital)).brief.id
    await leave.ask(app, NURSE, meeting_id=meeting, reason="duty")
    await meetings.move(app, SECRETARY, meeting_id=meeting, text="今天20:00")
    assert (await leave.look(app, NURSE, meeting_id=meeting)).leave == "asked"
    await meetings.move(app, SECRETARY, meeting_id=meeting, text="明天20:00")
    assert (await leave.look(app, NURSE, meeting_id=meeting)).leave == "withdrawn"
    await leave.ask(app, NURSE, meeting_id=meeting, reason="duty")


async def test_by_night_nothing_is_said_but_what_cannot_wait(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    # At 06:40, twenty minutes before anybody may be woken, for a meeting at 06:50.
    starts_at = datetime(2026, 3, 3, 22, 50, tzinfo=UTC)
    meeting = (await planned(app, hospital, starts_at=starts_at)).brief.id
    clock.now = starts_at - timedelta(minutes=10)
    await summons.remind_due(app)
    assert not await letters(app), "the reminder would come too late, so it does not come"
    await invitations.invite(app, SECRETARY, meeting_id=meeting)
    assert {one.not_before for one in await letters(app, "notice")} == {starts_at + timedelta(minutes=10)}
    await meetings.cancel(app, SECRETARY, meeting_id=meeting)
    cancelled = [one for one in await letters(app) if one.payload["what"] == What.CANCELLED]
    assert {one.not_before for one in cancelled} == {clock.now}


async def test_boards_go_up_when_check_in_opens(app: App, hospital: Hospital, clock: Clock) -> None:
    await groups.bind(app, SECRETARY, chat_id=-100, title="内科一支部", unit_id=hospital.ward1.id)
    await planned(app, hospital)
    clock.now = EVENING - timedelta(minutes=15)
    await summons.remind_due(app)
    assert sorted(one.chat_id for one in await letters(app, "board")) == [-100, SECRETARY]


async def test_a_meeting_long_over_reminds_nobody(app: App, hospital: Hospital, clock: Clock) -> None:
    await planned(app, hospital)
    clock.now = EVENING + timedelta(days=2)
    assert await summons.remind_due(app) == 0
    async with app.db.reading() as tx:
        assert not await outbox.any_due(tx, now=clock.now)


# Calendars.


async def test_a_file_for_calendars(app: App, hospital: Hospital) -> None:
    meeting = (await planned(app, hospital)).brief.id
    await meetings.set_place(app, SECRETARY, meeting_id=meeting, place="四楼示教室")
    [brief] = await meetings.calendar(app, NURSE, meeting_id=meeting)
    from icalendar import Calendar

    text = calendars.ics([brief], links={meeting: "https://t.me/bot?start=m_1"})
    [event] = Calendar.from_ical(text).walk("VEVENT")
    assert event["SUMMARY"] == "3月支部党员大会" and event["LOCATION"] == "四楼示教室"
    assert event.decoded("DTSTART") == EVENING
    assert "https://t.me/bot?start=m_1" in event["DESCRIPTION"]
    assert calendars.name([brief]) == "3月支部党员大会.ics"
    first = event["UID"], int(event["SEQUENCE"])
    await meetings.move(app, SECRETARY, meeting_id=meeting, text="明天19:30")
    moved = await meetings.calendar(app, NURSE, meeting_id=meeting)
    [event] = Calendar.from_ical(calendars.ics(moved, links={})).walk("VEVENT")
    assert (event["UID"], int(event["SEQUENCE"])) == (first[0], first[1] + 1)
    with pytest.raises(NotAllowed):
        await meetings.calendar(app, 1005, meeting_id=meeting)


async def test_somebody_who_left_hosts_no_more(app: App, hospital: Hospital, clock: Clock) -> None:
    first = (await planned(app, hospital)).brief.id
    await meetings.set_host(app, SECRETARY, meeting_id=first, member_id=1)
    async with app.db.writing() as tx:
        nurse = await tx.get(Member, 1)
        assert nurse is not None
        nurse.left_at = clock()
    second = await planned(app, hospital, starts_at=EVENING + timedelta(days=7), source="1:2")
    assert second.brief.host == "方致远"
    assert second.count.expected == 3
    assert date(2026, 3, 9) == second.brief.starts.date()


async def test_what_is_over_is_not_planned_any_more(app: App, hospital: Hospital, clock: Clock) -> None:
    meeting = await opened(app, hospital, clock)
    clock.now = EVENING + timedelta(hours=1)
    from actions import attendance

    await attendance.close(app, SECRETARY, meeting_id=meeting)
    for change in (
        meetings.move(app, SECRETARY, meeting_id=meeting, text="明天"),
        meetings.cancel(app, SECRETARY, meeting_id=meeting),
        meetings.set_end(app, SECRETARY, meeting_id=meeting, minutes=240),
        leave.ask(app, NURSE, meeting_id=meeting, reason="duty"),
        leave.withdraw(app, NURSE, meeting_id=meeting),
        checkin.own_link(app, NURSE, meeting_id=meeting),
    ):
        with pytest.raises(MeetingClosed):
            await change
