"""INSERT that leaves an existing row alone, on either database."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from storage.tables import Base


def insert(tx: AsyncSession, table: type[Base]) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT of the dialect in use, with its ON CONFLICT."""
    if tx.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def once(
    tx: AsyncSession, table: type[Base], values: Mapping[str, Any] | Sequence[Mapping[str, Any]]
) -> Insert:
    """Insert unless any unique constraint says that it is there already; rowcount tells which."""
    return insert(tx, table).values(values).on_conflict_do_nothing()


def replacing(
    tx: AsyncSession,
    table: type[Base],
    values: Mapping[str, Any],
    *,
    key: Sequence["InstrumentedAttribute[Any]"],
) -> Insert:
    """Insert, or overwrite the other columns of the row with the same key."""
    names = {column.key for column in key}
    statement = insert(tx, table).values(values)
    return statement.on_conflict_do_update(
        index_elements=list(key),
        set_={name: statement.excluded[name] for name in values if name not in names},
    )
