"""The copies of a notice as requests to Telegram: sent, changed, taken back, and reminded of."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiogram.methods import (
    DeleteMessages,
    EditMessageCaption,
    EditMessageMedia,
    EditMessageText,
    SendDocument,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.types import (
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    MediaUnion,
    ReplyParameters,
)

from actions import notices, receipts, reports
from actions.app import App
from actions.deliveries import Claimed
from bot import texts
from bot.views import Page
from bot.views import notices as views
from study.notices import EDITABLE, State, fill

GOES_OUT = (State.SENDING, State.PAUSED, State.STOPPED, State.SENT)


async def copy(_app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """The notice as it is now; nothing once it is called off."""
    notice = letter.notice
    if notice is None or notice.state not in GOES_OUT:
        return None
    return message(
        letter.chat_id,
        _words(letter),
        notice.media,
        keyboard=views.receipt(notice.id) if notice.receipt else None,
    )


async def edit(_app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"message": id, "seen": confirmed already}: a copy gets the words, and the picture or file, of now."""
    notice = letter.notice
    if notice is None or notice.state == State.WITHDRAWN:
        return None
    keyboard = None
    if notice.receipt and len(notice.media) < 2:
        keyboard = views.confirmed(notice.id) if letter.payload["seen"] else views.receipt(notice.id)
    where: Mapping[str, Any] = {
        "chat_id": letter.chat_id,
        "message_id": letter.payload["message"],
        "reply_markup": keyboard,
    }
    if len(notice.media) > 1:
        return EditMessageCaption(caption=_words(letter), **where)
    if notice.media:
        return EditMessageMedia(media=_input(notice.media[0], _words(letter)), **where)
    return EditMessageText(text=_words(letter), **where)


async def preview(_app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"pieces": number, "reply_to": id}: a notice as it will look, to whoever writes it; nothing once there is
    more of its album."""
    notice = letter.notice
    if notice is None or notice.state not in EDITABLE or len(notice.media) != letter.payload["pieces"]:
        return None
    return message(letter.chat_id, _words(letter), notice.media, reply_to=_reply(letter.payload["reply_to"]))


async def delete(_app: App, letter: Claimed) -> TelegramMethod[Any]:
    """Payload {"messages": ids}: a copy goes."""
    return DeleteMessages(chat_id=letter.chat_id, message_ids=letter.payload["messages"])


async def ask(_app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"reply_to": id}: the button under an album, which can have none itself."""
    notice = letter.notice
    if notice is None or notice.state == State.WITHDRAWN:
        return None
    return SendMessage(
        chat_id=letter.chat_id,
        text=texts.html("notices.ask_receipt"),
        reply_markup=views.receipt(notice.id),
        reply_parameters=_reply(letter.payload["reply_to"]),
        disable_notification=True,
    )


async def remind(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"reply_to": id}: a quiet word to whoever has not confirmed; nothing once they have."""
    notice = letter.notice
    if notice is None or letter.member_id is None or notice.state == State.WITHDRAWN:
        return None
    if await receipts.has_seen(app, notice_id=notice.id, member_id=letter.member_id):
        return None
    return SendMessage(
        chat_id=letter.chat_id,
        text=texts.html("notices.reminder", title=views.titled(notice.title)),
        reply_markup=views.receipt(notice.id),
        reply_parameters=_reply(letter.payload["reply_to"]),
        disable_notification=True,
    )


async def unsent(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"notice": id, "refusal": text key, "params"}: to its author, why it did not go out at its time."""
    payload = letter.payload
    title = await notices.title(app, payload["notice"])
    if title is None:
        return None
    page = views.unsent(payload["notice"], title, texts.plain(payload["refusal"], **payload["params"]))
    return SendMessage(chat_id=letter.chat_id, text=page.text, reply_markup=page.keyboard)


async def report(app: App, letter: Claimed) -> TelegramMethod[Any] | None:
    """Payload {"notice": id}: how it ended, to its sender."""
    page = await drawn(app, letter.payload["notice"], letter.chat_id)
    return SendMessage(chat_id=letter.chat_id, text=page.text, reply_markup=page.keyboard) if page else None


async def drawn(app: App, notice_id: int, chat_id: int) -> Page | None:
    """How the notice stands, for its message in this chat."""
    found = await reports.drawn(app, notice_id, chat_id=chat_id)
    return views.report(found) if found else None


def message(
    chat_id: int,
    words: str,
    media: Sequence[Mapping[str, Any]],
    *,
    keyboard: InlineKeyboardMarkup | None = None,
    reply_to: ReplyParameters | None = None,
) -> TelegramMethod[Any]:
    """A text, a picture, a file or an album, with its words. An album has no buttons."""
    where: Mapping[str, Any] = {"chat_id": chat_id, "reply_parameters": reply_to}
    if len(media) > 1:
        pieces: list[MediaUnion] = [
            _input(one, words if place == 0 else "") for place, one in enumerate(media)
        ]
        return SendMediaGroup(media=pieces, **where)
    if not media:
        return SendMessage(text=words, reply_markup=keyboard, **where)
    file = media[0]["file_id"]
    if media[0]["form"] == "photo":
        return SendPhoto(photo=file, caption=words or None, reply_markup=keyboard, **where)
    return SendDocument(document=file, caption=words or None, reply_markup=keyboard, **where)


def _input(piece: Mapping[str, Any], words: str) -> InputMediaPhoto | InputMediaDocument:
    kind = InputMediaPhoto if piece["form"] == "photo" else InputMediaDocument
    return kind(media=piece["file_id"], caption=words or None)


def _words(letter: Claimed) -> str:
    assert letter.notice
    if letter.member_id is None:
        return fill(
            letter.notice.body, name=texts.plain("notices.everybody"), unit=texts.plain("notices.ours")
        )
    return fill(letter.notice.body, name=letter.name, unit=letter.unit)


def _reply(message_id: int) -> ReplyParameters:
    return ReplyParameters(message_id=message_id, allow_sending_without_reply=True)
