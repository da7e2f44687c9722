"""Confirming, reminding, correcting, withdrawing; and the report that counts it all."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from actions import audiences, notices, recalls, receipts, reports, sending
from actions.actors import Console
from actions.app import App
from actions.audiences import Part
from storage import live
from storage.tables import Group, Member, Unit
from study.delivery import Outcome
from study.notices import Fate, NoSuchNotice, NothingToDo, State, TakenBack, TooLong, WrongState
from tests.actions.noticing import (
    ADMINISTRATOR,
    DOCTOR,
    GENERAL,
    NURSE,
    OUTSIDER,
    SECRETARY,
    announced,
    claimed,
    delivered,
    delivers,
    report,
    settled,
    waiting,
)
from tests.conftest import Clock, Hospital

WARD_GROUP = -100_500


async def letters(app: App, kind: str) -> list[int]:
    return [one.chat_id for one in await waiting(app) if one.letter == kind]


async def test_one_tap_confirms_and_the_next_changes_nothing(app: App, hospital: Hospital) -> None:
    notice_id = await announced(app, receipt=True)
    await delivers(app)
    results = await asyncio.gather(*(receipts.confirm(app, NURSE, notice_id=notice_id) for _ in range(3)))
    assert sorted(one.fresh for one in results) == [False, False, True]
    found = await report(app, notice_id)
    assert (found.seen, found.asked, found.to_remind) == (1, 3, 2)


async def test_a_copy_that_arrived_though_we_do_not_know_yet_can_be_confirmed(
    app: App, hospital: Hospital
) -> None:
    notice_id = await announced(app, receipt=True)
    letters = await claimed(app)
    assert (await receipts.confirm(app, NURSE, notice_id=notice_id)).fresh
    await settled(app, map(delivered, letters))
    assert (await report(app, notice_id)).seen == 1


async def test_nobody_confirms_what_was_not_for_them(app: App, hospital: Hospital) -> None:
    notice_id = await announced(app, receipt=True)
    await delivers(app)
    for who in (OUTSIDER, ADMINISTRATOR):
        with pytest.raises(NoSuchNotice):
            await receipts.confirm(app, who, notice_id=notice_id)
    await recalls.withdraw(app, SECRETARY, notice_id=notice_id)
    with pytest.raises(TakenBack):
        await receipts.confirm(app, NURSE, notice_id=notice_id)


async def test_a_copy_in_the_group_is_confirmed_by_those_of_the_unit(app: App, hospital: Hospital) -> None:
    async with app.db.writing() as tx:
        tx.add(Group(chat_id=WARD_GROUP, title="病区群", unit_id=hospital.ward1.id, bound_at=app.clock()))
        (await tx.get_one(Member, hospital.doctor.id)).muted = True
    draft = await notices.draft(app, SECRETARY, body="开会", receipt=True)
    await audiences.choose(app, SECRETARY, notice_id=draft.id, part=Part.GROUP, value=str(WARD_GROUP))
    assert await notices.announce(app, SECRETARY, notice_id=draft.id) == 3
    await delivers(app)
    done = await receipts.confirm(app, DOCTOR, notice_id=draft.id)
    assert done.fresh and not done.own
    assert not (await receipts.confirm(app, DOCTOR, notice_id=draft.id)).fresh
    with pytest.raises(NoSuchNotice):
        await receipts.confirm(app, OUTSIDER, notice_id=draft.id)
    found = await report(app, draft.id)
    assert (found.seen, found.asked, found.tally.of(Fate.GROUP)) == (1, 3, 1)


async def test_reminders_go_once_a_day_to_those_who_have_not_confirmed(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    notice_id = await announced(app, receipt=True)
    await delivers(app)
    await receipts.confirm(app, NURSE, notice_id=notice_id)
    assert await receipts.remind(app, SECRETARY, notice_id=notice_id) == 2
    with pytest.raises(NothingToDo):
        await receipts.remind(app, SECRETARY, notice_id=notice_id)
    assert await letters(app, "notice-remind") == [DOCTOR, SECRETARY]
    await delivers(app)
    clock.tick(days=1)
    assert await receipts.remind(app, SECRETARY, notice_id=notice_id) == 2


async def test_reminders_sleep_at_night_and_belong_to_the_morning(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    notice_id = await announced(app, receipt=True)
    await delivers(app)
    clock.tick(hours=15)  # 23:00
    await receipts.remind(app, SECRETARY, notice_id=notice_id)
    assert {one.not_before for one in await waiting(app) if one.letter == "notice-remind"} == {
        clock() + timedelta(hours=8)
    }
    clock.tick(hours=9)
    with pytest.raises(NothingToDo):
        await receipts.remind(app, SECRETARY, notice_id=notice_id)


async def test_reminders_sleep_and_wake_by_the_clock_of_whoever_gets_them(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    async with app.db.writing() as tx:
        (await tx.get_one(Unit, hospital.ward2.id)).timezone = "Europe/Berlin"
    notice_id = await announced(app, GENERAL, receipt=True)
    clock.tick(hours=6)  # 14:00 in Shanghai, 7:00 in Berlin
    await delivers(app)
    clock.tick(hours=9)  # 23:00, and 16:00
    assert (await report(app, notice_id, GENERAL)).to_remind == 4
    assert await receipts.remind(app, GENERAL, notice_id=notice_id) == 4
    moments = {one.chat_id: one.not_before for one in await waiting(app) if one.letter == "notice-remind"}
    assert moments[NURSE] == clock() + timedelta(hours=8) and moments[GENERAL] == clock()
    clock.tick(hours=9)  # 8:00 of the day of the one reminder, 1:00 of the day after the other
    assert (await report(app, notice_id, GENERAL)).to_remind == 1
    assert await receipts.remind(app, GENERAL, notice_id=notice_id) == 1
    moments = {one.chat_id: one.not_before for one in await waiting(app) if one.letter == "notice-remind"}
    assert moments[GENERAL] == clock() + timedelta(hours=6)


async def test_a_notice_that_asks_for_no_receipt_reminds_nobody(app: App, hospital: Hospital) -> None:
    notice_id = await announced(app)
    await delivers(app)
    with pytest.raises(NothingToDo):
        await receipts.remind(app, SECRETARY, notice_id=notice_id)


async def test_a_copy_on_the_wire_is_corrected_when_it_has_arrived(app: App, hospital: Hospital) -> None:
    notice_id = await announced(app)
    one, *rest = await claimed(app)
    await settled(app, [delivered(one)])
    assert await recalls.correct(app, SECRETARY, notice_id=notice_id, body="改到周六") == 1
    await settled(app, map(delivered, rest))
    assert sorted(await letters(app, "notice-edit")) == [NURSE, DOCTOR, SECRETARY]
    await delivers(app)
    changing = (await report(app, notice_id)).changing
    assert changing and (changing.done, changing.total, changing.failed) == (3, 3, 0)
    with pytest.raises(TooLong):
        await recalls.correct(app, SECRETARY, notice_id=notice_id, body="长" * 5000)


async def test_a_copy_on_the_wire_is_withdrawn_when_it_has_arrived(app: App, hospital: Hospital) -> None:
    notice_id = await announced(app)
    one, two, three = await claimed(app)
    await settled(app, [delivered(one)])
    result = await recalls.withdraw(app, SECRETARY, notice_id=notice_id)
    assert (result.deleting, result.kept, result.called_off) == (1, 0, 0)
    await settled(app, [delivered(two), replace(delivered(three), outcome=Outcome.NOTHING, message_ids=[])])
    assert sorted(await letters(app, "notice-delete")) == sorted([one.chat_id, two.chat_id])
    await delivers(app)
    found = await report(app, notice_id)
    assert found.state is State.WITHDRAWN and found.finished_at
    assert found.tally.fates == {Fate.WITHDRAWN: 2, Fate.CANCELLED: 1, Fate.NOT_JOINED: 1}


async def test_a_reminder_on_the_wire_is_taken_back_when_it_has_arrived(app: App, hospital: Hospital) -> None:
    notice_id = await announced(app, receipt=True)
    await delivers(app)
    await receipts.remind(app, SECRETARY, notice_id=notice_id)
    one, *rest = [letter for letter in await claimed(app) if letter.letter == "notice-remind"]
    await settled(app, [delivered(one)])
    await recalls.withdraw(app, SECRETARY, notice_id=notice_id)
    assert await letters(app, "unsay") == [one.chat_id]
    await settled(app, map(delivered, rest))
    assert sorted(await letters(app, "unsay")) == [NURSE, DOCTOR, SECRETARY]


async def test_what_is_older_than_48_hours_stays(app: App, hospital: Hospital, clock: Clock) -> None:
    notice_id = await announced(app)
    await delivers(app)
    clock.tick(hours=49)
    assert (await report(app, notice_id)).recallable == 0
    result = await recalls.withdraw(app, SECRETARY, notice_id=notice_id)
    assert (result.deleting, result.kept) == (0, 3)
    with pytest.raises(WrongState):
        await recalls.withdraw(app, SECRETARY, notice_id=notice_id)


async def test_the_live_report_is_for_those_alone_who_send_for_the_unit(app: App, hospital: Hospital) -> None:
    notice_id = await announced(app)
    for reader, may in ((SECRETARY, True), (GENERAL, True), (NURSE, False), (4711, False)):
        assert (await reports.drawn(app, notice_id, chat_id=reader) is not None) is may
    assert await reports.drawn(app, 999, chat_id=SECRETARY) is None


async def test_a_sender_who_watched_it_end_gets_no_letter_about_it(app: App, hospital: Hospital) -> None:
    notice_id = await announced(app)
    async with app.db.writing() as tx:
        await live.keep(tx, f"notice:{notice_id}", chat_id=SECRETARY, message_id=5, at=app.clock())
    await delivers(app)
    assert await letters(app, "notice-report") == []
    assert await letters(app, "live") == [SECRETARY]


async def test_that_others_watch_it_end_tells_its_sender_nothing(app: App, hospital: Hospital) -> None:
    notice_id = await announced(app)
    async with app.db.writing() as tx:
        await live.keep(tx, f"notice:{notice_id}", chat_id=GENERAL, message_id=5, at=app.clock())
    await delivers(app)
    assert await letters(app, "notice-report") == [SECRETARY]


async def test_who_calls_it_off_before_their_eyes_gets_no_letter_about_it(
    app: App, hospital: Hospital
) -> None:
    notice_id = await announced(app)
    async with app.db.writing() as tx:
        await live.keep(tx, f"notice:{notice_id}", chat_id=SECRETARY, message_id=5, at=app.clock())
    in_hand = await claimed(app, 1)
    assert (await sending.cancel(app, SECRETARY, notice_id=notice_id)).in_hand == 1
    await settled(app, map(delivered, in_hand))
    assert (await report(app, notice_id)).finished_at
    assert await letters(app, "notice-report") == []


async def test_names_are_paged_and_the_sheet_has_everybody(app: App, hospital: Hospital) -> None:
    notice_id = await announced(app, receipt=True)
    await delivers(app)
    found = await reports.names(
        app, Console.SHELL, notice_id=notice_id, fates=[Fate.SENT, Fate.GROUP], unseen=True
    )
    assert [one.name for one in found.copies] == ["方致远", "林小满", "白若谷"]
    assert len((await reports.export(app, SECRETARY, notice_id=notice_id)).copies) == 4
