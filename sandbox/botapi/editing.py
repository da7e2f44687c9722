"""Editing what the bot said."""

from __future__ import annotations

from typing import Any

from sandbox import markup
from sandbox.botapi import composing, targets
from sandbox.botapi.arguments import Arguments
from sandbox.botapi.registry import method
from sandbox.errors import bad_request
from sandbox.state import Chat, Json, Message
from sandbox.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)


def editable(world: World, arguments: Arguments) -> tuple[Chat, Message]:
    """The bot's own message that the call names."""
    if arguments.given("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = targets.open_chat(world, arguments)
    message = targets.message_in(chat, arguments, missing="message to edit not found")
    if message.sender_id != world.bot.id or "forward_origin" in message.content:
        raise bad_request("message can't be edited")
    return chat, message


def replace(world: World, chat: Chat, message: Message, *, content: Json, arguments: Arguments) -> Json:
    """Puts new content and markup in place. An edit without markup takes the keyboard away, as in Telegram."""
    keyboard = markup.inline_only(arguments.json("reply_markup", what="inline keyboard markup"))
    if keyboard is not None and not keyboard["inline_keyboard"]:
        keyboard = None
    if content == message.content and keyboard == message.reply_markup:
        raise bad_request(NOT_MODIFIED)
    composing.pace_edit(world, chat)
    if content != message.content:
        # Telegram marks a message as edited for its content, not for its keyboard.
        message.edit_date = max(world.clock.timestamp(), message.date)
    message.content = content
    message.reply_markup = keyboard
    world.edited(chat, message)
    return world.message_json(message)


@method("editMessageText")
async def edit_message_text(world: World, arguments: Arguments) -> Any:
    content = composing.text_content(arguments)
    chat, message = editable(world, arguments)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    if message.content.get("has_protected_content"):
        content["has_protected_content"] = True
    return replace(world, chat, message, content=content, arguments=arguments)


@method("editMessageReplyMarkup")
async def edit_message_reply_markup(world: World, arguments: Arguments) -> Any:
    chat, message = editable(world, arguments)
    return replace(world, chat, message, content=message.content, arguments=arguments)
