"""The command menu beside the text field, in each language."""

from aiogram import Bot
from aiogram.types import BotCommand, BotCommandScopeAllChatAdministrators, BotCommandScopeAllPrivateChats

from bot import texts

COMMANDS = (
    "today",
    "quiz",
    "review",
    "ask",
    "news",
    "leave",
    "me",
    "hours",
    "settings",
    "feedback",
    "mydata",
    "help",
)


def commands(locale: str) -> list[BotCommand]:
    """What every member sees; others are told in their own menus and by /help."""
    return [BotCommand(command=name, description=texts.text(f"command.{name}", locale)) for name in COMMANDS]


async def publish(bot: Bot) -> None:
    """Tell Telegram, for private chats, and for groups the one command that is meant for them, shown to their
    administrators alone; the default language is for everybody whose language we do not speak."""
    for locale in texts.LOCALES:
        code = None if locale == texts.DEFAULT else locale
        await bot.delete_my_commands(language_code=code)  # of everywhere, as they were set once
        await bot.set_my_commands(
            commands(locale), scope=BotCommandScopeAllPrivateChats(), language_code=code
        )
        await bot.set_my_commands(
            [BotCommand(command="bind", description=texts.text("command.bind", locale))],
            scope=BotCommandScopeAllChatAdministrators(),
            language_code=code,
        )
