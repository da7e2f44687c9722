"""A backup made while the bot writes brings everything back that was there at that moment."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, func, make_url, select

from deploy import backup as backups
from storage import schema, units
from storage.db import Database
from storage.tables import Member, Unit
from tests.conftest import BACKENDS, POSTGRES

ROOT = Path(__file__).resolve().parents[2]


class House:
    """A hospital's database somewhere, and the commands that work on it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder

    @property
    def file(self) -> Path:
        return Path(str(make_url(self.url).database))

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Database]:
        db = Database(self.url)
        try:
            yield db
        finally:
            await db.close()

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(backups.main, arguments, env={"BOT_DATABASE_URL": self.url})

    def backup(self, *options: str) -> Path:
        result = self.run("backup", "--to", str(self.folder), *options)
        assert result.exit_code == 0, result.output
        return max(self.folder.iterdir())

    def refused(self, *arguments: str) -> str:
        result = self.run(*arguments)
        assert result.exit_code == 1, result.output
        return result.output

    def restore(self, file: Path, *options: str) -> str:
        result = self.run("restore", str(file), *options)
        assert result.exit_code == 0, result.output
        return result.output

    async def furnish(self) -> None:
        async with self.opened() as db:
            await schema.upgrade(db)
            async with db.writing() as tx:
                await units.add(tx, name="云杉医院党委", level="committee")
        await self.hire(20)

    async def hire(self, number: int) -> None:
        async with self.opened() as db, db.writing() as tx:
            unit = await tx.scalar(select(Unit.id))
            tx.add_all(
                Member(name=f"甲{one}", unit_id=unit, kind="full", created_at=datetime.now(UTC))
                for one in range(number)
            )

    async def people(self) -> list[tuple[int, str]]:
        async with self.opened() as db, db.reading() as tx:
            return [(id_, name) for id_, name in await tx.execute(select(Member.id, Member.name))]


@pytest.fixture(params=BACKENDS)
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    if request.param == "sqlite":
        house = House(f"sqlite:///{tmp_path / 'bot.sqlite3'}", tmp_path / "backups")
        await house.furnish()
        yield house
        return
    assert POSTGRES
    name = f"test_{uuid.uuid4().hex}"
    server = await asyncpg.connect(POSTGRES)
    await server.execute(f"CREATE DATABASE {name}")
    try:
        url = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
        house = House(url, tmp_path / "backups")
        await house.furnish()
        yield house
    finally:
        await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await server.close()


@pytest.fixture
async def ward(tmp_path: Path) -> House:
    """The same on SQLite alone, for what concerns files."""
    house = House(f"sqlite:///{tmp_path / 'bot.sqlite3'}", tmp_path / "backups")
    await house.furnish()
    return house


async def test_what_was_lost_comes_back(house: House) -> None:
    before = await house.people()
    file = await asyncio.to_thread(house.backup)
    async with house.opened() as db, db.writing() as tx:
        await tx.execute(delete(Member))
    assert await house.people() == []
    said = await asyncio.to_thread(house.restore, file, "--force")
    assert str(file) in said
    assert await house.people() == before
    async with house.opened() as db:
        assert await schema.current(db) == schema.newest()


async def test_a_backup_made_while_the_bot_writes_is_one_moment(house: House) -> None:
    """Rows are written in pairs, so that half a transaction would show as an odd number."""
    stop = asyncio.Event()

    async def write() -> int:
        written = 0
        while not stop.is_set():
            await house.hire(2)
            written += 2
        return written

    writing = asyncio.create_task(write())
    files = [await asyncio.to_thread(house.backup) for _ in range(3)]
    stop.set()
    written = await writing
    assert written > 0
    counts = []
    for file in files:
        await asyncio.to_thread(house.restore, file, "--force")
        async with house.opened() as db, db.reading() as tx:
            counts.append(await tx.scalar(select(func.count(Member.id))) or 0)
    assert all(count % 2 == 0 for count in counts)
    assert counts == sorted(counts) and counts[-1] <= 20 + written


async def test_a_database_in_use_is_not_replaced(house: House) -> None:
    """The bot is another process, as it is in life; it does nothing at the moment."""
    file = await asyncio.to_thread(house.backup)
    program = (
        "import asyncio, sys\n"
        "from storage import schema\n"
        "from storage.db import Database\n"
        "async def main():\n"
        "    db = Database(sys.argv[1])\n"
        "    await schema.current(db)\n"
        "    print('open', flush=True)\n"
        "    await asyncio.to_thread(sys.stdin.readline)\n"
        "    await db.close()\n"
        "asyncio.run(main())\n"
    )
    bot = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        house.url,
        stdin=-1,
        stdout=-1,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert bot.stdin and bot.stdout
    assert await bot.stdout.readline() == b"open\n"
    try:
        assert "stop the bot first" in await asyncio.to_thread(house.refused, "restore", str(file))
    finally:
        await bot.communicate(b"\n")


