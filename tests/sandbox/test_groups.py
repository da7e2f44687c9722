"""Groups: who is in them, what the bot hears there, upgrades and pins."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramMigrateToChat

from .conftest import LI, WANG, ZHAO, Client

BOT = 42


async def founded(
    client: Client, *, kind: str = "supergroup", members: tuple[Any, ...] = (WANG, LI, "bot")
) -> int:
    told = await client.post("groups", title="内科一支部", members=list(members), type=kind)
    await client.updates()
    return int(told["id"])


async def kinds(client: Client) -> list[str]:
    return [next(name for name in update if name != "update_id") for update in await client.updates()]


async def test_the_bot_hears_that_it_was_put_into_a_new_group(started: Client) -> None:
    told = await started.post("groups", title="内科一支部", members=[WANG, LI, "bot"], type="group")
    assert told["members"] == {str(WANG): "creator", str(LI): "member", str(BOT): "member"}
    joined, created = await started.updates()
    change = joined["my_chat_member"]
    assert (change["from"]["id"], change["old_chat_member"]["status"]) == (WANG, "left")
    assert change["new_chat_member"]["status"] == "member"
    assert created["message"]["group_chat_created"] is True
    assert created["message"]["chat"] == {"id": told["id"], "type": "group", "title": "内科一支部"}


async def test_in_privacy_mode_the_bot_hears_what_is_meant_for_it(started: Client) -> None:
    group = await founded(started)
    spoken = await started.ok("sendMessage", chat_id=group, text="请签到")
    for text in (
        "大家好",
        "/today",
        "/today@branch_study_bot",
        "/today@other_bot",
        "@branch_study_bot 在吗",
        "见 @liqiang",
    ):
        await started.say(LI, text, chat=group)
    await started.post(f"chats/{group}/messages", **{"as": LI}, text="到", reply_to=spoken["message_id"])
    heard = [update["message"]["text"] for update in await started.updates()]
    assert heard == ["/today", "/today@branch_study_bot", "@branch_study_bot 在吗", "到"]
    await started.post(f"chats/{group}/admins", ids=["bot"])
    await started.say(LI, "管理员都听得见", chat=group)
    assert await kinds(started) == ["my_chat_member", "message"]


async def test_members_come_and_go_with_service_messages(started: Client) -> None:
    group = await founded(started)
    await started.post(f"chats/{group}/members", **{"as": WANG}, add=[ZHAO], remove=[])
    await started.post(f"chats/{group}/members", **{"as": LI}, add=[], remove=[LI])
    await started.post(f"chats/{group}/members", add=[], remove=[ZHAO])
    joined, left, removed = [update["message"] for update in await started.updates()]
    assert [member["id"] for member in joined["new_chat_members"]] == [ZHAO]
    assert (left["from"]["id"], left["left_chat_member"]["id"]) == (LI, LI)
    assert (removed["from"]["id"], removed["left_chat_member"]["id"]) == (WANG, ZHAO)
    lines = [message["text"] for message in await started.seen(WANG, chat=group)]
    assert lines == [
        "王芳 创建了群组",
        "王芳 邀请 赵敏 加入了群组",
        "强 李 退出了群组",
        "王芳 将 赵敏 移出了群组",
    ]
    assert (await started.get(f"chats/{group}/members"))["members"] == {
        str(WANG): "creator",
        str(BOT): "member",
    }


async def test_an_administrator_bot_hears_of_every_member_if_it_asks(started: Client) -> None:
    group = await founded(started)
    await started.post(f"chats/{group}/admins", ids=["bot"])
    await started.updates(allowed_updates=["chat_member", "message"])
    await started.post(f"chats/{group}/members", add=[ZHAO])
    member, message = await started.updates()
    assert member["chat_member"]["new_chat_member"]["user"]["id"] == ZHAO
    assert "new_chat_members" in message["message"]


async def test_a_bot_that_was_thrown_out_is_told_so(started: Client) -> None:
    group = await founded(started)
    await started.post(f"chats/{group}/members", remove=["bot"])
    assert await kinds(started) == ["message", "my_chat_member"]
    assert await started.refused("sendMessage", chat_id=group, text="x") == (
        "403 Forbidden: bot was kicked from the supergroup chat"
    )
    await started.post(f"chats/{group}/members", add=["bot"])
    assert await kinds(started) == ["my_chat_member", "message"]
    assert await started.ok("leaveChat", chat_id=group) is True
    assert await started.refused("sendMessage", chat_id=group, text="x") == (
        "403 Forbidden: bot is not a member of the supergroup chat"
    )
    assert await started.refused("leaveChat", chat_id=WANG) == (
        "400 Bad Request: chat member status can't be changed in private chats"
    )


async def test_an_upgraded_group_answers_with_its_new_id(bot: Bot, started: Client) -> None:
    group = await founded(started, kind="group")
    await started.ok("sendMessage", chat_id=group, text="旧群")
    told = await started.post(f"chats/{group}/migrate")
    new = told["id"]
    assert str(new).startswith("-100") and told["type"] == "supergroup"
    old_says, new_says = [update["message"] for update in await started.updates()]
    assert old_says["migrate_to_chat_id"] == new
    assert new_says["migrate_from_chat_id"] == group
    with pytest.raises(TelegramMigrateToChat) as refusal:
        await bot.send_message(group, "还在吗")
    assert refusal.value.migrate_to_chat_id == new
    await bot.send_message(new, "新群")
    # People's apps follow by themselves.
    assert (await started.seen(LI, chat=group))[-1]["text"] == "新群"
    chats = (await started.get("chats", **{"as": LI}))["chats"]
    assert [chat["id"] for chat in chats] == [LI, new]
    assert await started.post_refused(f"chats/{group}/migrate") == "409 migrated"
    assert await started.post_refused(f"chats/{new}/migrate") == "409 migrated"


async def test_members_are_told_one_by_one_and_counted(bot: Bot, started: Client) -> None:
    group = await founded(started)
    await started.post(f"chats/{group}/admins", ids=[LI])
    statuses = [(await bot.get_chat_member(group, user)).status for user in (WANG, LI, ZHAO, BOT)]
    assert statuses == ["creator", "administrator", "left", "member"]
    assert {member.user.id for member in await bot.get_chat_administrators(group)} == {WANG, LI}
    assert await bot.get_chat_member_count(group) == 3
    assert await bot.get_chat_member_count(WANG) == 2
    assert (await bot.get_chat_member(WANG, WANG)).status == "member"
    assert (
        await started.refused("getChatMember", chat_id=group, user_id=9) == "400 Bad Request: user not found"
    )
    assert (
        await started.refused("getChatMember", chat_id=group) == "400 Bad Request: invalid user_id specified"
    )
    assert (
        await started.refused("getChatMember", chat_id=WANG, user_id=LI)
        == "400 Bad Request: member not found"
    )
    assert await started.refused("getChatAdministrators", chat_id=WANG) == (
        "400 Bad Request: there are no administrators in the private chat"
    )
    await started.post(f"chats/{group}/admins", ids=[])
    assert {member.user.id for member in await bot.get_chat_administrators(group)} == {WANG}


async def test_a_message_is_pinned_where_the_bot_may(bot: Bot, started: Client) -> None:
    group = await founded(started)
    sent = await bot.send_message(group, "重要通知")
    where = {"chat_id": group, "message_id": sent.message_id}
    assert await started.refused("pinChatMessage", **where) == (
        "400 Bad Request: not enough rights to manage pinned messages in the chat"
    )
    await started.post(f"chats/{group}/admins", ids=["bot"])
    await bot.pin_chat_message(group, sent.message_id)
    chat = await bot.get_chat(group)
    assert chat.pinned_message is not None and chat.pinned_message.message_id == sent.message_id
    *_, line = await started.seen(WANG, chat=group)
    assert (line["text"], line["service"]) == ("党支部学习助手 置顶了一条消息", True)
    assert await started.refused(
        "editMessageText", **{**where, "message_id": line["message_id"]}, text="x"
    ) == ("400 Bad Request: message can't be edited")
    assert await started.refused("pinChatMessage", **{**where, "message_id": line["message_id"]}) == (
        "400 Bad Request: message can't be pinned"
    )
    assert (await started.get("chats", **{"as": LI}))["chats"][1]["pinned"] == [sent.message_id]
    await bot.unpin_chat_message(group)
    assert (await bot.get_chat(group)).pinned_message is None
    assert await started.refused("unpinChatMessage", chat_id=group) == (
        "400 Bad Request: message to unpin not found"
    )
    assert await started.refused("pinChatMessage", **{**where, "message_id": 9999}) == (
        "400 Bad Request: message to pin not found"
    )
    await bot.pin_chat_message(group, sent.message_id)
    await bot.delete_message(group, sent.message_id)
    assert (await bot.get_chat(group)).pinned_message is None


async def test_everything_is_unpinned_at_once(bot: Bot, started: Client) -> None:
    for text in ("一", "二"):
        await bot.pin_chat_message(WANG, (await bot.send_message(WANG, text)).message_id)
    await bot.unpin_all_chat_messages(WANG)
    assert (await bot.get_chat(WANG)).pinned_message is None


async def test_the_bot_reacts(started: Client) -> None:
    message = await started.say(WANG, "今天学完了")
    where = {"chat_id": WANG, "message_id": message}
    emoji = {"type": "emoji", "emoji": "👍"}
    await started.ok("setMessageReaction", **where, reaction=[emoji])
    assert (await started.seen(WANG))[-1]["reactions"] == ["👍"]
    assert await started.refused("setMessageReaction", **where, reaction=[emoji, emoji]) == (
        "400 Bad Request: REACTIONS_TOO_MANY"
    )
    assert await started.refused(
        "setMessageReaction", **where, reaction=[{"type": "emoji", "emoji": "党"}]
    ) == ("400 Bad Request: REACTION_INVALID")
    await started.ok("setMessageReaction", **where)
    assert (await started.seen(WANG))[-1]["reactions"] == []
    assert await started.refused("setMessageReaction", chat_id=WANG, message_id=9999) == (
        "400 Bad Request: message to react not found"
    )


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"title": "", "members": [WANG]}, "400 bad_value"),
        ({"title": "群", "members": []}, "400 bad_value"),
        ({"title": "群", "members": ["bot"]}, "400 bad_value"),
        ({"title": "群", "members": "all"}, "400 bad_value"),
        ({"title": "群", "members": [9]}, "404 no_such_person"),
        ({"title": "群", "members": [WANG], "type": "channel"}, "400 bad_value"),
    ],
)
async def test_a_bad_group_is_refused(client: Client, body: dict[str, Any], told: str) -> None:
    assert await client.post_refused("groups", **body) == told


async def test_a_group_is_only_there_for_its_members(started: Client) -> None:
    group = await founded(started)
    assert (
        await started.post_refused(f"chats/{group}/messages", **{"as": ZHAO}, text="x") == "404 no_such_chat"
    )
    assert await started.post_refused("chats/-1/members", add=[ZHAO]) == "404 no_such_chat"
    assert await started.post_refused(f"chats/{WANG}/migrate") == "404 no_such_chat"
