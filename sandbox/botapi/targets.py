"""Finding the chat and the message a method means, with Telegram's refusals."""

from __future__ import annotations

import re

from sandbox.botapi.arguments import Arguments
from sandbox.errors import bad_request, forbidden
from sandbox.state import Chat, Message
from sandbox.world import World


def known_chat(world: World, arguments: Arguments, name: str = "chat_id") -> Chat:
    """The chat the bot has met. Raises "chat not found" and the like."""
    given = arguments.text(name).strip()
    if not given:
        raise bad_request(f"{name} is empty")
    if not re.fullmatch(r"-?\d{1,18}", given):
        raise bad_request("chat not found")
    chat = world.chats.get(int(given))
    if chat is None:
        raise bad_request("chat not found")
    if chat.migrated_to is not None:
        raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
    return chat


def open_chat(world: World, arguments: Arguments, name: str = "chat_id") -> Chat:
    """The chat the bot may write to. Raises the 403s too."""
    chat = known_chat(world, arguments, name)
    if chat.private:
        person = world.people[chat.id]
        if person.blocked:
            raise forbidden("bot was blocked by the user")
        if not person.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat
    kind = "supergroup" if chat.type == "supergroup" else "group"
    status = chat.status(world.bot.id)
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {kind} chat")
    if status == "left":
        raise forbidden(f"bot is not a member of the {kind} chat")
    return chat


def message_in(chat: Chat, arguments: Arguments, *, missing: str) -> Message:
    """The message `message_id` names; `missing` is what to say when there is none."""
    if not arguments.given("message_id"):
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(arguments.integer("message_id"))
    if message is None:
        raise bad_request(missing)
    return message
