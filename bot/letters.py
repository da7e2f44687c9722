"""What is in the envelope: each kind of letter is written when it is sent, in the language of whoever gets it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any

from aiogram.methods import SendMessage, TelegramMethod
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from actions import appeals, today
from actions import feedback as feedback_actions
from actions.app import App
from actions.deliveries import Claimed
from bot import texts
from bot.views import appeals as appeals_views
from bot.views import feedback as feedback_views
from bot.views import today as today_views
from study.refusal import Refusal

Writer = Callable[[App, Claimed], Awaitable[TelegramMethod[Any] | None]]


async def text(app: App, letter: Claimed) -> TelegramMethod[Any]:
    """Payload {"key": text key, "params": {…}, "buttons": [[{"key" | "text", "data"}]]}; the last two optional."""
    payload = letter.payload
    rows = [[_button(button) for button in row] for row in payload.get("buttons", ())]
    return SendMessage(
        chat_id=letter.chat_id,
        text=texts.html(payload["key"], **payload.get("params", {})),
        reply_markup=InlineKeyboardMarkup(inline_keyboard=rows) if rows else None,
    )


def _button(button: Mapping[str, str]) -> InlineKeyboardButton:
    label = button["text"] if "text" in button else texts.plain(button["key"])
    return InlineKeyboardButton(text=label, callback_data=button["data"])


async def daily(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"day": ISO date}: the lesson of that day as a card; nothing while nothing is taught."""
    try:
        page = today_views.card(await today.preview(app, date.fromisoformat(letter.payload["day"])))
    except Refusal:
        return None
    return SendMessage(chat_id=letter.chat_id, text=page.text, reply_markup=page.keyboard)


async def feedback(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"feedback": id}: a member's word to an administrator; nothing once it is answered or erased."""
    opinion = await feedback_actions.letter(app, int(letter.payload["feedback"]))
    if opinion is None:
        return None
    page = feedback_views.letter(opinion)
    return SendMessage(chat_id=letter.chat_id, text=page.text, reply_markup=page.keyboard)


async def appeal(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"appeal": id, "change": points}: what was decided; nothing once it is erased."""
    told = await appeals.told(app, letter.payload["appeal"])
    if told is None:
        return None
    page = appeals_views.told(told, change=letter.payload["change"])
    return SendMessage(chat_id=letter.chat_id, text=page.text)


WRITERS: Mapping[str, Writer] = {"text": text, "daily": daily, "feedback": feedback, "appeal": appeal}


async def write(
    app: App, letter: Claimed, writers: Mapping[str, Writer] = WRITERS
) -> TelegramMethod[Any] | None:
    """The request that sends the letter, or None when there is nothing to say, or nobody to say it to."""
    if not letter.addressed:
        return None
    with texts.speaking(letter.locale or texts.DEFAULT):
        return await writers[letter.letter](app, letter)
