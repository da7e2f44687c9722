"""Brings the database to the shape that this program expects."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text

from storage.db import Database

MIGRATIONS = Path(__file__).parent / "migrations"
# Any fixed number: whoever holds it on PostgreSQL is the one who migrates.
ADVISORY_LOCK = 7_217_031


class SchemaFault(Exception):
    """The database was written by a newer program than this one."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The revision that this program wants."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def known() -> frozenset[str]:
    """Every revision that this program knows how to bring up to date."""
    return frozenset(one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions())


async def current(db: Database) -> str | None:
    """The revision of the database; None when it is empty."""
    async with db.engine.connect() as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


async def upgrade(db: Database, to: str = "head") -> None:
    """Apply what is missing up to a revision, all of it or nothing; several processes may try at once. Raises
    SchemaFault."""
    async with db.engine.begin() as connection:
        if not db.is_sqlite:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
        await connection.run_sync(_upgrade, to)


def _upgrade(connection: Connection, to: str) -> None:
    try:
        command.upgrade(_config(connection), to)
    except CommandError as error:
        raise SchemaFault(
            "the database was written by a newer version of this program; update the program, "
            "or restore the backup made before that update"
        ) from error
