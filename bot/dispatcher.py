"""Routers and middlewares in visible order."""

from typing import Any

from aiogram import Dispatcher, Router
from aiogram.dispatcher.event.handler import FilterObject
from aiogram.filters import Filter
from aiogram.types import TelegramObject
from aiogram.utils.magic_filter import MagicFilter

from actions.app import App
from bot import errors
from bot.conversations import DatabaseStorage
from bot.forgeries import ForgedButtons
from bot.handlers import (
    appeals,
    ask,
    attendance,
    audit,
    broadcast,
    chat_member,
    checkin,
    dispatches,
    feedback,
    groups,
    invites,
    leave,
    leftovers,
    makeups,
    me,
    meetings,
    minutes,
    motions,
    mydata,
    news,
    occasions,
    packs,
    points,
    quiz,
    receipts,
    recordbook,
    roles,
    roster,
    settings,
    start,
    stats,
    today,
)
from bot.interruptions import CommandsInterrupt
from bot.languages import Languages


def build(app: App) -> Dispatcher:
    """Everything the bot listens to. The order matters: commands first, plain text (answers) last."""
    languages = Languages()
    dispatcher = Dispatcher(storage=DatabaseStorage(app.db, app.clock), app=app, languages=languages)
    dispatcher.update.outer_middleware(languages)
    dispatcher.message.outer_middleware(CommandsInterrupt())
    dispatcher.callback_query.outer_middleware(ForgedButtons())
    dispatcher.include_routers(
        checkin.router(),
        quiz.answers(),
        groups.router(),
        chat_member.router(),
        today.router(),
        me.router(),
        makeups.router(),
        minutes.router(),
        recordbook.router(),
        points.router(),
        stats.router(),
        ask.router(),
        start.router(),
        news.router(),
        occasions.router(),
        settings.router(),
        feedback.router(),
        mydata.router(),
        invites.router(),
        roster.router(),
        roles.router(),
        audit.router(),
        packs.router(),
        appeals.router(),
        meetings.router(),
        attendance.router(),
        leave.router(),
        motions.router(),
        broadcast.router(),
        dispatches.router(),
        receipts.router(),
        quiz.router(),
        leftovers.router(),
        errors.router(),
    )
    for router in dispatcher.chain_tail:
        _ask_at_once(router)
    return dispatcher


class AtOnce(Filter):
    """A magic filter that is asked where it stands; aiogram by itself would ask it in a thread, a hundred times as
    long, and most updates meet a good many of them."""

    def __init__(self, magic: MagicFilter) -> None:
        self._magic = magic

    async def __call__(self, event: TelegramObject) -> Any:
        return self._magic.resolve(event)


def _ask_at_once(router: Router) -> None:
    for observer in router.observers.values():
        for handler in (observer._handler, *observer.handlers):
            handler.filters = [
                FilterObject(AtOnce(one.magic)) if isinstance(one.magic, MagicFilter) else one
                for one in handler.filters or ()
            ]
