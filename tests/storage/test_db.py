"""Transactions on both databases: what is written is there, what fails is not, and nobody's update is lost."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from storage.db import Database
from storage.tables import Conversation, Halt


async def test_a_block_that_ends_well_is_kept_and_one_that_raises_is_not(database: Database) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    async with database.writing() as tx:
        tx.add(Halt(name="kept", until=now, since=now))
    with pytest.raises(RuntimeError):
        async with database.writing() as tx:
            tx.add(Halt(name="lost", until=now, since=now))
            await tx.flush()
            raise RuntimeError
    async with database.reading() as tx:
        assert list(await tx.scalars(select(Halt.name))) == ["kept"]


async def test_a_reading_block_keeps_nothing(database: Database) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    async with database.reading() as tx:
        tx.add(Halt(name="lost", until=now, since=now))
    async with database.reading() as tx:
        assert list(await tx.scalars(select(Halt.name))) == []


async def test_moments_come_back_aware_and_equal(database: Database) -> None:
    moment = datetime(2026, 3, 2, 8, 30, 15, 123456, tzinfo=timezone(timedelta(hours=8)))
    async with database.writing() as tx:
        tx.add(Halt(name="x", until=moment, since=moment))
    async with database.reading() as tx:
        read = (await tx.scalars(select(Halt.until))).one()
    assert read == moment
    assert read.tzinfo is UTC


async def test_a_naive_moment_is_refused(database: Database) -> None:
    naive = datetime(2026, 3, 2)  # noqa: DTZ001 - that is what must not get in
    with pytest.raises(StatementError, match="time zone"):
        async with database.writing() as tx:
            tx.add(Halt(name="x", until=naive, since=naive))


async def test_read_then_write_at_once_loses_no_update(database: Database) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    async with database.writing() as tx:
        tx.add(Conversation(key="count", state=None, data={"n": 0}, updated_at=now))

    async def count() -> None:
        async with database.writing() as tx:
            query = select(Conversation).where(Conversation.key == "count").with_for_update()
            row = (await tx.scalars(query)).one()
            await asyncio.sleep(0)
            row.data = {"n": row.data["n"] + 1}

    await asyncio.gather(*(count() for _ in range(60)))
    async with database.reading() as tx:
        assert (await tx.scalars(select(Conversation.data))).one() == {"n": 60}


async def test_two_programs_on_one_file_wait_for_each_other(tmp_path: Path) -> None:
    first, second = (Database(f"sqlite:///{tmp_path / 'shared.sqlite3'}") for _ in range(2))
    async with first.writing() as tx:
        await tx.execute(text("CREATE TABLE counts (n INTEGER NOT NULL)"))
        await tx.execute(text("INSERT INTO counts VALUES (0)"))

    async def count(db: Database) -> None:
        for _ in range(40):
            async with db.writing() as tx:
                number = await tx.scalar(text("SELECT n FROM counts"))
                await asyncio.sleep(0)
                await tx.execute(text("UPDATE counts SET n = :n"), {"n": number + 1})

    await asyncio.gather(count(first), count(second))
    async with first.reading() as tx:
        assert await tx.scalar(text("SELECT n FROM counts")) == 80
    await first.close()
    await second.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_that_forgets_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="needs a file"):
        Database(url)
