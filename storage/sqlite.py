"""SQLite for asyncio without a trip to a thread, or through a greenlet, for every step.

A statement on a local file takes some ten microseconds; handing it to a thread and waiting for the interpreter's lock
takes far longer. So statements run where they are asked for, and their rows are fetched at once. Only the lock that
another process holds has to be waited for, and only at the beginning of a transaction.
"""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import islice
from time import monotonic
from typing import Any, Self

import sqlalchemy
from sqlalchemy import URL, Executable, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool
from sqlalchemy.util import greenlet_spawn
from sqlalchemy.util.concurrency import await_, in_greenlet

DRIVER = "sqlite+inline"
# How a transaction begins. Readers take their look at once, as writers take the lock, and need not wait later.
WRITING = ("BEGIN IMMEDIATE",)
READING = ("BEGIN", "SELECT 1 FROM sqlite_master LIMIT 1")
PREPARED = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", "PRAGMA foreign_keys=ON")
BUSY_SECONDS = 15.0
TURN_SECONDS = 120.0  # that a transaction waits for those before it in this process
PAUSE = 0.005  # seconds between two attempts at the lock
LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class Connections:
    """Open connections to one file whose transactions start with the statements `begin`; handed out first come, first
    served, and kept, for to check one out and in again takes longer than most transactions."""

    def __init__(self, url: URL, *, begin: tuple[str, ...], most: int) -> None:
        self._most = most
        self._idle: list[sqlalchemy.Connection] = []
        self._free = asyncio.Semaphore(most)
        self.engine = create_async_engine(
            url,
            begin=begin,
            # Neither shall the driver wait, nor send a BEGIN of its own.
            connect_args={"timeout": 0, "isolation_level": None, "factory": Connection},
            pool_size=most,
            max_overflow=1,  # for whoever asks the engine while all of ours are kept
            pool_timeout=120,
        )

        @event.listens_for(self.engine.sync_engine, "connect")
        def prepare(connection: Any, _record: Any) -> None:
            for statement in PREPARED:
                _patiently(connection, statement)

    async def take(self) -> sqlalchemy.Connection:
        """A connection in a new transaction, for `give_back`."""
        async with asyncio.timeout(TURN_SECONDS) if self._free.locked() else nullcontext():
            await self._free.acquire()
        try:
            if not self._idle:
                return await greenlet_spawn(self._begun, None)
            connection = self._idle.pop()
            try:
                connection.begin()
            except DBAPIError:
                # As a rule the lock is somebody else's still, and has to be waited for.
                return await greenlet_spawn(self._begun, connection)
            return connection
        except BaseException:
            self._free.release()
            raise

    def give_back(self, connection: sqlalchemy.Connection) -> None:
        """Whatever it has not committed is undone."""
        try:
            connection.rollback()
            self._idle.append(connection)
        except BaseException:
            connection.close()
            raise
        finally:
            self._free.release()

    async def close(self) -> None:
        """Let go of the file; the next transaction opens it again, in whatever loop."""
        while self._idle:
            self._idle.pop().close()
        self._free = asyncio.Semaphore(self._most)
        await self.engine.dispose()

    def _begun(self, connection: sqlalchemy.Connection | None) -> sqlalchemy.Connection:
        """Waits for the lock, within a greenlet."""
        opened = connection or self.engine.sync_engine.connect()
        try:
            driver_of(opened).rollback()  # of a transaction that began half
            opened.begin()
        except BaseException:
            opened.close()
            raise
        return opened


def driver_of(connection: sqlalchemy.Connection) -> sqlite3.Connection:
    """The connection as Python's own driver knows it."""
    found = connection.connection.dbapi_connection
    assert isinstance(found, sqlite3.Connection)
    return found


