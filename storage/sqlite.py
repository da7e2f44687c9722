"""SQLite for asyncio without a trip to a thread for every step.

A statement on a local file takes some ten microseconds; handing it to a thread and waiting for the interpreter's lock
takes longer, and SQLAlchemy with aiosqlite does so four times a statement. So statements run where they are asked for,
and rows are fetched at once. Only when another process holds the lock does the statement wait for it, in aiosqlite's
thread, where it holds up nobody else.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any, Self

import aiosqlite

BUSY_MILLISECONDS = 15_000
LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def connector(path: str) -> Callable[[], Awaitable[aiosqlite.Connection]]:
    """Makes connections to this database; for create_async_engine(async_creator=…)."""

    def open_file() -> sqlite3.Connection:
        return sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)

    def connect() -> Awaitable[aiosqlite.Connection]:
        connection = Connection(open_file, iter_chunk_size=64)
        # A process may end without having closed every connection.
        connection._thread.daemon = True
        return connection

    return connect


class Connection(aiosqlite.Connection):
    """A connection that works at once, and in its thread when it has to wait."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._connection is None:
            raise ValueError("Connection closed")
        try:
            return fn(*args, **kwargs)
        except sqlite3.OperationalError as error:
            # The lower byte is what went wrong, the rest where.
            if error.sqlite_errorcode & 0xFF not in LOCKED:
                raise
        return await super()._execute(self._patiently, partial(fn, *args, **kwargs))  # type: ignore[no-untyped-call]

    def _patiently(self, work: Callable[[], Any]) -> Any:
        self._conn.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        try:
            return work()
        finally:
            self._conn.execute("PRAGMA busy_timeout=0")

    async def commit(self) -> None:
        await super().commit()
        # Nothing above waits as a rule, so whoever does much work would keep everybody else from theirs.
        await asyncio.sleep(0)

    def cursor(self) -> "Cursor":  # type: ignore[override]
        return Cursor(self)


class Cursor:
    """The part of a cursor that SQLAlchemy uses; the rows of a statement are there when it has run."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cursor: sqlite3.Cursor = connection._conn.cursor()
        self._rows: deque[Any] = deque()

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        await self._connection._execute(self._run, sql, parameters)
        return self

    def _run(self, sql: str, parameters: Sequence[Any]) -> None:
        self._cursor.execute(sql, parameters)
        self._rows = deque(self._cursor.fetchall() if self._cursor.description else ())

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> Self:
        await self._connection._execute(self._cursor.executemany, sql, parameters)
        return self

    async def fetchone(self) -> Any:
        return self._rows.popleft() if self._rows else None

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        wanted = min(self.arraysize if size is None else size, len(self._rows))
        return [self._rows.popleft() for _ in range(wanted)]

    async def fetchall(self) -> list[Any]:
        rows, self._rows = list(self._rows), deque()
        return rows

    async def close(self) -> None:
        self._rows.clear()
        self._cursor.close()
