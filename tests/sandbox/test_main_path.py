"""The way of a conversation: a person writes, the bot answers, a button is pressed, a message changes."""

from __future__ import annotations

import asyncio

from aiogram import Bot
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from .conftest import WANG, Client

KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="对", callback_data="yes")]])


async def test_a_conversation_from_start_to_an_edited_answer(bot: Bot, client: Client) -> None:
    me = await bot.me()
    assert me.is_bot and me.id == 42

    polling = asyncio.create_task(bot.get_updates(timeout=20))
    await client.post("start", **{"as": WANG}, payload="join_abc")
    (update,) = await polling
    assert update.message is not None and update.message.from_user is not None
    assert update.message.text == "/start join_abc"
    assert update.message.from_user.id == WANG
    assert update.message.entities is not None and update.message.entities[0].type == "bot_command"

    sent = await bot.send_message(
        WANG, "你好，<b>王芳</b> &amp; 同志", parse_mode="HTML", reply_markup=KEYBOARD
    )
    assert sent.text == "你好，王芳 & 同志"
    *_, shown = await client.seen(WANG)
    assert shown["html"] == "你好，<b>王芳</b> &amp; 同志"
    assert shown["buttons"] == [[{"text": "对", "data": "yes"}]]

    pressing = asyncio.create_task(
        client.post(f"chats/{WANG}/press", **{"as": WANG}, message_id=sent.message_id, data="yes")
    )
    (press,) = await bot.get_updates(offset=update.update_id + 1, timeout=20)
    assert press.callback_query is not None and press.callback_query.data == "yes"
    *_, spinning = await client.seen(WANG)
    assert spinning["pressing"] == "yes"
    await bot.answer_callback_query(press.callback_query.id, text="答对了")
    answer = await pressing
    assert answer["answered"] and answer["text"] == "答对了" and answer["milliseconds"] >= 0

    await bot.edit_message_text("<i>答对了</i>", chat_id=WANG, message_id=sent.message_id, parse_mode="HTML")
    *_, edited = await client.seen(WANG)
    assert (edited["text"], edited["edited"], edited["buttons"]) == ("答对了", True, [])


async def test_the_clock_goes_to_tomorrow_morning(client: Client) -> None:
    told = await client.post("clock", next="07:30")
    assert told["offset_seconds"] > 0
    assert client.sandbox.now().isoformat()[11:16] == "23:30"
    assert await client.post_refused("clock", to="2020-01-01T00:00:00+08:00") == "400 bad_clock"
