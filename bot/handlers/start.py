"""/start, with and without an invite, /menu and /help."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from actions import invites, settings
from actions.app import App
from bot import commands, replies, texts
from bot.languages import Languages
from bot.views import Page
from bot.views import menu as views
from study.calendar import clock_text


async def enter(message: Message, command: CommandObject, app: App, languages: Languages) -> None:
    """Somebody opened a link."""
    assert message.from_user and message.bot
    who = message.from_user.id
    joined = await invites.join(app, who, token=command.args or "")
    home = await settings.home(app, who)
    languages.remember(who, home.locale)
    with texts.speaking(home.locale):
        page = views.welcome_back(home) if joined.again else await _welcome(app, who)
        await replies.say(message, page)
    await commands.publish(message.bot, app, who)


async def start(message: Message, app: App) -> None:
    assert message.from_user and message.bot
    await replies.say(message, views.menu(await settings.home(app, message.from_user.id)))
    await commands.publish(message.bot, app, message.from_user.id)


async def menu(message: Message, app: App) -> None:
    assert message.from_user
    await replies.say(message, views.menu(await settings.home(app, message.from_user.id)))


async def help_(message: Message, app: App) -> None:
    assert message.from_user
    await replies.say(message, views.help_(await settings.home(app, message.from_user.id)))


async def first_hour(query: CallbackQuery, callback_data: views.FirstHour, app: App) -> None:
    who = query.from_user.id
    choices = await settings.set_hour(app, who, minute=callback_data.minute)
    toast = texts.plain("start.hour_set", hour=clock_text(choices.study_minute))
    await replies.show(query, await _welcome(app, who), toast=toast)


async def _welcome(app: App, who: int) -> Page:
    return views.welcome(await settings.home(app, who), await settings.of(app, who))


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(enter, CommandStart(deep_link=True))
    router.message.register(start, CommandStart())
    router.message.register(menu, Command("menu"))
    router.message.register(help_, Command("help"))
    router.callback_query.register(first_hour, views.FirstHour.filter())
    return router
