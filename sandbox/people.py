"""What people can do: write, press, start, block. Each tells the bot as Telegram would."""

from __future__ import annotations

import re
from typing import Any

from telegram.constants import MessageLimit

from sandbox.errors import PeopleError
from sandbox.state import Chat, Json, Message, Person, Query
from sandbox.text import formatted, utf16
from sandbox.world import World

PAYLOAD = re.compile(rf"[A-Za-z0-9_-]{{1,{int(MessageLimit.DEEP_LINK_LENGTH)}}}")
PERSON_FIELDS = ("first_name", "last_name", "username", "note", "featured")


class People:
    """The persons of one world, acting."""

    def __init__(self, world: World) -> None:
        self.world = world

    # --- finding

    def person(self, given: Any) -> Person:
        try:
            return self.world.people[int(given)]
        except (KeyError, TypeError, ValueError) as problem:
            raise PeopleError(404, "no_such_person", f"nobody has the id {given!r}") from problem

    def chat(self, given: str, person: Person) -> Chat:
        """A chat this person sees; their private chat also goes by the bot's id."""
        try:
            chat_id = int(given)
        except ValueError as problem:
            raise PeopleError(404, "no_such_chat", f"no chat {given!r}") from problem
        chat = self.world.chats.get(person.id if chat_id == self.world.bot.id else chat_id)
        if (
            chat is None
            or (chat.private and chat.id != person.id)
            or not (chat.private or chat.present(person.id))
        ):
            raise PeopleError(404, "no_such_chat", f"person {person.id} has no chat {given}")
        return chat

    # --- acting

    def add(self, given: list[Json]) -> list[Person]:
        """Adds people, or updates those whose id is known."""
        if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
            raise PeopleError(400, "bad_person", "people must be a list of objects")
        added = []
        for entry in given:
            if not entry.get("first_name"):
                raise PeopleError(400, "bad_person", "a person needs a first_name")
            try:
                person_id = int(entry["id"]) if entry.get("id") is not None else self.world.made_id()
            except (TypeError, ValueError) as problem:
                raise PeopleError(400, "bad_person", "an id must be a number") from problem
            if person_id <= 0 or person_id == self.world.bot.id:
                raise PeopleError(400, "bad_person", "an id must be positive and not the bot's")
            person = self.world.people.get(person_id) or Person(id=person_id, first_name="")
            for name in PERSON_FIELDS:
                if name in entry:
                    setattr(person, name, bool(entry[name]) if name == "featured" else str(entry[name] or ""))
            added.append(self.world.add_person(person))
        self.world.events.tell("people")
        return added

    def say(self, chat: Chat, person: Person, text: str, *, reply_to: Any = None) -> Message:
        """Writes a text message."""
        told = formatted.plain(text)
        if not told.text:
            raise PeopleError(400, "empty_text", "there is nothing to send")
        if utf16.length(told.text) > MessageLimit.MAX_TEXT_LENGTH:
            raise PeopleError(400, "text_too_long", f"at most {int(MessageLimit.MAX_TEXT_LENGTH)} characters")
        content: Json = {"text": told.text}
        if told.entities:
            content["entities"] = told.entities
        return self.post(chat, person, content, reply_to=reply_to)

    def post(self, chat: Chat, person: Person, content: Json, *, reply_to: Any = None) -> Message:
        answered = None if reply_to is None else int(reply_to)
        if answered is not None and answered not in chat.messages:
            raise PeopleError(404, "no_such_message", f"no message {reply_to} to reply to")
        if chat.private:
            if person.blocked:
                raise PeopleError(409, "blocked", "this person has blocked the bot; unblock or start first")
            person.started = True
        message = self.world.post(chat, sender_id=person.id, content=content, reply_to=answered)
        if self.world.hears(chat, message):
            self.world.updates.add("message", self.world.message_json(message))
        return message

    def start(self, person: Person, payload: str) -> Message:
        """Presses START, or opens t.me/bot?start=payload."""
        if payload and not PAYLOAD.fullmatch(payload):
            raise PeopleError(400, "bad_payload", "a payload is 1 to 64 characters of A-Z a-z 0-9 _ -")
        return self.say(self.world.chats[person.id], person, f"/start {payload}".strip())

    def press(self, chat: Chat, person: Person, message_id: int, data: str, *, stale: bool) -> Query:
        """Presses an inline button."""
        message = chat.messages.get(message_id)
        if message is None:
            raise PeopleError(404, "no_such_message", f"no message {message_id} in chat {chat.id}")
        rows = (message.reply_markup or {}).get("inline_keyboard", [])
        if not stale and not any(button.get("callback_data") == data for row in rows for button in row):
            raise PeopleError(409, "no_such_button", f"message {message_id} has no button {data!r} now")
        query = self.world.ask(person_id=person.id, chat=chat, message_id=message_id, data=data)
        self.world.updates.add(
            "callback_query",
            {
                "id": query.id,
                "from": self.world.user_json(person.id),
                "message": self.world.message_json(message),
                "chat_instance": str(chat.id * 1_000_003 % 2**63),
                "data": data,
            },
        )
        return query
