"""/settings: the hour, quiet days, mute, language and ranking; everything changes the same message."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from actions import settings
from actions.app import App
from bot import commands, replies, texts
from bot.languages import Languages
from bot.views import settings as views
from bot.views.menu import Go


class Choosing(StatesGroup):
    hour = State()


async def command(message: Message, app: App) -> None:
    assert message.from_user
    await replies.say(message, views.main(await settings.of(app, message.from_user.id)))


async def opened(query: CallbackQuery, app: App) -> None:
    await replies.add(query, views.main(await settings.of(app, query.from_user.id)))


async def main(query: CallbackQuery, state: FSMContext, app: App) -> None:
    await state.clear()
    await replies.show(query, views.main(await settings.of(app, query.from_user.id)))


async def hours(query: CallbackQuery, state: FSMContext, app: App) -> None:
    choices = await settings.of(app, query.from_user.id)
    await state.set_state(Choosing.hour)
    await replies.show(query, views.hours(choices, quiet_from=app.quiet_from, quiet_until=app.quiet_until))


async def days(query: CallbackQuery, app: App) -> None:
    await replies.show(query, views.days(await settings.of(app, query.from_user.id)))


async def set_hour(query: CallbackQuery, callback_data: views.SetHour, state: FSMContext, app: App) -> None:
    choices = await settings.set_hour(app, query.from_user.id, minute=callback_data.minute)
    await state.clear()
    await replies.show(query, views.main(choices), toast=texts.plain("settings.saved"))


async def type_hour(message: Message, state: FSMContext, app: App) -> None:
    assert message.from_user and message.text
    choices = await settings.set_hour_typed(app, message.from_user.id, text=message.text)
    await state.clear()
    await replies.say(message, views.main(choices))


async def hint(message: Message) -> None:
    await message.answer(texts.html("settings.type_an_hour"))


async def set_day(query: CallbackQuery, callback_data: views.SetDay, app: App) -> None:
    choices = await settings.set_quiet_day(
        app, query.from_user.id, weekday=callback_data.weekday, quiet=callback_data.quiet
    )
    await replies.show(query, views.days(choices))


async def set_muted(query: CallbackQuery, callback_data: views.SetMuted, app: App) -> None:
    choices = await settings.set_muted(app, query.from_user.id, muted=callback_data.muted)
    await replies.show(query, views.main(choices), toast=texts.plain("settings.saved"))


async def take_part(query: CallbackQuery, callback_data: views.TakePart, app: App) -> None:
    choices = await settings.set_in_ranking(app, query.from_user.id, taking_part=callback_data.yes)
    await replies.show(query, views.main(choices), toast=texts.plain("settings.saved"))


async def set_locale(
    query: CallbackQuery, callback_data: views.SetLocale, app: App, languages: Languages
) -> None:
    assert query.bot
    choices = await settings.set_locale(app, query.from_user.id, locale=callback_data.locale)
    languages.remember(query.from_user.id, choices.locale)
    with texts.speaking(choices.locale):
        await replies.show(query, views.main(choices), toast=texts.plain("settings.saved"))
    await commands.publish(query.bot, app, query.from_user.id)


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(command, Command("settings"))
    router.message.register(type_hour, StateFilter(Choosing.hour), F.text)
    router.message.register(hint, StateFilter(Choosing.hour))
    router.callback_query.register(opened, Go.filter(F.to == "settings"))
    router.callback_query.register(main, views.Open.filter(F.part == "main"))
    router.callback_query.register(hours, views.Open.filter(F.part == "hours"))
    router.callback_query.register(days, views.Open.filter(F.part == "days"))
    router.callback_query.register(set_hour, views.SetHour.filter())
    router.callback_query.register(set_day, views.SetDay.filter())
    router.callback_query.register(set_muted, views.SetMuted.filter())
    router.callback_query.register(take_part, views.TakePart.filter())
    router.callback_query.register(set_locale, views.SetLocale.filter(F.locale.in_(texts.LOCALES)))
    return router
