"""Messages kept true by edits while something goes on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.inserts import insert
from storage.tables import LiveMessage

# Asked whenever something changes, so it is put together once.
_OF = select(LiveMessage).where(LiveMessage.subject == bindparam("subject"))


async def keep(tx: AsyncSession, subject: str, *, chat_id: int, message_id: int, at: datetime) -> None:
    """From now on this message of the chat is the one about `subject`; an earlier one there stays as it is."""
    statement = insert(tx, LiveMessage).values(
        subject=subject, chat_id=chat_id, message_id=message_id, since=at
    )
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=[LiveMessage.subject, LiveMessage.chat_id],
            set_={"message_id": message_id, "since": at},
        )
    )


async def of(tx: AsyncSession, subject: str) -> Sequence[LiveMessage]:
    return (await tx.scalars(_OF, {"subject": subject})).all()


async def is_kept(tx: AsyncSession, subject: str, *, chat_id: int, message_id: int) -> bool:
    """Whether this is still the message about `subject` in its chat."""
    found = await tx.get(LiveMessage, (subject, chat_id))
    return found is not None and found.message_id == message_id


async def leave(tx: AsyncSession, subject: str, *, chat_id: int, message_id: int) -> None:
    """This message shows something else from now on."""
    await tx.execute(
        delete(LiveMessage).where(
            LiveMessage.subject == subject,
            LiveMessage.chat_id == chat_id,
            LiveMessage.message_id == message_id,
        )
    )


async def forget(tx: AsyncSession, subject: str) -> None:
    """Nothing changes any more."""
    await tx.execute(delete(LiveMessage).where(LiveMessage.subject == subject))
