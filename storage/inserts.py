"""INSERT that leaves an existing row alone, on either database."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Dialect, FromClause, Insert, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler

from storage.prepared import Prepared
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
    rows = await _once_for_id(_dialect(tx), table, tuple(values)).rows(tx, values)
    return int(rows[0][0]) if rows else None


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
    await _overwrite(_dialect(tx), table, keys, rest).run(tx, values)


async def many(tx: AsyncSession, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Append thousands of rows, all with the same columns; what has a default of ours has to be among them.

    Column by column, for what fills a table takes its time row by row; a value that many rows share is turned into
    the database's own once.
    """
    if not rows:
        return
    connection = await tx.connection()
    statement = _insert(connection.dialect.name, table.__table__)
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(rows[0]))
    assert isinstance(compiled, SQLCompiler)
    names = compiled.positiontup or ()
    bound = [_bound(connection.dialect, table, name, rows) for name in names]
    await connection.exec_driver_sql(str(compiled), list(zip(*bound, strict=True)))


def _bound(dialect: Dialect, table: type[Base], name: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """A column's values as the driver takes them."""
    values = [row[name] for row in rows]
    bind = table.__table__.c[name].type.dialect_impl(dialect).bind_processor(dialect)
    if bind is None:
        return values
    known = {id(value): bind(value) for value in {id(value): value for value in values}.values()}
    return [known[id(value)] for value in values]


def _dialect(tx: AsyncSession) -> str:
    return tx.get_bind().dialect.name


# Putting a statement together takes longer than running it, so each is put together once.


@cache
def _once_for_id(dialect: str, table: type[Base], names: tuple[str, ...]) -> Prepared:
    rows = table.__table__
    statement = _insert(dialect, rows).values(_named(names)).on_conflict_do_nothing()
    return Prepared(statement.returning(rows.c.id))


@cache
def _overwrite(dialect: str, table: type[Base], keys: tuple[str, ...], rest: tuple[str, ...]) -> Prepared:
    statement = _insert(dialect, table.__table__).values(_named(keys + rest))
    changed = {name: statement.excluded[name] for name in rest}
    return Prepared(statement.on_conflict_do_update(index_elements=list(keys), set_=changed))


def _named(names: tuple[str, ...]) -> dict[str, BindParameter[Any]]:
    return {name: bindparam(name) for name in names}


def _insert(dialect: str, rows: FromClause) -> "sqlite.Insert | postgresql.Insert":
    assert isinstance(rows, Table)
    return sqlite.insert(rows) if dialect == "sqlite" else postgresql.insert(rows)
