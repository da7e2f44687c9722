"""Notices on their way: settled, stopped, held, called off, tried again, at their time and every month."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from actions import audiences, deliveries, notices, recalls, reports, roles, sending
from actions.actors import Console
from actions.app import App
from actions.audiences import Part
from actions.deliveries import Claimed, Result
from storage.tables import AuditEntry, Member, Unit
from study.calendar import day_of
from study.delivery import Outcome
from study.members import NotAllowed, Role
from study.notices import LEFT_OUT, UNDELIVERED, Empty, Fate, OutOfReach, State, Tally, TooSoon, WrongState
from tests.actions.noticing import (
    DOCTOR,
    GENERAL,
    NURSE,
    OUTSIDER,
    SECRETARY,
    announced,
    claimed,
    delivered,
    delivers,
    fates,
    report,
    settled,
    waiting,
)
from tests.conftest import Clock, Hospital


async def letters(app: App, kind: str) -> list[int]:
    return [one.chat_id for one in await waiting(app) if one.letter == kind]


async def test_the_last_copy_settled_ends_the_broadcast(app: App, hospital: Hospital) -> None:
    notice_id = await announced(app)
    one, *rest = await claimed(app)
    await settled(app, [delivered(one)])
    assert (await report(app, notice_id)).state is State.SENDING
    await settled(app, map(delivered, rest))
    done = await report(app, notice_id)
    assert (done.state, done.tally.sent, done.tally.left) == (State.SENT, 3, 0)
    assert await letters(app, "notice-report") == [SECRETARY]


async def test_two_couriers_that_settle_the_last_copies_at_once_end_it_once(
    app: App, hospital: Hospital
) -> None:
    for _ in range(5):
        notice_id = await announced(app)
        one, two, three = await claimed(app)
        await asyncio.gather(
            settled(app, [delivered(one)]), settled(app, [delivered(two)]), settled(app, [delivered(three)])
        )
        assert (await report(app, notice_id)).state is State.SENT
        assert len(await letters(app, "notice-report")) == 1
        await delivers(app)


async def test_whoever_blocked_or_left_meanwhile_is_told_apart(app: App, hospital: Hospital) -> None:
    notice_id = await announced(app)
    async with app.db.writing() as tx:
        (await tx.get_one(Member, hospital.doctor.id)).telegram_id = 4242

    def end(letter: Claimed) -> Result:
        if letter.chat_id == NURSE:
            return Result(letter, Outcome.UNREACHABLE)
        return delivered(letter) if letter.addressed else Result(letter, Outcome.NOTHING)

    await delivers(app, end)
    assert await fates(app, notice_id) == {1: "unreachable", 2: "gone", 3: "sent", 7: "not_joined"}


async def test_what_telegram_refuses_stops_that_broadcast_and_goes_on_when_corrected(
    app: App, hospital: Hospital
) -> None:
    notice_id = await announced(app, body="坏消息")
    other = await announced(app, GENERAL, body="好消息")
    [bad] = [one for one in await claimed(app, limit=1)]
    await settled(app, [Result(bad, Outcome.REFUSED, refusal="Bad Request: wrong file identifier")])
    stopped = await report(app, notice_id)
    assert (stopped.state, stopped.refusal) == (State.STOPPED, "Bad Request: wrong file identifier")
    assert await letters(app, "notice-report") == [SECRETARY]
    going = await claimed(app)
    assert {one.notice.id for one in going if one.letter == "notice" and one.notice} == {other}
    await settled(app, map(delivered, going))

    await recalls.correct(app, SECRETARY, notice_id=notice_id, body="好了")
    await sending.resume(app, SECRETARY, notice_id=notice_id)
    again = await delivers(app)
    assert {one.notice.body for one in again if one.letter == "notice" and one.notice} == {"好了"}
    assert (await report(app, notice_id)).tally.sent == 3


async def test_the_time_that_is_left_does_not_count_the_night_or_a_pause(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    clock.tick(hours=15)  # 23:00
    notice_id = await announced(app)
    assert (await report(app, notice_id)).begins_at
    clock.tick(hours=9)
    one, two, _ = await claimed(app)
    await settled(app, [delivered(one)])
    assert (await report(app, notice_id)).seconds < 1
    await sending.pause(app, SECRETARY, notice_id=notice_id)
    clock.tick(hours=3)
    await sending.resume(app, SECRETARY, notice_id=notice_id)
    await settled(app, [delivered(two)])
    assert (await report(app, notice_id)).seconds < 1


async def test_a_copy_to_be_tried_again_does_not_wait_for_the_morning(app: App, hospital: Hospital) -> None:
    notice_id = await announced(app)
    one, *rest = await claimed(app)
    await settled(app, [Result(one, Outcome.FAILED), *map(delivered, rest)])
    found = await report(app, notice_id)
    assert (found.tally.left, found.begins_at) == (1, None)


async def test_paused_copies_wait_and_those_in_hand_may_still_go(app: App, hospital: Hospital) -> None:
    notice_id = await announced(app)
    [in_hand] = await claimed(app, limit=1)
    assert (await sending.pause(app, SECRETARY, notice_id=notice_id)).in_hand == 1
    assert not await claimed(app)
    # A try in vain does not bring it back before the pause is over.
    await settled(app, [Result(in_hand, Outcome.FAILED)])
    with pytest.raises(WrongState):
        await sending.pause(app, SECRETARY, notice_id=notice_id)
    await sending.resume(app, SECRETARY, notice_id=notice_id)
    assert len(await delivers(app)) == 3
    assert (await report(app, notice_id)).state is State.SENT


async def test_a_paused_copy_that_must_wait_for_its_chat_stays_held(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    notice_id = await announced(app)
    taken = await claimed(app)
    await sending.pause(app, SECRETARY, notice_id=notice_id)
    await deliveries.release(app, courier="c", letters=[(one, 5.0) for one in taken])
    clock.tick(minutes=5)
    assert not await claimed(app)


async def test_called_off_copies_never_go(app: App, hospital: Hospital, clock: Clock) -> None:
    notice_id = await announced(app)
    [in_hand] = await claimed(app, limit=1)
    held = await sending.cancel(app, SECRETARY, notice_id=notice_id)
    assert (held.in_hand, held.called_off) == (1, 2)
    # Its courier died: the next one finds it called off.
    clock.tick(minutes=5)
    [again] = (await deliveries.claim(app, courier="other", limit=9)).letters
    assert again.id == in_hand.id and again.notice and again.notice.state == State.CANCELLED
    await deliveries.settle(app, courier="other", results=[Result(again, Outcome.NOTHING)])
    done = await report(app, notice_id)
    assert done.state is State.CANCELLED and done.finished_at
    assert set((await fates(app, notice_id)).values()) == {"cancelled", "not_joined"}


async def test_failed_copies_are_tried_again_on_request(app: App, hospital: Hospital) -> None:
    notice_id = await announced(app)

    def end(letter: Claimed) -> Result:
        if letter.chat_id == NURSE:
            return Result(letter, Outcome.UNREACHABLE)
        if letter.chat_id == DOCTOR:
            return Result(replace(letter, attempts=4), Outcome.UNKNOWN)
        return delivered(letter)

    await delivers(app, end)
    assert await fates(app, notice_id) == {1: "unreachable", 2: "failed", 3: "sent", 7: "not_joined"}
    async with app.db.writing() as tx:
        newcomer = await tx.get_one(Member, hospital.newcomer.id)
        newcomer.telegram_id = 5555
    assert await sending.retry(app, SECRETARY, notice_id=notice_id) == 2
    sent = [one.chat_id for one in await delivers(app) if one.letter == "notice"]
    assert sorted(sent) == [DOCTOR, 5555], "the nurse has blocked the bot"
    assert await fates(app, notice_id) == {1: "unreachable", 2: "sent", 3: "sent", 7: "sent"}
    with pytest.raises(OutOfReach):
        await sending.retry(app, SECRETARY, notice_id=notice_id)


# At a time.


async def test_a_scheduled_notice_means_who_is_there_then(app: App, hospital: Hospital, clock: Clock) -> None:
    draft = await notices.draft(app, SECRETARY, body="明天见")
    with pytest.raises(TooSoon):
        await sending.schedule(app, SECRETARY, notice_id=draft.id, at=clock())
    at = clock() + timedelta(days=1)
    assert (await sending.schedule(app, SECRETARY, notice_id=draft.id, at=at)).state is State.SCHEDULED
    assert await sending.send_due(app) == 0
    async with app.db.writing() as tx:
        (await tx.get_one(Member, hospital.newcomer.id)).telegram_id = 5555
    clock.tick(days=1)
    assert await sending.send_due(app) == 1
    assert await sending.send_due(app) == 0
    assert len(await letters(app, "notice")) == 4


async def test_two_ticks_at_once_send_once(app: App, hospital: Hospital, clock: Clock) -> None:
    draft = await notices.draft(app, SECRETARY, body="明天见")
    await sending.schedule(app, SECRETARY, notice_id=draft.id, at=clock() + timedelta(hours=1))
    clock.tick(hours=2)
    assert sorted(await asyncio.gather(sending.send_due(app), sending.send_due(app))) == [0, 1]
    assert len(await letters(app, "notice")) == 3


async def test_a_scheduled_notice_can_be_made_a_draft_again(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    draft = await notices.draft(app, SECRETARY, body="明天见")
    await sending.schedule(app, SECRETARY, notice_id=draft.id, at=clock() + timedelta(hours=1))
    assert (await sending.unschedule(app, SECRETARY, notice_id=draft.id)).state is State.DRAFT
    clock.tick(days=1)
    assert await sending.send_due(app) == 0


async def test_what_waits_is_changed_and_goes_out_in_the_name_of_whoever_did(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    draft = await notices.draft(app, SECRETARY, body="明天见")
    await sending.schedule(app, SECRETARY, notice_id=draft.id, at=clock() + timedelta(hours=1))
    await notices.write(app, GENERAL, body="后天见", notice_id=draft.id)
    await audiences.choose(app, GENERAL, notice_id=draft.id, part=Part.UNIT, value=str(hospital.medicine.id))
    await notices.set_receipt(app, GENERAL, notice_id=draft.id, on=True)
    look = await sending.schedule(app, GENERAL, notice_id=draft.id, at=clock() + timedelta(hours=2))
    assert (look.state, look.body, look.receipt, look.copies) == (State.SCHEDULED, "后天见", True, 4)
    with pytest.raises(TooSoon):
        await sending.schedule(app, GENERAL, notice_id=draft.id, at=clock())
    with pytest.raises(Empty):
        await notices.write(app, GENERAL, body=" ", notice_id=draft.id)
    for action in (notices.discard, notices.announce):
        with pytest.raises(WrongState):
            await action(app, GENERAL, notice_id=draft.id)
    clock.tick(hours=1)
    assert await sending.send_due(app) == 0
    clock.tick(hours=1)
    assert await sending.send_due(app) == 1
    assert await letters(app, "notice") == [NURSE, DOCTOR, SECRETARY, GENERAL]
    with pytest.raises(WrongState):
        await notices.write(app, GENERAL, body="太晚了", notice_id=draft.id)
    async with app.db.reading() as tx:
        deeds = await tx.scalars(select(AuditEntry).where(AuditEntry.action == "notice.changed"))
        assert {deed.actor_id for deed in deeds} == {hospital.general_secretary.id}


async def test_what_waits_for_others_is_not_ones_own_to_change(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    draft = await notices.draft(app, GENERAL, body="明天见")
    await sending.schedule(app, GENERAL, notice_id=draft.id, at=clock() + timedelta(hours=1))
    with pytest.raises(NotAllowed):
        await notices.write(app, SECRETARY, body="改了", notice_id=draft.id)
    with pytest.raises(NotAllowed):
        await sending.schedule(app, SECRETARY, notice_id=draft.id, at=clock() + timedelta(hours=9))
    assert (await notices.look(app, GENERAL, notice_id=draft.id)).body == "明天见"


async def test_whoever_is_secretary_no_more_sends_nothing(app: App, hospital: Hospital, clock: Clock) -> None:
    await roles.grant(
        app, Console.SHELL, member_id=hospital.nurse.id, role=roles.Role.SECRETARY, unit_id=hospital.ward1.id
    )
    draft = await notices.draft(app, NURSE, body="明天见")
    await sending.schedule(app, NURSE, notice_id=draft.id, at=clock() + timedelta(hours=1))
    [held] = await roles.held_by(app, Console.SHELL, member_id=hospital.nurse.id)
    await roles.withdraw(app, Console.SHELL, role_id=held.role_id)
    clock.tick(hours=2)
    assert await sending.send_due(app) == 0
    assert (await report(app, draft.id)).state is State.CANCELLED
    assert await letters(app, "notice") == []
    assert await letters(app, "notice-unsent") == [NURSE]


async def test_whom_nobody_is_left_to_read_comes_back_as_a_draft_and_is_told(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    draft = await notices.draft(app, SECRETARY, body="明天见")
    [ward] = draft.audience.units
    await audiences.choose(app, SECRETARY, notice_id=draft.id, part=Part.UNIT, value=str(ward))
    await sending.schedule(app, SECRETARY, notice_id=draft.id, at=clock() + timedelta(hours=1))
    clock.tick(hours=2)
    assert [await sending.send_due(app), await sending.send_due(app)] == [0, 0]
    [letter] = await waiting(app)
    assert (letter.letter, letter.chat_id) == ("notice-unsent", SECRETARY)
    assert letter.payload["refusal"] == "refusal.notice.nobody"
    assert (await notices.look(app, SECRETARY, notice_id=draft.id)).state is State.DRAFT


async def test_a_month_with_nobody_to_read_it_is_told_and_the_next_one_tried(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    draft = await notices.draft(app, SECRETARY, body="交党费")
    [ward] = draft.audience.units
    await audiences.choose(app, SECRETARY, notice_id=draft.id, part=Part.UNIT, value=str(ward))
    await sending.repeat(app, SECRETARY, notice_id=draft.id, day=3, minute=540)
    clock.tick(days=2)
    assert await sending.send_due(app) == 0
    assert [one.letter for one in await waiting(app)] == ["notice-unsent"]
    look = await notices.look(app, SECRETARY, notice_id=draft.id)
    assert look.state is State.REPEATING and look.send_at and look.send_at > clock()


@pytest.mark.parametrize(
    ("begun", "day", "due"),
    [
        ("2026-03-02T08:00+08:00", 5, ["2026-03-05", "2026-04-05", "2026-05-05"]),
        ("2026-01-30T08:00+08:00", 31, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("2028-02-01T08:00+08:00", 29, ["2028-02-29", "2028-03-29"]),
        ("2026-12-05T12:00+08:00", 5, ["2027-01-05"]),
    ],
)
async def test_a_monthly_notice_goes_out_once_a_month(
    app: App, hospital: Hospital, clock: Clock, begun: str, day: int, due: list[str]
) -> None:
    clock.now = datetime.fromisoformat(begun)
    draft = await notices.draft(app, SECRETARY, body="{姓名}，请交党费")
    await sending.repeat(app, SECRETARY, notice_id=draft.id, day=day, minute=540)
    sent: list[str] = []
    while len(sent) < len(due):
        look = await notices.look(app, SECRETARY, notice_id=draft.id)
        assert look.send_at
        clock.now = look.send_at - timedelta(seconds=1)
        assert await sending.send_due(app) == 0
        clock.tick(seconds=1)
        assert [await sending.send_due(app), await sending.send_due(app)] == [1, 0]
        sent.append(day_of(clock(), "Asia/Shanghai").isoformat())
        await delivers(app)
    assert sent == due
    assert (await notices.look(app, SECRETARY, notice_id=draft.id)).state is State.REPEATING


async def test_a_monthly_notice_that_has_gone_out_can_be_thrown_away(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    draft = await notices.draft(app, SECRETARY, body="交党费")
    await sending.repeat(app, SECRETARY, notice_id=draft.id, day=3, minute=540)
    clock.tick(days=2)
    assert await sending.send_due(app) == 1
    await delivers(app)
    await sending.unschedule(app, SECRETARY, notice_id=draft.id)
    await notices.discard(app, SECRETARY, notice_id=draft.id)
    [line] = (await notices.listing(app, SECRETARY)).lines
    assert (line.title, line.state) == ("交党费", State.SENT), "what went out stays"


async def test_a_month_missed_for_days_waits_for_the_next(app: App, hospital: Hospital, clock: Clock) -> None:
    draft = await notices.draft(app, SECRETARY, body="交党费")
    await sending.repeat(app, SECRETARY, notice_id=draft.id, day=3, minute=540)
    clock.tick(days=5)
    assert await sending.send_due(app) == 0
    look = await notices.look(app, SECRETARY, notice_id=draft.id)
    assert look.send_at and look.send_at.isoformat() == "2026-04-03T01:00:00+00:00"


async def test_a_secretary_touches_no_notice_of_another_unit(app: App, hospital: Hospital) -> None:
    await roles.grant(
        app,
        Console.SHELL,
        member_id=hospital.outsider.id,
        role=roles.Role.SECRETARY,
        unit_id=hospital.theatre.id,
    )
    notice_id = await announced(app, GENERAL)
    for who in (OUTSIDER, SECRETARY):
        with pytest.raises(NotAllowed):
            await sending.pause(app, who, notice_id=notice_id)


async def test_what_also_went_to_other_units_is_its_authors_or_of_those_above(
    app: App, hospital: Hospital
) -> None:
    for unit in (hospital.ward1, hospital.theatre):
        await roles.grant(
            app, Console.SHELL, member_id=hospital.nurse.id, role=Role.SECRETARY, unit_id=unit.id
        )
    draft = await notices.draft(app, NURSE, body="两个支部都看", unit_id=hospital.ward1.id)
    await audiences.choose(app, NURSE, notice_id=draft.id, part=Part.UNIT, value=str(hospital.theatre.id))
    await notices.announce(app, NURSE, notice_id=draft.id)
    await delivers(app)
    with pytest.raises(NotAllowed):
        await reports.export(app, SECRETARY, notice_id=draft.id)
    with pytest.raises(NotAllowed):
        await recalls.correct(app, SECRETARY, notice_id=draft.id, body="改了")
    with pytest.raises(NotAllowed):
        await recalls.withdraw(app, SECRETARY, notice_id=draft.id)
    assert (await report(app, draft.id, NURSE)).tally.sent == 5
    own = await announced(app, NURSE)
    assert (await report(app, own)).tally.left == 3, "what is for their own unit alone is theirs too"


async def test_a_unit_in_another_zone_schedules_by_its_own_clock(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    async with app.db.writing() as tx:
        (await tx.get_one(Unit, hospital.ward1.id)).timezone = "Europe/Berlin"
    draft = await notices.draft(app, SECRETARY, body="交党费")
    look = await sending.repeat(app, SECRETARY, notice_id=draft.id, day=3, minute=540)
    assert look.send_at and look.send_at.isoformat() == "2026-03-03T08:00:00+00:00"


def test_fates_left_out_are_no_failures() -> None:
    assert not set(LEFT_OUT) & set(UNDELIVERED)
    tally = Tally({Fate.SENT: 3, Fate.MUTED: 2, Fate.FAILED: 1, Fate.QUEUED: 4})
    assert (tally.total, tally.sent, tally.failed, tally.left, tally.left_out) == (8, 3, 1, 4, 2)
