"""A sandbox, a bot that speaks to it, and members with a chat each."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from math import inf
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import SendMessage, TelegramMethod
from sqlalchemy import select

from actions.app import App
from actions.deliveries import Claimed
from bot.courier import Courier
from bot.letters import WRITERS
from bot.pace import Pace
from sandbox.server import Sandbox
from storage import outbox
from storage.tables import Member, Outgoing, Unit
from study.delivery import Lane


async def note(app: App, letter: Claimed) -> TelegramMethod[Any]:
    """A letter for tests: its payload's text as it is."""
    return SendMessage(chat_id=letter.chat_id, text=letter.payload["text"])


TEST_WRITERS = {**WRITERS, "note": note}


class Post:
    """The outbox of `app`, delivered to `sandbox`."""

    def __init__(self, app: App, sandbox: Sandbox) -> None:
        self.app = app
        self.sandbox = sandbox

    async def people(self, number: int, *, first: int = 5001) -> list[int]:
        """So many members whose chats with the bot are open; returns their account ids."""
        ids = list(range(first, first + number))
        self.open_chats((one, f"甲{one}") for one in ids)
        async with self.app.db.writing() as tx:
            unit = Unit(level="branch", name=f"支部{first}", path=f"/{first}/", ranking_on=False)
            tx.add(unit)
            await tx.flush()
            tx.add_all(
                Member(
                    id=one,
                    unit_id=unit.id,
                    name=f"甲{one}",
                    kind="full",
                    created_at=self.app.clock(),
                    telegram_id=one,
                )
                for one in ids
            )
        return ids

    def open_chats(self, people: Iterable[tuple[int, str]]) -> None:
        """These accounts have started the bot."""
        for one in self.sandbox.add_people({"id": number, "first_name": name} for number, name in people):
            one.started = True

    async def queue(
        self, chats: Iterable[int], *, lane: Lane = Lane.BULK, round: str = "r", **more: Any
    ) -> None:
        """One note to each chat."""
        async with self.app.db.writing() as tx:
            await outbox.put_many(
                tx,
                [
                    outbox.Draft(
                        key=f"{round}:{chat}",
                        chat_id=chat,
                        letter="note",
                        payload={"text": f"{round} 你好 {chat}"},
                        not_before=self.app.clock(),
                        lane=lane,
                        member_id=chat if chat > 0 else None,
                        **more,
                    )
                    for chat in chats
                ],
            )

    async def rows(self) -> list[Outgoing]:
        async with self.app.db.reading() as tx:
            return list(await tx.scalars(select(Outgoing).order_by(Outgoing.id)))

    def received(self, chat: int) -> list[str]:
        """What a person sees in the chat."""
        return [str(message.text) for message in self.sandbox.world.chats[chat].messages.values()]

    def calls(self, method: str = "sendMessage") -> list[dict[str, Any]]:
        return self.sandbox.world.calls.since(0, method)

    @asynccontextmanager
    async def courier(self, *, rate: float = inf, **options: Any) -> AsyncIterator[Courier]:
        """A courier at work; stopped in the end."""
        session = AiohttpSession(api=TelegramAPIServer.from_base(self.sandbox.api_base))
        async with Bot(self.sandbox.token, session=session) as bot:
            courier = Courier(self.app, bot, Pace(rate), **{"writers": TEST_WRITERS, **options})
            working = asyncio.create_task(courier.run())
            try:
                yield courier
            finally:
                courier.stop()
                await working

    async def until(
        self, happened: Callable[[list[Outgoing]], bool], *, seconds: float = 150.0
    ) -> list[Outgoing]:
        """Wait until the outbox looks like this."""
        async with asyncio.timeout(seconds):
            rows = await self.rows()
            while not happened(rows):
                await asyncio.sleep(0.03)
                rows = await self.rows()
        return rows

    async def until_settled(self, *, seconds: float = 150.0) -> list[Outgoing]:
        return await self.until(lambda rows: all(row.state != "queued" for row in rows), seconds=seconds)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(Sandbox(limits=False, checks=False))


@pytest.fixture
def post(app: App, sandbox: Sandbox) -> Post:
    return Post(app, sandbox)
