"""Buttons and callback queries, from both sides."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from .conftest import LI, WANG, Client

TOO_OLD = "400 Bad Request: query is too old and response timeout expired or query ID is invalid"


@pytest.fixture
async def question(started: Client) -> int:
    keyboard = {
        "inline_keyboard": [[{"text": "对", "callback_data": "yes"}, {"text": "错", "callback_data": "no"}]]
    }
    sent = await started.ok("sendMessage", chat_id=WANG, text="对不对？", reply_markup=keyboard)
    return int(sent["message_id"])


async def pressed(client: Client, press: asyncio.Task[Any]) -> dict[str, Any]:
    """The callback query a press brought."""
    (update,) = await client.ok("getUpdates", timeout=10, offset=-1)
    assert not press.done()
    query: dict[str, Any] = update["callback_query"]
    return query


async def test_an_alert_and_a_link_reach_the_person(started: Client, question: int) -> None:
    press = asyncio.create_task(started.press(WANG, question, "no"))
    query = await pressed(started, press)
    assert (query["data"], query["from"]["id"], query["message"]["message_id"]) == ("no", WANG, question)
    await started.ok(
        "answerCallbackQuery",
        callback_query_id=query["id"],
        text="答错了",
        show_alert=True,
        url="https://t.me/branch_study_bot?start=x",
    )
    told = await press
    assert (told["answered"], told["text"], told["show_alert"]) == (True, "答错了", True)
    assert told["url"] == "https://t.me/branch_study_bot?start=x"


async def test_a_query_is_answered_once_and_in_time(started: Client, question: int) -> None:
    press = asyncio.create_task(started.press(WANG, question, "yes"))
    query = await pressed(started, press)
    await started.ok("answerCallbackQuery", callback_query_id=query["id"])
    await press
    assert await started.refused("answerCallbackQuery", callback_query_id=query["id"]) == TOO_OLD
    assert await started.refused("answerCallbackQuery", callback_query_id="1") == TOO_OLD


async def test_after_a_while_a_query_is_too_old(started: Client, question: int) -> None:
    press = asyncio.create_task(started.press(WANG, question, "yes"))
    query = await pressed(started, press)
    assert (await started.seen(WANG))[-1]["pressing"] == "yes"
    await started.post("clock", advance_minutes=1)
    assert (await started.seen(WANG))[-1]["pressing"] is None
    assert await started.refused("answerCallbackQuery", callback_query_id=query["id"]) == TOO_OLD
    press.cancel()
    await asyncio.gather(press, return_exceptions=True)


async def test_an_answer_has_at_most_two_hundred_characters(started: Client, question: int) -> None:
    press = asyncio.create_task(started.press(WANG, question, "yes"))
    query = await pressed(started, press)
    assert await started.refused("answerCallbackQuery", callback_query_id=query["id"], text="好" * 201) == (
        "400 Bad Request: MESSAGE_TOO_LONG"
    )
    await started.ok("answerCallbackQuery", callback_query_id=query["id"], text="好" * 200)
    assert (await press)["text"] == "好" * 200


async def test_a_button_that_is_not_there_cannot_be_pressed(started: Client, question: int) -> None:
    where = f"chats/{WANG}/press"
    me = {"as": WANG, "message_id": question}
    assert await started.post_refused(where, **me, data="maybe") == "409 no_such_button"
    assert (
        await started.post_refused(where, **{**me, "message_id": 9999}, data="yes") == "404 no_such_message"
    )
    assert await started.post_refused(f"chats/{LI}/press", **me, data="yes") == "404 no_such_chat"


async def test_an_old_app_presses_a_button_that_is_gone(started: Client, question: int) -> None:
    await started.ok("editMessageReplyMarkup", chat_id=WANG, message_id=question)
    press = asyncio.create_task(started.press(WANG, question, "yes", stale=True))
    query = await pressed(started, press)
    assert "reply_markup" not in query["message"]
    await started.ok("answerCallbackQuery", callback_query_id=query["id"])
    assert (await press)["answered"]


async def test_an_old_app_presses_a_message_that_is_gone(started: Client, question: int) -> None:
    await started.ok("deleteMessage", chat_id=WANG, message_id=question)
    press = asyncio.create_task(started.press(WANG, question, "yes", stale=True))
    query = await pressed(started, press)
    assert (query["message"]["message_id"], query["message"]["date"]) == (question, 0)
    await started.ok("answerCallbackQuery", callback_query_id=query["id"])
    assert (await press)["answered"]
