"""The one place where a refusal becomes a polite text, and a bug becomes a log line and an apology."""

import logging

from aiogram import Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import ExceptionTypeFilter
from aiogram.types import ErrorEvent

from bot import texts
from study.refusal import Refusal

logger = logging.getLogger(__name__)

ALERT_LIMIT = 200  # characters Telegram shows in an alert


async def refused(event: ErrorEvent) -> None:
    assert isinstance(event.exception, Refusal)
    key, params = event.exception.key, event.exception.params
    await _tell(event, alert=texts.plain(key, **params), message=texts.html(key, **params))


async def crashed(event: ErrorEvent) -> None:
    logger.error("update %s failed", event.update.update_id, exc_info=event.exception)
    params = {"id": event.update.update_id}
    await _tell(event, alert=texts.plain("crash", **params), message=texts.html("crash", **params))


async def _tell(event: ErrorEvent, *, alert: str, message: str) -> None:
    try:
        if event.update.callback_query:
            await event.update.callback_query.answer(alert[:ALERT_LIMIT], show_alert=True)
        elif event.update.message:
            await event.update.message.answer(message)
    except TelegramAPIError as error:
        # The person cannot be told (blocked us, or Telegram is out of reach); what went wrong is logged already.
        logger.warning("update %s: could not tell the person: %s", event.update.update_id, error)


def router() -> Router:
    router = Router(name=__name__)
    router.errors.register(refused, ExceptionTypeFilter(Refusal))
    router.errors.register(crashed)
    return router
