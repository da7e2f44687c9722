"""The outbox: what goes first, what is put once, and what a lost lease means."""

from datetime import timedelta

from sqlalchemy import select

from actions.app import App
from storage import outbox
from storage.tables import Outgoing
from study.delivery import Lane, Outcome, State
from tests.conftest import Clock

LEASE = timedelta(seconds=90)


async def put(app: App, key: str, **more: object) -> bool:
    values = {"chat_id": 1, "letter": "text", "payload": {}, "not_before": app.clock(), **more}
    async with app.db.writing() as tx:
        return await outbox.put(tx, key=key, **values)  # type: ignore[arg-type]


async def claim(app: App, courier: str = "a", limit: int = 10) -> list[str]:
    async with app.db.writing() as tx:
        found = await outbox.claim(tx, courier=courier, limit=limit, now=app.clock(), lease=LEASE)
    return [one.key for one in found]


async def settle(app: App, courier: str, outcome: Outcome, state: State) -> Outgoing:
    async with app.db.writing() as tx:
        row = (await tx.scalars(select(Outgoing))).one()
        settled = outbox.Settled(id=row.id, state=state, outcome=outcome, attempts=1, at=app.clock())
        await outbox.settle_many(tx, [settled], courier=courier)
    async with app.db.reading() as tx:
        return (await tx.scalars(select(Outgoing))).one()


async def test_a_key_is_put_once(app: App) -> None:
    assert await put(app, "a", payload={"text": "first"})
    assert not await put(app, "a", payload={"text": "second"})
    async with app.db.reading() as tx:
        assert (await tx.scalars(select(Outgoing))).one().payload == {"text": "first"}


async def test_claims_go_by_lane_then_time_then_order(app: App, clock: Clock) -> None:
    await put(app, "bulk late", not_before=clock.now)
    await put(app, "bulk early", not_before=clock.now - timedelta(minutes=5))
    await put(app, "bulk late too", not_before=clock.now)
    await put(app, "personal", lane=Lane.PERSONAL)
    await put(app, "reply", lane=Lane.REPLY)
    await put(app, "tomorrow", lane=Lane.REPLY, not_before=clock.now + timedelta(days=1))
    assert await claim(app, limit=3) == ["reply", "personal", "bulk early"]
    assert await claim(app, limit=3) == ["bulk late", "bulk late too"]
    assert await claim(app) == []


async def test_what_is_leased_belongs_to_one_until_the_lease_is_over(app: App, clock: Clock) -> None:
    await put(app, "a")
    assert await claim(app, "one") == ["a"]
    assert await claim(app, "two") == []
    clock.tick(seconds=91)
    assert await claim(app, "one") == []  # who lives does not take what it holds a second time
    assert await claim(app, "two") == ["a"]


async def test_a_lease_from_the_far_future_holds_nobody_up(app: App, clock: Clock) -> None:
    await put(app, "a", not_before=clock.now - timedelta(hours=3))
    assert await claim(app, "killed") == ["a"]
    clock.tick(hours=-1)  # the clock is set back
    assert await claim(app, "next") == ["a"]


async def test_what_arrived_is_written_down_even_when_the_lease_was_lost(app: App, clock: Clock) -> None:
    await put(app, "a")
    await claim(app, "one")
    clock.tick(seconds=91)
    await claim(app, "two")
    row = await settle(app, "one", Outcome.DELIVERED, State.SENT)
    assert (row.state, row.outcome) == ("sent", "delivered")


async def test_only_the_holder_may_queue_a_letter_again(app: App, clock: Clock) -> None:
    await put(app, "a")
    await claim(app, "one")
    clock.tick(seconds=91)
    await claim(app, "two")
    row = await settle(app, "one", Outcome.UNKNOWN, State.QUEUED)
    assert (row.leased_by, row.attempts) == ("two", 0)
    row = await settle(app, "two", Outcome.UNKNOWN, State.QUEUED)
    assert (row.leased_by, row.attempts) == (None, 1)


async def test_what_is_settled_is_settled(app: App) -> None:
    await put(app, "a")
    await claim(app, "one")
    await settle(app, "one", Outcome.DELIVERED, State.SENT)
    row = await settle(app, "one", Outcome.UNKNOWN, State.DEAD)
    assert row.state == "sent"


async def test_of_two_halts_the_longer_holds(app: App, clock: Clock) -> None:
    for seconds in (30, 5):
        async with app.db.writing() as tx:
            await outbox.halt(tx, now=clock.now, until=clock.now + timedelta(seconds=seconds))
    async with app.db.reading() as tx:
        assert await outbox.halted_until(tx, now=clock.now) == clock.now + timedelta(seconds=30)
        assert await outbox.halted_until(tx, now=clock.now + timedelta(seconds=30)) is None
