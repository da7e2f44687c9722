"""INSERT that leaves an existing row alone, on either database."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import FromClause, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from storage.tables import Base


def insert(tx: AsyncSession, table: type[Base]) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT of the dialect in use, with its ON CONFLICT."""
    return sqlite.insert(table) if _dialect(tx) == "sqlite" else postgresql.insert(table)


def once(
    tx: AsyncSession, table: type[Base], values: Mapping[str, Any] | Sequence[Mapping[str, Any]]
) -> Insert:
    """Insert unless any unique constraint says that it is there already; rowcount tells which."""
    return insert(tx, table).values(values).on_conflict_do_nothing()


async def add_once(tx: AsyncSession, table: type[Base], values: Mapping[str, Any]) -> int | None:
    """Insert a row unless any unique constraint says that it is there already; its id, or None."""
    new_id: int | None = await tx.scalar(_once_for_id(_dialect(tx), table), dict(values))
    return new_id


async def put(
    tx: AsyncSession,
    table: type[Base],
    values: Mapping[str, Any],
    *,
    key: Sequence["InstrumentedAttribute[Any]"],
) -> None:
    """Insert a row, or overwrite the other columns of the row with the same key."""
    keys = tuple(column.key for column in key)
    rest = tuple(name for name in values if name not in keys)
    await tx.execute(_overwrite(_dialect(tx), table, keys, rest), dict(values))


def _dialect(tx: AsyncSession) -> str:
    return tx.get_bind().dialect.name


# Putting a statement together takes longer than running it, so each is put together once.


@cache
def _once_for_id(dialect: str, table: type[Base]) -> Insert:
    rows = table.__table__
    return _insert(dialect, rows).on_conflict_do_nothing().returning(rows.c.id)


@cache
def _overwrite(dialect: str, table: type[Base], keys: tuple[str, ...], rest: tuple[str, ...]) -> Insert:
    statement = _insert(dialect, table.__table__)
    return statement.on_conflict_do_update(
        index_elements=list(keys), set_={name: statement.excluded[name] for name in rest}
    )


def _insert(dialect: str, rows: FromClause) -> "sqlite.Insert | postgresql.Insert":
    assert isinstance(rows, Table)
    return sqlite.insert(rows) if dialect == "sqlite" else postgresql.insert(rows)
