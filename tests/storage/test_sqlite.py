"""SQLite under asyncio: whoever waits for the lock holds up nobody else."""

import asyncio
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Table, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.db import Database
from storage.tables import Halt


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.sqlite3"


async def test_a_lock_of_another_process_is_waited_for_without_stopping_the_loop(path: Path) -> None:
    db = Database(f"sqlite:///{path}")
    async with db.writing() as tx:
        await tx.execute(text("CREATE TABLE t (n INTEGER PRIMARY KEY)"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def write() -> None:
        async with db.writing() as tx:
            await tx.execute(text("INSERT INTO t VALUES (1)"))

    writing = asyncio.create_task(write())
    ticks = 0
    for _ in range(20):
        await asyncio.sleep(0.005)
        ticks += 1
    assert ticks == 20 and not writing.done()
    async with db.reading() as tx:  # readers are not held up at all
        assert list(await tx.scalars(text("SELECT n FROM t"))) == []
    other.execute("COMMIT")
    other.close()
    await writing
    async with db.reading() as tx:
        assert list(await tx.scalars(text("SELECT n FROM t"))) == [1]
    await db.close()


async def test_many_writers_lose_no_update(path: Path) -> None:
    db = Database(f"sqlite:///{path}")
    async with db.writing() as tx:
        await tx.execute(text("CREATE TABLE t (n INTEGER)"))
        await tx.execute(text("INSERT INTO t VALUES (0)"))

    async def add() -> None:
        async with db.writing() as tx:
            n = await tx.scalar(text("SELECT n FROM t"))
            await asyncio.sleep(0)
            await tx.execute(text("UPDATE t SET n = :n"), {"n": n + 1})

    await asyncio.gather(*(add() for _ in range(200)))
    async with db.reading() as tx:
        assert await tx.scalar(text("SELECT n FROM t")) == 200
    await db.close()


async def test_faults_are_told_and_undone(path: Path) -> None:
    db = Database(f"sqlite:///{path}")
    async with db.writing() as tx:
        await tx.execute(text("CREATE TABLE t (n INTEGER PRIMARY KEY)"))
    with pytest.raises(IntegrityError):
        async with db.writing() as tx:
            await tx.execute(text("INSERT INTO t VALUES (1)"))
            await tx.execute(text("INSERT INTO t VALUES (1)"))
    with pytest.raises(OperationalError):
        async with db.reading() as tx:
            await tx.execute(text("SELECT * FROM nothing"))
    async with db.reading() as tx:
        assert list(await tx.scalars(text("SELECT n FROM t"))) == []
    await db.close()


async def test_rows_may_be_streamed_and_many_written_at_once(path: Path) -> None:
    db = Database(f"sqlite:///{path}")
    async with db.writing() as tx:
        await tx.execute(text("CREATE TABLE t (n INTEGER)"))
        await tx.execute(text("INSERT INTO t VALUES (:n)"), [{"n": n} for n in range(10)])
    async with db.reading() as tx:
        found = await tx.stream(text("SELECT n FROM t ORDER BY n"), execution_options={"yield_per": 3})
        assert [row.n async for row in found] == list(range(10))
    async with db.reading() as tx:
        assert (await tx.execute(text("SELECT n FROM t ORDER BY n"))).first().n == 0  # type: ignore[union-attr]
    await db.close()


async def test_whoever_gives_up_waiting_for_the_lock_holds_nothing(path: Path) -> None:
    db = Database(f"sqlite:///{path}")
    async with db.writing() as tx:
        await tx.execute(text("CREATE TABLE t (n INTEGER)"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), db.writing():
            raise AssertionError("nobody else may write")
    other.execute("COMMIT")
    other.execute("INSERT INTO t VALUES (1)")
    other.close()
    async with db.writing() as tx:
        assert list(await tx.scalars(text("SELECT n FROM t"))) == [1]
    await db.close()


async def test_rows_are_as_they_were_when_the_statement_ran(path: Path) -> None:
    db = Database(f"sqlite:///{path}")
    async with db.writing() as tx:
        await tx.execute(text("CREATE TABLE t (n INTEGER PRIMARY KEY)"))
        await tx.execute(text("INSERT INTO t VALUES (:n)"), [{"n": n} for n in range(5)])
        for row in await tx.execute(text("SELECT n FROM t ORDER BY n")):
            await tx.execute(text("INSERT INTO t VALUES (:n)"), {"n": row.n + 5})
        assert await tx.scalar(text("SELECT max(n) FROM t")) == 9
    await db.close()


async def test_entities_and_rows_of_one_transaction_are_kept_or_lost_together(database: Database) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    rows = cast(Table, Halt.__table__)
    for name, fails in (("kept", False), ("lost", True)):
        with suppress(ZeroDivisionError):
            async with database.writing() as tx:
                tx.add(Halt(name=f"{name} entity", until=now, since=now))
                await tx.execute(insert(rows).values(name=f"{name} row", until=now, since=now))
                _ = 1 / (not fails)
    async with database.reading() as tx:
        assert set(await tx.scalars(select(Halt.name))) == {"kept entity", "kept row"}


async def test_a_connection_whose_commit_failed_begins_afresh(path: Path) -> None:
    db = Database(f"sqlite:///{path}")
    async with db.writing() as tx:
        await tx.execute(text("CREATE TABLE a (n INTEGER PRIMARY KEY)"))
        await tx.execute(text("CREATE TABLE b (n INTEGER REFERENCES a DEFERRABLE INITIALLY DEFERRED)"))
    with pytest.raises(IntegrityError):
        async with db.writing() as tx:
            await tx.execute(text("INSERT INTO b VALUES (1)"))
    async with db.writing() as tx:
        assert list(await tx.scalars(text("SELECT n FROM b"))) == []
        await tx.execute(text("INSERT INTO a VALUES (1)"))
        await tx.execute(text("INSERT INTO b VALUES (1)"))
    await db.close()
    async with db.reading() as tx:  # closed, it opens the file again
        assert list(await tx.scalars(text("SELECT n FROM b"))) == [1]
    await db.close()


async def test_the_engine_answers_while_every_connection_is_kept(path: Path) -> None:
    db = Database(f"sqlite:///{path}")
    async with db.writing() as tx:
        await tx.execute(text("CREATE TABLE t (n INTEGER)"))
    async with db.engine.begin() as connection:
        await connection.execute(text("INSERT INTO t VALUES (1)"))
    async with db.reading() as tx:
        assert list(await tx.scalars(text("SELECT n FROM t"))) == [1]
    await db.close()
