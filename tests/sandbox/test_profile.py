"""What the bot tells of itself, and which commands a person is offered where."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
    BotCommandScopeChatMember,
    MenuButtonCommands,
)

from .conftest import LI, WANG, Client


def named(*names: str) -> list[BotCommand]:
    return [BotCommand(command=name, description=f"{name} 命令") for name in names]


async def offered(client: Client, person: int, chat: int) -> list[str]:
    told = await client.get(f"chats/{chat}/messages", **{"as": person})
    return [command["command"] for command in told["commands"]]


async def test_the_narrowest_scope_wins(bot: Bot, started: Client) -> None:
    group = (await started.post("groups", title="群", members=[WANG, LI, "bot"]))["id"]
    await bot.set_my_commands(named("default"))
    assert await offered(started, WANG, WANG) == ["default"]
    await bot.set_my_commands(named("private"), scope=BotCommandScopeAllPrivateChats())
    await bot.set_my_commands(named("group"), scope=BotCommandScopeAllGroupChats())
    await bot.set_my_commands(named("admins"), scope=BotCommandScopeAllChatAdministrators())
    assert await offered(started, WANG, WANG) == ["private"]
    assert await offered(started, LI, group) == ["group"]
    assert await offered(started, WANG, group) == ["admins"]
    await bot.set_my_commands(named("here"), scope=BotCommandScopeChat(chat_id=group))
    assert await offered(started, WANG, group) == await offered(started, LI, group) == ["here"]
    await bot.set_my_commands(named("bosses"), scope=BotCommandScopeChatAdministrators(chat_id=group))
    await bot.set_my_commands(named("li"), scope=BotCommandScopeChatMember(chat_id=group, user_id=LI))
    assert (await offered(started, WANG, group), await offered(started, LI, group)) == (["bosses"], ["li"])
    await bot.set_my_commands(named("secretary"), scope=BotCommandScopeChat(chat_id=WANG))
    assert (await offered(started, WANG, WANG), await offered(started, LI, LI)) == (
        ["secretary"],
        ["private"],
    )
    await bot.delete_my_commands(scope=BotCommandScopeChat(chat_id=WANG))
    assert await offered(started, WANG, WANG) == ["private"]


async def test_the_persons_language_comes_first(bot: Bot, started: Client) -> None:
    await bot.set_my_commands(named("english"))
    await bot.set_my_commands(named("chinese"), language_code="zh")
    assert await offered(started, WANG, WANG) == ["chinese"]
    assert [command.command for command in await bot.get_my_commands()] == ["english"]
    assert [command.command for command in await bot.get_my_commands(language_code="zh")] == ["chinese"]
    assert [command["command"] for command in (await started.get("state"))["commands"]] == ["chinese"]


COMMAND = {"command": "today", "description": "今日学习"}


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ({}, "commands must be specified"),
        ({"commands": [COMMAND] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": [{**COMMAND, "command": "Today"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{**COMMAND, "command": "x" * 33}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{**COMMAND, "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": [{**COMMAND, "description": "x" * 257}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": ["today"]}, "can't parse BotCommand: expected an Object"),
        ({"commands": [COMMAND], "language_code": "chinese"}, "invalid language code specified"),
        (
            {"commands": [COMMAND], "scope": {"type": "galaxy"}},
            "can't parse BotCommandScope: unsupported type specified",
        ),
        ({"commands": [COMMAND], "scope": {"type": "chat", "chat_id": 9}}, "chat not found"),
        (
            {"commands": [COMMAND], "scope": {"type": "chat_administrators", "chat_id": WANG}},
            "can't use chat_administrators scope in the private chat",
        ),
    ],
)
async def test_bad_commands_are_refused(client: Client, arguments: dict[str, Any], fault: str) -> None:
    assert await client.refused("setMyCommands", **arguments) == f"400 Bad Request: {fault}"


async def test_names_and_descriptions_by_language(bot: Bot, client: Client) -> None:
    await bot.set_my_name("学习助手")
    await bot.set_my_name("Study bot", language_code="en")
    assert (await bot.get_my_name()).name == "学习助手"
    assert (await bot.get_my_name(language_code="en")).name == "Study bot"
    assert (await bot.get_me()).first_name == "学习助手"
    await bot.set_my_description("每天三分钟")
    await bot.set_my_short_description("三分钟")
    assert (await bot.get_my_description(language_code="en")).description == "每天三分钟"
    assert (await bot.get_my_short_description()).short_description == "三分钟"
    await bot.set_my_description("")
    assert (await bot.get_my_description()).description == ""
    for method, field, limit in (
        ("setMyName", "name", 64),
        ("setMyDescription", "description", 512),
        ("setMyShortDescription", "short_description", 120),
    ):
        assert (await client.refused(method, **{field: "长" * (limit + 1)})).startswith("400 Bad Request: ")


async def test_the_menu_button_for_all_and_for_one_chat(bot: Bot, client: Client) -> None:
    assert (await bot.get_chat_menu_button()).type == "default"
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert (await bot.get_chat_menu_button(chat_id=WANG)).type == "commands"
    await client.ok("setChatMenuButton", chat_id=WANG, menu_button={"type": "default"})
    assert (await bot.get_chat_menu_button(chat_id=WANG)).type == "default"
    assert await client.refused("setChatMenuButton", menu_button={"type": "lever"}) == (
        "400 Bad Request: can't parse MenuButton: unsupported type specified"
    )
