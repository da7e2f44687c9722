"""The people API: looking around, writing, starting, blocking, the clock, and what comes live."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from .conftest import LI, WANG, ZHAO, Client


async def test_people_are_found_by_name_username_and_note(client: Client) -> None:
    async def found(**query: Any) -> list[int]:
        return [person["id"] for person in (await client.get("people", **query))["people"]]

    assert await found() == [WANG, LI, ZHAO]
    assert await found(q="李强") == [LI]
    assert await found(q="LIQIANG") == [LI]
    assert await found(q="支部") == [WANG, ZHAO]
    assert await found(q="内科 书记") == [WANG]
    assert await found(featured=1) == [WANG]
    assert await found(limit=1, offset=1) == [LI]
    assert await found(ids=f"{ZHAO},{LI},9") == [ZHAO, LI]
    assert (await client.get("people", limit=1))["total"] == 3


async def test_people_are_added_and_changed(client: Client) -> None:
    (made,) = (await client.post("people", first_name="孙", note="临床"))["people"]
    assert made["id"] > 10**9 and made["started"] is False
    told = await client.post(
        "people", people=[{"id": WANG, "first_name": "王方"}, {"first_name": "周", "id": 77}]
    )
    assert [person["first_name"] for person in told["people"]] == ["王方", "周"]
    assert told["people"][0]["note"] == "内科一支部 · 书记"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"people": {}},
        {"people": [1]},
        {"first_name": "x", "id": "y"},
        {"first_name": "x", "id": 42},
        {"first_name": "x", "id": -1},
    ],
)
async def test_a_bad_person_is_refused_and_nobody_is_added(client: Client, body: dict[str, Any]) -> None:
    assert await client.post_refused("people", **body) == "400 bad_person"
    several = [{"first_name": "好"}, {"first_name": ""}]
    assert await client.post_refused("people", people=several) == "400 bad_person"
    assert (await client.get("people"))["total"] == 3


async def test_chats_show_what_was_said_last_and_what_is_unread(started: Client) -> None:
    await started.ok("sendMessage", chat_id=WANG, text="第一行\n第二行")
    await started.ok("sendMessage", chat_id=WANG, text="再来")
    (chat,) = (await started.get("chats", **{"as": WANG}))["chats"]
    assert (chat["id"], chat["type"], chat["title"], chat["unread"]) == (WANG, "private", "党支部学习助手", 2)
    assert (chat["last"]["text"], chat["last"]["from_bot"]) == ("再来", True)
    assert (await started.get("people", ids=WANG))["people"][0]["unread"] == 2
    await started.post(f"chats/{WANG}/read", **{"as": WANG})
    assert (await started.get("people", ids=WANG))["people"][0]["unread"] == 0
    await started.ok("sendMessage", chat_id=WANG, text="新的")
    await started.say(WANG, "自己写了就是看过")
    assert (await started.get("people", ids=WANG))["people"][0]["unread"] == 0


async def test_messages_come_in_pieces(started: Client) -> None:
    numbers = [await started.say(WANG, str(n)) for n in range(6)]

    async def texts(**query: Any) -> list[str]:
        told = await started.get(f"chats/{WANG}/messages", **{"as": WANG}, **query)
        return [message["text"] for message in told["messages"]]

    assert await texts(after=numbers[3]) == ["4", "5"]
    assert await texts(limit=2) == ["4", "5"]
    assert await texts(before=numbers[3], limit=2) == ["1", "2"]
    assert await texts(after=numbers[0], before=numbers[2]) == ["1"]


async def test_a_private_chat_also_goes_by_the_bots_id(started: Client) -> None:
    await started.say(WANG, "你好", chat=42)
    assert (await started.seen(WANG, chat=42))[-1]["text"] == "你好"
    assert (await started.seen(LI, chat=42))[-1]["text"] == "/start"


async def test_a_deep_link_is_a_start_with_its_payload(client: Client) -> None:
    await client.post("start", **{"as": WANG}, payload="j_Ab-9")
    (update,) = await client.updates()
    assert update["message"]["text"] == "/start j_Ab-9"
    for payload in ("有字", "a b", "x" * 65):
        assert await client.post_refused("start", **{"as": WANG}, payload=payload) == "400 bad_payload"


async def test_one_who_blocked_can_only_start_again(started: Client) -> None:
    await started.post(f"chats/{WANG}/block", **{"as": WANG})
    await started.post(f"chats/{WANG}/block", **{"as": WANG})
    assert await started.post_refused(f"chats/{WANG}/messages", **{"as": WANG}, text="x") == "409 blocked"
    await started.post("start", **{"as": WANG}, payload="")
    kinds = [next(name for name in update if name != "update_id") for update in await started.updates()]
    assert kinds == ["my_chat_member", "my_chat_member", "message"]


@pytest.mark.parametrize(
    ("text", "told"), [("", "400 empty_text"), (" 　\n", "400 empty_text"), ("x" * 4097, "400 text_too_long")]
)
async def test_a_person_cannot_send_what_the_app_would_not(started: Client, text: str, told: str) -> None:
    assert await started.post_refused(f"chats/{WANG}/messages", **{"as": WANG}, text=text) == told


async def test_what_people_format_arrives_with_its_entities(started: Client) -> None:
    bold = {"type": "bold", "offset": 2, "length": 2}
    link = {"type": "text_link", "offset": 5, "length": 2, "url": "https://example.org/"}
    told = await started.post(
        f"chats/{WANG}/messages", **{"as": WANG}, text="🏥重要\n详情 /help", entities=[bold, link]
    )
    (update,) = await started.updates()
    command = {"type": "bot_command", "offset": 8, "length": 5}
    assert update["message"]["entities"] == [bold, link, command]
    assert "<b>重要</b>" in (await started.seen(WANG))[-1]["html"]
    italic = {"type": "italic", "offset": 0, "length": 2}
    where = f"chats/{WANG}/messages/{told['message_id']}/edit"
    await started.post(where, **{"as": WANG}, text="改了", entities=[italic])
    (update,) = await started.updates(allowed_updates=["edited_message"])
    assert update["edited_message"]["entities"] == [italic]


@pytest.mark.parametrize(
    "entities",
    [{}, "bold", [1], [{"type": "loud", "offset": 0, "length": 1}], [{"type": "bold", "offset": "0"}]],
)
async def test_formatting_that_is_none_is_refused(started: Client, entities: Any) -> None:
    refused = await started.post_refused(
        f"chats/{WANG}/messages", **{"as": WANG}, text="你好", entities=entities
    )
    assert refused == "400 bad_entities"


async def test_only_ones_own_messages_are_edited(started: Client) -> None:
    theirs = (await started.ok("sendMessage", chat_id=WANG, text="机器人说的"))["message_id"]
    own = await started.say(WANG, "我说的")
    me = {"as": WANG}
    assert (
        await started.post_refused(f"chats/{WANG}/messages/{theirs}/edit", **me, text="x") == "409 not_yours"
    )
    assert (
        await started.post_refused(f"chats/{WANG}/messages/{own}/edit", **me, text="我说的")
        == "409 not_modified"
    )
    assert await started.post_refused(f"chats/{WANG}/messages/{own}/edit", **me, text="") == "400 empty_text"
    assert (
        await started.post_refused(f"chats/{WANG}/messages/x/edit", **me, text="x") == "404 no_such_message"
    )
    await started.post(f"chats/{WANG}/messages/{theirs}/delete", **me)
    assert [message["text"] for message in await started.seen(WANG)] == ["/start", "我说的"]


async def test_in_a_group_only_administrators_delete_what_others_said(started: Client) -> None:
    group = (await started.post("groups", title="群", members=[WANG, LI]))["id"]
    from_wang = await started.say(WANG, "甲", chat=group)
    from_li = await started.say(LI, "乙", chat=group)
    where = f"chats/{group}/messages"
    assert await started.post_refused(f"{where}/{from_wang}/delete", **{"as": LI}) == "409 not_yours"
    await started.post(f"{where}/{from_li}/delete", **{"as": WANG})
    assert (
        await started.post_refused(where, **{"as": LI}, text="x", reply_to=from_li) == "404 no_such_message"
    )


@pytest.mark.parametrize("who", [None, 9, "x"])
async def test_somebody_must_be_asking(client: Client, who: Any) -> None:
    assert (
        await client.post_refused(f"chats/{WANG}/messages", **{"as": who}, text="x") == "404 no_such_person"
    )


async def test_a_request_must_be_a_json_object(client: Client) -> None:
    for body in (b"{", b"[]"):
        async with client.session.post(f"{client.sandbox.url}/sandbox/start", data=body) as response:
            assert (response.status, (await response.json())["error"]) == (400, "bad_json")


async def test_pages_from_elsewhere_are_kept_out(client: Client) -> None:
    url = f"{client.sandbox.url}/sandbox/state"
    for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
        async with client.session.get(url, headers=headers) as response:
            assert (response.status, (await response.json())["error"]) == (403, "not_from_here")
    async with client.session.get(url, headers={"Origin": client.sandbox.url}) as response:
        assert response.status == 200


async def test_the_state_shows_the_bot_once_it_has_called(client: Client) -> None:
    assert (await client.get("state"))["bot"] is None
    await client.ok("getMe")
    assert (await client.get("state"))["bot"] == {
        "id": 42,
        "username": "branch_study_bot",
        "first_name": "党支部学习助手",
    }


async def test_the_clock_goes_forward_by_minutes_to_a_time_and_to_the_morning(client: Client) -> None:
    before = client.sandbox.now()
    await client.post("clock", advance_minutes=90)
    assert 5400 <= (client.sandbox.now() - before).total_seconds() < 5460
    told = await client.post("clock", to="2030-01-01T08:00:00+08:00")
    assert told["now"].startswith("2030-01-01T00:00:00")
    await client.post("clock", next="07:30")
    assert client.sandbox.now().isoformat().startswith("2030-01-01T23:30:00")
    await client.say(WANG, "早")
    assert (await client.seen(WANG))[-1]["date"].startswith("2030-01-01T23:30:0")
    assert (await client.get("clock"))["offset_seconds"] > 0


@pytest.mark.parametrize(
    "body",
    [
        {"advance_minutes": -1},
        {"to": "2020-01-01T00:00:00+08:00"},
        {"to": "2040-01-01T00:00:00"},
        {"to": "soon"},
        {"next": "7"},
        {"advance_minutes": 1e300},
        {"advance_minutes": 4e9},
    ],
)
async def test_the_clock_goes_nowhere_else(client: Client, body: dict[str, Any]) -> None:
    assert await client.post_refused("clock", **body) == "400 bad_clock"


async def test_the_clock_needs_to_be_told_where(client: Client) -> None:
    assert await client.post_refused("clock") == "400 bad_value"
    assert await client.post_refused("settings", latency_ms="x") == "400 bad_value"


class Ear:
    """Reads server-sent events."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response

    async def next(self) -> tuple[str, dict[str, Any]]:
        kind = ""
        async with asyncio.timeout(10):
            while True:
                line = (await self.response.content.readline()).decode().rstrip("\n")
                if line.startswith("event: "):
                    kind = line.removeprefix("event: ")
                if line.startswith("data: "):
                    return kind, json.loads(line.removeprefix("data: "))

    async def until(self, wanted: str) -> dict[str, Any]:
        while True:
            kind, data = await self.next()
            if kind == wanted:
                return data


async def test_events_come_to_those_they_concern(started: Client) -> None:
    url = f"{started.sandbox.url}/sandbox/events"
    async with started.session.get(url, params={"as": WANG}) as response:
        ear = Ear(response)
        await response.content.readline()
        await started.ok("sendMessage", chat_id=LI, text="不是给王芳的")
        sent = await started.ok("sendMessage", chat_id=WANG, text="给王芳的")
        assert await ear.until("message") == {"chat": WANG, "message_id": sent["message_id"]}
        await started.ok("editMessageText", chat_id=WANG, message_id=sent["message_id"], text="改了")
        assert await ear.until("edit") == {"chat": WANG, "message_id": sent["message_id"]}
        await started.ok("sendChatAction", chat_id=WANG, action="typing")
        assert await ear.until("typing") == {"chat": WANG}
        await started.ok("deleteMessage", chat_id=WANG, message_id=sent["message_id"])
        assert await ear.until("delete") == {"chat": WANG, "message_id": sent["message_id"]}
        await started.post("clock", advance_minutes=5)
        assert "now" in await ear.until("clock")


async def test_the_page_is_served(client: Client) -> None:
    async with client.session.get(client.sandbox.url + "/") as response:
        assert response.status == 200
        assert response.content_type == "text/html"
