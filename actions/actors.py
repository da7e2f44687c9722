"""Whoever asks: a Telegram account, or the command line of the machine the program runs on."""

from enum import Enum
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from actions.app import App
from storage import members, units
from study.calendar import DEFAULT_ZONE
from study.members import Actor, NotJoined, Post, Role


class Console(Enum):
    """The command line. A value of its own, so that a missing account can never be taken for it."""

    SHELL = "shell"


Who = int | Literal[Console.SHELL]


async def load(tx: AsyncSession, who: Who) -> Actor:
    """The actor behind a Telegram account id; raises NotJoined for strangers."""
    if who is Console.SHELL:
        top = await units.root(tx)
        return Actor(
            member_id=None,
            name="",
            unit_id=top.id if top else 0,
            unit_path=top.path if top else "/",
            timezone=(top.timezone if top else None) or DEFAULT_ZONE,
            everything=True,
        )
    assert isinstance(who, int)
    found = await members.asking(tx, who)
    if found is None:
        raise NotJoined()
    return Actor(
        member_id=found.member_id,
        name=found.name,
        unit_id=found.unit_id,
        unit_path=found.unit_path,
        timezone=found.timezone or DEFAULT_ZONE,
        kind=found.kind,
        locale=found.locale,
        in_ranking=found.in_ranking,
        posts=tuple(Post(Role(role), path) for role, path in found.posts),
    )


async def ensure_joined(app: App, who: Who) -> None:
    """Raise NotJoined for strangers."""
    async with app.db.reading() as tx:
        await load(tx, who)
