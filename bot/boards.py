"""A meeting's board: kept true where it stands, and left for another page in the same message."""

from aiogram.types import CallbackQuery

from actions import attendance, briefs, live
from actions.app import App
from bot import replies
from bot.views import Page
from bot.views import attendance as views
from study.meetings import Stage


async def draw(app: App, meeting_id: int, chat_id: int) -> Page | None:
    """How the board looks now in this chat; in a group it has no buttons."""
    board = await attendance.drawn(app, meeting_id, chat_id)
    if board is None:
        return None
    return views.shared(board) if chat_id < 0 else views.board(board)


async def put_up(query: CallbackQuery, app: App, board: attendance.Board) -> None:
    """Show the board in place of the message with the button, and keep it true while check-in is open."""
    await replies.show(query, views.board(board))
    if board.brief.stage is Stage.OPEN and not board.brief.closed and query.message:
        subject = briefs.subject(board.brief.id)
        await live.watch(app, subject, chat_id=query.message.chat.id, message_id=query.message.message_id)
        await live.refresh(app, subject)


async def turn(
    query: CallbackQuery, app: App, meeting_id: int, page: Page, *, toast: str | None = None
) -> None:
    """Show another page about the meeting in the same message: the board's edits stop while it is there."""
    if query.message:
        subject = briefs.subject(meeting_id)
        await live.leave(app, subject, chat_id=query.message.chat.id, message_id=query.message.message_id)
    await replies.show(query, page, toast=toast)
