"""Editing and deleting what was said."""

from __future__ import annotations

from typing import Any

from telegram.constants import BulkRequestLimit

from sandbox import markup, membership
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
DELETABLE_SECONDS = 48 * 3600
TOO_LATE = "message can't be deleted for everyone"


def editable(world: World, arguments: Arguments) -> tuple[Chat, Message]:
    """The bot's own message that the call names."""
    if arguments.given("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = targets.open_chat(world, arguments)
    message = targets.message_in(chat, arguments, missing="message to edit not found")
    foreign = message.sender_id != world.bot.id or "forward_origin" in message.content
    if foreign or message.service or message.fixed:
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
    content = composing.text_content(world, arguments)
    chat, message = editable(world, arguments)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return replace(world, chat, message, content=_kept(message, content), arguments=arguments)


@method("editMessageCaption")
async def edit_message_caption(world: World, arguments: Arguments) -> Any:
    caption = composing.captioned(world, arguments)
    chat, message = editable(world, arguments)
    media: Json = {name: message.content[name] for name in ("photo", "document") if name in message.content}
    if not media:
        raise bad_request("there is no caption in the message to edit")
    return replace(world, chat, message, content=_kept(message, {**media, **caption}), arguments=arguments)


@method("editMessageReplyMarkup")
async def edit_message_reply_markup(world: World, arguments: Arguments) -> Any:
    chat, message = editable(world, arguments)
    return replace(world, chat, message, content=message.content, arguments=arguments)


def _kept(message: Message, content: Json) -> Json:
    """The new content with what an edit does not touch."""
    for name in ("media_group_id", "has_media_spoiler", "has_protected_content"):
        if name in message.content:
            content[name] = message.content[name]
    return content


@method("deleteMessage")
async def delete_message(world: World, arguments: Arguments) -> Any:
    chat = targets.open_chat(world, arguments)
    message = targets.message_in(chat, arguments, missing="message to delete not found")
    _check_deletable(world, chat, message)
    world.remove(chat, message)
    return True


@method("deleteMessages")
async def delete_messages(world: World, arguments: Arguments) -> Any:
    numbers = arguments.array("message_ids", what="message identifiers")
    if not numbers:
        raise bad_request("message identifiers are not specified")
    if len(numbers) > BulkRequestLimit.MAX_LIMIT:
        raise bad_request("too many messages to delete")
    chat = targets.open_chat(world, arguments)
    # Those that are not there are skipped, as in Telegram.
    found = [chat.messages[number] for number in numbers if number in chat.messages]
    for message in found:
        _check_deletable(world, chat, message)
    for message in found:
        world.remove(chat, message)
    return True


def _check_deletable(world: World, chat: Chat, message: Message) -> None:
    own = message.sender_id == world.bot.id
    if not chat.private and not own and chat.status(world.bot.id) not in membership.ADMINISTRATORS:
        raise bad_request("message can't be deleted")
    if world.clock.timestamp() - message.date > DELETABLE_SECONDS:
        raise bad_request(TOO_LATE)
