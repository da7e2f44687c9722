"""Routers and middlewares in visible order."""

from aiogram import Dispatcher

from actions.app import App
from bot import errors
from bot.conversations import DatabaseStorage
from bot.handlers import (
    appeals,
    ask,
    audit,
    chat_member,
    feedback,
    invites,
    leftovers,
    me,
    mydata,
    packs,
    points,
    quiz,
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
    dispatcher.include_routers(
        quiz.answers(),
        chat_member.router(),
        today.router(),
        me.router(),
        points.router(),
        stats.router(),
        ask.router(),
        start.router(),
        settings.router(),
        feedback.router(),
        mydata.router(),
        invites.router(),
        roster.router(),
        roles.router(),
        audit.router(),
        packs.router(),
        appeals.router(),
        quiz.router(),
        leftovers.router(),
        errors.router(),
    )
    return dispatcher