class Transaction(AsyncSession):
    """A session whose statements run at once; only what begins it may have to wait.

    AsyncSession goes through a greenlet at each step to be able to wait, which costs more than the step. Statements on
    tables alone do without the session, which is made when the first entity is asked for.
    """

    def __init__(self, connections: Connections, *, keep: bool) -> None:
        self._connections = connections
        self._keep = keep

    async def __aenter__(self) -> Self:
        self._connection = await self._connections.take()
        self.driver = driver_of(self._connection)
        return self

    def __getattr__(self, name: str) -> Any:
        if name not in ("sync_session", "_proxied"):
            raise AttributeError(name)
        super().__init__(expire_on_commit=False)
        self.sync_session.bind = self._connection
        return self.sync_session

    @property
    def dialect(self) -> sqlalchemy.Dialect:
        return self._connection.dialect

    def get_bind(self, *_args: Any, **_options: Any) -> sqlalchemy.Connection:
        return self._connection

    async def __aexit__(self, fault: type[BaseException] | None, *_: object) -> None:
        session = vars(self).get("sync_session")
        try:
            if fault is None and self._keep:
                if session:
                    session.flush()
                self._connection.commit()
        finally:
            if session:
                session.close()
            self._connections.give_back(self._connection)
        # Nothing above waits as a rule, so whoever does much work would keep everybody else from theirs.
        await asyncio.sleep(0)

    async def execute(self, statement: Executable, *args: Any, **kwargs: Any) -> Any:
        return self._for(statement).execute(statement, *args, **kwargs)

    async def scalar(self, statement: Executable, *args: Any, **kwargs: Any) -> Any:
        return self._for(statement).scalar(statement, *args, **kwargs)

    async def scalars(self, statement: Executable, *args: Any, **kwargs: Any) -> Any:
        return self._for(statement).scalars(statement, *args, **kwargs)

    def _for(self, statement: Any) -> Any:
        return self.sync_session if statement._propagate_attrs else self._connection

    async def get(self, *args: Any, **kwargs: Any) -> Any:
        return self.sync_session.get(*args, **kwargs)

    async def flush(self, objects: Any = None) -> None:
        self.sync_session.flush(objects)


class Dialect(SQLiteDialect_pysqlite):
    """Python's own driver, which waits for the lock without holding up the loop."""

    driver = "inline"
    is_async = True
    supports_statement_cache = True

    def __init__(self, begin: tuple[str, ...] = WRITING, **options: Any) -> None:
        super().__init__(**options)
        self._begin = begin

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        return AsyncAdaptedQueuePool

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        cursor.execute(statement, parameters)
        _pause()

    def do_executemany(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        cursor.executemany(statement, parameters)
        _pause()

    def do_begin(self, dbapi_connection: Any) -> None:
        for statement in self._begin:
            _patiently(dbapi_connection, statement)


def _patiently(connection: Any, statement: str) -> None:
    """Run the statement; as long as another process holds the lock, let everybody else go on and try again."""
    until = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute(statement)
        except sqlite3.OperationalError as error:
            # The lower byte is what went wrong, the rest where. Only within a greenlet can be waited.
            locked = error.sqlite_errorcode & 0xFF in LOCKED
            if not locked or not in_greenlet() or monotonic() > until:
                raise
            await_(asyncio.sleep(PAUSE))
        else:
            return


def _pause() -> None:
    """AsyncConnection, where it is used, insists on having waited for something."""
    if in_greenlet():
        await_(asyncio.sleep(0))


class Connection(sqlite3.Connection):
    """A connection for `Cursor`s."""

    def cursor(self, *_args: Any) -> "Cursor":  # type: ignore[override]
        return super().cursor(Cursor)


class Cursor(sqlite3.Cursor):
    """A cursor whose rows are there when the statement has run, whatever happens to them in the table afterwards."""

    _rows: Iterator[Any] = iter(())

    def execute(self, *args: Any) -> "Cursor":
        super().execute(*args)
        self._rows = iter(super().fetchall())
        return self

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        return list(islice(self._rows, self.arraysize if size is None else size))

    def fetchall(self) -> list[Any]:
        return list(self._rows)


registry.register("sqlite.inline", __name__, "Dialect")
