"""A prepared statement does what SQLAlchemy does with it, on either database, and fails in the same words."""

from datetime import UTC, datetime
from typing import Any, cast

import pytest
from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage import inserts
from storage.db import Database
from storage.prepared import Prepared
from storage.tables import Conversation, Member, Quiz, Unit

NOW = datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=UTC)
TABLE = cast(Table, Conversation.__table__)
ADD = Prepared(
    insert(TABLE).values({name: bindparam(name) for name in ("key", "state", "data", "updated_at")})
)
ROW: dict[str, Any] = {"key": "甲", "state": None, "data": {"theme": ["党章"]}, "updated_at": NOW}


async def test_what_is_written_is_read_as_it_was(database: Database) -> None:
    find = Prepared(select(TABLE).where(TABLE.c.key == bindparam("key"), TABLE.c.state.is_(None)))
    async with database.writing() as tx:
        await ADD.run(tx, ROW)
        found = await find.rows(tx, {"key": "甲"})
        assert [tuple(row) for row in found] == [tuple((await tx.execute(select(TABLE))).one())]
        assert await find.rows(tx, {"key": "乙"}) == []
    async with database.reading() as tx:
        [row] = await find.rows(tx, {"key": "甲"})
    assert dict(zip(TABLE.c.keys(), row, strict=True)) == ROW


async def test_values_written_in_the_statement_count_unless_others_are_given(database: Database) -> None:
    change = update(TABLE).where(TABLE.c.key == bindparam("at")).values(state="on")
    async with database.writing() as tx:
        await ADD.run(tx, ROW)
        await Prepared(change).run(tx, {"at": "甲"})
    async with database.reading() as tx:
        assert await tx.scalar(select(TABLE.c.state)) == "on"


async def test_a_fault_is_told_as_sqlalchemy_tells_it(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.writing() as tx:
            await ADD.run(tx, ROW)
            await ADD.run(tx, ROW)
    async with database.reading() as tx:
        assert (await tx.execute(select(TABLE))).all() == []


async def test_a_row_has_the_defaults_of_what_is_not_named(database: Database) -> None:
    async with database.writing() as tx:
        await tx.execute(insert(Unit), {"id": 1, "name": "甲", "path": "/1/", "level": "branch"})
        member = {"id": 1, "unit_id": 1, "name": "乙", "kind": "full", "created_at": NOW}
        await tx.execute(insert(Member), member)
        values = {"member_id": 1, "kind": "day", "questions": [], "started_at": NOW, "touched_at": NOW}
        new_id = await inserts.add_once(tx, Quiz, values)
    async with database.reading() as tx:
        [quiz] = await tx.scalars(select(Quiz))
    assert (quiz.id, quiz.ticks, quiz.answered) == (new_id, {}, 0)
