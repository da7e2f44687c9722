"""What the sandbox says is what python-telegram-bot would say; and it is kept within bounds."""

from __future__ import annotations

import aiohttp
import pytest
import telegram

from sandbox import wire, world
from sandbox.server import Sandbox

from .conftest import WANG, Client

HELLO = {"message_id": 1, "date": 1_790_000_000, "chat": {"id": 7, "type": "private"}, "text": "好"}


def test_what_ptb_reads_and_writes_alike_passes() -> None:
    assert wire.checked(telegram.Message, dict(HELLO)) == HELLO


@pytest.mark.parametrize(
    "wrong",
    [
        {**HELLO, "mood": "good"},
        {**HELLO, "text": None},
        {**HELLO, "entities": [{"type": "bold", "offset": 0, "length": 1, "loud": True}]},
        {**HELLO, "chat": {"id": 7, "type": "private", "colour": 1}},
    ],
)
def test_what_is_not_the_bot_api_is_a_bug_of_ours(wrong: dict[str, object]) -> None:
    with pytest.raises(wire.Misspoken):
        wire.checked(telegram.Message, wrong)


async def test_without_checks_the_same_is_said() -> None:
    said = []
    for checks in (True, False):
        async with Sandbox(checks=checks, limits=False) as sandbox, aiohttp.ClientSession() as session:
            client = Client(sandbox, session)
            sandbox.add_people([{"id": WANG, "first_name": "王芳"}])
            await client.post("start", **{"as": WANG}, payload="")
            keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]}
            sent = await client.ok(
                "sendMessage", chat_id=WANG, text="<b>x</b>", parse_mode="HTML", reply_markup=keyboard
            )
            updates = await client.updates()
        for message in (sent, updates[0]["message"]):
            message.pop("date")
        said.append((sent, updates))
    assert said[0] == said[1]


async def test_the_oldest_messages_are_forgotten(started: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "MESSAGES_KEPT_PER_CHAT", 5)
    for n in range(8):
        await started.say(WANG, str(n))
    assert [message["text"] for message in await started.seen(WANG)] == list("34567")
    monkeypatch.setattr(world, "MESSAGES_KEPT", 3)
    await started.say(WANG, "8")
    assert [message["text"] for message in await started.seen(WANG)] == list("678")
