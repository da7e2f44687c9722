"""Running one action from the command line: with the settings of this machine, on a database brought up to date."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click
from aiogram.exceptions import AiogramError

from actions import roles
from actions.actors import Console
from actions.app import App
from bot import app as parts
from bot import settings, startup, texts
from storage import schema
from study.members import NoSuchMember
from study.refusal import Refusal

TELEGRAM_SECONDS = 10

T = TypeVar("T")


def run(action: Callable[[App], Awaitable[T]]) -> T:
    """The result of the action; a refusal or a fault of the settings ends the command with its words."""
    with startup.told(texts.current()):
        try:
            return asyncio.run(_run(action))
        except Refusal as refusal:
            raise click.ClickException(texts.plain(refusal.key, **refusal.params)) from None


async def _run(action: Callable[[App], Awaitable[T]]) -> T:
    app = parts.make(settings.read())
    try:
        await startup.reach(app.db)
        await schema.upgrade(app.db)
        return await action(app)
    finally:
        await app.db.close()


async def member_named(app: App, words: str) -> int:
    """The one person meant by a name or a staff number; raises NoSuchMember, or tells that there are several."""
    found = await roles.search(app, Console.SHELL, query=words)
    exact = [one for one in found.people if words in (one.name, one.staff_no)] or list(found.people)
    if not exact:
        raise NoSuchMember()
    if len(exact) > 1:
        names = "\n".join(f"{one.staff_no or '-'}\t{one.name}\t{one.unit}" for one in exact)
        raise click.ClickException(texts.plain("roles.cli_several", names=names))
    return exact[0].member_id


async def username() -> str:
    """What the bot is called, when there is a token and Telegram can be asked; "" otherwise."""
    configured = settings.read()
    if configured.token is None:
        return ""
    bot = parts.make_bot(configured)
    try:
        return (await bot.get_me(request_timeout=TELEGRAM_SECONDS)).username or ""
    except AiogramError:
        return ""
    finally:
        await bot.session.close()
