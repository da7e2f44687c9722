"""Routers and middlewares in visible order."""

from aiogram import Dispatcher

from actions.app import App
from bot import errors
from bot.conversations import DatabaseStorage
from bot.handlers import quiz, today
from bot.languages import Languages


def build(app: App) -> Dispatcher:
    """Everything the bot listens to. The order matters: commands first, plain text (answers) last."""
    languages = Languages()
    dispatcher = Dispatcher(storage=DatabaseStorage(app.db, app.clock), app=app, languages=languages)
    dispatcher.update.outer_middleware(languages)
    dispatcher.include_routers(
        today.router(),
        quiz.router(),
        errors.router(),
    )
    return dispatcher
