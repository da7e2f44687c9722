"""Statements that are run at every answer: put together once, and on SQLite handed to the driver as they are.

SQLAlchemy looks at a statement anew each time it is run, which takes several times as long as SQLite itself needs. So
what it makes of the statement, of the values and of the rows is kept; the rest of the program sees no difference.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Dialect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault
from sqlalchemy.sql.selectable import Select
from sqlalchemy.types import TypeEngine

from storage.sqlite import Transaction

Change = Callable[[Any], Any] | None


class Prepared:
    """A statement on tables whose values are all named by `bindparam`, or written in it."""

    def __init__(self, statement: Select[Any] | UpdateBase) -> None:
        self._statement = statement
        self._native: _Native | None = None

    async def rows(self, tx: AsyncSession, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """Run it and give its rows; raises what SQLAlchemy raises."""
        if isinstance(tx, Transaction):
            native = self._native = self._native or _Native(self._statement, tx.dialect)
            try:
                return native.rows(tx.driver, values)
            except sqlite3.Error:
                # It left nothing behind; SQLAlchemy meets the same fault and says it in its own words.
                pass
        return (await tx.execute(self._statement, dict(values))).all()

    async def run(self, tx: AsyncSession, values: Mapping[str, Any]) -> None:
        """Run it for what it changes."""
        if isinstance(tx, Transaction):
            await self.rows(tx, values)
        else:
            await tx.execute(self._statement, dict(values))


class _Native:
    """The statement as SQLite's driver takes it."""

    def __init__(self, statement: Select[Any] | UpdateBase, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler) and not compiled.post_compile_params
        self._sql = str(compiled)
        named = {name: bind for bind, name in compiled.bind_names.items()}
        self._defaults = {name: bind.effective_value for name, bind in named.items() if not bind.required}
        binds = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in named.items()
        }
        self._made = [column for column in compiled.insert_prefetch if column.default is not None]
        self._bound = [(name, binds[name]) for name in compiled.positiontup or ()]
        self._read = [_reader(column.type, dialect) for column in statement.exported_columns]
        self._is_plain = not any(self._read)

    def rows(self, driver: sqlite3.Connection, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        given = {**self._defaults, **values}
        for column in self._made:
            given[column.key] = _default(column)
        bound = [given[name] if bind is None else bind(given[name]) for name, bind in self._bound]
        found = sqlite3.Connection.cursor(driver).execute(self._sql, bound).fetchall()
        if self._is_plain:
            return found
        return [
            [value if read is None else read(value) for value, read in zip(row, self._read, strict=True)]
            for row in found
        ]


def _default(column: Column[Any]) -> Any:
    """What a new row has in a column that is not named."""
    default = column.default
    assert isinstance(default, ScalarElementColumnDefault | CallableColumnDefault)
    return default.arg if isinstance(default, ScalarElementColumnDefault) else default.arg(None)  # type: ignore[arg-type]


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Change:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
