"""/stats: how a unit does, naming nobody."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from actions import stats
from actions.app import App
from bot import replies, texts
from bot.views import stats as views
from bot.views.menu import Go


async def command(message: Message, app: App) -> None:
    assert message.from_user
    await replies.say(message, views.totals(await stats.of_unit(app, message.from_user.id)))


async def opened(query: CallbackQuery, app: App) -> None:
    await replies.add(query, views.totals(await stats.of_unit(app, query.from_user.id)))


async def unit(query: CallbackQuery, callback_data: views.Unit, app: App) -> None:
    totals = await stats.of_unit(app, query.from_user.id, unit_id=callback_data.unit)
    await replies.show(query, views.totals(totals))


async def set_ranking(query: CallbackQuery, callback_data: views.SetRanking, app: App) -> None:
    who, unit_id = query.from_user.id, callback_data.unit
    await stats.set_ranking(app, who, unit_id=unit_id, on=callback_data.on)
    page = views.totals(await stats.of_unit(app, who, unit_id=unit_id))
    await replies.show(query, page, toast=texts.plain("stats.ranking_changed"))


def router() -> Router:
    router = Router(name=__name__)
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(command, Command("stats"))
    router.callback_query.register(opened, Go.filter(F.to == "stats"))
    router.callback_query.register(unit, views.Unit.filter())
    router.callback_query.register(set_ranking, views.SetRanking.filter())
    return router
