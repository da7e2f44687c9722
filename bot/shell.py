"""Running one action from the command line: with the settings of this machine, on a database brought up to date."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from actions.app import App
from bot import app as parts
from bot import settings, texts
from storage import schema
from study.refusal import Refusal

T = TypeVar("T")


def run(action: Callable[[App], Awaitable[T]]) -> T:
    """The result of the action; a refusal or a fault of the settings ends the command with its words."""
    try:
        return asyncio.run(_run(action))
    except Refusal as refusal:
        raise click.ClickException(texts.plain(refusal.key, **refusal.params)) from None
    except (settings.SettingsFault, schema.SchemaFault) as fault:
        raise click.ClickException(str(fault)) from None


async def _run(action: Callable[[App], Awaitable[T]]) -> T:
    app = parts.make(settings.read())
    try:
        await schema.upgrade(app.db)
        return await action(app)
    finally:
        await app.db.close()
