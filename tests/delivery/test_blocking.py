"""Whether messages get through to a person is kept up to date by what Telegram tells."""

from aiogram import Bot, Dispatcher, Router
from aiogram.types import Update
from sqlalchemy import select

from actions import deliveries
from actions.app import App
from bot.handlers import chat_member
from storage.tables import Member
from tests.conftest import Hospital

PERSON = {"id": 1001, "is_bot": False, "first_name": "林小满"}
CHAT = {"id": 1001, "type": "private"}
BOT = {"id": 42, "is_bot": True, "first_name": "助手"}


def changed(status: str) -> dict[str, object]:
    member = {"user": BOT, "status": status}
    if status == "kicked":
        member["until_date"] = 0
    return {
        "update_id": 1,
        "my_chat_member": {
            "chat": CHAT,
            "from": PERSON,
            "date": 1,
            "old_chat_member": {"user": BOT, "status": "member"},
            "new_chat_member": member,
        },
    }


async def is_blocked(app: App, hospital: Hospital) -> bool:
    async with app.db.reading() as tx:
        return await tx.scalar(select(Member.blocked_at).where(Member.id == hospital.nurse.id)) is not None


async def test_blocking_and_coming_back(app: App, hospital: Hospital) -> None:
    dispatcher = Dispatcher(app=app)
    later: list[str] = []
    greeting = Router()
    greeting.message.register(lambda message: later.append(message.text))
    dispatcher.include_routers(chat_member.router(), greeting)
    async with Bot("42:SANDBOX") as bot:

        async def feed(update: dict[str, object]) -> None:
            await dispatcher.feed_update(bot, Update.model_validate(update, context={"bot": bot}))

        await feed(changed("kicked"))
        assert await is_blocked(app, hospital)
        await feed(changed("member"))
        assert not await is_blocked(app, hospital)

        await deliveries.blocked(app, 1001)
        assert await is_blocked(app, hospital)
        start = {"message_id": 1, "date": 1, "chat": CHAT, "from": PERSON, "text": "/start"}
        await feed({"update_id": 2, "message": start})
        assert not await is_blocked(app, hospital)
        assert later == ["/start"]  # which goes on to whoever greets people
