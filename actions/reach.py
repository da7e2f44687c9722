"""What an actor may get at: units and people, found and permitted in one step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from storage import members, roster, units
from storage.tables import Member, Unit
from study.members import Actor, NoSuchMember, NoSuchUnit, Permission

T = TypeVar("T")
PAGE = 8  # people or units shown at a time


@dataclass(frozen=True)
class Leaf:
    """Which page of a list this is: `page` counts from 0, `pages` is at least 1."""

    page: int
    pages: int
    total: int


async def unit(tx: AsyncSession, actor: Actor, permission: Permission, unit_id: int) -> Unit:
    """The unit; raises NoSuchUnit, or NotAllowed when the permission does not reach it."""
    found = await units.find(tx, unit_id)
    if found is None:
        raise NoSuchUnit()
    actor.require(permission, found.path)
    return found


async def member(
    tx: AsyncSession, actor: Actor, permission: Permission, member_id: int, *, lock: bool = False
) -> tuple[Member, Unit]:
    """Somebody on the roster and their unit; raises NoSuchMember, or NotAllowed."""
    found = await (members.lock(tx, member_id) if lock else members.find(tx, member_id))
    if found is None or found.left_at is not None:
        raise NoSuchMember()
    return found, await unit(tx, actor, permission, found.unit_id)


async def home(tx: AsyncSession, of: Member) -> Unit:
    """The unit somebody belongs to."""
    found = await units.find(tx, of.unit_id)
    assert found is not None
    return found


async def people(tx: AsyncSession, paths: Sequence[str], query: str = "") -> list[tuple[Member, Unit]]:
    """Everybody on the roster below these paths whom the query may mean, each once, by unit and name."""
    found: dict[int, tuple[Member, Unit]] = {}
    for path in paths:
        for one, home in await roster.search(tx, path, query):
            found[one.id] = (one, home)
    return list(found.values())


def leaf(total: int, page: int, *, size: int = PAGE) -> Leaf:
    """The page asked for, or the nearest there is, with so many to a page."""
    pages = max(1, -(-total // size))
    return Leaf(page=min(max(page, 0), pages - 1), pages=pages, total=total)


def cut(rows: Sequence[T], place: Leaf, *, size: int = PAGE) -> Sequence[T]:
    """The rows of that page."""
    return rows[place.page * size : (place.page + 1) * size]
