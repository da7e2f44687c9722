"""Fixtures for every layer: a real database (SQLite always, PostgreSQL when BOT_TEST_POSTGRES names a server),
a clock that the test turns, and a small fictional hospital."""

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import make_url

from actions.app import App
from storage import meetingrules, rulefiles, units
from storage.db import Database
from storage.tables import Base, Member, Role, Unit
from study.grading import Grader, Lexicon
from study.points import PointRules

POSTGRES = os.environ.get("BOT_TEST_POSTGRES")
BACKENDS = ["sqlite", "postgresql"] if POSTGRES else ["sqlite"]

# A Monday, 08:00 in Shanghai.
START = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)


class Clock:
    """Time that only the test moves."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def tick(self, **delta: float) -> None:
        self.now += timedelta(**delta)


# Where rules and actions are tried on purpose.
COUNTED = {"study", "actions", "delivery", "chat"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count branches where it tells something, on one database: counting doubles the time of what is counted."""
    here = Path(__file__).parent
    for item in items:
        again = "postgresql" in item.nodeid.partition("[")[2]
        if again or item.path.relative_to(here).parts[0] not in COUNTED:
            item.add_marker("no_cover")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite file with all tables, to copy: making them anew takes far longer than most tests."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite3"
    _apart(_make_tables(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def sqlite_database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """This process's SQLite database, its file still missing."""
    return Database(f"sqlite:///{tmp_path_factory.mktemp('sqlite')}/test.sqlite3")


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[Database]:
    """This process's PostgreSQL database, good for `_empty`."""
    assert POSTGRES
    name = f"test_{uuid.uuid4().hex}"
    _apart(_on_server(f"CREATE DATABASE {name}"))
    try:
        yield Database(make_url(POSTGRES).set(database=name).render_as_string(hide_password=False))
    finally:
        _apart(_on_server(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=BACKENDS)
async def database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """An empty database with all tables, for this test alone.

    Every test of a process gets the same object, closed and emptied, because it keeps the compiled statements: to
    compile them anew took a third of most tests.
    """
    db: Database = request.getfixturevalue(f"{request.param.replace('postgresql', 'postgres')}_database")
    if request.param == "sqlite":
        file = Path(str(db.url.database))
        for suffix in ("", "-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
    else:
        await _empty(make_url(POSTGRES).set(database=db.url.database).render_as_string(hide_password=False))
    yield db
    await db.close()


def _apart(work: Coroutine[None, None, None]) -> None:
    """Do it in a loop of its own: the test's loop may be running already."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def _on_server(statement: str) -> None:
    server = await asyncpg.connect(POSTGRES)
    try:
        await server.execute(statement)
    finally:
        await server.close()


async def _make_tables(url: str) -> None:
    db = Database(url)
    try:
        async with db.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
    finally:
        await db.close()


async def _empty(url: str) -> None:
    """Leave all tables without rows and all counters at their beginning, whatever the last test did."""
    server = await asyncpg.connect(url)
    try:
        # A killed process may still be connected, and hold locks.
        await server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        there = {
            row[0]
            for row in await server.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        }
        if there == set(Base.metadata.tables):
            await server.execute("SET session_replication_role = replica")  # in any order
            await server.execute(";".join(f'DELETE FROM "{name}"' for name in there))
            await server.execute("SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence")
            return
        await server.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    finally:
        await server.close()
    await _make_tables(url)


@pytest.fixture
def app(database: Database, clock: Clock) -> App:
    return App(
        db=database,
        clock=clock,
        grader=Grader(Lexicon.empty()),
        points=PointRules.default(),
        meetings=meetingrules.read(meetingrules.SHIPPED),
        templates=rulefiles.notice_templates(rulefiles.NOTICE_TEMPLATES),
    )


@dataclass(frozen=True)
class Hospital:
    """A committee with two general branches of two branches each; Telegram ids are 1000 + member id."""

    committee: Unit
    medicine: Unit  # general branch
    surgery: Unit  # general branch
    ward1: Unit  # branch of medicine
    ward2: Unit  # branch of medicine
    theatre: Unit  # branch of surgery
    nurse: Member  # ward1
    doctor: Member  # ward1, probationary
    secretary: Member  # of ward1
    general_secretary: Member  # of medicine and all below, sits in ward2
    outsider: Member  # theatre
    administrator: Member  # theatre, administrator of the committee
    newcomer: Member  # ward1, not joined yet

    @property
    def people(self) -> dict[str, Member]:
        names = ("nurse", "doctor", "secretary", "general_secretary", "outsider", "administrator")
        return {name: getattr(self, name) for name in names}


@pytest.fixture
async def hospital(app: App) -> Hospital:
    async with app.db.writing() as tx:
        committee = await units.add(tx, name="云杉医院党委", level="committee")
        medicine = await units.add(tx, name="内科党总支", level="general_branch", parent=committee)
        surgery = await units.add(tx, name="外科党总支", level="general_branch", parent=committee)
        ward1 = await units.add(tx, name="内科第一党支部", level="branch", parent=medicine)
        ward2 = await units.add(tx, name="内科第二党支部", level="branch", parent=medicine)
        theatre = await units.add(tx, name="手术室党支部", level="branch", parent=surgery)
        rows = {}
        for number, (key, name, unit, kind) in enumerate(
            [
                ("nurse", "林小满", ward1, "full"),
                ("doctor", "白若谷", ward1, "probationary"),
                ("secretary", "方致远", ward1, "full"),
                ("general_secretary", "严知秋", ward2, "full"),
                ("outsider", "陆青禾", theatre, "full"),
                ("administrator", "程守静", theatre, "full"),
                ("newcomer", "安可期", ward1, "full"),
            ],
            start=1,
        ):
            joined = key != "newcomer"
            rows[key] = Member(
                id=number,
                unit_id=unit.id,
                staff_no=f"T{number:04d}",
                name=name,
                kind=kind,
                can_vote=kind == "full",
                created_at=app.clock(),
                telegram_id=1000 + number if joined else None,
                bound_at=app.clock() if joined else None,
            )
            tx.add(rows[key])
        await tx.flush()
        for key, role, unit in [
            ("secretary", "secretary", ward1),
            ("general_secretary", "secretary", medicine),
            ("administrator", "administrator", committee),
        ]:
            tx.add(Role(member_id=rows[key].id, role=role, unit_id=unit.id, granted_at=app.clock()))
        if app.db.url.get_backend_name() == "postgresql":
            from sqlalchemy import text

            await tx.execute(text("SELECT setval(pg_get_serial_sequence('members', 'id'), 100)"))
    return Hospital(
        committee=committee,
        medicine=medicine,
        surgery=surgery,
        ward1=ward1,
        ward2=ward2,
        theatre=theatre,
        **rows,
    )
