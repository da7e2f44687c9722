"""What the commands that open the database share: they begin in order, or say in one line why they cannot."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import SQLAlchemyError

from bot import app as parts
from bot import logs
from bot.content import ContentFault, load_shipped
from bot.settings import Settings, SettingsFault, read
from bot.texts import DEFAULT, LOCALES, text
from storage import schema
from storage.db import Database
from storage.lexicon import LexiconError
from storage.rulefiles import RuleFault

CONNECT_SECONDS = 10.0
language_option = click.option(
    "--language", type=click.Choice(LOCALES), default=DEFAULT, help="Language of what is printed."
)


class DatabaseFault(Exception):
    """The database cannot be opened; the message is the driver's."""


@contextmanager
def told(language: str) -> Iterator[None]:
    """What goes wrong at the start ends the command with one line rather than a traceback."""
    try:
        yield
    except SettingsFault as fault:
        raise click.ClickException(text("startup.settings", language, reason=fault)) from None
    except (RuleFault, LexiconError, ContentFault) as fault:
        raise click.ClickException(text("startup.content", language, reason=fault)) from None
    except DatabaseFault as fault:
        raise click.ClickException(text("startup.database", language, reason=fault)) from None
    except schema.SchemaFault:
        raise click.ClickException(text("startup.schema", language)) from None


def settings_read(language: str) -> Settings:
    """The settings, with the log set up as they say."""
    with told(language):
        settings = read()
    logs.configure(settings)
    return settings


async def reach(db: Database) -> str | None:
    """The revision of the database; raises DatabaseFault when it does not answer."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            return await schema.current(db)
    except TimeoutError:
        raise DatabaseFault(f"no answer within {CONNECT_SECONDS:.0f} s") from None
    except SQLAlchemyError as error:
        # Without the driver's class and the link to SQLAlchemy's pages.
        raise DatabaseFault(str(getattr(error, "orig", None) or error).rpartition(": ")[2]) from None
    except (OSError, sqlite3.Error) as error:
        raise DatabaseFault(str(error)) from None


async def prepare(settings: Settings) -> None:
    """Bring the database and the lessons that ship up to date."""
    app = parts.make(settings)
    try:
        await reach(app.db)
        await schema.upgrade(app.db)
        await load_shipped(app, settings.content)
    finally:
        await app.db.close()
