"""Answering button presses."""

from __future__ import annotations

from typing import Any

from telegram.constants import CallbackQueryLimit

from sandbox.botapi.arguments import Arguments
from sandbox.botapi.registry import method
from sandbox.errors import bad_request
from sandbox.text import links
from sandbox.world import World

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@method("answerCallbackQuery")
async def answer_callback_query(world: World, arguments: Arguments) -> Any:
    query = world.open_query(arguments.text("callback_query_id"))
    text, url = arguments.text("text"), arguments.text("url")
    if len(text) > CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    if query is None:
        raise bad_request(TOO_OLD)
    if url and not links.checked(url):
        raise bad_request("URL_INVALID")
    world.answer(query, {"text": text, "show_alert": arguments.flag("show_alert"), "url": url})
    return True
