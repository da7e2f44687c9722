"""getMe and getUpdates."""

from __future__ import annotations

from typing import Any

import telegram
from telegram.constants import PollingLimit

from sandbox import wire
from sandbox.botapi.arguments import Arguments
from sandbox.botapi.registry import method
from sandbox.errors import conflict
from sandbox.state import Json
from sandbox.world import World

LONGEST_POLL = 50
TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"


@method("getMe")
async def get_me(world: World, arguments: Arguments) -> Any:
    told: Json = {
        **wire.bot(world.bot),
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return wire.checked(telegram.User, told)


@method("getUpdates")
async def get_updates(world: World, arguments: Arguments) -> Any:
    limit = arguments.integer("limit", PollingLimit.MAX_LIMIT)
    limit = min(max(limit, PollingLimit.MIN_LIMIT), PollingLimit.MAX_LIMIT)
    if arguments.given("allowed_updates"):
        world.updates.allowed = [str(kind) for kind in arguments.array("allowed_updates")] or None
    world.updates.confirm(arguments.integer("offset"))
    poll = world.updates.begin_poll()
    timeout = min(arguments.integer("timeout"), LONGEST_POLL)
    if timeout > 0:
        await world.updates.wait(timeout)
    if not world.updates.polling(poll):
        raise conflict(TERMINATED)
    return world.updates.first(limit)
