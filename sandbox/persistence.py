"""Keeping the state in a folder: one SQLite table of JSON records, written after every request.

Write-ahead logging makes each write whole: a killed process loses at most the request it was in.
"""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sandbox.state import BotProfile, Chat, Json, Message, Person, StoredFile, Webhook

if TYPE_CHECKING:
    from sandbox.world import World

R = TypeVar("R", Person, Chat, Message, StoredFile, BotProfile, Webhook)

SCHEMA = """
create table if not exists records (
    kind text not null,
    key text not null,
    body text not null,
    primary key (kind, key)
) without rowid
"""
# Kept apart or not worth keeping.
LEFT_OUT = {Chat: {"messages", "typing_until"}}


def packed(record: Any) -> str:
    left_out = LEFT_OUT.get(type(record), set())
    values = {
        field.name: getattr(record, field.name)
        for field in dataclasses.fields(record)
        if field.name not in left_out
    }
    return json.dumps(values, ensure_ascii=False)


def unpacked(model: type[R], body: str) -> R:
    """The record again; JSON has only words for keys and lists for tuples, so those are put right."""
    values: Json = json.loads(body)
    for name in ("members", "read", "reactions"):
        if name in values:
            values[name] = {int(key): value for key, value in values[name].items()}
    if "sizes" in values:
        values["sizes"] = tuple(values["sizes"])
    known = {field.name for field in dataclasses.fields(model)}
    return model(**{name: value for name, value in values.items() if name in known})


class Store:
    """The records of one world in `folder`; `mark` notes what changed, `flush` writes it in one transaction."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(folder / "sandbox.sqlite3", isolation_level=None)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._connection.execute(SCHEMA)
        self._dirty: dict[tuple[str, *tuple[object, ...]], None] = {}

    def mark(self, kind: str, *key: object) -> None:
        self._dirty[(kind, *key)] = None

    def flush(self, world: World) -> None:
        """Writes what was marked, and the account's counters with it."""
        if not self._dirty:
            return
        self.mark("account")
        marked, self._dirty = self._dirty, {}
        self._connection.execute("begin immediate")
        for kind, *key in marked:
            body = _current(world, kind, key)
            name = ":".join(str(part) for part in key)
            if body is None:
                self._connection.execute("delete from records where kind = ? and key = ?", (kind, name))
            else:
                self._connection.execute(
                    "insert or replace into records values (?, ?, ?)", (kind, name, body)
                )
        self._connection.execute("commit")

    def load(self, world: World) -> None:
        """Puts what is kept into an empty world."""
        for person in self._all(Person, "person"):
            world.people[person.id] = person
        for chat in self._all(Chat, "chat"):
            world.chats[chat.id] = chat
        for file in self._all(StoredFile, "file"):
            world.files.remember(file)
        for message in sorted(
            self._all(Message, "message"), key=lambda message: (message.date, message.message_id)
        ):
            world.chats[message.chat_id].messages[message.message_id] = message
            world.order.append((message.chat_id, message.message_id))
        for profile in self._all(BotProfile, "profile"):
            if profile.id == world.bot.id:
                world.bot = profile
        for (body,) in self._connection.execute("select body from records where kind = 'account'"):
            _load_account(world, json.loads(body))
        for (body,) in self._connection.execute(
            "select body from records where kind = 'update' order by key"
        ):
            world.updates.waiting.append(json.loads(body))

    def close(self) -> None:
        self._connection.close()

    def _all(self, model: type[R], kind: str) -> list[R]:
        rows = self._connection.execute("select body from records where kind = ?", (kind,))
        return [unpacked(model, body) for (body,) in rows]


def _current(world: World, kind: str, key: list[Any]) -> str | None:
    """What a marked record holds now; None when it is gone."""
    record: Any = None
    match kind:
        case "person":
            record = world.people.get(key[0])
        case "chat":
            record = world.chats.get(key[0])
        case "message":
            record = world.chats[key[0]].messages.get(key[1])
        case "file":
            record = world.files.known.get(key[0])
        case "profile":
            record = world.bot
        case "update":
            update = world.updates.find(key[0])
            return None if update is None else json.dumps(update, ensure_ascii=False)
        case "account":
            return json.dumps(_account(world))
    return None if record is None else packed(record)


def _account(world: World) -> Json:
    return {
        "last_message_id": world.last_message_id,
        "files_made": world.files.made,
        "next_update_id": world.updates.next_id,
        "next_query_id": world.next_query_id,
        "allowed_updates": world.updates.allowed,
        "clock_offset_seconds": world.clock.offset_seconds,
        "webhook": dataclasses.asdict(world.webhook),
    }


def _load_account(world: World, account: Json) -> None:
    world.last_message_id = account["last_message_id"]
    world.files.made = account["files_made"]
    world.updates.next_id = account["next_update_id"]
    world.next_query_id = account["next_query_id"]
    world.updates.allowed = account["allowed_updates"]
    world.clock.offset_seconds = account["clock_offset_seconds"]
    world.webhook = unpacked(Webhook, json.dumps(account["webhook"]))
