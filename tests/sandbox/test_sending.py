"""sendMessage and what all sending shares: who can be written to, how long, with which keyboard."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import LI, WANG, Client

LONGEST = "党" * 4096


async def test_whoever_never_pressed_start_cannot_be_written_to(client: Client) -> None:
    assert await client.refused("sendMessage", chat_id=WANG, text="你好") == (
        "403 Forbidden: bot can't initiate conversation with a user"
    )
    await client.say(WANG, "在吗")
    assert (await client.ok("sendMessage", chat_id=WANG, text="在"))["chat"]["id"] == WANG


@pytest.mark.parametrize("chat", [5, -100123, "@nobody", "abc", 10**30])
async def test_an_unknown_chat_is_not_found(client: Client, chat: Any) -> None:
    assert await client.refused("sendMessage", chat_id=chat, text="你好") == "400 Bad Request: chat not found"


async def test_a_missing_chat_is_told(client: Client) -> None:
    assert await client.refused("sendMessage", text="你好") == "400 Bad Request: chat_id is empty"


async def test_whoever_blocked_the_bot_gets_nothing_until_unblocked(started: Client) -> None:
    await started.post(f"chats/{WANG}/block", **{"as": WANG})
    assert await started.refused("sendMessage", chat_id=WANG, text="x") == (
        "403 Forbidden: bot was blocked by the user"
    )
    await started.post(f"chats/{WANG}/unblock", **{"as": WANG})
    await started.ok("sendMessage", chat_id=WANG, text="x")
    changes = [update["my_chat_member"] for update in await started.updates()]
    assert [(one["old_chat_member"]["status"], one["new_chat_member"]["status"]) for one in changes] == [
        ("member", "kicked"),
        ("kicked", "member"),
    ]


@pytest.mark.parametrize("text", ["", None])
async def test_a_text_must_be_there(started: Client, text: Any) -> None:
    assert await started.refused("sendMessage", chat_id=WANG, text=text) == (
        "400 Bad Request: message text is empty"
    )


@pytest.mark.parametrize("text", ["  \n ", "<b> </b>"])
async def test_a_text_of_blanks_is_no_text(started: Client, text: str) -> None:
    assert await started.refused("sendMessage", chat_id=WANG, text=text, parse_mode="HTML") == (
        "400 Bad Request: text must be non-empty"
    )


async def test_the_length_counts_after_the_markup_is_read(started: Client) -> None:
    await started.ok("sendMessage", chat_id=WANG, text=f"<b>{LONGEST}</b>", parse_mode="HTML")
    assert await started.refused("sendMessage", chat_id=WANG, text=LONGEST + "章") == (
        "400 Bad Request: message is too long"
    )
    # Outside of the basic plane each character counts twice.
    assert await started.refused("sendMessage", chat_id=WANG, text="🏥" * 2049) == (
        "400 Bad Request: message is too long"
    )


async def test_half_of_a_surrogate_pair_is_no_text(started: Client) -> None:
    told = "400 Bad Request: strings must be encoded in UTF-8"
    assert await started.refused("sendMessage", chat_id=WANG, text="\ud83c") == told
    button = {"text": "x", "callback_data": "\ud83c"}
    markup = {"inline_keyboard": [[button]]}
    assert await started.refused("sendMessage", chat_id=WANG, text="x", reply_markup=markup) == told
    await started.say(WANG, "\ud83c")
    assert (await started.seen(WANG))[-1]["text"] == "?"


async def test_bad_markup_is_refused_before_the_chat_is_looked_at(client: Client) -> None:
    told = await client.refused("sendMessage", chat_id=5, text="党<br>", parse_mode="HTML")
    assert told == '400 Bad Request: can\'t parse entities: Unsupported start tag "br" at byte offset 3'
    assert await client.refused("sendMessage", chat_id=5, text="x", parse_mode="BB") == (
        "400 Bad Request: unsupported parse_mode"
    )


async def test_a_mention_by_id_names_a_known_person_and_drops_an_unknown_one(started: Client) -> None:
    text = f"<a href='tg://user?id={LI}'>李强</a> <a href='tg://user?id=999'>谁</a>"
    sent = await started.ok("sendMessage", chat_id=WANG, text=text, parse_mode="HTML")
    (entity,) = sent["entities"]
    assert (entity["type"], entity["user"]["id"], entity["user"]["first_name"]) == ("text_mention", LI, "强")


@pytest.mark.parametrize(
    ("markup", "fault"),
    [
        ("[1]", "object expected as reply markup"),
        ("{", "can't parse reply keyboard markup JSON object"),
        (
            {"inline_keyboard": [[{"text": "x"}]]},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"inline_keyboard": [[{"text": "", "callback_data": "x"}]]},
            "can't parse inline keyboard button: text must be non-empty",
        ),
        (
            {"inline_keyboard": [[{"callback_data": "x"}]]},
            "can't parse inline keyboard button: can't find field \"text\"",
        ),
        ({"inline_keyboard": [[{"text": "x", "callback_data": "党" * 22}]]}, "BUTTON_DATA_INVALID"),
        ({"inline_keyboard": [[{"text": "x", "callback_data": ""}]]}, "BUTTON_DATA_INVALID"),
        (
            {"inline_keyboard": [[{"text": "x", "url": "not a link"}]]},
            "inline keyboard button URL 'not a link' is invalid: Wrong HTTP URL",
        ),
        (
            {"inline_keyboard": [[{"text": "x", "copy_text": {"text": "y" * 257}}]]},
            "BUTTON_COPY_TEXT_INVALID",
        ),
        ({"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * 9]}, "reply markup is too long"),
        ({"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * 8] * 13}, "reply markup is too long"),
        ({"keyboard": []}, "reply keyboard must be non-empty"),
        ({"keyboard": [[{"text": " "}]]}, "can't parse keyboard button: text must be non-empty"),
        ({"force_reply": True, "input_field_placeholder": "x" * 65}, "input field placeholder is too long"),
    ],
)
async def test_a_bad_keyboard_is_refused(started: Client, markup: Any, fault: str) -> None:
    told = await started.refused("sendMessage", chat_id=WANG, text="x", reply_markup=markup)
    assert told == f"400 Bad Request: {fault}"


async def test_the_biggest_keyboard_and_the_longest_data_are_taken(started: Client) -> None:
    button = {"text": "选", "callback_data": "党" * 21 + "x"}
    rows = [[button] * 8] * 12 + [[button] * 4]
    sent = await started.ok("sendMessage", chat_id=WANG, text="x", reply_markup={"inline_keyboard": rows})
    assert sum(len(row) for row in sent["reply_markup"]["inline_keyboard"]) == 100


async def test_the_person_sees_buttons_of_every_kind(started: Client) -> None:
    row = [
        {"text": "答", "callback_data": "a"},
        {"text": "看", "url": "https://www.12371.cn"},
        {"text": "抄", "copy_text": {"text": "口令"}},
    ]
    await started.ok("sendMessage", chat_id=WANG, text="x", reply_markup={"inline_keyboard": [row]})
    *_, seen = await started.seen(WANG)
    assert seen["buttons"] == [
        [
            {"text": "答", "data": "a"},
            {"text": "看", "url": "https://www.12371.cn/"},
            {"text": "抄", "copy_text": "口令"},
        ]
    ]


async def test_a_reply_keyboard_stays_until_it_is_removed(started: Client) -> None:
    async def keyboard() -> Any:
        return (await started.get(f"chats/{WANG}/messages", **{"as": WANG}))["keyboard"]

    markup = {"keyboard": [["今日", {"text": "我的"}]], "resize_keyboard": True}
    sent = await started.ok("sendMessage", chat_id=WANG, text="选一个", reply_markup=markup)
    assert "reply_markup" not in sent
    assert await keyboard() == {"keyboard": [[{"text": "今日"}, {"text": "我的"}]], "resize_keyboard": True}
    await started.ok("sendMessage", chat_id=WANG, text="好")
    assert await keyboard() is not None
    await started.ok("sendMessage", chat_id=WANG, text="收起", reply_markup={"remove_keyboard": True})
    assert await keyboard() is None
    await started.ok("sendMessage", chat_id=WANG, text="请回复", reply_markup={"force_reply": True})
    assert (await started.get(f"chats/{WANG}/messages", **{"as": WANG}))["force_reply"] is True


async def test_a_reply_carries_the_message_it_answers(started: Client) -> None:
    asked = await started.say(WANG, "什么是三会一课？")
    sent = await started.ok("sendMessage", chat_id=WANG, text="见下", reply_parameters={"message_id": asked})
    assert sent["reply_to_message"]["text"] == "什么是三会一课？"
    *_, seen = await started.seen(WANG)
    assert seen["reply_to"] == asked


async def test_a_reply_to_nothing_is_refused_unless_it_may_go_alone(started: Client) -> None:
    gone = {"message_id": 9999}
    assert await started.refused("sendMessage", chat_id=WANG, text="x", reply_parameters=gone) == (
        "400 Bad Request: message to be replied not found"
    )
    alone = {**gone, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await started.ok(
        "sendMessage", chat_id=WANG, text="x", reply_parameters=alone
    )


async def test_options_of_a_message_are_kept(started: Client) -> None:
    sent = await started.ok(
        "sendMessage",
        chat_id=WANG,
        text="https://www.12371.cn",
        disable_notification=True,
        protect_content=True,
        link_preview_options={"is_disabled": True},
    )
    assert sent["has_protected_content"] is True
    assert sent["link_preview_options"] == {"is_disabled": True}
    *_, seen = await started.seen(WANG)
    assert seen["silent"] is True


async def test_typing_is_seen_until_the_bot_speaks(started: Client) -> None:
    async def typing() -> bool:
        return bool((await started.get(f"chats/{WANG}/messages", **{"as": WANG}))["typing"])

    assert await started.ok("sendChatAction", chat_id=WANG, action="typing") is True
    assert await typing()
    await started.ok("sendMessage", chat_id=WANG, text="好")
    assert not await typing()
    assert await started.refused("sendChatAction", chat_id=WANG, action="singing") == (
        "400 Bad Request: wrong parameter action in request"
    )


async def test_supergroups_number_their_own_messages(started: Client) -> None:
    group = await started.post("groups", title="全院", members=[WANG, "bot"], type="supergroup")
    first = await started.ok("sendMessage", chat_id=group["id"], text="x")
    second = await started.ok("sendMessage", chat_id=WANG, text="x")
    third = await started.ok("sendMessage", chat_id=LI, text="x")
    assert first["message_id"] == 2
    assert third["message_id"] == second["message_id"] + 1
