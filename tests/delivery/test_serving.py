"""One process: the webhook's door, updates in order, none twice, and the parts that come and go together."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram import Bot, Dispatcher
from aiogram.types import (
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllPrivateChats,
    Message,
    Update,
)
from sqlalchemy import func, select

from actions import upkeep
from actions.app import App
from bot import menu, serve, settings, texts
from bot.settings import SettingsFault
from bot.timetable import Timetable
from bot.updates import Intake, Turns, chat_of
from bot.webhook import LARGEST_UPDATE
from sandbox.server import Sandbox
from storage.db import Database
from storage.tables import Attempt, Conversation, Member, Outgoing
from tests.conftest import Clock, Hospital

SECRET = "a-long-random-word"


def message(number: int, *, chat: int = 5, text: str = "早") -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": "甲"}
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1,
            "chat": {"id": chat, "type": "private"},
            "from": person,
            "text": text,
        },
    }


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(limits=False, checks=False) as sandbox:
        yield sandbox


def given(sandbox: Sandbox, tmp_path: Path, **more: Any) -> settings.Settings:
    return settings.read(
        _env_file=None,
        **{
            "token": sandbox.token,
            "api_base": sandbox.api_base,
            "database_url": f"sqlite:///{tmp_path / 'bot.sqlite3'}",
            "port": 0,
            **more,
        },
    )


@pytest.fixture
async def service(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[serve.Service]:
    """Listening at a webhook that the sandbox does not know how to reach, so that tests knock themselves."""
    service = serve.Service(
        given(sandbox, tmp_path, webhook_url="http://127.0.0.1:9/", webhook_secret=SECRET, webhook_path="in")
    )
    await service.start()
    yield service
    await service.stop()


async def knock(service: serve.Service, body: bytes | dict[str, Any], *, secret: str | None = SECRET) -> int:
    assert service.webhook
    data = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    url = f"http://127.0.0.1:{service.webhook.port}/in"
    async with aiohttp.ClientSession() as session, session.post(url, data=data, headers=headers) as reply:
        return reply.status


async def test_the_webhook_opens_only_with_the_secret(service: serve.Service) -> None:
    assert await knock(service, message(1)) == 200
    assert await knock(service, message(2), secret="wrong") == 401
    assert await knock(service, message(2), secret=None) == 401
    assert await knock(service, message(2), secret="é") == 401


async def test_what_is_no_update_harms_nobody(service: serve.Service) -> None:
    assert await knock(service, b"no json") == 400
    assert await knock(service, b"\xff\xfe") == 400
    assert await knock(service, {"update_id": "x"}) == 200  # sent again it would be no better
    assert await knock(service, b"1" * (LARGEST_UPDATE + 1)) == 413
    assert await knock(service, message(3)) == 200


async def test_the_service_says_how_it_is(service: serve.Service) -> None:
    assert service.webhook
    url = f"http://127.0.0.1:{service.webhook.port}/healthz"
    async with aiohttp.ClientSession() as session, session.get(url) as reply:
        assert (reply.status, await reply.text()) == (200, "ok")


async def test_telegram_is_told_the_address_the_secret_and_what_we_want(
    service: serve.Service, sandbox: Sandbox
) -> None:
    info = await service.bot.get_webhook_info()
    assert info.url == "http://127.0.0.1:9/in"
    assert {"message", "callback_query", "my_chat_member"} <= set(info.allowed_updates or ())
    assert sandbox.world.webhook.secret_token == SECRET
    private, administrators = BotCommandScopeAllPrivateChats(), BotCommandScopeAllChatAdministrators()
    commands = await service.bot.get_my_commands(private)
    assert [command.command for command in commands] == list(menu.COMMANDS)
    assert commands[0].description == texts.text("command.today", "zh")
    english = await service.bot.get_my_commands(private, language_code="en")
    assert english[0].description == texts.text("command.today", "en")
    assert [command.command for command in await service.bot.get_my_commands(administrators)] == ["bind"]
    assert await service.bot.get_my_commands() == []


async def test_a_webhook_without_a_secret_warns(
    sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    service = serve.Service(given(sandbox, tmp_path, webhook_url="http://127.0.0.1:9/telegram"))
    await service.start()
    await service.stop()
    assert "BOT_WEBHOOK_SECRET is not set" in caplog.text
    assert service.webhook and service.webhook.url == "http://127.0.0.1:9/telegram"


async def test_an_unknown_token_is_said_so(sandbox: Sandbox, tmp_path: Path) -> None:
    service = serve.Service(given(sandbox, tmp_path, token="7:WRONG"))
    with pytest.raises(SettingsFault, match="BOT_TOKEN"):
        await service.start()


async def test_a_worker_sends_but_does_not_listen(sandbox: Sandbox, tmp_path: Path) -> None:
    service = serve.Service(given(sandbox, tmp_path), listen=False)
    await service.start()
    assert service.polling is None and service.webhook is None and service.courier
    await service.stop()


async def test_a_part_that_breaks_down_is_noticed(
    sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    service = serve.Service(given(sandbox, tmp_path), listen=False)
    await service.start()
    assert service.courier
    service.courier.stop()
    async with asyncio.timeout(10):
        await service.broken()
    await service.stop()


class Notes:
    """A dispatcher that writes down what it handles, slowly."""

    def __init__(self, bot: Bot) -> None:
        self.seen: list[tuple[str, int, str]] = []
        self.go = asyncio.Event()
        dispatcher = Dispatcher()
        dispatcher.message.register(self.handle)
        self.intake = Intake(dispatcher, bot)
        self.bot = bot

    async def handle(self, message: Message) -> None:
        self.seen.append(("begin", message.chat.id, message.text or ""))
        await self.go.wait()
        self.seen.append(("end", message.chat.id, message.text or ""))
        if message.text == "bug":
            raise RuntimeError("a bug")

    def begin(self, number: int, **more: Any) -> "asyncio.Future[None]":
        update = Update.model_validate(message(number, **more), context={"bot": self.bot})
        return self.intake.begin(update)


@pytest.fixture
async def notes() -> AsyncIterator[Notes]:
    bot = Bot("42:SANDBOX")
    yield Notes(bot)
    await bot.session.close()


async def test_updates_of_one_chat_are_handled_in_order_and_chats_at_once(notes: Notes) -> None:
    for number in range(6):
        notes.begin(number, chat=5 + number % 2, text=str(number))
    await asyncio.sleep(0.05)
    assert notes.seen == [("begin", 5, "0"), ("begin", 6, "1")]
    notes.go.set()
    await notes.intake.drain()
    for chat in (5, 6):
        mine = [(what, text) for what, where, text in notes.seen if where == chat]
        texts_in_order = [str(number) for number in range(6) if 5 + number % 2 == chat]
        assert mine == [(what, text) for text in texts_in_order for what in ("begin", "end")]
    assert len(notes.intake._turns) == 0


async def test_an_update_that_comes_again_is_handled_once_and_waited_for(notes: Notes) -> None:
    first, again = notes.begin(1), notes.begin(1)
    await asyncio.sleep(0.02)
    assert not again.done()
    notes.go.set()
    await asyncio.gather(first, again, notes.begin(1))
    assert [what for what, _, _ in notes.seen] == ["begin", "end"]


async def test_a_caller_who_hangs_up_does_not_stop_the_work(notes: Notes) -> None:
    update = Update.model_validate(message(1), context={"bot": notes.bot})
    caller = asyncio.create_task(notes.intake.take(update))
    await asyncio.sleep(0.02)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    notes.go.set()
    await notes.intake.drain()
    assert [what for what, _, _ in notes.seen] == ["begin", "end"]


async def test_a_bug_in_a_handler_ends_only_that_update(
    notes: Notes, caplog: pytest.LogCaptureFixture
) -> None:
    notes.go.set()
    await asyncio.gather(notes.begin(1, text="bug"), notes.begin(2))
    assert "update 1 could not be handled" in caplog.text
    assert notes.seen[-1] == ("end", 5, "早")


async def test_turns_end_with_those_who_wait() -> None:
    turns = Turns()

    async def one() -> None:
        async with turns.of(1):
            await asyncio.sleep(0.01)

    waiting = [asyncio.create_task(one()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[1].cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert len(turns) == 0


def test_every_update_has_a_chat_to_belong_to() -> None:
    person = {"id": 8, "is_bot": False, "first_name": "甲"}
    query = {"id": "1", "from": person, "chat_instance": "1", "data": "x"}
    inline = {"id": "1", "from": person, "query": "", "offset": ""}
    poll = {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False}
    poll |= {"is_anonymous": True, "type": "regular", "allows_multiple_answers": False}
    poll |= {"allows_revoting": False, "members_only": False}
    assert chat_of(Update.model_validate(message(1, chat=5))) == 5
    assert chat_of(Update.model_validate({"update_id": 1, "callback_query": query})) == 8
    query = query | {"message": message(1, chat=-4)["message"]}
    assert chat_of(Update.model_validate({"update_id": 1, "callback_query": query})) == -4
    assert chat_of(Update.model_validate({"update_id": 1, "inline_query": inline})) == 8
    assert chat_of(Update.model_validate({"update_id": 1, "poll": poll})) == 0


async def test_the_timetable_runs_at_once_and_finishes_what_it_began(app: App, hospital: Hospital) -> None:
    timetable = Timetable(app, tick_seconds=0.05)
    await timetable.stop()  # before it began: nothing to stop
    timetable.start()
    await asyncio.sleep(0.4)
    await timetable.stop()
    async with app.db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(Outgoing)) == 6


async def test_what_is_old_and_settled_is_thrown_away(app: App, hospital: Hospital, clock: Clock) -> None:
    def letter(key: str, kind: str, settled: bool) -> Outgoing:
        return Outgoing(
            key=key,
            chat_id=1,
            letter=kind,
            payload={},
            not_before=clock.now,
            created_at=clock.now,
            state="sent" if settled else "queued",
            settled_at=clock.now if settled else None,
        )

    async with app.db.writing() as tx:
        tx.add_all([letter("a", "daily", True), letter("b", "text", True), letter("c", "text", False)])
        tx.add(Attempt(subject="invite", telegram_id=1, at=clock.now))
        tx.add(Conversation(key="1:2:2:0:default", state="x", data={}, updated_at=clock.now))
    assert await upkeep.tidy(app) == 0
    clock.tick(days=4)
    assert await upkeep.tidy(app) == 1
    clock.tick(days=27)
    assert await upkeep.tidy(app) == 2
    clock.tick(days=60)
    assert await upkeep.tidy(app) == 1
    async with app.db.reading() as tx:
        assert list(await tx.scalars(select(Outgoing.key))) == ["c"]
        assert await tx.scalar(select(func.count()).select_from(Member)) == 7


async def test_a_database_that_cannot_be_reached_is_said_so(tmp_path: Path, app: App) -> None:
    assert await upkeep.database_answers(app)
    nowhere = replace(app, db=Database("postgresql://postgres@127.0.0.1:1/none"))
    assert not await upkeep.database_answers(nowhere)
    await nowhere.db.close()
