"""getMe, and the two ways of receiving updates."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import telegram
from telegram.constants import PollingLimit, WebhookLimit

from sandbox import wire
from sandbox.botapi.arguments import Arguments
from sandbox.botapi.registry import Remarked, method
from sandbox.errors import bad_request, conflict
from sandbox.state import Json, Webhook
from sandbox.world import World

LONGEST_POLL = 50
TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
DEFAULT_CONNECTIONS = 40


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


@method("logOut")
async def log_out(world: World, arguments: Arguments) -> Any:
    return True


@method("close")
async def close(world: World, arguments: Arguments) -> Any:
    return True


def _allow(world: World, arguments: Arguments) -> None:
    """Takes allowed_updates when it is given; an empty list means the usual ones."""
    if arguments.values.get("allowed_updates") in (None, ""):
        return
    world.updates.allowed = [str(kind) for kind in arguments.array("allowed_updates")] or None
    world.mark("account")


@method("getUpdates")
async def get_updates(world: World, arguments: Arguments) -> Any:
    if world.webhook.url:
        raise conflict(WEBHOOK_ACTIVE)
    limit = arguments.integer("limit", PollingLimit.MAX_LIMIT)
    limit = min(max(limit, PollingLimit.MIN_LIMIT), PollingLimit.MAX_LIMIT)
    _allow(world, arguments)
    world.updates.confirm(arguments.integer("offset"))
    poll = world.updates.begin_poll()
    timeout = min(arguments.integer("timeout"), LONGEST_POLL)
    if timeout > 0:
        await world.updates.wait(timeout)
    if not world.updates.polling(poll):
        raise conflict(WEBHOOK_ACTIVE if world.webhook.url else TERMINATED)
    return world.updates.first(limit)


@method("setWebhook")
async def set_webhook(world: World, arguments: Arguments) -> Any:
    url = arguments.text("url").strip()
    if not url:
        return await delete_webhook(world, arguments)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = arguments.text("secret_token")
    if len(secret) > WebhookLimit.MAX_SECRET_TOKEN_LENGTH:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    connections = arguments.integer("max_connections", DEFAULT_CONNECTIONS)
    low, high = WebhookLimit.MIN_CONNECTIONS_LIMIT, WebhookLimit.MAX_CONNECTIONS_LIMIT
    _allow(world, arguments)
    if arguments.flag("drop_pending_updates"):
        world.updates.clear()
    wanted = Webhook(url=url, secret_token=secret, max_connections=min(max(connections, low), high))
    same = (world.webhook.url, world.webhook.secret_token, world.webhook.max_connections) == (
        wanted.url,
        wanted.secret_token,
        wanted.max_connections,
    )
    if same:
        return Remarked(True, "Webhook is already set")
    world.set_webhook(wanted)
    return Remarked(True, "Webhook was set")


@method("deleteWebhook")
async def delete_webhook(world: World, arguments: Arguments) -> Any:
    if arguments.flag("drop_pending_updates"):
        world.updates.clear()
    if not world.webhook.url:
        return Remarked(True, "Webhook is already deleted")
    world.set_webhook(Webhook())
    return Remarked(True, "Webhook was deleted")


@method("getWebhookInfo")
async def get_webhook_info(world: World, arguments: Arguments) -> Any:
    webhook = world.webhook
    told: Json = {
        "url": webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.waiting),
    }
    if webhook.url:
        told["max_connections"] = webhook.max_connections
    if webhook.last_error_date:
        told["last_error_date"] = webhook.last_error_date
        told["last_error_message"] = webhook.last_error_message
    if world.updates.allowed:
        told["allowed_updates"] = world.updates.allowed
    return wire.checked(telegram.WebhookInfo, told)
