"""The way to the database: one writer at a time on SQLite, a pool on PostgreSQL, the same face for both."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import URL, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from storage.sqlite import connector

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


def normalise(url: str) -> URL:
    """The URL with the driver that this program uses; plain `sqlite:///` and `postgresql://` are understood."""
    parsed = make_url(url)
    return parsed.set(drivername=DRIVERS.get(parsed.drivername, parsed.drivername))


class Database:
    """Hands out transactions.

    `writing()` commits at the end of the block and rolls back when the block raises; `reading()` never
    writes. On SQLite a write transaction takes the write lock at once (BEGIN IMMEDIATE): a deferred one
    would lose updates or fail half-way with "database is locked". A SQLite database is a file: one in memory
    would forget everything, and raises ValueError.
    """

    def __init__(self, url: str) -> None:
        self.url = normalise(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            if self.url.database in (None, "", ":memory:"):
                raise ValueError("a SQLite database needs a file")
            self._writer = _sqlite(self.url, begin="BEGIN IMMEDIATE", pool_size=1)
            self._reader = _sqlite(self.url, begin="BEGIN", pool_size=4)
        else:
            self._writer = self._reader = create_async_engine(
                self.url, pool_size=8, max_overflow=8, pool_pre_ping=True
            )
        self._write = async_sessionmaker(self._writer, expire_on_commit=False)
        self._read = async_sessionmaker(self._reader, expire_on_commit=False)

    @property
    def engine(self) -> AsyncEngine:
        return self._writer

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """One transaction that may write; committed when the block ends well."""
        async with self._write.begin() as tx:
            yield tx

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """One consistent look at the data, which is thrown away at the end."""
        async with self._read() as tx:
            yield tx

    async def close(self) -> None:
        await self._writer.dispose()
        await self._reader.dispose()


def _sqlite(url: URL, *, begin: str, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        async_creator=connector(url.database or ""),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=120,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: DBAPIConnection, _record: Any) -> None:
        # The connector switched the driver's own BEGIN off; the listener below says which kind is wanted.
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
