"""Thousands of rows at once come back as those that came one by one."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select

from storage import inserts
from storage.db import Database
from storage.tables import Conversation, Member, Quiz, StudyDay, Unit

NOW = datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=UTC)


async def test_many_rows_come_back_as_they_were(database: Database) -> None:
    shared = {"theme": "党章"}
    rows: list[dict[str, Any]] = [
        {"key": str(number), "state": "on" if number % 2 else None, "data": shared, "updated_at": NOW}
        for number in range(1200)
    ]
    async with database.writing() as tx:
        await inserts.many(tx, Conversation, rows)
    async with database.reading() as tx:
        query = select(Conversation.key, Conversation.state, Conversation.data, Conversation.updated_at)
        found = {row.key: row._asdict() for row in await tx.execute(query)}
    assert found == {row["key"]: row for row in rows}


async def test_days_and_nothing_come_back_too(database: Database) -> None:
    async with database.writing() as tx:
        await tx.execute(insert(Unit), {"id": 1, "name": "甲", "path": "/1/", "level": "branch"})
        await tx.execute(
            insert(Member), {"id": 1, "unit_id": 1, "name": "乙", "kind": "full", "created_at": NOW}
        )
        row = {"member_id": 1, "lesson_id": None, "opened_at": None, "read_at": NOW}
        await inserts.many(tx, StudyDay, [{**row, "day_on": date(2026, 3, day)} for day in (1, 2)])
        await inserts.many(tx, StudyDay, [])
    async with database.reading() as tx:
        found = (await tx.execute(select(StudyDay.day_on, StudyDay.lesson_id, StudyDay.read_at))).all()
    assert sorted(found) == [(date(2026, 3, 1), None, NOW), (date(2026, 3, 2), None, NOW)]


async def test_a_default_of_ours_is_not_forgotten_in_silence(database: Database) -> None:
    with pytest.raises(KeyError, match="ticks"):
        async with database.writing() as tx:
            await inserts.many(tx, Quiz, [{"member_id": 1, "kind": "day", "questions": [], "answered": 0}])
