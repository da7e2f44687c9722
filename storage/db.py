"""The way to the database: one writer at a time on SQLite, a pool on PostgreSQL, the same face for both."""

from contextlib import AbstractAsyncContextManager

from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from storage import sqlite

DRIVERS = {"sqlite": sqlite.DRIVER, "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


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
            self._writers = sqlite.Connections(self.url, begin=sqlite.WRITING, most=1)
            self._readers = sqlite.Connections(self.url, begin=sqlite.READING, most=4)
            self.engine = self._writers.engine
        else:
            self.engine = create_async_engine(self.url, pool_size=8, max_overflow=8, pool_pre_ping=True)
            self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    def writing(self) -> AbstractAsyncContextManager[AsyncSession]:
        """One transaction that may write; committed when the block ends well."""
        if self.is_sqlite:
            return sqlite.Transaction(self._writers, keep=True)
        return self._sessions.begin()

    def reading(self) -> AbstractAsyncContextManager[AsyncSession]:
        """One consistent look at the data, which is thrown away at the end."""
        return sqlite.Transaction(self._readers, keep=False) if self.is_sqlite else self._sessions()

    async def close(self) -> None:
        if self.is_sqlite:
            await self._writers.close()
            await self._readers.close()
        else:
            await self.engine.dispose()
