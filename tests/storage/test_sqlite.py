"""SQLite under asyncio: whoever waits for the lock holds up nobody else."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.db import Database


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
