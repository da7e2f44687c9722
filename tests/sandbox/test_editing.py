"""Edits and deletions, and the refusals a bot has to live with."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import LI, WANG, Client

NOT_MODIFIED = (
    "400 Bad Request: message is not modified: specified new message content and reply markup are exactly the"
    " same as a current content and reply markup of the message"
)
KEYBOARD = {"inline_keyboard": [[{"text": "下一页", "callback_data": "next"}]]}


@pytest.fixture
async def sent(started: Client) -> dict[str, Any]:
    told: dict[str, Any] = await started.ok("sendMessage", chat_id=WANG, text="第一页", reply_markup=KEYBOARD)
    return {"chat_id": WANG, "message_id": told["message_id"]}


async def test_an_edit_without_markup_takes_the_keyboard_away(started: Client, sent: dict[str, Any]) -> None:
    told = await started.ok("editMessageText", **sent, text="第二页")
    assert "reply_markup" not in told and told["edit_date"] >= told["date"]
    told = await started.ok("editMessageReplyMarkup", **sent, reply_markup=KEYBOARD)
    assert told["reply_markup"] == KEYBOARD


async def test_the_same_again_is_not_modified(started: Client, sent: dict[str, Any]) -> None:
    assert (
        await started.refused("editMessageText", **sent, text="第一页", reply_markup=KEYBOARD) == NOT_MODIFIED
    )
    assert await started.refused("editMessageReplyMarkup", **sent, reply_markup=KEYBOARD) == NOT_MODIFIED
    await started.ok("editMessageReplyMarkup", **sent)
    empty = {"inline_keyboard": []}
    assert await started.refused("editMessageReplyMarkup", **sent, reply_markup=empty) == NOT_MODIFIED


async def test_a_change_of_the_keyboard_alone_is_no_edit_to_see(
    started: Client, sent: dict[str, Any]
) -> None:
    assert "edit_date" not in await started.ok("editMessageReplyMarkup", **sent)


async def test_only_an_inline_keyboard_fits_an_edit(started: Client, sent: dict[str, Any]) -> None:
    markup = {"keyboard": [["x"]]}
    assert await started.refused("editMessageText", **sent, text="x", reply_markup=markup) == (
        "400 Bad Request: inline keyboard expected"
    )


async def test_what_is_not_there_or_not_the_bots_cannot_be_edited(
    started: Client, sent: dict[str, Any]
) -> None:
    theirs = await started.say(WANG, "我的话")
    assert await started.refused("editMessageText", chat_id=WANG, message_id=9999, text="x") == (
        "400 Bad Request: message to edit not found"
    )
    assert await started.refused("editMessageText", chat_id=WANG, message_id=theirs, text="x") == (
        "400 Bad Request: message can't be edited"
    )
    assert await started.refused("editMessageText", chat_id=WANG, text="x") == (
        "400 Bad Request: message identifier is not specified"
    )
    assert await started.refused("editMessageCaption", **sent, caption="x") == (
        "400 Bad Request: there is no caption in the message to edit"
    )
    assert await started.refused("editMessageText", inline_message_id="abc", text="x") == (
        "400 Bad Request: MESSAGE_ID_INVALID"
    )


async def test_a_message_that_brought_a_reply_keyboard_cannot_be_edited(started: Client) -> None:
    for markup in ({"keyboard": [["今日"]]}, {"remove_keyboard": True}):
        sent = await started.ok("sendMessage", chat_id=WANG, text="选一个", reply_markup=markup)
        where = {"chat_id": WANG, "message_id": sent["message_id"]}
        assert await started.refused("editMessageText", **where, text="x") == (
            "400 Bad Request: message can't be edited"
        )


async def test_the_limits_hold_for_edits_too(started: Client, sent: dict[str, Any]) -> None:
    assert (
        await started.refused("editMessageText", **sent, text="x" * 4097)
        == "400 Bad Request: message is too long"
    )


async def test_a_deleted_message_is_gone_for_everyone(started: Client, sent: dict[str, Any]) -> None:
    theirs = await started.say(WANG, "删掉这句")
    assert await started.ok("deleteMessage", **sent) is True
    assert await started.ok("deleteMessage", chat_id=WANG, message_id=theirs) is True
    assert [message["text"] for message in await started.seen(WANG)] == ["/start"]
    assert await started.refused("deleteMessage", **sent) == "400 Bad Request: message to delete not found"


async def test_after_two_days_a_message_stays(started: Client, sent: dict[str, Any]) -> None:
    await started.post("clock", advance_minutes=48 * 60 + 1)
    late = "400 Bad Request: message can't be deleted for everyone"
    assert await started.refused("deleteMessage", **sent) == late
    assert await started.refused("deleteMessages", chat_id=WANG, message_ids=[sent["message_id"]]) == late
    # Editing has no such limit.
    await started.ok("editMessageText", **sent, text="三天后")


async def test_many_are_deleted_at_once_and_missing_ones_skipped(started: Client) -> None:
    numbers = [(await started.ok("sendMessage", chat_id=WANG, text=str(n)))["message_id"] for n in range(3)]
    assert await started.ok("deleteMessages", chat_id=WANG, message_ids=[*numbers, 9999]) is True
    assert len(await started.seen(WANG)) == 1
    assert await started.refused("deleteMessages", chat_id=WANG, message_ids=[]) == (
        "400 Bad Request: message identifiers are not specified"
    )
    assert await started.refused("deleteMessages", chat_id=WANG, message_ids=list(range(101))) == (
        "400 Bad Request: too many messages to delete"
    )


async def test_in_a_group_others_messages_need_an_administrator(started: Client) -> None:
    group = (await started.post("groups", title="支部", members=[WANG, LI, "bot"], type="group"))["id"]
    theirs = await started.say(LI, "/start 大家好", chat=group)
    assert await started.refused("deleteMessage", chat_id=group, message_id=theirs) == (
        "400 Bad Request: message can't be deleted"
    )
    await started.post(f"chats/{group}/admins", ids=["bot"])
    assert await started.ok("deleteMessage", chat_id=group, message_id=theirs) is True
