"""Invitations: a notice to the roll that follows the meeting, and each copy its reader."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from actions import (
    attendance,
    checkin,
    invitations,
    leave,
    meetings,
    notices,
    recalls,
    receipts,
    sending,
    settings,
)
from actions.app import App
from actions.invitations import Answer
from storage.tables import AuditEntry, Member, Notice, Outgoing, Recipient
from study.meetings import FollowsMeeting, MeetingCancelled, MeetingClosed, NotOnRoll
from study.members import NotAllowed
from study.notices import Fate, State
from tests.actions.meeting import DOCTOR, EVENING, GENERAL, NURSE, OUTSIDER, SECRETARY, opened, planned
from tests.actions.noticing import claimed, delivered, delivers, fates, report, settled
from tests.conftest import Clock, Hospital


@pytest.fixture
async def meeting(app: App, hospital: Hospital) -> int:
    """Planned for this evening, and everybody invited."""
    meeting = (await planned(app, hospital)).brief.id
    await invitations.invite(app, SECRETARY, meeting_id=meeting)
    return meeting


async def notice_of(app: App, meeting: int) -> Notice:
    async with app.db.reading() as tx:
        return (await tx.scalars(select(Notice).where(Notice.meeting_id == meeting))).one()


async def queued(app: App, letter: str) -> list[int]:
    """Whom letters of this kind wait for."""
    async with app.db.reading() as tx:
        rows = await tx.scalars(select(Outgoing).where(Outgoing.letter == letter, Outgoing.state == "queued"))
        return sorted(row.member_id or 0 for row in rows)


async def seen(app: App, meeting: int) -> set[int | None]:
    """Who has confirmed the invitation."""
    async with app.db.reading() as tx:
        rows = await tx.scalars(
            select(Recipient)
            .join(Notice, Notice.id == Recipient.notice_id)
            .where(Notice.meeting_id == meeting)
        )
        return {row.member_id for row in rows if row.seen_at}


async def test_everybody_on_the_roll_is_invited_once_muted_or_not(app: App, hospital: Hospital) -> None:
    meeting = (await planned(app, hospital)).brief.id
    await settings.set_muted(app, NURSE, muted=True)
    done = await invitations.invite(app, SECRETARY, meeting_id=meeting)
    assert (done.people, done.unreached, done.again) == (3, 1, False)
    again = await invitations.invite(app, GENERAL, meeting_id=meeting)
    assert (again.people, again.again, again.notice_id) == (0, True, done.notice_id)
    assert await queued(app, "notice") == [1, 2, 3]
    assert (await fates(app, done.notice_id))[hospital.newcomer.id] == Fate.NOT_JOINED
    async with app.db.reading() as tx:
        deeds = await tx.scalars(select(AuditEntry.action).where(AuditEntry.action == "meeting.invited"))
        assert len(deeds.all()) == 1
    with pytest.raises(NotAllowed):
        await invitations.invite(app, NURSE, meeting_id=meeting)


async def test_whoever_joined_or_was_put_on_the_roll_since_is_invited_too(
    app: App, hospital: Hospital, meeting: int
) -> None:
    await delivers(app)
    found = await notice_of(app, meeting)
    assert found.state == State.SENT
    await attendance.ask_in(app, GENERAL, meeting_id=meeting, member_id=hospital.general_secretary.id)
    assert await queued(app, "notice") == [hospital.general_secretary.id], "a guest at once"
    await delivers(app)
    async with app.db.writing() as tx:
        newcomer = await tx.get(Member, hospital.newcomer.id)
        assert newcomer
        newcomer.telegram_id = 1007
    done = await invitations.invite(app, SECRETARY, meeting_id=meeting)
    assert (done.people, done.unreached, done.again) == (1, 0, True)
    assert await queued(app, "notice") == [hospital.newcomer.id]


async def test_a_roll_that_nobody_can_be_reached_of_is_told_so(app: App, hospital: Hospital) -> None:
    async with app.db.writing() as tx:
        for one in await tx.scalars(select(Member)):
            one.blocked_at = app.clock() if one.telegram_id != SECRETARY else None
        secretary = await tx.get(Member, hospital.secretary.id)
        assert secretary
    meeting = (await planned(app, hospital)).brief.id
    async with app.db.writing() as tx:
        secretary = await tx.get(Member, hospital.secretary.id)
        assert secretary
        secretary.blocked_at = app.clock()
    done = await invitations.invite(app, SECRETARY, meeting_id=meeting)
    assert (done.people, done.unreached) == (0, 4)
    assert (await notice_of(app, meeting)).state == State.SENT


async def test_confirmed_with_a_tap_or_by_any_answer(
    app: App, hospital: Hospital, meeting: int, clock: Clock
) -> None:
    await delivers(app)
    found = await invitations.receive(app, NURSE, meeting_id=meeting, message_id=51)
    assert found.received and found.can_leave and found.answer is Answer.NONE
    assert await queued(app, "invited") == [], "the message in hand shows it itself"
    assert (await invitations.receive(app, NURSE, meeting_id=meeting)).received
    await leave.ask(app, DOCTOR, meeting_id=meeting, reason="duty", message_id=1)
    assert await seen(app, meeting) == {1, 2}
    assert await queued(app, "invited") == [2]
    shown = await invitations.shown(app, meeting_id=meeting, member_id=hospital.doctor.id)
    assert shown and shown.answer is Answer.LEAVE and not shown.can_leave
    clock.tick(minutes=1)
    await leave.withdraw(app, DOCTOR, meeting_id=meeting)
    shown = await invitations.shown(app, meeting_id=meeting, member_id=hospital.doctor.id)
    assert shown and shown.answer is Answer.NONE and shown.can_leave and shown.received
    clock.now = EVENING
    await checkin.by_button(app, SECRETARY, meeting_id=meeting)
    shown = await invitations.shown(app, meeting_id=meeting, member_id=hospital.secretary.id)
    assert shown and shown.answer is Answer.HERE
    assert await seen(app, meeting) == {1, 2, 3}
    for who in (OUTSIDER, GENERAL):
        with pytest.raises(NotOnRoll):
            await invitations.receive(app, who, meeting_id=meeting)
    assert await invitations.shown(app, meeting_id=meeting, member_id=hospital.outsider.id) is None
    assert await invitations.shown(app, meeting_id=999, member_id=1) is None


async def test_the_report_names_whoever_has_not_confirmed_and_reminds_them_alone(
    app: App, hospital: Hospital, meeting: int
) -> None:
    await delivers(app)
    await invitations.receive(app, NURSE, meeting_id=meeting)
    found = await notice_of(app, meeting)
    told = await report(app, found.id)
    assert (told.meeting_id, told.asked, told.seen, told.tally.left_out) == (meeting, 3, 1, 1)
    card = await meetings.look(app, SECRETARY, meeting_id=meeting)
    assert card.invitation and (card.invitation.seen, card.invitation.asked) == (1, 3)
    assert await receipts.remind(app, SECRETARY, notice_id=found.id) == 2
    assert await queued(app, "notice-remind") == [2, 3]


async def test_its_words_are_the_meetings_alone(app: App, hospital: Hospital, meeting: int) -> None:
    await delivers(app)
    found = await notice_of(app, meeting)
    with pytest.raises(FollowsMeeting):
        await recalls.correct(app, SECRETARY, notice_id=found.id, body="改到周五")
    with pytest.raises(FollowsMeeting):
        await recalls.withdraw(app, SECRETARY, notice_id=found.id)


async def test_copies_follow_changes_and_another_time_is_confirmed_anew(
    app: App, hospital: Hospital, meeting: int
) -> None:
    await delivers(app)
    await invitations.receive(app, NURSE, meeting_id=meeting)
    await meetings.rename(app, SECRETARY, meeting_id=meeting, title="专题党员大会")
    assert await queued(app, "notice-edit") == [1, 2, 3] and await seen(app, meeting) == {1}
    assert (await notice_of(app, meeting)).title == "会议通知：专题党员大会"
    await delivers(app)
    await meetings.move(app, SECRETARY, meeting_id=meeting, text="后天19:30")
    assert await queued(app, "notice-edit") == [1, 2, 3] and await seen(app, meeting) == set()
    assert await queued(app, "meeting") == [1, 2, 3], "and everybody hears of it"
    await delivers(app)
    await meetings.cancel(app, SECRETARY, meeting_id=meeting)
    assert await queued(app, "notice-edit") == [1, 2, 3]
    assert (await notice_of(app, meeting)).state == State.SENT
    with pytest.raises(MeetingCancelled):
        await invitations.invite(app, SECRETARY, meeting_id=meeting)


async def test_what_has_not_gone_when_the_meeting_is_called_off_never_goes(
    app: App, hospital: Hospital, meeting: int
) -> None:
    first, *others = await claimed(app, limit=1)
    await settled(app, [delivered(first)])
    assert not others
    await meetings.cancel(app, SECRETARY, meeting_id=meeting)
    assert await queued(app, "notice") == []
    found = await notice_of(app, meeting)
    assert (found.state, found.finished_at) == (State.CANCELLED, app.clock())
    assert sorted((await fates(app, found.id)).values()) == ["cancelled", "cancelled", "not_joined", "sent"]
    assert not await invitations.worth_sending(app, meeting_id=meeting)


async def test_a_copy_on_the_wire_while_the_meeting_moves_is_edited_when_it_has_arrived(
    app: App, hospital: Hospital, meeting: int
) -> None:
    letters = await claimed(app)
    await meetings.move(app, SECRETARY, meeting_id=meeting, text="后天19:30")
    await settled(app, [delivered(one) for one in letters])
    assert await queued(app, "notice-edit") == [1, 2, 3]


async def test_sent_again_after_it_was_called_off(app: App, hospital: Hospital, meeting: int) -> None:
    found = await notice_of(app, meeting)
    await sending.pause(app, SECRETARY, notice_id=found.id)
    await sending.resume(app, SECRETARY, notice_id=found.id)
    await delivers(app)
    assert (await notice_of(app, meeting)).state == State.SENT


async def test_nothing_is_sent_once_the_meeting_is_over(
    app: App, hospital: Hospital, meeting: int, clock: Clock
) -> None:
    clock.now = EVENING + timedelta(hours=3)
    assert not await invitations.worth_sending(app, meeting_id=meeting)
    assert not await invitations.worth_sending(app, meeting_id=999)
    await attendance.close_due(app)
    with pytest.raises(MeetingClosed):
        await invitations.invite(app, SECRETARY, meeting_id=meeting)
    await attendance.ask_in(app, GENERAL, meeting_id=meeting, member_id=hospital.general_secretary.id)
    assert await queued(app, "notice") == [1, 2, 3], "a guest noted afterwards is not invited"


async def test_a_meeting_nobody_was_invited_to_has_no_copies(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    meeting = await opened(app, hospital, clock)
    await checkin.by_button(app, NURSE, meeting_id=meeting)
    await meetings.rename(app, SECRETARY, meeting_id=meeting, title="专题党员大会")
    assert (await meetings.look(app, SECRETARY, meeting_id=meeting)).invitation is None
    assert await queued(app, "notice-edit") == [] and await queued(app, "invited") == []
    assert (await notices.listing(app, SECRETARY)).leaf.total == 0
