"""The copies of an invitation as requests to Telegram; those of any other notice are written by bot/copies.py."""

from typing import Any

from aiogram.methods import EditMessageText, SendMessage, TelegramMethod
from aiogram.types import InlineKeyboardMarkup, ReplyParameters

from actions import invitations, receipts
from actions.app import App
from actions.deliveries import Claimed
from bot import copies, texts
from bot.views import Page, button, doors, keyboard
from bot.views import checkin as views
from bot.views import notices as notice_views
from study.notices import State


async def copy(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """The invitation as it is for its reader now; nothing once the meeting is over, or called off."""
    notice = letter.notice
    if notice is None or notice.meeting_id is None:
        return await copies.copy(app, letter)
    if notice.state not in copies.GOES_OUT:
        return None
    if not await invitations.worth_sending(app, meeting_id=notice.meeting_id):
        return None
    page = await _page(app, letter, notice.meeting_id)
    return SendMessage(chat_id=letter.chat_id, text=page.text, reply_markup=page.keyboard) if page else None


async def edit(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"message": id, …}: a copy follows the meeting."""
    if letter.notice is None or letter.notice.meeting_id is None:
        return await copies.edit(app, letter)
    return await _edit(app, letter, letter.notice.meeting_id)


async def answered(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"meeting": id, "message": id}: a copy follows its reader."""
    return await _edit(app, letter, letter.payload["meeting"])


async def remind(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"reply_to": id}: a quiet word to whoever has neither confirmed nor answered."""
    notice = letter.notice
    if notice is None or notice.meeting_id is None:
        return await copies.remind(app, letter)
    if letter.member_id is None or notice.state == State.WITHDRAWN:
        return None
    if await receipts.has_seen(app, notice_id=notice.id, member_id=letter.member_id):
        return None
    if not await invitations.worth_sending(app, meeting_id=notice.meeting_id):
        return None
    return SendMessage(
        chat_id=letter.chat_id,
        text=texts.html("notices.reminder", title=notice_views.titled(notice.title)),
        reply_markup=_receipt(notice.meeting_id),
        reply_parameters=ReplyParameters(
            message_id=letter.payload["reply_to"], allow_sending_without_reply=True
        ),
        disable_notification=True,
    )


def _receipt(meeting_id: int) -> InlineKeyboardMarkup:
    return keyboard([button(texts.plain("notices.seen"), doors.Received(meeting=meeting_id))])


async def _edit(app: App, letter: Claimed, meeting_id: int) -> TelegramMethod[Any] | None:
    page = await _page(app, letter, meeting_id)
    if page is None:
        return None
    return EditMessageText(
        chat_id=letter.chat_id,
        message_id=letter.payload["message"],
        text=page.text,
        reply_markup=page.keyboard,
    )


async def _page(app: App, letter: Claimed, meeting_id: int) -> Page | None:
    assert letter.member_id is not None
    found = await invitations.shown(app, meeting_id=meeting_id, member_id=letter.member_id)
    return views.invitation(found) if found else None
