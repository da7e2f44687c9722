"""sendMessage and sendChatAction."""

from __future__ import annotations

from typing import Any

from telegram.constants import ChatAction

from sandbox.botapi import composing, targets
from sandbox.botapi.arguments import Arguments
from sandbox.botapi.registry import method
from sandbox.errors import bad_request
from sandbox.world import TYPING_SECONDS, World

ACTIONS = frozenset(str(action.value) for action in ChatAction)


@method("sendMessage")
async def send_message(world: World, arguments: Arguments) -> Any:
    content = composing.text_content(world, arguments)
    chat = targets.open_chat(world, arguments)
    return world.message_json(composing.send(world, chat, arguments, content))


@method("sendChatAction")
async def send_chat_action(world: World, arguments: Arguments) -> Any:
    chat = targets.open_chat(world, arguments)
    if arguments.text("action").lower() not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.typing_until = world.clock.monotonic() + TYPING_SECONDS
    world.changed("typing", chat)
    return True
