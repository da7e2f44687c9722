"""Who is in which chat as what, and what Telegram tells the bot when that changes."""

from __future__ import annotations

from typing import Any

import telegram

from sandbox import wire
from sandbox.state import Chat, Json, Message
from sandbox.world import World

ADMINISTRATOR_RIGHTS: Json = {
    "can_be_edited": False,
    "is_anonymous": False,
    "can_manage_chat": True,
    "can_delete_messages": True,
    "can_manage_video_chats": True,
    "can_restrict_members": True,
    "can_promote_members": False,
    "can_change_info": True,
    "can_invite_users": True,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
    "can_pin_messages": True,
    **wire.NEWER_RIGHTS,
}
ADMINISTRATORS = ("creator", "administrator")
GONE = ("left", "kicked")


def member_json(world: World, user_id: int, status: str) -> Json:
    """A ChatMember of this status, checked by PTB."""
    told: Json = {"user": world.user_json(user_id), "status": status}
    if status == "creator":
        told["is_anonymous"] = False
    elif status == "administrator":
        told.update(ADMINISTRATOR_RIGHTS)
    elif status == "kicked":
        told["until_date"] = 0
    return wire.checked(telegram.ChatMember, told) if world.checks else told


def change(world: World, chat: Chat, user_id: int, status: str, *, actor_id: int) -> None:
    """Gives a person or the bot another place in a group, and tells the bot."""
    before = chat.status(user_id)
    if before == status:
        return
    chat.members[user_id] = status
    world.mark("chat", chat.id)
    world.changed("chat", chat)
    tell(world, chat, user_id, before=before, after=status, actor_id=actor_id)


def tell(world: World, chat: Chat, user_id: int, *, before: str, after: str, actor_id: int) -> None:
    """The ChatMemberUpdated: about the bot always, about others when the bot is an administrator."""
    about_bot = user_id == world.bot.id
    if not about_bot and chat.status(world.bot.id) != "administrator":
        return
    payload = {
        "chat": world.chat_json(chat),
        "from": world.user_json(actor_id),
        "date": world.clock.timestamp(),
        "old_chat_member": member_json(world, user_id, before),
        "new_chat_member": member_json(world, user_id, after),
    }
    world.updates.add("my_chat_member" if about_bot else "chat_member", payload)


def announce(world: World, chat: Chat, actor_id: int, **content: Any) -> Message:
    """A service message, told to the bot if it is there and did not do it itself."""
    message = world.post(chat, sender_id=actor_id, content=content)
    if chat.present(world.bot.id) and actor_id != world.bot.id:
        world.updates.add("message", world.message_json(message))
    return message


def join(world: World, chat: Chat, user_ids: list[int], *, actor_id: int) -> None:
    """Adds people or the bot to a group."""
    new = [user_id for user_id in user_ids if not chat.present(user_id)]
    for user_id in new:
        change(world, chat, user_id, "member", actor_id=actor_id)
    if new:
        announce(world, chat, actor_id, new_chat_members=[world.user_json(user_id) for user_id in new])


def leave(world: World, chat: Chat, user_id: int, *, actor_id: int) -> None:
    """Takes somebody out of a group, or lets them go by themselves."""
    if not chat.present(user_id):
        return
    by_itself = user_id == actor_id
    announce(world, chat, actor_id, left_chat_member=world.user_json(user_id))
    change(world, chat, user_id, "left" if by_itself else "kicked", actor_id=actor_id)


def appoint(world: World, chat: Chat, user_ids: list[int], *, actor_id: int) -> None:
    """Makes exactly these the administrators; the creator stays what they are."""
    for user_id, status in list(chat.members.items()):
        if status == "administrator" and user_id not in user_ids:
            change(world, chat, user_id, "member", actor_id=actor_id)
        if status == "member" and user_id in user_ids:
            change(world, chat, user_id, "administrator", actor_id=actor_id)


def creator(world: World, chat: Chat) -> int:
    """Who did what nobody in particular did: the group's creator."""
    return next((user for user, status in chat.members.items() if status == "creator"), world.bot.id)


def found(world: World, *, title: str, members: list[int], kind: str) -> Chat:
    """A new group; the first person in it is its creator."""
    chat = Chat(id=world.made_chat_id(kind), type=kind, title=title)
    persons = [member for member in members if member != world.bot.id]
    chat.members = {persons[0]: "creator", **dict.fromkeys(persons[1:], "member")}
    world.chats[chat.id] = chat
    world.mark("chat", chat.id)
    if world.bot.id in members:
        change(world, chat, world.bot.id, "member", actor_id=persons[0])
    if kind == "supergroup":
        announce(world, chat, persons[0], supergroup_chat_created=True)
    else:
        announce(world, chat, persons[0], group_chat_created=True)
    world.changed("chat", chat)
    return chat


def migrate(world: World, chat: Chat) -> Chat:
    """Turns a group into a supergroup with an id of its own."""
    actor_id = creator(world, chat)
    new = Chat(
        id=world.made_chat_id("supergroup"), type="supergroup", title=chat.title, members=dict(chat.members)
    )
    world.chats[new.id] = new
    announce(world, chat, actor_id, migrate_to_chat_id=new.id)
    chat.migrated_to = new.id
    announce(world, new, actor_id, migrate_from_chat_id=chat.id)
    world.mark("chat", chat.id)
    world.mark("chat", new.id)
    world.changed("chat", new)
    return new
