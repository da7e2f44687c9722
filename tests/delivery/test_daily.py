"""The daily round: due members once a local day, nobody in quiet hours, never a pile."""

from datetime import UTC, datetime, timedelta
from typing import Any

from aiogram.methods import SendMessage, TelegramMethod
from sqlalchemy import select, update

from actions import daily
from actions.app import App
from actions.deliveries import Claimed
from storage.tables import Member, Outgoing, Unit
from study.delivery import Lane
from tests.conftest import Clock, Hospital
from tests.delivery.conftest import Post


async def day_text(app: App, letter: Claimed) -> TelegramMethod[Any]:
    return SendMessage(chat_id=letter.chat_id, text=letter.payload["day"])


async def queued(app: App) -> list[Outgoing]:
    async with app.db.reading() as tx:
        return list(await tx.scalars(select(Outgoing).order_by(Outgoing.member_id, Outgoing.id)))


async def change(app: App, member: Member, **values: object) -> None:
    async with app.db.writing() as tx:
        await tx.execute(update(Member).where(Member.id == member.id).values(**values))


async def test_everybody_whose_hour_has_come_is_queued_once(app: App, hospital: Hospital) -> None:
    assert await daily.queue_due(app) == 6
    assert await daily.queue_due(app) == 0
    assert await daily.queue_due(app) == 0
    rows = await queued(app)
    assert [row.member_id for row in rows] == sorted(member.id for member in hospital.people.values())
    first = rows[0]
    assert (first.key, first.chat_id, first.letter) == ("daily:1:2026-03-02", 1001, "daily")
    assert (first.payload, first.lane, first.state) == ({"day": "2026-03-02"}, Lane.BULK, "queued")
    assert first.expires_at == datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


async def test_the_hour_that_a_member_chose_is_kept(app: App, hospital: Hospital, clock: Clock) -> None:
    await change(app, hospital.nurse, study_minute=12 * 60)
    assert await daily.queue_due(app) == 5
    clock.tick(hours=3, minutes=59)
    assert await daily.queue_due(app) == 0
    clock.tick(minutes=1)
    assert await daily.queue_due(app) == 1


async def test_muted_blocked_gone_and_quiet_ones_get_nothing(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    await change(app, hospital.nurse, muted=True)
    await change(app, hospital.doctor, blocked_at=clock.now)
    await change(app, hospital.secretary, left_at=clock.now)
    await change(app, hospital.outsider, quiet_days="17")
    await change(app, hospital.administrator, quiet_days="67")
    await daily.queue_due(app)
    who = {row.member_id for row in await queued(app)}
    assert who == {hospital.general_secretary.id, hospital.administrator.id}


async def test_nothing_is_queued_in_quiet_hours(app: App, hospital: Hospital, clock: Clock) -> None:
    clock.tick(hours=-1, minutes=-1)  # 06:59
    await change(app, hospital.nurse, study_minute=6 * 60)
    assert await daily.queue_due(app) == 0
    clock.tick(minutes=1)
    assert await daily.queue_due(app) == 1
    clock.tick(hours=15)  # 22:00
    assert await daily.queue_due(app) == 0


async def test_an_evening_hour_that_became_quiet_is_served_in_the_morning(
    app: App, hospital: Hospital
) -> None:
    await change(app, hospital.nurse, study_minute=23 * 60)
    assert await daily.queue_due(app) == 6


async def test_after_days_offline_only_todays_is_sent(post: Post, hospital: Hospital, clock: Clock) -> None:
    app = post.app
    assert await daily.queue_due(app) == 6  # Monday's, which nobody sends
    clock.tick(days=3)
    assert await daily.queue_due(app) == 6
    assert await daily.queue_due(app) == 0
    post.open_chats((member.telegram_id or 0, name) for name, member in hospital.people.items())
    async with post.courier(writers={"daily": day_text}):
        rows = await post.until_settled()
    assert {row.outcome for row in rows if row.payload["day"] == "2026-03-02"} == {"expired"}
    assert post.received(1001) == ["2026-03-05"]
    assert len(post.calls()) == 6


async def test_units_in_other_time_zones_have_their_own_morning(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    async with app.db.writing() as tx:
        await tx.execute(update(Unit).where(Unit.id == hospital.ward1.id).values(timezone="Europe/Berlin"))
    assert await daily.queue_due(app) == 3  # those in Shanghai; in Berlin it is 01:00
    clock.tick(hours=6, minutes=30)
    assert await daily.queue_due(app) == 3
    rows = {row.member_id: row for row in await queued(app)}
    berlin = rows[hospital.nurse.id].expires_at
    assert berlin == datetime(2026, 3, 2, 21, 0, tzinfo=UTC)


async def test_each_new_day_brings_one_more(app: App, hospital: Hospital, clock: Clock) -> None:
    for _ in range(3):
        assert await daily.queue_due(app) == 6
        clock.tick(days=1)
    assert len({row.key for row in await queued(app)}) == 18


async def test_a_roster_larger_than_a_batch_is_queued_whole(app: App, hospital: Hospital) -> None:
    async with app.db.writing() as tx:
        await tx.execute(
            Member.__table__.insert(),  # type: ignore[attr-defined]
            [
                {
                    "id": number,
                    "unit_id": hospital.ward2.id,
                    "name": "甲",
                    "kind": "full",
                    "created_at": app.clock(),
                    "telegram_id": 900_000 + number,
                    "muted": number % 10 == 0,
                }
                for number in range(1_000, 1_000 + 2 * daily.BATCH + 7, 1)
            ],
        )
    assert await daily.queue_due(app) == 6 + (2 * daily.BATCH + 7) - 1001
    assert await daily.queue_due(app) == 0


async def test_the_round_takes_no_notice_of_the_clock_being_set_back(
    app: App, hospital: Hospital, clock: Clock
) -> None:
    await daily.queue_due(app)
    clock.tick(minutes=-40)
    assert await daily.queue_due(app) == 0
    clock.now += timedelta(minutes=50)
    assert await daily.queue_due(app) == 0
