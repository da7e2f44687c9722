"""What somebody sends to make a notice of, and the notice shown to them as it will look."""

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import Message

from actions.notices import Look
from bot import copies, replies, texts
from bot.views import notices as views
from study.notices import Piece, fill


def piece(message: Message) -> Piece | None:
    """The picture or file of the message; None when there are only words."""
    group, place = message.media_group_id, message.message_id
    if message.photo:
        best = message.photo[-1]
        return Piece("photo", best.file_id, best.file_unique_id, group=group, place=place)
    if message.document:
        file = message.document
        name = file.file_name or ""
        return Piece("document", file.file_id, file.file_unique_id, name, group=group, place=place)
    return None


async def show(message: Message, look: Look) -> bool:
    """Show the notice as it will look, where there is something to show; False when Telegram does not take it, which its
    sender is told with Telegram's reason."""
    if look.blank is not None or not (look.body or look.media) or message.bot is None:
        return True
    media = [{"form": one.form, "file_id": one.file_id} for one in look.media]
    words = fill(look.body, name=look.sender, unit=look.home)
    try:
        await message.bot(copies.message(message.chat.id, words, media, keyboard=views.sample(look)))
    except TelegramBadRequest as error:
        await replies.say(message, views.refused(look.id, error.message))
        return False
    if look.receipt and len(media) > 1:
        await message.answer(texts.html("notices.ask_receipt"), reply_markup=views.sample(look))
    return True
