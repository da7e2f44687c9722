"""/bind, and how the bot keeps itself in groups: it speaks when spoken to, and briefly."""

from collections import OrderedDict
from datetime import datetime, timedelta

from aiogram import Bot, F, Router
from aiogram.enums import ChatMemberStatus, ChatType, MessageEntityType
from aiogram.filters import Command, CommandStart
from aiogram.types import CallbackQuery, Chat, ChatMemberUpdated, Message

from actions import groups
from actions.app import App
from bot import replies, texts
from bot.views import Page
from bot.views import groups as views
from bot.views.menu import Go
from study.refusal import Refusal

GONE = (ChatMemberStatus.LEFT, ChatMemberStatus.KICKED)
HINT_PAUSE = timedelta(minutes=10)  # between hints in one group, whoever asks
GROUPS_REMEMBERED = 1_000


# --- in a group


async def bind(message: Message, app: App) -> None:
    """Somebody asks to bind this group: at once when there is only one unit it can be."""
    assert message.from_user
    if message.sender_chat is not None:
        # An anonymous administrator: nobody knows who it is.
        await replies.say(message, views.anonymous())
        return
    page = await _offered(app, message.from_user.id, message.chat, await _name(message.bot))
    await replies.say(message, page)


async def _offered(app: App, who: int, chat: Chat, username: str) -> Page:
    found = await groups.offer(app, who, chat_id=chat.id)
    if found.bound or found.leaf.total > 1:
        return views.offer(found)
    only = found.choices[0]
    group = await groups.bind(app, who, chat_id=chat.id, title=chat.title or "", unit_id=only.unit_id)
    return views.bound(group, username)


async def choose(query: CallbackQuery, callback_data: views.Choose, app: App) -> None:
    if query.message:
        found = await groups.offer(
            app, query.from_user.id, chat_id=query.message.chat.id, page=callback_data.page
        )
        await replies.show(query, views.offer(found))


async def chosen(query: CallbackQuery, callback_data: views.Bind, app: App) -> None:
    if query.message:
        chat = query.message.chat
        group = await groups.bind(
            app, query.from_user.id, chat_id=chat.id, title=chat.title or "", unit_id=callback_data.unit
        )
        await replies.show(query, views.bound(group, await _name(query.bot)))


async def leave(query: CallbackQuery, app: App) -> None:
    if query.message:
        await groups.offer(app, query.from_user.id, chat_id=query.message.chat.id)
        await replies.show(query, views.left())


async def joined(event: ChatMemberUpdated, app: App, bot: Bot) -> None:
    """The bot was put into a group: missed there, or to be bound by whoever put it in."""
    group = await groups.returned(app, event.chat.id)
    if group is not None:
        page = views.returned(group)
    else:
        try:
            found = await groups.offer(app, event.from_user.id, chat_id=event.chat.id)
        except Refusal:
            return  # put in by somebody who may not bind it: not a word
        page = views.offer(found)
    await bot.send_message(event.chat.id, page.text, reply_markup=page.keyboard)


async def removed(event: ChatMemberUpdated, app: App) -> None:
    await groups.removed(app, event.chat.id)


async def moved(message: Message, app: App) -> None:
    """Told in the old group and in the new one."""
    old, new = message.migrate_from_chat_id, message.migrate_to_chat_id
    await groups.moved(app, old=old or message.chat.id, new=new or message.chat.id)


async def renamed(message: Message, app: App) -> None:
    await groups.renamed(app, message.chat.id, message.new_chat_title or "")


class Hints:
    """Asks whoever speaks to the bot in a group to come to the private chat: once for everybody who reads it."""

    def __init__(self) -> None:
        self._last: OrderedDict[int, datetime] = OrderedDict()

    async def give(self, message: Message, app: App, bot: Bot) -> None:
        now = app.clock()
        last = self._last.get(message.chat.id)
        if last is not None and now - last < HINT_PAUSE:
            return
        self._last[message.chat.id] = now
        self._last.move_to_end(message.chat.id)
        while len(self._last) > GROUPS_REMEMBERED:
            self._last.popitem(last=False)
        with texts.speaking(texts.DEFAULT):  # everybody reads it
            page = views.hint(await _name(bot))
        await message.reply(page.text, reply_markup=page.keyboard)


