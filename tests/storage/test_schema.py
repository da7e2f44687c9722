"""The migrations and the tables say the same, on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from storage import schema
from storage.db import Database
from storage.tables import Base


@pytest.fixture
async def empty(database: Database) -> AsyncIterator[Database]:
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
    yield database


async def test_an_empty_database_is_brought_to_the_newest_shape(empty: Database) -> None:
    assert await schema.current(empty) is None
    await schema.upgrade(empty)
    assert await schema.current(empty) == schema.newest()


async def test_migrations_make_exactly_the_tables_of_the_program(empty: Database) -> None:
    await schema.upgrade(empty)

    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))

    async with empty.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_second_upgrade_changes_nothing(empty: Database) -> None:
    await schema.upgrade(empty)
    await schema.upgrade(empty)
    assert await schema.current(empty) == schema.newest()


async def test_notices_written_before_are_found_by_their_words(empty: Database) -> None:
    await schema.upgrade(empty, "0004")
    async with empty.engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO units (id, level, name, path, ranking_on, position) VALUES (1, 'x', 'x', '/1/', false, 0)"
            )
        )
        for number, body in ((1, "<b>義診</b> ＨＥＬＰ"), (2, "<b>没写完")):
            await connection.execute(
                text(
                    "INSERT INTO notices (id, unit_id, state, title, body, media, audience, receipt, revision,"
                    " created_at) VALUES (:id, 1, 'sent', '通知', :body, '[]', '{}', false, 0, '2026-03-02 00:00:00')"
                ),
                {"id": number, "body": body},
            )
    await schema.upgrade(empty)
    async with empty.reading() as tx:
        rows = await tx.execute(text("SELECT words FROM notices ORDER BY id"))
        assert list(rows.scalars()) == ["通知\n义诊 help", ""]


async def test_a_database_of_a_newer_program_is_refused_with_advice(empty: Database) -> None:
    await schema.upgrade(empty)
    async with empty.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(schema.SchemaFault, match="newer version"):
        await schema.upgrade(empty)


def test_the_folder_of_migrations_travels_with_the_program() -> None:
    assert Path(schema.MIGRATIONS, "env.py").exists()
