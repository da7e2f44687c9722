"""A command, or going on with a quiz, ends whatever dialogue was half done: people change their minds."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.fsm.context import FSMContext
from aiogram.types import Message, TelegramObject

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class CommandsInterrupt(BaseMiddleware):
    """Outer middleware for messages: one that starts with a slash ends the dialogue before it is handled."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        if isinstance(event, Message) and event.text and event.text.startswith("/"):
            await end_dialogue(data)
        return await handler(event, data)


class AlwaysInterrupts(BaseMiddleware):
    """For routers whose every button ends other dialogues."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        await end_dialogue(data)
        return await handler(event, data)


async def end_dialogue(data: dict[str, Any]) -> None:
    state: FSMContext | None = data.get("state")
    if state and data.get("raw_state"):
        await state.clear()
        data["raw_state"] = None