async def is_addressed(message: Message, bot: Bot) -> bool:
    """Whether it is a command with the bot's name, mentions it, or answers it."""
    replied = message.reply_to_message
    if replied is not None and replied.from_user is not None and replied.from_user.id == bot.id:
        return True
    text = message.text or message.caption or ""
    name = f"@{await _name(bot)}".lower()
    for entity in message.entities or message.caption_entities or ():
        said = entity.extract_from(text).lower()
        if entity.type == MessageEntityType.MENTION and said == name:
            return True
        if entity.type == MessageEntityType.BOT_COMMAND and said.endswith(name):
            return True
        if entity.user is not None and entity.user.id == bot.id:
            return True
    return False


async def _name(bot: Bot | None) -> str:
    assert bot
    return (await bot.me()).username or ""


# --- in private


async def command(message: Message, app: App) -> None:
    assert message.from_user
    found = await groups.listing(app, message.from_user.id)
    await replies.say(message, views.listing(found, await _name(message.bot)))


async def opened(query: CallbackQuery, app: App) -> None:
    found = await groups.listing(app, query.from_user.id)
    await replies.add(query, views.listing(found, await _name(query.bot)))


async def listing(query: CallbackQuery, callback_data: views.Listing, app: App) -> None:
    found = await groups.listing(app, query.from_user.id, page=callback_data.page)
    await replies.show(query, views.listing(found, await _name(query.bot)))


async def look(query: CallbackQuery, callback_data: views.Open, app: App) -> None:
    await replies.show(
        query, views.look(await groups.look(app, query.from_user.id, chat_id=callback_data.chat))
    )


async def names(query: CallbackQuery, callback_data: views.Names, app: App) -> None:
    group = await groups.set_names_shown(
        app, query.from_user.id, chat_id=callback_data.chat, shown=callback_data.shown
    )
    await replies.show(query, views.look(group), toast=texts.plain("settings.saved"))


async def unbind(query: CallbackQuery, callback_data: views.Unbind, app: App) -> None:
    who = query.from_user.id
    await groups.unbind(app, who, chat_id=callback_data.chat)
    page = views.listing(await groups.listing(app, who), await _name(query.bot))
    await replies.show(query, page, toast=texts.plain("groups.unbound"))


def router() -> Router:
    router = Router(name=__name__)
    in_group = F.chat.type.in_({ChatType.GROUP, ChatType.SUPERGROUP})
    in_private = F.chat.type == ChatType.PRIVATE
    router.message.register(bind, in_group, Command("bind"))
    router.message.register(bind, in_group, CommandStart(magic=F.args == "bind"))
    router.message.register(moved, in_group, F.migrate_to_chat_id | F.migrate_from_chat_id)
    router.message.register(renamed, in_group, F.new_chat_title)
    router.message.register(Hints().give, in_group, is_addressed)
    router.my_chat_member.register(
        joined, in_group, F.old_chat_member.status.in_(GONE), ~F.new_chat_member.status.in_(GONE)
    )
    router.my_chat_member.register(removed, in_group, F.new_chat_member.status.in_(GONE))
    # A made-up button in a private chat binds nothing.
    pressed_there = F.message.chat.type.in_({ChatType.GROUP, ChatType.SUPERGROUP})
    router.callback_query.register(choose, views.Choose.filter(), pressed_there)
    router.callback_query.register(chosen, views.Bind.filter(), pressed_there)
    router.callback_query.register(leave, views.Leave.filter(), pressed_there)
    router.message.register(command, in_private, Command("bind"))
    router.callback_query.register(opened, Go.filter(F.to == "bind"))
    router.callback_query.register(listing, views.Listing.filter())
    router.callback_query.register(look, views.Open.filter())
    router.callback_query.register(names, views.Names.filter())
    router.callback_query.register(unbind, views.Unbind.filter())
    return router
