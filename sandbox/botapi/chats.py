"""getChat and its kin, pins, reactions, leaving."""

from __future__ import annotations

from typing import Any

import telegram
from telegram.constants import ReactionEmoji

from sandbox import membership, wire
from sandbox.botapi import targets
from sandbox.botapi.arguments import Arguments
from sandbox.botapi.registry import method
from sandbox.errors import bad_request
from sandbox.state import Chat, Json
from sandbox.world import World

EMOJI = frozenset(str(emoji.value) for emoji in ReactionEmoji)
MOST_REACTIONS = 11
GIFTS: Json = {
    "unlimited_gifts": True,
    "limited_gifts": True,
    "unique_gifts": True,
    "premium_subscription": True,
    "gifts_from_channels": True,
}


@method("getChat")
async def get_chat(world: World, arguments: Arguments) -> Any:
    chat = targets.known_chat(world, arguments)
    told: Json = {
        **world.chat_json(chat),
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": MOST_REACTIONS,
        "accepted_gift_types": GIFTS,
    }
    if chat.pinned:
        told["pinned_message"] = world.message_json(chat.messages[chat.pinned[-1]])
    return wire.checked(telegram.ChatFullInfo, told) if world.checks else told


def _user(world: World, arguments: Arguments) -> int:
    user_id = arguments.integer("user_id")
    if user_id != world.bot.id and user_id not in world.people:
        raise bad_request("user not found" if user_id else "invalid user_id specified")
    return user_id


@method("getChatMember")
async def get_chat_member(world: World, arguments: Arguments) -> Any:
    chat = targets.known_chat(world, arguments)
    user_id = _user(world, arguments)
    if not chat.private:
        return membership.member_json(world, user_id, chat.status(user_id))
    if user_id not in (chat.id, world.bot.id):
        raise bad_request("member not found")
    return membership.member_json(world, user_id, "member")


def _group(world: World, arguments: Arguments, *, otherwise: str) -> Chat:
    chat = targets.open_chat(world, arguments)
    if chat.private:
        raise bad_request(otherwise)
    return chat


@method("getChatAdministrators")
async def get_chat_administrators(world: World, arguments: Arguments) -> Any:
    chat = _group(world, arguments, otherwise="there are no administrators in the private chat")
    return [
        membership.member_json(world, user_id, status)
        for user_id, status in chat.members.items()
        if status in membership.ADMINISTRATORS
    ]


@method("getChatMemberCount")
async def get_chat_member_count(world: World, arguments: Arguments) -> Any:
    chat = targets.known_chat(world, arguments)
    return 2 if chat.private else sum(chat.present(user_id) for user_id in chat.members)


@method("leaveChat")
async def leave_chat(world: World, arguments: Arguments) -> Any:
    chat = _group(world, arguments, otherwise="chat member status can't be changed in private chats")
    membership.leave(world, chat, world.bot.id, actor_id=world.bot.id)
    return True


def _pinnable(world: World, arguments: Arguments) -> Chat:
    chat = targets.open_chat(world, arguments)
    if not chat.private and chat.status(world.bot.id) not in membership.ADMINISTRATORS:
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


@method("pinChatMessage")
async def pin_chat_message(world: World, arguments: Arguments) -> Any:
    chat = _pinnable(world, arguments)
    message = targets.message_in(chat, arguments, missing="message to pin not found")
    if message.service:
        raise bad_request("message can't be pinned")
    if message.message_id in chat.pinned:
        chat.pinned.remove(message.message_id)
    chat.pinned.append(message.message_id)
    world.mark("chat", chat.id)
    membership.announce(world, chat, world.bot.id, pinned_message=world.bare_json(message))
    return True


@method("unpinChatMessage")
async def unpin_chat_message(world: World, arguments: Arguments) -> Any:
    chat = _pinnable(world, arguments)
    number = arguments.integer("message_id") if arguments.given("message_id") else None
    if number is None and chat.pinned:
        number = chat.pinned[-1]
    if number is None or number not in chat.messages:
        raise bad_request("message to unpin not found")
    if number in chat.pinned:
        chat.pinned.remove(number)
    world.mark("chat", chat.id)
    world.changed("chat", chat)
    return True


@method("unpinAllChatMessages")
async def unpin_all_chat_messages(world: World, arguments: Arguments) -> Any:
    chat = _pinnable(world, arguments)
    chat.pinned.clear()
    world.mark("chat", chat.id)
    world.changed("chat", chat)
    return True


@method("setMessageReaction")
async def set_message_reaction(world: World, arguments: Arguments) -> Any:
    chat = targets.open_chat(world, arguments)
    message = targets.message_in(chat, arguments, missing="message to react not found")
    wanted = arguments.array("reaction", what="reaction types")
    emoji = [
        entry.get("emoji") for entry in wanted if isinstance(entry, dict) and entry.get("type") == "emoji"
    ]
    if len(emoji) != len(wanted) or not set(emoji) <= EMOJI:
        raise bad_request("REACTION_INVALID")
    if len(emoji) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if emoji:
        message.reactions[world.bot.id] = [str(emoji[0])]
    else:
        message.reactions.pop(world.bot.id, None)
    world.edited(chat, message)
    return True
