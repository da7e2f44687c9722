"""`python -m bot migrate`: bring the database to the shape this version expects."""

import asyncio

import click

from bot import app, startup
from bot.settings import Settings
from bot.texts import text
from storage import schema


@click.command()
@startup.language_option
def migrate(language: str) -> None:
    """Bring the database to the shape this version expects.

    `run` and `worker` do the same when they start. All of it is done or nothing.
    """
    settings = startup.settings_read(language)
    with startup.told(language):
        before, after = asyncio.run(_upgrade(settings))
    key = "startup.migrated.none" if before == after else "startup.migrated"
    click.echo(text(key, language, before=before or text("startup.migrated.empty", language), after=after))


async def _upgrade(settings: Settings) -> tuple[str | None, str]:
    db = app.open_database(settings)
    try:
        before = await startup.reach(db)
        await schema.upgrade(db)
    finally:
        await db.close()
    return before, schema.newest()
