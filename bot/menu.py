"""The command menu beside the text field, in each language."""

from aiogram import Bot
from aiogram.types import BotCommand

from bot import texts

COMMANDS = ("today", "quiz", "review", "ask", "me", "settings", "feedback", "mydata", "help")


def commands(locale: str) -> list[BotCommand]:
    """What every member sees; others are told in their own menus and by /help."""
    return [BotCommand(command=name, description=texts.text(f"command.{name}", locale)) for name in COMMANDS]


async def publish(bot: Bot) -> None:
    """Tell Telegram; the default language is for everybody whose language we do not speak."""
    await bot.set_my_commands(commands(texts.DEFAULT))
    for locale in texts.LOCALES:
        if locale != texts.DEFAULT:
            await bot.set_my_commands(commands(locale), language_code=locale)
