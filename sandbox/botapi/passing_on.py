"""copyMessage and forwardMessage."""

from __future__ import annotations

from typing import Any

import telegram

from sandbox import wire
from sandbox.botapi import composing, targets
from sandbox.botapi.arguments import Arguments
from sandbox.botapi.registry import method
from sandbox.errors import bad_request
from sandbox.state import Message
from sandbox.world import World

# What a copy leaves behind.
NOT_COPIED = ("media_group_id", "forward_origin", "has_protected_content", "link_preview_options")


def _source(world: World, arguments: Arguments, *, verb: str) -> Message:
    chat = targets.known_chat(world, arguments, "from_chat_id")
    message = targets.message_in(chat, arguments, missing=f"message to {verb} not found")
    if message.service or message.content.get("has_protected_content"):
        done = {"copy": "copied", "forward": "forwarded"}[verb]
        raise bad_request(f"message can't be {done}")
    return message


@method("copyMessage")
async def copy_message(world: World, arguments: Arguments) -> Any:
    source = _source(world, arguments, verb="copy")
    chat = targets.open_chat(world, arguments)
    content = {name: value for name, value in source.content.items() if name not in NOT_COPIED}
    if "text" not in content and arguments.values.get("caption") is not None:
        for name in ("caption", "caption_entities", "show_caption_above_media"):
            content.pop(name, None)
        content.update(composing.captioned(world, arguments))
    message = composing.send(world, chat, arguments, content)
    told = {"message_id": message.message_id}
    return wire.checked(telegram.MessageId, told) if world.checks else told


@method("forwardMessage")
async def forward_message(world: World, arguments: Arguments) -> Any:
    source = _source(world, arguments, verb="forward")
    chat = targets.open_chat(world, arguments)
    origin = source.content.get("forward_origin") or {
        "type": "user",
        "sender_user": world.user_json(source.sender_id),
        "date": source.date,
    }
    kept = {name: value for name, value in source.content.items() if name != "media_group_id"}
    content = {**kept, "forward_origin": origin}
    plain = Arguments({name: value for name, value in arguments.values.items() if name != "reply_markup"})
    return world.message_json(composing.send(world, chat, plain, content))
