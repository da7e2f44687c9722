"""The command menu of one chat: what its person may do, in their language."""

import logging

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BotCommand, BotCommandScopeChat

from actions import settings
from actions.app import App
from actions.settings import Home
from bot import menu, texts
from study.members import NotJoined, Permission

logger = logging.getLogger(__name__)

EXTRA = {
    "invite": Permission.INVITE,
    "broadcast": Permission.SEND_NOTICES,
    "ledger": Permission.KEEP_MEETINGS,
    "cadence": Permission.KEEP_MEETINGS,
    "stats": Permission.SEE_STATS,
    "attendance": Permission.KEEP_MEETINGS,
    "points": Permission.GIVE_POINTS,
    "appeals": Permission.DECIDE_APPEALS,
    "bind": Permission.SET_UNIT,
    "roster": Permission.MANAGE_ROSTER,
    "roles": Permission.MANAGE_ROLES,
    "packs": Permission.MANAGE_PACKS,
    "audit": Permission.SEE_AUDIT,
}


async def publish(bot: Bot, app: App, account: int) -> None:
    """Set the menu of this account anew, after joining, leaving, or a change of roles or language.

    Whether it works is not worth an error: the menu is a convenience, and /menu has everything.
    """
    scope = BotCommandScopeChat(chat_id=account)
    try:
        home = await settings.home(app, account)
    except NotJoined:
        home = None
    try:
        if home is None:
            await bot.delete_my_commands(scope=scope)
        else:
            await bot.set_my_commands(of(home), scope=scope)
    except TelegramAPIError as error:
        logger.info("the command menu of a chat could not be set: %s", error)


def of(home: Home) -> list[BotCommand]:
    """The commands for this person, what everybody has first."""
    extra = [
        BotCommand(command=name, description=texts.text(f"command.{name}", home.locale))
        for name, permission in EXTRA.items()
        if permission in home.permissions
    ]
    return [*menu.commands(home.locale), *extra]
