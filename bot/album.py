"""Shows pictures of lessons and questions; each is uploaded to Telegram once."""

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from actions import pictures
from actions.app import App
from actions.questions import Finished, Shown


async def show(bot: Bot, app: App, account: int, *, digest: str, caption: str | None = None) -> None:
    """Send the picture to this person; nothing when it is nowhere to be found."""
    picture = await pictures.find(app, account, digest)
    if picture is None:
        return
    if picture.file_id:
        try:
            await bot.send_photo(account, picture.file_id, caption=caption)
        except TelegramBadRequest:
            # Ids belong to one bot: after a change of token the picture has to be sent anew.
            await pictures.sent(app, digest, file_id=None)
        else:
            return
    message = await bot.send_photo(
        account, BufferedInputFile(picture.data, f"{digest[:12]}.jpg"), caption=caption
    )
    if message.photo:
        await pictures.sent(app, digest, file_id=message.photo[-1].file_id)


async def show_with(event: Message | CallbackQuery, app: App, shown: Shown | Finished) -> None:
    """Send the picture of the question that is about to be asked, if it has one."""
    if isinstance(shown, Shown) and shown.item.picture and event.bot and event.from_user:
        await show(event.bot, app, event.from_user.id, digest=shown.item.picture)
