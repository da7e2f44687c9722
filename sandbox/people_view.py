"""What people see: the sandbox's records as the people API tells them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sandbox.state import Chat, Json, Message, Person
from sandbox.text import rendered
from sandbox.world import World

SUMMARY_LENGTH = 80


def moment(timestamp: float) -> str:
    return datetime.fromtimestamp(timestamp, UTC).isoformat()


def clock(world: World) -> Json:
    return {"now": world.clock.now().isoformat(), "offset_seconds": world.clock.offset_seconds}


def state(world: World) -> Json:
    bot = {"id": world.bot.id, "username": world.bot.username, "first_name": world.name(world.bot.id)}
    return {
        "now": world.clock.now().isoformat(),
        "clock_offset_seconds": world.clock.offset_seconds,
        "bot": bot if world.bot_called else None,
        "commands": world.bot.commands.get("default|zh") or world.bot.commands.get("default|", []),
    }


# --- people


def person(world: World, who: Person) -> Json:
    return {
        "id": who.id,
        "first_name": who.first_name,
        "last_name": who.last_name,
        "username": who.username,
        "note": who.note,
        "featured": who.featured,
        "blocked": who.blocked,
        "started": who.started,
        "unread": world.unread(world.chats[who.id], who.id),
    }


def people(
    world: World, *, words: str, limit: int, offset: int, featured: bool, ids: Iterable[int] | None = None
) -> Json:
    """People that match all the words, the featured first."""
    sought = words.casefold().split()
    chosen = (
        world.people.values() if ids is None else [world.people[one] for one in ids if one in world.people]
    )
    found = [
        who
        for who in chosen
        if (who.featured or not featured)
        and all(word in f"{who.last_name}{who.name} {who.username} {who.note}".casefold() for word in sought)
    ]
    found.sort(key=lambda who: not who.featured)
    return {"people": [person(world, who) for who in found[offset : offset + limit]], "total": len(found)}


# --- chats


def chats(world: World, who: Person) -> Json:
    return {"chats": [_chat(world, chat, who) for chat in world.chats_of(who.id)]}


def _chat(world: World, chat: Chat, who: Person) -> Json:
    last = chat.messages[next(reversed(chat.messages))] if chat.messages else None
    return {
        "id": chat.id,
        "type": chat.type,
        "title": world.name(world.bot.id) if chat.private else chat.title,
        "unread": world.unread(chat, who.id),
        "last": None
        if last is None
        else {
            "text": summary(world, last),
            "date": moment(last.date),
            "from_bot": last.sender_id == world.bot.id,
        },
        "pinned": chat.pinned,
    }


def group(world: World, chat: Chat) -> Json:
    """A group from outside: who is in it as what."""
    members = {str(user): status for user, status in chat.members.items() if chat.present(user)}
    return {"id": chat.id, "type": chat.type, "title": chat.title, "members": members}


def commands(world: World, chat: Chat, who: Person) -> list[Json]:
    """The commands this person is offered in this chat: those of the narrowest scope that has any."""
    if chat.private:
        scopes = [f"chat:{chat.id}", "all_private_chats", "default"]
    else:
        managing = chat.status(who.id) in ("creator", "administrator")
        scopes = [f"chat_member:{chat.id}:{who.id}"]
        scopes += [f"chat_administrators:{chat.id}"] if managing else []
        scopes += [f"chat:{chat.id}"]
        scopes += ["all_chat_administrators"] if managing else []
        scopes += ["all_group_chats", "default"]
    for scope in scopes:
        for language in ("zh", ""):
            told = world.bot.commands.get(f"{scope}|{language}")
            if told:
                return told
    return []


# --- messages


def messages(world: World, chat: Chat, who: Person, *, after: int, before: int | None, limit: int) -> Json:
    """The newest messages between two numbers, the oldest of them first."""
    numbers: list[int] = []
    for number in reversed(chat.messages):
        if number <= after or len(numbers) == limit:
            break
        if before is None or number < before:
            numbers.append(number)
    pressing = world.pressing(who.id, chat.id)
    return {
        "messages": [
            _message(world, chat.messages[number], pressing.get(number)) for number in reversed(numbers)
        ],
        "typing": world.clock.monotonic() < chat.typing_until,
        "keyboard": chat.keyboard if chat.keyboard and "keyboard" in chat.keyboard else None,
        "force_reply": bool(chat.keyboard and "force_reply" in chat.keyboard),
        "commands": commands(world, chat, who),
    }


def _message(world: World, message: Message, pressing: str | None) -> Json:
    content = message.content
    text = service_text(world, message) if message.service else message.text
    return {
        "message_id": message.message_id,
        "date": moment(message.date),
        "from": {
            "id": message.sender_id,
            "name": world.name(message.sender_id),
            "is_bot": message.sender_id == world.bot.id,
        },
        "text": text,
        "html": rendered.html(text, message.entities),
        "service": message.service,
        "buttons": _buttons(message),
        "photo": _photo(content),
        "document": _document(content),
        "edited": message.edit_date is not None,
        "edit_date": None if message.edit_date is None else moment(message.edit_date),
        "deleted": False,
        "reply_to": message.reply_to,
        "reactions": [emoji for given in message.reactions.values() for emoji in given],
        "media_group_id": content.get("media_group_id"),
        "spoiler": bool(content.get("has_media_spoiler")),
        "silent": message.silent,
        "forwarded_from": _origin(world, content),
        "pressing": pressing,
    }


def _buttons(message: Message) -> list[list[Json]]:
    rows = (message.reply_markup or {}).get("inline_keyboard", [])
    return [[_button(button) for button in row] for row in rows]


def _button(button: Json) -> Json:
    told: dict[str, Any] = {"text": button["text"]}
    if "callback_data" in button:
        told["data"] = button["callback_data"]
    if "url" in button:
        told["url"] = button["url"]
    if "copy_text" in button:
        told["copy_text"] = button["copy_text"]["text"]
    return told


def _photo(content: Json) -> Json | None:
    if "photo" not in content:
        return None
    biggest = content["photo"][-1]
    return {
        "url": f"/sandbox/files/{biggest['file_id']}",
        "width": biggest["width"],
        "height": biggest["height"],
    }


def _document(content: Json) -> Json | None:
    document = content.get("document")
    if document is None:
        return None
    return {
        "url": f"/sandbox/files/{document['file_id']}",
        "file_name": document["file_name"],
        "size": document["file_size"],
        "mime_type": document["mime_type"],
    }


def _origin(world: World, content: Json) -> str | None:
    origin = content.get("forward_origin")
    return None if origin is None else world.name(origin["sender_user"]["id"])


def service_text(world: World, message: Message) -> str:
    """What the app writes in the middle of the chat."""
    content = message.content
    who = world.name(message.sender_id)
    if "new_chat_members" in content:
        names = [world.name(member["id"]) for member in content["new_chat_members"]]
        return f"{who} 加入了群组" if names == [who] else f"{who} 邀请 {'、'.join(names)} 加入了群组"
    if "left_chat_member" in content:
        gone = world.name(content["left_chat_member"]["id"])
        return f"{who} 退出了群组" if gone == who else f"{who} 将 {gone} 移出了群组"
    if "pinned_message" in content:
        return f"{who} 置顶了一条消息"
    if "group_chat_created" in content or "supergroup_chat_created" in content:
        return f"{who} 创建了群组"
    return "群组已升级为超级群组"


def summary(world: World, message: Message) -> str:
    """A message in a line, for the list of chats."""
    if message.service:
        return service_text(world, message)
    kind = "[图片] " if "photo" in message.content else ""
    if "document" in message.content:
        kind = f"[文件] {message.content['document']['file_name']} "
    return (kind + message.text.replace("\n", " ")).strip()[:SUMMARY_LENGTH]