async def test_what_is_newer_than_the_backup_is_not_replaced_unasked(house: House) -> None:
    file = await asyncio.to_thread(house.backup)
    await house.hire(1)
    assert "--force" in await asyncio.to_thread(house.refused, "restore", str(file))
    assert len(await house.people()) == 21


async def test_a_damaged_backup_is_found_out_and_not_restored(house: House) -> None:
    file = await asyncio.to_thread(house.backup)
    assert (await asyncio.to_thread(house.run, "verify", str(file))).exit_code == 0
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 3])
    for command in (["verify"], ["restore", "--force"]):
        await asyncio.to_thread(house.refused, *command, str(file))
    assert len(await house.people()) == 20


async def test_only_the_newest_are_kept(house: House) -> None:
    files = [await asyncio.to_thread(house.backup, "--keep", "2") for _ in range(4)]
    assert sorted(house.folder.iterdir()) == files[2:]
    assert {file.stat().st_mode & 0o777 for file in files[2:]} == {0o600}


async def test_a_destroyed_file_is_replaced_without_force_and_kept_beside(ward: House) -> None:
    before = await ward.people()
    file = await asyncio.to_thread(ward.backup)
    ward.file.write_bytes(b"\xff" * 5000)
    said = await asyncio.to_thread(ward.restore, file)
    assert "kept as" in said
    assert await ward.people() == before
    (kept,) = ward.file.parent.glob("*.replaced-*")
    assert kept.read_bytes() == b"\xff" * 5000


async def test_an_old_journal_does_not_get_into_the_restored_database(ward: House) -> None:
    """After a crash the journal stays; beside the restored file it would be played into it."""
    file = await asyncio.to_thread(ward.backup)
    with closing(sqlite3.connect(ward.file)) as crashed:
        crashed.execute("DELETE FROM members")
        crashed.commit()
        journal = ward.file.with_name(ward.file.name + "-wal").read_bytes()
    assert journal
    ward.file.with_name(ward.file.name + "-wal").write_bytes(journal)
    await asyncio.to_thread(ward.restore, file, "--force")
    assert len(await ward.people()) == 20
    assert len(list(ward.file.parent.glob("*.replaced-*-wal"))) == 1


async def test_a_lost_file_is_made_anew(ward: House) -> None:
    file = await asyncio.to_thread(ward.backup)
    ward.file.unlink()
    assert "kept as" not in await asyncio.to_thread(ward.restore, file)
    assert len(await ward.people()) == 20


async def test_the_name_tells_the_age_of_a_backup_that_was_copied(ward: House) -> None:
    file = await asyncio.to_thread(ward.backup)
    await ward.hire(1)
    os.utime(file)  # as cp would
    assert "written to after this backup" in await asyncio.to_thread(ward.refused, "restore", str(file))


async def test_a_backup_under_another_name_has_the_age_of_the_file(ward: House) -> None:
    file = (await asyncio.to_thread(ward.backup)).rename(ward.folder / "monday.sqlite3")
    os.utime(ward.file, (1, 1))
    await asyncio.to_thread(ward.restore, file)


async def test_rows_that_point_nowhere_are_damage(ward: House) -> None:
    file = await asyncio.to_thread(ward.backup)
    with closing(sqlite3.connect(file)) as damaged:
        damaged.execute("PRAGMA foreign_keys=OFF")
        damaged.execute("DELETE FROM units")
        damaged.commit()
    assert "point nowhere" in ward.refused("verify", str(file))


@pytest.fixture
def nowhere(tmp_path: Path) -> Iterator[House]:
    yield House(f"sqlite:///{tmp_path / 'none.sqlite3'}", tmp_path / "backups")


def test_without_a_database_there_is_nothing_to_back_up(nowhere: House) -> None:
    assert "there is no database" in nowhere.refused("backup", "--to", str(nowhere.folder))
    assert list(nowhere.folder.iterdir()) == []


def test_a_file_of_something_else_is_no_backup(nowhere: House, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    assert "no backup of the bot" in nowhere.refused("restore", str(other))


def test_a_backup_of_another_kind_of_database_is_refused(nowhere: House, tmp_path: Path) -> None:
    (tmp_path / "x.dump").write_bytes(b"PGDMP")
    assert "another kind of database" in nowhere.refused("restore", str(tmp_path / "x.dump"))


def test_a_database_in_memory_cannot_be_backed_up(tmp_path: Path) -> None:
    assert "BOT_DATABASE_URL" in House("sqlite://", tmp_path).refused("backup", "--to", str(tmp_path))


def test_it_runs_as_a_program(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.backup", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "restore" in done.stdout
