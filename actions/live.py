"""Messages that are kept true while something goes on: a notice on its way, a meeting while people check in.

A subject is "notice:12" or "meeting:7". Whoever changes something calls `touch` in the same transaction; the message is
drawn when its letter is sent, so however much happens, it is edited once in STEP at most, and shows what is so then.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from actions.app import App
from storage import groups, live, outbox
from study.delivery import Lane

BOARD = "board"  # the letter that sends such a message
STEP = timedelta(seconds=3)
STALE = timedelta(minutes=10)  # an edit that could not be made for so long; a later one will come


async def watch(app: App, subject: str, *, chat_id: int, message_id: int) -> None:
    """Keep the message, which shows the subject as it is now, true from here on."""
    async with app.db.writing() as tx:
        await live.keep(tx, subject, chat_id=chat_id, message_id=message_id, at=app.clock())


async def post(app: App, tx: AsyncSession, subject: str, *, chat_id: int, edition: int = 1) -> bool:
    """Send a message about the subject to this chat, and keep it true once it is there; False if one of this edition
    was sent before."""
    return await outbox.put(
        tx,
        key=f"{BOARD}:{subject}:{edition}:{chat_id}",
        chat_id=chat_id,
        letter=BOARD,
        payload={"subject": subject},
        lane=Lane.PERSONAL,
        not_before=app.clock(),
    )


async def posted(app: App, tx: AsyncSession, subject: str, *, chat_id: int, message_id: int) -> None:
    """What `post` asked for was sent; what changed since it was drawn follows."""
    await live.keep(tx, subject, chat_id=chat_id, message_id=message_id, at=app.clock())
    await touch(app, tx, subject)


async def move(app: App, tx: AsyncSession, *, old: int, new: int) -> None:
    """A group has another id now. Its messages cannot be edited any more, so those that were kept true are sent anew;
    a second time changes nothing."""
    for subject in await groups.move(tx, old=old, new=new, at=app.clock()):
        await post(app, tx, subject, chat_id=new)


async def leave(app: App, subject: str, *, chat_id: int, message_id: int) -> None:
    """The message shows something else from now on: edits that wait for it are not made."""
    async with app.db.writing() as tx:
        await live.leave(tx, subject, chat_id=chat_id, message_id=message_id)


async def is_watched(app: App, subject: str, *, chat_id: int, message_id: int) -> bool:
    """Whether the message is to be kept true at this moment."""
    async with app.db.reading() as tx:
        return await live.is_kept(tx, subject, chat_id=chat_id, message_id=message_id)


async def refresh(app: App, subject: str) -> None:
    """Draw the messages of the subject anew in a moment, in case it changed while they were being put up."""
    async with app.db.writing() as tx:
        await touch(app, tx, subject)


async def finish(app: App, tx: AsyncSession, subject: str) -> None:
    """Draw the messages of the subject a last time, at once, and keep them true no longer."""
    await touch(app, tx, subject, at_once=True, last=True)
    await live.forget(tx, subject)


async def touch(
    app: App, tx: AsyncSession, subject: str, *, at_once: bool = False, last: bool = False
) -> None:
    """The subject changed: its messages are drawn anew within STEP, or at once; the `last` time also when they are
    kept no more by then."""
    now = app.clock()
    step = now if at_once else _next_step(now)
    for message in await live.of(tx, subject):
        await outbox.put(
            tx,
            key=f"live:{subject}:{message.chat_id}:{message.message_id}:{step.timestamp():.6f}",
            chat_id=message.chat_id,
            letter="live",
            payload={"subject": subject, "message": message.message_id, "last": last},
            lane=Lane.PERSONAL,
            not_before=step,
            expires_at=step + STALE,
        )


def _next_step(now: datetime) -> datetime:
    seconds = STEP.total_seconds()
    return datetime.fromtimestamp((now.timestamp() // seconds + 1) * seconds, UTC)
