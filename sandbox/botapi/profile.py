"""What the bot tells of itself: commands by scope and language, name, descriptions, menu button."""

from __future__ import annotations

import re
from typing import Any

import telegram
from telegram.constants import BotCommandLimit, BotDescriptionLimit, BotNameLimit

from sandbox import wire
from sandbox.botapi import targets
from sandbox.botapi.arguments import Arguments
from sandbox.botapi.registry import method
from sandbox.errors import bad_request
from sandbox.state import Json
from sandbox.world import World

COMMAND = re.compile(rf"[a-z0-9_]{{{BotCommandLimit.MIN_COMMAND:d},{BotCommandLimit.MAX_COMMAND:d}}}")
PLAIN_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")


def _key(world: World, arguments: Arguments) -> str:
    """Scope and language as one word, such as `chat_member:-100:7|zh`."""
    scope = arguments.mapping("scope", what="BotCommandScope") or {"type": "default"}
    kind = scope.get("type")
    language = arguments.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    if kind in PLAIN_SCOPES:
        return f"{kind}|{language}"
    if kind not in CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    chat = targets.known_chat(world, Arguments({"chat_id": scope.get("chat_id")}))
    if kind == "chat":
        return f"chat:{chat.id}|{language}"
    if chat.private:
        raise bad_request(f"can't use {kind} scope in the private chat")
    if kind == "chat_administrators":
        return f"chat_administrators:{chat.id}|{language}"
    user_id = scope.get("user_id")
    if user_id not in world.people:
        raise bad_request("user not found")
    return f"chat_member:{chat.id}:{user_id}|{language}"


def _command(entry: Any) -> Json:
    if not isinstance(entry, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name, description = entry.get("command"), entry.get("description")
    if not isinstance(name, str) or not COMMAND.fullmatch(name.removeprefix("/")):
        raise bad_request("BOT_COMMAND_INVALID")
    low, high = BotCommandLimit.MIN_DESCRIPTION, BotCommandLimit.MAX_DESCRIPTION
    if not isinstance(description, str) or not low <= len(description.strip()) <= high:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name.removeprefix("/"), "description": description.strip()}


@method("setMyCommands")
async def set_my_commands(world: World, arguments: Arguments) -> Any:
    if arguments.json("commands", what="commands") is None:
        raise bad_request("commands must be specified")
    commands = [_command(entry) for entry in arguments.array("commands", what="commands")]
    if len(commands) > BotCommandLimit.MAX_COMMAND_NUMBER:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    key = _key(world, arguments)
    world.bot.commands.pop(key, None)
    if commands:
        world.bot.commands[key] = commands
    _told(world)
    return True


@method("getMyCommands")
async def get_my_commands(world: World, arguments: Arguments) -> Any:
    commands = world.bot.commands.get(_key(world, arguments), [])
    return [wire.checked(telegram.BotCommand, command) for command in commands]


@method("deleteMyCommands")
async def delete_my_commands(world: World, arguments: Arguments) -> Any:
    world.bot.commands.pop(_key(world, arguments), None)
    _told(world)
    return True


def _told(world: World) -> None:
    world.mark("profile")
    world.events.tell("chat", chat=None)


def _set_words(world: World, arguments: Arguments, words: dict[str, str], *, field: str, limit: int) -> bool:
    given = arguments.text(field).strip()
    if len(given) > limit:
        raise bad_request(f"{field.replace('_', ' ')} is too long")
    language = arguments.text("language_code")
    words.pop(language, None)
    if given:
        words[language] = given
    _told(world)
    return True


def _words(arguments: Arguments, words: dict[str, str], *, otherwise: str = "") -> str:
    return words.get(arguments.text("language_code")) or words.get("") or otherwise


@method("setMyName")
async def set_my_name(world: World, arguments: Arguments) -> Any:
    return _set_words(world, arguments, world.bot.names, field="name", limit=BotNameLimit.MAX_NAME_LENGTH)


@method("getMyName")
async def get_my_name(world: World, arguments: Arguments) -> Any:
    return {"name": _words(arguments, world.bot.names, otherwise=world.bot.first_name)}


@method("setMyDescription")
async def set_my_description(world: World, arguments: Arguments) -> Any:
    limit = BotDescriptionLimit.MAX_DESCRIPTION_LENGTH
    return _set_words(world, arguments, world.bot.descriptions, field="description", limit=limit)


@method("getMyDescription")
async def get_my_description(world: World, arguments: Arguments) -> Any:
    return {"description": _words(arguments, world.bot.descriptions)}


@method("setMyShortDescription")
async def set_my_short_description(world: World, arguments: Arguments) -> Any:
    limit = BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH
    return _set_words(world, arguments, world.bot.short_descriptions, field="short_description", limit=limit)


@method("getMyShortDescription")
async def get_my_short_description(world: World, arguments: Arguments) -> Any:
    return {"short_description": _words(arguments, world.bot.short_descriptions)}


@method("setChatMenuButton")
async def set_chat_menu_button(world: World, arguments: Arguments) -> Any:
    button = arguments.mapping("menu_button", what="MenuButton") or {"type": "default"}
    if button.get("type") not in ("default", "commands", "web_app"):
        raise bad_request("can't parse MenuButton: unsupported type specified")
    if arguments.given("chat_id"):
        chat = targets.known_chat(world, arguments)
        chat.menu_button = button
        world.mark("chat", chat.id)
    else:
        world.bot.menu_button = button
        _told(world)
    return True


@method("getChatMenuButton")
async def get_chat_menu_button(world: World, arguments: Arguments) -> Any:
    own = targets.known_chat(world, arguments).menu_button if arguments.given("chat_id") else None
    told = own or world.bot.menu_button or {"type": "default"}
    return wire.checked(telegram.MenuButton, told)
