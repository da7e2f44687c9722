"""Whether messages get through to a person: told when somebody blocks or unblocks the bot, and by /start."""

from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.filters import CommandStart
from aiogram.types import ChatMemberUpdated, Message

from actions import deliveries
from actions.app import App


async def changed(event: ChatMemberUpdated, app: App) -> None:
    if event.new_chat_member.status == ChatMemberStatus.KICKED:
        await deliveries.blocked(app, event.chat.id)
    else:
        await deliveries.reachable(app, event.chat.id)


async def started(message: Message, app: App) -> None:
    """Only takes note; what /start says is another handler's affair."""
    await deliveries.reachable(app, message.chat.id)
    raise SkipHandler


def router() -> Router:
    router = Router(name=__name__)
    router.my_chat_member.register(changed, F.chat.type == ChatType.PRIVATE)
    router.message.register(started, CommandStart(), F.chat.type == ChatType.PRIVATE)
    return router
