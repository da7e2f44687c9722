"""Records: who writes, who signs, and that nothing changes once they are final."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from actions import attendance, meetings, minutes
from actions.app import App
from actions.minutes import Sheet
from storage.tables import AuditEntry, Member, Minutes, Outgoing
from study.meetings import Mark, MeetingLocked, NoSuchMeeting, State
from study.members import NotAllowed
from study.minutes import (
    AlreadySigned,
    NoSuchEnclosure,
    NotClosed,
    NothingWritten,
    NotSigned,
    NotYourSignature,
    Outdated,
    Part,
    Side,
    TooManyEnclosures,
)
from tests.actions.meeting import EVENING, opened
from tests.actions.recording import ADMINISTRATOR, DOCTOR, GENERAL, NURSE, OUTSIDER, SECRETARY, closed
from tests.conftest import Clock, Hospital


@pytest.fixture
async def meeting(app: App, hospital: Hospital) -> int:
    """The nurse keeps the record, the secretary is in the chair."""
    return await closed(app, hospital, host=hospital.secretary, recorder=hospital.nurse)


async def topics(app: App, who: int, meeting_id: int, text: str = "一、学习") -> Sheet:
    return await minutes.write(app, who, meeting_id=meeting_id, part=Part.TOPICS, text=text)


async def signed(app: App, meeting_id: int) -> int:
    """A record with words and both signatures."""
    sheet = await topics(app, NURSE, meeting_id)
    assert sheet.minutes_id
    await minutes.sign(app, SECRETARY, minutes_id=sheet.minutes_id, side=Side.HOST)
    await minutes.sign(app, NURSE, minutes_id=sheet.minutes_id, side=Side.RECORDER)
    return sheet.minutes_id


async def audited(app: App) -> list[str]:
    async with app.db.reading() as tx:
        return list(await tx.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


async def letters(app: App) -> list[Outgoing]:
    async with app.db.reading() as tx:
        return list(await tx.scalars(select(Outgoing).order_by(Outgoing.id)))


# Writing.


async def test_a_record_is_empty_until_somebody_writes(app: App, meeting: int) -> None:
    sheet = await minutes.look(app, NURSE, meeting_id=meeting)
    assert (sheet.version, sheet.minutes_id, sheet.entry.topics, sheet.keeps) == (0, None, "", False)
    count = sheet.entry.count
    assert (count.expected, count.came, count.late, count.absent, count.leave) == (4, 3, 1, 1, 0)
    assert [one.name for one in sheet.signatures] == ["方致远", "林小满"]
    assert [one.own for one in sheet.signatures] == [False, True]


async def test_one_writer_goes_on_with_the_same_version(app: App, meeting: int) -> None:
    await topics(app, NURSE, meeting)
    sheet = await minutes.write(app, NURSE, meeting_id=meeting, part=Part.DECISIONS, text=" 同意 \n\n报党委")
    assert (sheet.version, sheet.entry.topics, sheet.entry.decisions) == (1, "一、学习", "同意\n报党委")
    more = await minutes.write(app, NURSE, meeting_id=meeting, part=Part.DECISIONS, text="散会", more=True)
    assert (more.version, more.entry.decisions) == (1, "同意\n报党委\n散会")


async def test_words_of_somebody_else_are_kept_beside_the_correction(app: App, meeting: int) -> None:
    await topics(app, NURSE, meeting)
    sheet = await topics(app, SECRETARY, meeting, "一、学习党章")
    assert (sheet.version, sheet.written_by) == (2, "方致远")
    found = await minutes.versions(app, NURSE, meeting_id=meeting)
    assert [(one.number, one.by) for one in found.versions] == [(1, "林小满"), (2, "方致远")]
    [change] = found.versions[1].changes
    assert (change.part, change.gone, change.come) == (Part.TOPICS, ("一、学习",), ("一、学习党章",))


async def test_the_same_words_again_are_no_new_version(app: App, meeting: int) -> None:
    await topics(app, NURSE, meeting)
    assert (await topics(app, SECRETARY, meeting)).version == 1


async def test_whoever_writes_first_is_the_recorder_if_nobody_is_named(app: App, hospital: Hospital) -> None:
    meeting = await closed(app, hospital)
    sheet = await topics(app, SECRETARY, meeting)
    assert [one.name for one in sheet.signatures] == [None, "方致远"]


async def test_secretaries_host_and_recorder_write_and_nobody_else(app: App, meeting: int) -> None:
    for who in (NURSE, SECRETARY, GENERAL, ADMINISTRATOR):
        await topics(app, who, meeting, f"由{who}写")
    for who in (DOCTOR, OUTSIDER):
        with pytest.raises(NotAllowed):
            await topics(app, who, meeting)
        with pytest.raises(NotAllowed):
            await minutes.look(app, who, meeting_id=meeting)
    with pytest.raises(NotAllowed):
        await minutes.look(app, NURSE, meeting_id=999)
    with pytest.raises(NoSuchMeeting):
        await minutes.look(app, SECRETARY, meeting_id=999)


async def test_a_meeting_that_was_called_off_has_no_record(app: App, hospital: Hospital) -> None:
    meeting = await closed(app, hospital, state=State.CANCELLED)
    with pytest.raises(NoSuchMeeting):
        await topics(app, SECRETARY, meeting)


async def test_two_who_write_at_once_both_leave_a_version(app: App, meeting: int) -> None:
    await asyncio.gather(*(topics(app, who, meeting, f"由{who}写") for who in (NURSE, SECRETARY, GENERAL)))
    found = await minutes.versions(app, NURSE, meeting_id=meeting)
    assert [one.number for one in found.versions] == [1, 2, 3]


# Files and pictures.


async def enclose(app: App, meeting_id: int, name: str, who: int = NURSE) -> minutes.Enclosures:
    return await minutes.enclose(
        app, who, meeting_id=meeting_id, form="photo", file_id=f"id-{name}", unique_id=name, name=name
    )


async def test_files_are_kept_once_and_taken_out_again(app: App, meeting: int) -> None:
    await enclose(app, meeting, "a")
    kept = await enclose(app, meeting, "b")
    assert await enclose(app, meeting, "b") == kept
    assert [one.file_id for one in kept.files] == ["id-a", "id-b"]
    number = kept.files[0].enclosure_id
    left = await minutes.take_out(app, SECRETARY, meeting_id=meeting, enclosure_id=number)
    assert [one.name for one in left.files] == ["b"]
    with pytest.raises(NoSuchEnclosure):
        await minutes.take_out(app, SECRETARY, meeting_id=meeting, enclosure_id=number)
    assert [one.name for one in (await enclose(app, meeting, "a")).files] == ["a", "b"]


async def test_twenty_files_are_enough(app: App, meeting: int) -> None:
    for number in range(20):
        await enclose(app, meeting, str(number))
    with pytest.raises(TooManyEnclosures):
        await enclose(app, meeting, "one more")
    assert len((await enclose(app, meeting, "3")).files) == 20, "the same again is none more"


# Signing.


async def test_host_and_recorder_sign_each_for_themselves(app: App, meeting: int, clock: Clock) -> None:
    sheet = await topics(app, NURSE, meeting)
    assert sheet.minutes_id
    for who, side in ((NURSE, Side.HOST), (SECRETARY, Side.RECORDER), (GENERAL, Side.HOST)):
        with pytest.raises(NotYourSignature):
            await minutes.sign(app, who, minutes_id=sheet.minutes_id, side=side)
    clock.tick(minutes=5)
    sheet = await minutes.sign(app, NURSE, minutes_id=sheet.minutes_id, side=Side.RECORDER)
    assert not sheet.is_signed and sheet.minutes_id
    assert sheet.signatures[1].at == clock.now and sheet.signatures[1].by is None
    with pytest.raises(AlreadySigned):
        await minutes.sign(app, NURSE, minutes_id=sheet.minutes_id, side=Side.RECORDER)
    sheet = await minutes.sign(app, SECRETARY, minutes_id=sheet.minutes_id, side=Side.HOST)
    assert sheet.is_signed


async def test_a_correction_is_to_be_signed_anew(app: App, meeting: int) -> None:
    first = await signed(app, meeting)
    sheet = await topics(app, NURSE, meeting, "一、学习党章")
    assert sheet.version == 2 and not any(one.at for one in sheet.signatures)
    with pytest.raises(Outdated):
        await minutes.sign(app, SECRETARY, minutes_id=first, side=Side.HOST)
    found = await minutes.versions(app, NURSE, meeting_id=meeting)
    assert [one.signed for one in found.versions] == [2, 0], "the signatures of the first stay with it"


async def test_a_signature_on_paper_names_who_noted_it(app: App, meeting: int) -> None:
    sheet = await topics(app, NURSE, meeting)
    assert sheet.minutes_id
    with pytest.raises(NotAllowed):
        await minutes.sign_on_paper(app, NURSE, minutes_id=sheet.minutes_id, side=Side.HOST)
    sheet = await minutes.sign_on_paper(app, GENERAL, minutes_id=sheet.minutes_id, side=Side.RECORDER)
    assert sheet.signatures[1].name == "林小满" and sheet.signatures[1].by == "严知秋"


async def test_signers_are_asked_once_when_awake(app: App, meeting: int, clock: Clock) -> None:
    with pytest.raises(NothingWritten):
        await minutes.call(app, SECRETARY, meeting_id=meeting)
    clock.tick(hours=15)
    sheet = await topics(app, NURSE, meeting)
    called = await minutes.call(app, SECRETARY, meeting_id=meeting)
    assert called.asked == ("方致远", "林小满")
    await minutes.call(app, SECRETARY, meeting_id=meeting)
    sent = await letters(app)
    assert [(one.letter, one.chat_id, one.payload) for one in sent] == [
        ("signature", 1003, {"minutes": sheet.minutes_id, "side": "host"}),
        ("signature", 1001, {"minutes": sheet.minutes_id, "side": "recorder"}),
    ]
    assert all(one.not_before == clock.now + timedelta(hours=8) for one in sent)


async def test_whoever_has_no_chat_is_named_as_out_of_reach(app: App, hospital: Hospital) -> None:
    meeting = await closed(app, hospital, host=hospital.newcomer, recorder=hospital.nurse)
    await topics(app, NURSE, meeting)
    called = await minutes.call(app, SECRETARY, meeting_id=meeting)
    assert (called.asked, called.unreachable) == (("林小满",), ("安可期",))


async def test_a_letter_asks_only_as_long_as_there_is_something_to_sign(app: App, meeting: int) -> None:
    sheet = await topics(app, NURSE, meeting)
    assert sheet.minutes_id
    assert await minutes.asked(app, minutes_id=sheet.minutes_id, side=Side.HOST)
    await minutes.sign(app, SECRETARY, minutes_id=sheet.minutes_id, side=Side.HOST)
    assert await minutes.asked(app, minutes_id=sheet.minutes_id, side=Side.HOST) is None
    assert await minutes.asked(app, minutes_id=sheet.minutes_id, side=Side.RECORDER)
    await topics(app, SECRETARY, meeting, "另写")
    assert await minutes.asked(app, minutes_id=sheet.minutes_id, side=Side.RECORDER) is None
    assert await minutes.asked(app, minutes_id=999, side=Side.HOST) is None


async def test_host_and_recorder_are_named_among_those_who_came(app: App, hospital: Hospital) -> None:
    meeting = await closed(app, hospital)
    found = await minutes.candidates(app, SECRETARY, meeting_id=meeting, side=Side.HOST)
    assert {name for _, name in found.people} == {"林小满", "白若谷", "方致远"}
    sheet = await minutes.appoint(
        app, SECRETARY, meeting_id=meeting, side=Side.HOST, member_id=hospital.nurse.id
    )
    assert sheet.signatures[0].name == "林小满"
    with pytest.raises(NotAllowed):
        await minutes.appoint(
            app, SECRETARY, meeting_id=meeting, side=Side.HOST, member_id=hospital.outsider.id
        )
    sheet = await topics(app, SECRETARY, meeting)
    assert sheet.minutes_id
    await minutes.sign(app, NURSE, minutes_id=sheet.minutes_id, side=Side.HOST)
    with pytest.raises(AlreadySigned):
        await minutes.appoint(
            app, SECRETARY, meeting_id=meeting, side=Side.HOST, member_id=hospital.doctor.id
        )


# Final.


async def test_a_record_is_signed_and_final_only_when_the_meeting_is_over(
    app: App, hospital: Hospital
) -> None:
    open_one = await closed(
        app, hospital, host=hospital.secretary, recorder=hospital.nurse, state=State.PLANNED
    )
    early = (await topics(app, NURSE, open_one)).minutes_id
    assert early
    deeds: list[Callable[[], Awaitable[object]]] = [
        lambda: minutes.sign(app, NURSE, minutes_id=early, side=Side.RECORDER),
        lambda: minutes.sign_on_paper(app, SECRETARY, minutes_id=early, side=Side.RECORDER),
        lambda: minutes.call(app, SECRETARY, meeting_id=open_one),
        lambda: minutes.lock(app, SECRETARY, minutes_id=early),
    ]
    for deed in deeds:
        with pytest.raises(NotClosed):
            await deed()
    over = await closed(app, hospital, host=hospital.secretary, recorder=hospital.nurse)
    sheet = await topics(app, NURSE, over)
    assert sheet.minutes_id
    with pytest.raises(NotSigned):
        await minutes.lock(app, SECRETARY, minutes_id=sheet.minutes_id)
    with pytest.raises(NotAllowed):
        await minutes.lock(app, NURSE, minutes_id=sheet.minutes_id)


async def test_nothing_changes_once_it_is_final(app: App, meeting: int, hospital: Hospital) -> None:
    number = await signed(app, meeting)
    kept = await enclose(app, meeting, "a")
    sheet = await minutes.lock(app, SECRETARY, minutes_id=number)
    assert sheet.locked_at and sheet.entry.is_locked
    deeds: list[Callable[[], Awaitable[object]]] = [
        lambda: topics(app, SECRETARY, meeting, "改一改"),
        lambda: enclose(app, meeting, "b"),
        lambda: minutes.take_out(app, NURSE, meeting_id=meeting, enclosure_id=kept.files[0].enclosure_id),
        lambda: minutes.appoint(
            app, SECRETARY, meeting_id=meeting, side=Side.HOST, member_id=hospital.nurse.id
        ),
        lambda: minutes.candidates(app, SECRETARY, meeting_id=meeting, side=Side.HOST),
        lambda: minutes.call(app, SECRETARY, meeting_id=meeting),
        lambda: minutes.sign(app, SECRETARY, minutes_id=number, side=Side.HOST),
        lambda: minutes.sign_on_paper(app, SECRETARY, minutes_id=number, side=Side.HOST),
        lambda: minutes.lock(app, SECRETARY, minutes_id=number),
    ]
    for deed in deeds:
        with pytest.raises(MeetingLocked):
            await deed()
    assert await minutes.look(app, SECRETARY, meeting_id=meeting) == sheet
    assert await audited(app) == [
        "minutes.written",
        "minutes.signed",
        "minutes.signed",
        "minutes.enclosed",
        "minutes.locked",
    ]


async def test_the_printed_record_has_everybody_on_the_roll(app: App, meeting: int) -> None:
    await signed(app, meeting)
    found = await minutes.record(app, NURSE, meeting_id=meeting)
    assert {line.name: line.mark for line in found.lines} == {
        "林小满": Mark.PRESENT,
        "白若谷": Mark.LATE,
        "方致远": Mark.PRESENT,
        "安可期": Mark.ABSENT,
    }
    assert found.sheet.is_signed


async def test_the_printed_record_tells_what_was_corrected_after_the_close(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    number = await opened(app, hospital, clock)
    await meetings.rename(app, SECRETARY, meeting_id=number, title="改了的标题")
    clock.now = EVENING + timedelta(minutes=10)
    await attendance.close(app, SECRETARY, meeting_id=number)
    assert (await minutes.record(app, SECRETARY, meeting_id=number)).corrections == ()
    await attendance.mark(
        app,
        SECRETARY,
        meeting_id=number,
        member_id=hospital.nurse.id,
        mark=Mark.PRESENT,
        note="纸质签到表",
    )
    record = await minutes.record(app, SECRETARY, meeting_id=number)
    [one] = record.corrections
    assert (one.member, one.before, one.after, one.note) == ("林小满", "absent", "present", "纸质签到表")
    assert record.versions == (), "also before anything is written"


async def test_names_stay_with_the_signatures_of_people_who_left(
    app: App, meeting: int, hospital: Hospital
) -> None:
    await signed(app, meeting)
    async with app.db.writing() as tx:
        nurse = await tx.get(Member, hospital.nurse.id)
        assert nurse
        nurse.left_at = app.clock()
    sheet = await minutes.look(app, SECRETARY, meeting_id=meeting)
    assert sheet.signatures[1].name == "林小满" and sheet.written_by == "林小满"
    async with app.db.reading() as tx:
        assert len(list(await tx.scalars(select(Minutes)))) == 1
