"""What people see: the sandbox's records as the people API tells them."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sandbox.state import Chat, Json, Message, Person
from sandbox.text import rendered
from sandbox.world import World


def moment(timestamp: float) -> str:
    return datetime.fromtimestamp(timestamp, UTC).isoformat()


def clock(world: World) -> Json:
    return {"now": world.clock.now().isoformat(), "offset_seconds": world.clock.offset_seconds}


def state(world: World) -> Json:
    return {
        "now": world.clock.now().isoformat(),
        "clock_offset_seconds": world.clock.offset_seconds,
        "bot": {"id": world.bot.id, "username": world.bot.username, "first_name": world.name(world.bot.id)},
        "commands": world.bot.commands.get("default:", []),
    }


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


def people(world: World, *, words: str, ids: frozenset[int], limit: int, offset: int, featured: bool) -> Json:
    sought = words.casefold().split()
    found = [
        who
        for who in world.people.values()
        if (who.featured or not featured)
        and (who.id in ids or not ids)
        and all(word in f"{who.name} {who.username} {who.note}".casefold() for word in sought)
    ]
    found.sort(key=lambda who: not who.featured)
    return {"people": [person(world, who) for who in found[offset : offset + limit]], "total": len(found)}


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


def messages(world: World, chat: Chat, who: Person, *, after: int, before: int | None, limit: int) -> Json:
    """The newest messages between two numbers, the oldest first; whoever looks has read them."""
    earlier = (number for number in reversed(chat.messages) if before is None or number < before)
    newest = islice(earlier, limit)
    numbers = [number for number in newest if number > after][::-1]
    pressing = world.pressing(who.id, chat.id)
    if chat.messages:
        chat.read[who.id] = max(chat.messages)
    return {
        "messages": [_message(world, chat.messages[number], pressing.get(number)) for number in numbers],
        "typing": world.clock.monotonic() < chat.typing_until,
        "keyboard": chat.keyboard,
        "commands": world.bot.commands.get("default:", []),
    }


def _message(world: World, message: Message, pressing: str | None) -> Json:
    content = message.content
    text = message.text or service_text(world, message)
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
        "buttons": _buttons(message),
        "photo": None,
        "document": None,
        "edited": message.edit_date is not None,
        "edit_date": None if message.edit_date is None else moment(message.edit_date),
        "deleted": False,
        "reply_to": message.reply_to,
        "reactions": [emoji for given in message.reactions.values() for emoji in given],
        "media_group_id": content.get("media_group_id"),
        "spoiler": bool(content.get("has_media_spoiler")),
        "silent": message.silent,
        "forwarded_from": None,
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


def service_text(world: World, message: Message) -> str:
    return ""


def summary(world: World, message: Message) -> str:
    return (message.text or service_text(world, message)).replace("\n", " ")[:80]
