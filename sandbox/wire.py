"""From the sandbox's records to Telegram's JSON, checked by python-telegram-bot's models."""

from __future__ import annotations

from typing import Any

from telegram import TelegramObject

from sandbox.state import BotProfile, Chat, Json, Message, Person

# PTB writes these out even when they are false, Telegram does not.
SILENT_FALSE = (
    "channel_chat_created",
    "delete_chat_photo",
    "group_chat_created",
    "supergroup_chat_created",
)

# Fields of Bot API 10.3 that PTB (10.0) does not know yet and newer clients insist on.
NEWER_RIGHTS: Json = {"can_send_welcome_messages": False}
NEWER_FIELDS = frozenset(NEWER_RIGHTS)


class Misspoken(RuntimeError):
    """The sandbox was about to say something that is not the Bot API as PTB knows it: a bug of the sandbox."""


def checked(model: type[TelegramObject], payload: Json) -> Json:
    """The payload again, once PTB has read it and would write the very same."""
    read = model.de_json(payload, None)
    unknown = _unknown(read)
    if unknown:
        raise Misspoken(f"{model.__name__}: PTB does not know {', '.join(sorted(unknown))}")
    written = _as_telegram(read.to_dict())
    if written != payload and written != _without_empty(payload):
        raise Misspoken(f"{model.__name__}: said {payload!r}, PTB would say {written!r}")
    return payload


def _unknown(value: object) -> set[str]:
    """The names of fields PTB has no place for, at any depth."""
    if isinstance(value, tuple):
        return {name for inner in value for name in _unknown(inner)}
    if not isinstance(value, TelegramObject):
        return set()
    names = set(value.api_kwargs) - NEWER_FIELDS
    for kind in type(value).__mro__:
        for slot in getattr(kind, "__slots__", ()):
            inner = getattr(value, slot, None)
            if isinstance(inner, TelegramObject | tuple):
                names |= _unknown(inner)
    return names


def _as_telegram(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _as_telegram(inner)
            for name, inner in value.items()
            if not (inner is False and name in SILENT_FALSE)
        }
    if isinstance(value, list | tuple):
        return [_as_telegram(inner) for inner in value]
    return value


def _without_empty(value: Any) -> Any:
    """PTB leaves out empty lists, even where Telegram writes them."""
    if isinstance(value, dict):
        return {name: _without_empty(inner) for name, inner in value.items() if inner != []}
    if isinstance(value, list):
        return [_without_empty(inner) for inner in value]
    return value


def person(who: Person) -> Json:
    told: Json = {"id": who.id, "is_bot": False, "first_name": who.first_name, "language_code": "zh-hans"}
    if who.last_name:
        told["last_name"] = who.last_name
    if who.username:
        told["username"] = who.username
    return told


def bot(profile: BotProfile) -> Json:
    return {
        "id": profile.id,
        "is_bot": True,
        "first_name": profile.names.get("", profile.first_name),
        "username": profile.username,
    }


def private_chat(who: Person) -> Json:
    told: Json = {"id": who.id, "type": "private", "first_name": who.first_name}
    if who.last_name:
        told["last_name"] = who.last_name
    if who.username:
        told["username"] = who.username
    return told


def group_chat(chat: Chat) -> Json:
    return {"id": chat.id, "type": chat.type, "title": chat.title}


def message(record: Message, *, chat: Json, sender: Json, reply_to: Json | None = None) -> Json:
    """A Message. `reply_to` is the whole message it answers, itself without an answer."""
    told: Json = {"message_id": record.message_id, "from": sender, "chat": chat, "date": record.date}
    told.update(record.content)
    if reply_to is not None:
        told["reply_to_message"] = reply_to
    if record.edit_date is not None:
        told["edit_date"] = record.edit_date
    if record.reply_markup is not None:
        told["reply_markup"] = record.reply_markup
    return told
