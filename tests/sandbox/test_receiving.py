"""How a bot gets in and how it receives: tokens, arguments, long polling."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest

from sandbox.server import Sandbox

from .conftest import LI, WANG, Client


async def raw(client: Client, path: str, **options: object) -> tuple[int, dict[str, object]]:
    method = "POST" if {"json", "data"} & options.keys() else "GET"
    async with client.session.request(method, client.sandbox.api_base + path, **options) as response:  # type: ignore[arg-type]
        return response.status, await response.json()


@pytest.mark.parametrize(
    ("path", "code", "description"),
    [
        ("/bot42:WRONG/getMe", 401, "Unauthorized"),
        ("/botnonsense/getMe", 404, "Not Found"),
        ("/bot42:SANDBOX/getYou", 404, "Not Found"),
    ],
)
async def test_a_wrong_token_or_method_is_refused(
    client: Client, path: str, code: int, description: str
) -> None:
    assert await raw(client, path) == (code, {"ok": False, "error_code": code, "description": description})


async def test_methods_are_known_in_any_case(client: Client) -> None:
    status, told = await raw(client, "/bot42:SANDBOX/GETME")
    assert (status, told["ok"]) == (200, True)


async def test_arguments_come_in_four_ways(started: Client) -> None:
    path = f"/bot{started.sandbox.token}/sendMessage"
    values = {"chat_id": str(WANG), "text": "你好 & <b>好</b>", "parse_mode": "HTML"}
    multipart = aiohttp.FormData(values, default_to_multipart=True)
    for options in ({"params": values}, {"json": values}, {"data": values}, {"data": multipart}):
        status, told = await raw(started, path, **options)
        assert status == 200, told
    texts = [message["html"] for message in await started.seen(WANG)][1:]
    assert texts == ["你好 &amp; <b>好</b>"] * 4


async def test_structures_come_as_json_in_forms(started: Client) -> None:
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]}
    values = {
        "chat_id": str(WANG),
        "text": "x",
        "reply_markup": json.dumps(keyboard),
        "disable_notification": "true",
    }
    status, told = await raw(started, f"/bot{started.sandbox.token}/sendMessage", data=values)
    assert status == 200, told
    *_, seen = await started.seen(WANG)
    assert seen["silent"] and seen["buttons"] == [[{"text": "x", "data": "y"}]]


async def test_a_body_that_is_no_json_is_refused(client: Client) -> None:
    headers = {"Content-Type": "application/json"}
    status, told = await raw(client, "/bot42:SANDBOX/getMe", data=b"{", headers=headers)
    assert (status, told["description"]) == (400, "Bad Request: can't parse JSON object")


async def test_updates_wait_until_they_are_confirmed(client: Client) -> None:
    for text in ("一", "二", "三"):
        await client.say(WANG, text)
    first = await client.ok("getUpdates", limit=2)
    assert [update["message"]["text"] for update in first] == ["一", "二"]
    assert await client.ok("getUpdates", limit=2) == first
    rest = await client.ok("getUpdates", offset=first[-1]["update_id"] + 1)
    assert [update["message"]["text"] for update in rest] == ["三"]
    assert [update["update_id"] for update in first + rest] == list(range(100_000_001, 100_000_004))


async def test_a_negative_offset_keeps_only_the_newest(client: Client) -> None:
    for text in ("一", "二", "三"):
        await client.say(WANG, text)
    assert [update["message"]["text"] for update in await client.ok("getUpdates", offset=-1)] == ["三"]
    assert len(await client.ok("getUpdates")) == 1


async def test_a_poll_waits_for_the_next_update(client: Client) -> None:
    poll = asyncio.create_task(client.ok("getUpdates", timeout=30))
    while not client.sandbox.world.updates.polling(1):
        await asyncio.sleep(0)
    await client.say(WANG, "来了")
    (update,) = await poll
    assert update["message"]["text"] == "来了"


async def test_a_second_poll_ends_the_first(client: Client) -> None:
    first = asyncio.create_task(client.call("getUpdates", timeout=30))
    while not client.sandbox.world.updates.polling(1):
        await asyncio.sleep(0)
    second = asyncio.create_task(client.call("getUpdates", timeout=30))
    told = await first
    assert told["error_code"] == 409
    assert told["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    await client.say(WANG, "还在")
    assert (await second)["ok"]


async def test_only_the_kinds_asked_for_come(client: Client) -> None:
    assert await client.ok("getUpdates", allowed_updates=["callback_query"]) == []
    await client.say(WANG, "不要")
    # What was asked for once holds until it is changed.
    assert await client.ok("getUpdates") == []
    assert await client.ok("getUpdates", allowed_updates=[]) == []
    await client.say(WANG, "要")
    assert [update["message"]["text"] for update in await client.ok("getUpdates")] == ["要"]


async def test_reactions_come_only_on_request(started: Client) -> None:
    message = (await started.ok("sendMessage", chat_id=WANG, text="好消息"))["message_id"]
    where = f"chats/{WANG}/messages/{message}/react"
    await started.post(where, **{"as": WANG}, emoji="👍")
    assert await started.updates() == []
    await started.updates(allowed_updates=["message_reaction"])
    await started.post(where, **{"as": WANG}, emoji="🔥")
    await started.post(where, **{"as": WANG}, emoji="")
    changed, removed = [update["message_reaction"] for update in await started.updates()]
    assert changed["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert changed["new_reaction"] == [{"type": "emoji", "emoji": "🔥"}]
    assert removed["new_reaction"] == []
    assert await started.post_refused(where, **{"as": WANG}, emoji="党") == "400 bad_emoji"


async def test_edits_come_and_deletions_do_not(started: Client) -> None:
    message = await started.say(LI, "写错了")
    await started.post(f"chats/{LI}/messages/{message}/edit", **{"as": LI}, text="写对了 /me")
    await started.post(f"chats/{LI}/messages/{message}/delete", **{"as": LI})
    said, edited = await started.updates()
    assert said["message"]["text"] == "写错了"
    assert edited["edited_message"]["text"] == "写对了 /me"
    assert edited["edited_message"]["entities"] == [{"type": "bot_command", "offset": 4, "length": 3}]


async def test_the_bot_logs_out_and_closes(client: Client) -> None:
    assert await client.ok("logOut") is True
    assert await client.ok("close") is True


async def test_stopping_ends_a_poll_that_waits() -> None:
    sandbox = Sandbox()
    await sandbox.start()
    async with aiohttp.ClientSession() as session:
        client = Client(sandbox, session)
        poll = asyncio.create_task(client.call("getUpdates", timeout=50))
        while not sandbox.world.updates.polling(1):
            await asyncio.sleep(0)
        await sandbox.stop()
        assert (await poll)["error_code"] == 409


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ({"entities": "{"}, "can't parse entities JSON object"),
        ({"entities": {}}, "can't parse entities: expected an Array"),
        ({"link_preview_options": []}, "can't parse link preview options: expected an Object"),
        ({"reply_parameters": "[1]"}, "can't parse reply parameters: expected an Object"),
        (
            {"reply_markup": {"inline_keyboard": {}}},
            'can\'t parse keyboard: field "inline_keyboard" must be an Array',
        ),
        ({"reply_markup": {"keyboard": [{}]}}, "can't parse keyboard: row must be an Array"),
        (
            {"reply_markup": {"keyboard": [[7]]}},
            "can't parse keyboard button: KeyboardButton must be a String or an Object",
        ),
        (
            {"reply_markup": {"inline_keyboard": [[7]]}},
            "can't parse inline keyboard button: InlineKeyboardButton must be an Object",
        ),
    ],
)
async def test_structures_of_the_wrong_kind_are_refused(
    started: Client, arguments: dict[str, object], fault: str
) -> None:
    assert (
        await started.refused("sendMessage", chat_id=WANG, text="x", **arguments)
        == f"400 Bad Request: {fault}"
    )


async def test_empty_structures_are_as_good_as_none(started: Client) -> None:
    await started.ok(
        "sendMessage", chat_id=WANG, text="x", entities="", reply_markup="", reply_parameters=" "
    )
    await started.ok("sendMessage", chat_id=WANG, text="y", reply_markup={})
    await started.ok("sendMessage", chat_id=str(WANG), text=True, disable_web_page_preview="1")
    assert [message["text"] for message in await started.seen(WANG)][1:] == ["x", "y", "true"]


async def test_a_poll_ends_with_nothing_when_nothing_comes(client: Client) -> None:
    assert await client.ok("getUpdates", timeout=1) == []
