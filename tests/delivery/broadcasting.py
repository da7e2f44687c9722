"""A broadcast under way: who gets it, what came of it, and time that passes until it is over."""

import asyncio
import shutil
from collections import Counter
from pathlib import Path

from sqlalchemy import insert, select

from actions import notices, roles
from actions.actors import Console
from actions.app import App
from bot import settings
from sandbox.server import Sandbox
from storage import units
from storage.tables import Member, Outgoing, Recipient
from study.members import Role
from tests.conftest import Clock
from tests.delivery.process import PATIENCE


async def people(app: App, sandbox: Sandbox, number: int, *, first: int = 10_001) -> list[int]:
    """A branch of so many whose chats are open; the first is its secretary. Returns their accounts."""
    ids = list(range(first, first + number))
    async with app.db.writing() as tx:
        unit = await units.add(tx, name="云杉医院党委", level="committee")
        await tx.execute(
            insert(Member),
            [
                {
                    "unit_id": unit.id,
                    "name": f"甲{one}",
                    "kind": "full",
                    "created_at": app.clock(),
                    "telegram_id": one,
                }
                for one in ids
            ],
        )
        secretary = await tx.scalar(select(Member.id).where(Member.telegram_id == first))
    assert secretary
    await roles.grant(app, Console.SHELL, member_id=secretary, role=Role.SECRETARY, unit_id=unit.id)
    for one in sandbox.add_people({"id": one, "first_name": f"甲{one}"} for one in ids):
        one.started = True
    return ids


async def announced(app: App, who: int, *, body: str = "通知：{姓名}", receipt: bool = False) -> int:
    draft = await notices.draft(app, who, body=body, receipt=receipt)
    await notices.set_urgent(app, who, notice_id=draft.id, reason="不等天亮")
    await notices.announce(app, who, notice_id=draft.id)
    return draft.id


def copies(sandbox: Sandbox, ids: list[int]) -> dict[int, list[str]]:
    """What stands in each of these chats of the bot's notices."""
    return {
        one: [
            message.text
            for message in sandbox.world.chats[one].messages.values()
            if message.text.startswith("通知")
        ]
        for one in ids
    }


def arrived(sandbox: Sandbox, ids: list[int]) -> Counter[int]:
    """How many copies each of these chats was sent; other letters do not count."""
    return Counter({one: len(texts) for one, texts in copies(sandbox, ids).items() if texts})


async def settled(app: App) -> set[int]:
    """The chats whose copy is written down as sent."""
    async with app.db.reading() as tx:
        return {
            chat
            for chat in await tx.scalars(select(Recipient.chat_id).where(Recipient.fate == "sent"))
            if chat
        }


async def until_over(app: App, notice_id: int, clock: Clock, *, seconds: float = PATIENCE) -> None:
    """Let time pass until every copy is settled, and the courier has nothing left of this notice."""
    left = select(Outgoing.id).where(Outgoing.notice_id == notice_id, Outgoing.state == "queued").limit(1)
    async with asyncio.timeout(seconds):
        while True:
            async with app.db.reading() as tx:
                if await tx.scalar(left) is None:
                    return
            # Not so fast that a lease ends while its letters are on the wire.
            clock.tick(seconds=0.5)
            await asyncio.sleep(0.05)


def rules_alone(folder: Path) -> Path:
    """A content folder with nothing to teach: so a life of the program begins sooner."""
    folder.mkdir()
    for name in ("calendar", "columns", "meetings", "notices", "points"):
        shutil.copy(settings.ROOT / f"content/{name}.yaml", folder)
    return folder
