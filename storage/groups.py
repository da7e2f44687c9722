"""Telegram groups bound to units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, false, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage import notices, outbox
from storage.inserts import insert
from storage.tables import Group, LiveMessage, Recipient, Unit

# Letters that change one message of their chat, by its number.
OF_ONE_MESSAGE = ("live", notices.EDIT, notices.DELETE)


@dataclass(frozen=True)
class Bound:
    """A group with its unit."""

    group: Group
    unit: Unit


async def find(tx: AsyncSession, chat_id: int, *, lock: bool = False) -> Bound | None:
    query = select(Group, Unit).join(Unit, Unit.id == Group.unit_id).where(Group.chat_id == chat_id)
    row = (await tx.execute(query.with_for_update(of=Group) if lock else query)).first()
    return Bound(*row) if row else None


async def bind(
    tx: AsyncSession, *, chat_id: int, title: str, unit_id: int, by: int | None, at: datetime
) -> None:
    """From now on the group is this unit's, whatever it was before."""
    values = {"title": title, "unit_id": unit_id, "bound_by": by, "bound_at": at, "removed_at": None}
    statement = insert(tx, Group).values(chat_id=chat_id, names_shown=False, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=[Group.chat_id], set_=values))


async def unbind(tx: AsyncSession, chat_id: int) -> None:
    """The group is nobody's, and nothing in it is kept true any more. Notices that went there remember its name."""
    title = select(Group.title).where(Group.chat_id == chat_id).scalar_subquery()
    went_there = update(Recipient).where(Recipient.chat_id == chat_id, Recipient.member_id.is_(None))
    await tx.execute(went_there.values(group_name=title), execution_options={"synchronize_session": False})
    await tx.execute(delete(Group).where(Group.chat_id == chat_id))
    await tx.execute(delete(LiveMessage).where(LiveMessage.chat_id == chat_id))


async def of_unit(tx: AsyncSession, unit_id: int) -> Sequence[Group]:
    """The groups of this very unit that the bot is in."""
    query = select(Group).where(Group.unit_id == unit_id, Group.removed_at.is_(None))
    return (await tx.scalars(query.order_by(Group.chat_id))).all()


async def within(tx: AsyncSession, paths: Sequence[str], *, limit: int, offset: int) -> list[Bound]:
    """The groups of the units at these paths and below, removed ones too, in the order of the tree."""
    query = select(Group, Unit).join(Unit, Unit.id == Group.unit_id).where(_within(paths))
    query = query.order_by(Unit.path, Group.chat_id).limit(limit).offset(offset)
    return [Bound(*row) for row in await tx.execute(query)]


async def count_within(tx: AsyncSession, paths: Sequence[str]) -> int:
    query = select(func.count()).select_from(Group).join(Unit, Unit.id == Group.unit_id)
    return await tx.scalar(query.where(_within(paths))) or 0


async def move(tx: AsyncSession, *, old: int, new: int, at: datetime) -> list[str]:
    """The group has another id now; whatever is on its way there goes to the new one.

    Messages are numbered anew there, so what was sent before can neither be edited nor called back: such numbers are
    forgotten, and letters that speak of one die. Returns the subjects of the messages that were kept true there.
    """
    old_row = await tx.get(Group, old)
    if old_row is not None and await tx.get(Group, new) is None:
        old_row.chat_id, old_row.removed_at = new, None
        await tx.flush()
    elif old_row is not None:
        await tx.delete(old_row)
    there = aliased(Recipient)
    known = exists().where(there.notice_id == Recipient.notice_id, there.chat_id == new)
    await tx.execute(
        update(Recipient).where(Recipient.chat_id == old, ~known).values(chat_id=new, message_ids=None),
        execution_options={"synchronize_session": False},
    )
    await notices.move_audiences(tx, old=old, new=new)
    kept = delete(LiveMessage).where(LiveMessage.chat_id == old).returning(LiveMessage.subject)
    subjects = sorted(await tx.scalars(kept))
    await outbox.drop(tx, old, OF_ONE_MESSAGE, at=at)
    await outbox.move_chat(tx, old=old, new=new)
    return subjects


def _within(paths: Sequence[str]) -> ColumnElement[bool]:
    return or_(false(), *(Unit.path.startswith(path) for path in paths))
