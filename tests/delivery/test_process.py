"""The program as a whole is killed and stopped in the middle of its work."""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from actions import packs
from actions.actors import Console
from bot import app as parts
from bot import settings
from sandbox.server import Sandbox
from storage import schema, units
from storage.tables import Member, Outgoing
from tests.delivery.process import PATIENCE, running
from tests.sample import PACK

WHOLE_HOSPITAL = 877


class House:
    """A database with a hospital in it, and a sandbox where everybody has a chat with the bot."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder = folder
        self.sandbox = sandbox
        self.settings: dict[str, object] = {
            "token": sandbox.token,
            "api_base": sandbox.api_base,
            "database_url": f"sqlite:///{folder / 'bot.sqlite3'}",
            "quiet_hours": "00:00-00:00",
            "tick_seconds": 1,
        }
        self.app = parts.make(settings.read(_env_file=None, **self.settings))

    async def furnish(self, members: int, *, daily: bool) -> list[int]:
        """Publish the sample pack and move people in; returns their accounts."""
        await schema.upgrade(self.app.db)
        await packs.publish(self.app, Console.SHELL, PACK)
        # Wherever it is noon now, so that no midnight comes in between.
        zone = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
        people = list(range(10_001, 10_001 + members))
        async with self.app.db.writing() as tx:
            unit = await units.add(tx, name="云杉医院党委", level="committee", timezone=zone)
            await tx.execute(
                insert(Member),
                [
                    {
                        "unit_id": unit.id,
                        "name": f"甲{person}",
                        "kind": "full",
                        "created_at": self.app.clock(),
                        "telegram_id": person,
                        "study_minute": 0,
                        "muted": not daily,
                    }
                    for person in people
                ],
            )
        for one in self.sandbox.add_people({"id": person, "first_name": f"甲{person}"} for person in people):
            one.started = True
        return people

    def got(self) -> Counter[int]:
        """How many messages each chat was sent and Telegram took."""
        calls = self.sandbox.world.calls.since(0, "sendMessage")
        return Counter(call["chat_id"] for call in calls if call["ok"])

    async def settled(self) -> int:
        async with self.app.db.reading() as tx:
            query = select(func.count()).select_from(Outgoing).where(Outgoing.state == "sent")
            return await tx.scalar(query) or 0

    def say(self, person: int, text: str) -> None:
        world = self.sandbox.world
        self.sandbox._people_api.people.say(world.chats[person], world.people[person], text)

    async def until(self, happened: Callable[[], bool], *, seconds: float = PATIENCE) -> None:
        async with asyncio.timeout(seconds):
            while not happened():
                await asyncio.sleep(0.01)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with Sandbox(limits=False, checks=False) as sandbox:
        house = House(tmp_path, sandbox)
        yield house
        await house.app.db.close()


async def test_killed_in_the_middle_of_a_push_nobody_is_missed(house: House) -> None:
    people = await house.furnish(WHOLE_HOSPITAL, daily=True)
    speed = {"messages_a_second": 250}
    async with running(house.folder, **house.settings, **speed) as program:
        await house.until(lambda: house.got().total() > 300)
        program.kill()
        assert await program.ended() == -9
    await asyncio.sleep(0.2)  # what was on the wire arrives
    arrived, settled = house.got().total(), await house.settled()
    assert 300 < arrived < WHOLE_HOSPITAL
    # The second process begins two minutes later, when the lease of the killed one is over.
    async with running(house.folder, ahead=120, **house.settings, **speed) as program:
        await house.until(lambda: len(house.got()) == WHOLE_HOSPITAL)
    assert await house.settled() == WHOLE_HOSPITAL
    assert set(house.got()) == set(people)
    # Nobody twice but those whose message was on the wire: sent, and not yet written down.
    twice = house.got().total() - WHOLE_HOSPITAL
    assert twice == arrived - settled
    assert max(house.got().values()) <= 2
    assert "Traceback" not in program.log


async def test_stopped_in_the_middle_of_a_push_nobody_is_missed_nor_written_to_twice(house: House) -> None:
    await house.furnish(WHOLE_HOSPITAL, daily=True)
    house.sandbox.world.latency_ms = 40
    async with running(house.folder, **house.settings, messages_a_second=250) as program:
        await house.until(lambda: house.got().total() > 300)
        program.terminate()
        assert await program.ended() == 0
    assert 300 < house.got().total() < WHOLE_HOSPITAL
    async with running(house.folder, **house.settings, messages_a_second=250):
        await house.until(lambda: len(house.got()) == WHOLE_HOSPITAL)
    assert set(house.got().values()) == {1}
    assert "Traceback" not in program.log


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_a_stop_loses_no_update(house: House, way: str) -> None:
    people = await house.furnish(40, daily=False)
    house.sandbox.world.latency_ms = 30
    if way == "webhook":
        port = free_port()
        house.settings |= {
            "webhook_url": f"http://127.0.0.1:{port}",
            "webhook_secret": "a-long-random-word",
            "port": port,
        }
    async with running(house.folder, **house.settings, messages_a_second="inf") as program:
        for person in people:
            house.say(person, "/today")
        await house.until(lambda: house.got().total() > 3)
        program.terminate()
        assert await program.ended() == 0
        for person in people[:10]:
            house.say(person, "/today")
    first = house.got().total()
    async with running(house.folder, **house.settings, messages_a_second="inf"):
        await house.until(lambda: house.got().total() >= 50)
        await asyncio.sleep(0.3)
    assert house.got() == Counter(people) + Counter(people[:10])
    assert 3 < first <= 40
    assert "Traceback" not in program.log


async def test_an_update_in_work_when_the_process_is_killed_comes_again(house: House) -> None:
    [person] = await house.furnish(1, daily=False)
    house.sandbox.world.faults.place(
        {"method": "sendMessage", "kind": "timeout_before", "seconds": 5, "times": 1}
    )
    async with running(house.folder, **house.settings) as program:
        house.say(person, "/today")
        # The first answer hangs, so this update is in work for as long as we like.
        await house.until(lambda: any(fault["fired"] for fault in house.sandbox.world.faults.told()))
        await asyncio.sleep(0.5)
        program.kill()
        await program.ended()
    assert house.got().total() == 0
    async with running(house.folder, **house.settings):
        await house.until(lambda: house.got() == {person: 1})
