"""The one place where a refusal becomes a polite text, and a bug becomes a log line and an apology."""

import logging

from aiogram import Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import ExceptionTypeFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import ErrorEvent, User

from bot import texts
from bot.languages import Languages
from study.members import NotAllowed, NotJoined
from study.refusal import Refusal

logger = logging.getLogger(__name__)

ALERT_LIMIT = 200  # characters Telegram shows in an alert


async def refused(
    event: ErrorEvent,
    languages: Languages,
    state: FSMContext | None = None,
    event_from_user: User | None = None,
) -> None:
    assert isinstance(event.exception, Refusal)
    if isinstance(event.exception, NotAllowed | NotJoined) and state:
        # A dialogue that one may not go on with would take every word from now on.
        await state.clear()
    await _tell(event, languages, event_from_user, event.exception.key, **event.exception.params)


async def crashed(event: ErrorEvent, languages: Languages, event_from_user: User | None = None) -> None:
    logger.error("update %s failed", event.update.update_id, exc_info=event.exception)
    await _tell(event, languages, event_from_user, "crash", id=event.update.update_id)


async def _tell(
    event: ErrorEvent, languages: Languages, person: User | None, key: str, /, **params: object
) -> None:
    # The middleware that sets the language has ended by now.
    with texts.speaking(languages.known(person.id) if person else texts.DEFAULT):
        alert, words = texts.plain(key, **params), texts.html(key, **params)
    try:
        if event.update.callback_query:
            await event.update.callback_query.answer(alert[:ALERT_LIMIT], show_alert=True)
        elif event.update.message:
            await event.update.message.answer(words)
    except TelegramAPIError as error:
        # The person cannot be told (blocked us, or Telegram is out of reach); what went wrong is logged already.
        logger.warning("update %s: could not tell the person: %s", event.update.update_id, error)


def router() -> Router:
    router = Router(name=__name__)
    router.errors.register(refused, ExceptionTypeFilter(Refusal))
    router.errors.register(crashed)
    return router
