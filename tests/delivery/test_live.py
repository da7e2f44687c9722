"""Messages kept true by edits: seldom, gathering what happens meanwhile, and never in vain."""

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from actions import live
from actions.app import App
from bot import letters
from bot.views import Page
from tests.conftest import Clock
from tests.delivery.conftest import Post

SUBJECT = "test:7"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the message is to show; the last one counts."""
    shown = ["0 人"]

    async def draw(_app: App, number: int, _chat_id: int) -> Page | None:
        return Page(f"第 {number} 次会议：{shown[-1]}") if shown else None

    monkeypatch.setitem(letters.DRAWERS, "test", draw)
    return shown


async def sent(post: Post, chat: int) -> int:
    """A message of the bot's in the chat, watched from now on."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(post.sandbox.api_base))
    async with Bot(post.sandbox.token, session=session) as bot:
        message = await bot.send_message(chat, "第 7 次会议：0 人")
    await live.watch(post.app, SUBJECT, chat_id=chat, message_id=message.message_id)
    return message.message_id


async def touch(post: Post, **how: bool) -> None:
    async with post.app.db.writing() as tx:
        await live.touch(post.app, tx, SUBJECT, **how)


async def test_many_changes_are_one_edit(post: Post, clock: Clock, drawn: list[str]) -> None:
    [chat] = await post.people(1)
    await sent(post, chat)
    for number in range(5):
        drawn.append(f"{number} 人")
        await touch(post)
    clock.tick(seconds=5)
    async with post.courier():
        rows = await post.until_settled()
    assert [row.state for row in rows] == ["sent"]
    assert len(post.calls("editMessageText")) == 1
    assert post.received(chat) == ["第 7 次会议：4 人"]


async def test_an_edit_that_changes_nothing_is_no_fault(
    post: Post, clock: Clock, drawn: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    [chat] = await post.people(1)
    await sent(post, chat)
    await touch(post, at_once=True)
    async with post.courier():
        rows = await post.until_settled()
    assert [(row.state, row.outcome) for row in rows] == [("dead", "nothing")]
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_what_is_gone_is_drawn_no_more(post: Post, drawn: list[str]) -> None:
    [chat] = await post.people(1)
    await sent(post, chat)
    drawn.clear()
    await touch(post, at_once=True)
    async with post.courier():
        rows = await post.until_settled()
    assert [row.outcome for row in rows] == ["nothing"]
