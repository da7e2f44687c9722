"""Speaks to each person in the language they chose."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, User

from actions import settings
from actions.app import App
from bot import texts

REMEMBERED = 10_000
SECONDS = 300.0  # another process may have changed it


class Languages(BaseMiddleware):
    """Outer middleware: sets the language of texts while an update is handled."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[str, float]] = OrderedDict()

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        person: User | None = data.get("event_from_user")
        locale = await self.of(data["app"], person.id) if person else texts.DEFAULT
        with texts.speaking(locale):
            return await handler(event, data)

    async def of(self, app: App, telegram_id: int) -> str:
        known = self._known.get(telegram_id)
        if known and monotonic() - known[1] < SECONDS:
            return known[0]
        locale = await settings.locale_of(app, telegram_id)
        self.remember(telegram_id, locale)
        return locale

    def known(self, telegram_id: int) -> str:
        """The language as far as it is remembered, else the default; asks nobody."""
        return self._known.get(telegram_id, (texts.DEFAULT, 0.0))[0]

    def remember(self, telegram_id: int, locale: str) -> None:
        """Keep the language just read or chosen; the longest unused give way."""
        self._known[telegram_id] = (locale, monotonic())
        self._known.move_to_end(telegram_id)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
