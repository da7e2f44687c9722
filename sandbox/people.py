"""What people can do: write, press, start, block, found groups. Each tells the bot as Telegram would."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram.constants import ChatLimit, FileSizeLimit, MediaGroupLimit, MessageLimit, ReactionEmoji

from sandbox import membership
from sandbox.errors import PeopleError
from sandbox.files import NotAPicture, looked_at
from sandbox.state import Chat, Json, Message, Person, Query
from sandbox.text import formatted, utf16
from sandbox.text.problems import EntityProblem
from sandbox.world import World

PAYLOAD = re.compile(rf"[A-Za-z0-9_-]{{1,{MessageLimit.DEEP_LINK_LENGTH:d}}}")
PERSON_WORDS = ("first_name", "last_name", "username", "note")
PERSON_FLAGS = ("featured", "started", "blocked")
PICTURES = ("image/jpeg", "image/png", "image/webp")
EMOJI = frozenset(str(emoji.value) for emoji in ReactionEmoji)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as somebody sends it: as `kind` photo or document, or as what it looks like; with its words."""

    content: bytes
    name: str
    mime_type: str
    kind: str = ""
    caption: str = ""
    entities: Any = None


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
        """A chat this person sees; their private chat also goes by the bot's id, an upgraded group by its old one."""
        try:
            chat_id = int(given)
        except ValueError as problem:
            raise PeopleError(404, "no_such_chat", f"no chat {given!r}") from problem
        chat = self.world.chats.get(person.id if chat_id == self.world.bot.id else chat_id)
        if chat is not None and chat.migrated_to is not None:
            chat = self.world.chats[chat.migrated_to]
        if chat is None or not (chat.id == person.id if chat.private else chat.present(person.id)):
            raise PeopleError(404, "no_such_chat", f"person {person.id} has no chat {given}")
        return chat

    def group(self, given: str) -> Chat:
        """A group, whoever asks."""
        chat = self.world.chats.get(int(given)) if re.fullmatch(r"-\d+", given) else None
        if chat is None:
            raise PeopleError(404, "no_such_chat", f"no group {given}")
        if chat.migrated_to is not None:
            raise PeopleError(409, "migrated", f"the group is now {chat.migrated_to}")
        return chat

    def message(self, chat: Chat, given: Any) -> Message:
        try:
            return chat.messages[int(given)]
        except (KeyError, TypeError, ValueError) as problem:
            raise PeopleError(404, "no_such_message", f"no message {given} in chat {chat.id}") from problem

    def users(self, given: Any) -> list[int]:
        """Ids of people, and the bot's own as a number or as "bot"."""
        if not isinstance(given, list):
            raise PeopleError(400, "bad_value", "give a list of ids")
        bot = (self.world.bot.id, "bot", str(self.world.bot.id))
        return [self.world.bot.id if one in bot else self.person(one).id for one in given]

    # --- people themselves

    def add(self, given: Any) -> list[Person]:
        """Adds people, or updates those whose id is known; all of them or none. The bot hears nothing of it."""
        if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
            raise PeopleError(400, "bad_person", "people must be a list of objects")
        ids = [self._checked_id(entry) for entry in given]
        added = []
        for entry, person_id in zip(given, ids, strict=True):
            if person_id is None:
                person_id = self.world.made_id()
            person = self.world.people.get(person_id) or Person(id=person_id, first_name="")
            for name in PERSON_WORDS:
                if name in entry:
                    setattr(person, name, str(entry[name] or ""))
            for name in PERSON_FLAGS:
                if name in entry:
                    setattr(person, name, bool(entry[name]))
            added.append(self.world.add_person(person))
        self.world.events.tell("people")
        return added

    def _checked_id(self, entry: Json) -> int | None:
        """The id given, None for one to be made. Raises for anything Telegram would not have."""
        if not entry.get("first_name"):
            raise PeopleError(400, "bad_person", "a person needs a first_name")
        if entry.get("id") is None:
            return None
        try:
            person_id = int(entry["id"])
        except (TypeError, ValueError) as problem:
            raise PeopleError(400, "bad_person", "an id must be a number") from problem
        if person_id <= 0 or person_id == self.world.bot.id:
            raise PeopleError(400, "bad_person", "an id must be positive and not the bot's")
        return person_id

    # --- writing

    def say(
        self, chat: Chat, person: Person, text: str, *, entities: Any = None, reply_to: Any = None
    ) -> Message:
        """Writes a text message, formatted by these entities."""
        content = _text_content("text", text, entities, limit=MessageLimit.MAX_TEXT_LENGTH)
        if not content:
            raise PeopleError(400, "empty_text", "there is nothing to send")
        return self._post(chat, person, content, reply_to=reply_to)

    def send_file(self, chat: Chat, person: Person, sheet: Sheet, *, reply_to: Any = None) -> Message:
        """Sends one file."""
        return self._post(chat, person, self._file_content(sheet), reply_to=reply_to)

    def send_album(
        self, chat: Chat, person: Person, sheets: Sequence[Sheet], *, reply_to: Any = None
    ) -> list[Message]:
        """Sends several files as one album: a message each, in order, with one media_group_id."""
        if not MediaGroupLimit.MIN_MEDIA_LENGTH <= len(sheets) <= MediaGroupLimit.MAX_MEDIA_LENGTH:
            raise PeopleError(400, "bad_album", "an album has 2 to 10 files")
        contents = [self._file_content(sheet) for sheet in sheets]
        if len({"photo" in content for content in contents}) > 1:
            raise PeopleError(400, "bad_album", "an album is all photos or all documents")
        group = {"media_group_id": str(self.world.next_media_group_id())}
        return [self._post(chat, person, {**content, **group}, reply_to=reply_to) for content in contents]

    def _file_content(self, sheet: Sheet) -> Json:
        """A file, kept, as the content of a message."""
        if not sheet.content:
            raise PeopleError(400, "empty_file", "the file is empty")
        kind = sheet.kind or ("photo" if sheet.mime_type in PICTURES else "document")
        told = _text_content("caption", sheet.caption, sheet.entities, limit=MessageLimit.CAPTION_LENGTH)
        files = self.world.files
        if kind == "photo" and len(sheet.content) <= FileSizeLimit.PHOTOSIZE_UPLOAD:
            try:
                file = files.add_photo(sheet.content, looked_at(sheet.content))
            except NotAPicture:
                # The app sends what it cannot show as a file.
                file = files.add_document(sheet.content, name=sheet.name, mime_type=sheet.mime_type)
        else:
            file = files.add_document(sheet.content, name=sheet.name, mime_type=sheet.mime_type)
        for file_id in file.sizes or (file.file_id,):
            self.world.mark("file", file_id)
        return {**files.content_json(file), **told}

    def _post(self, chat: Chat, person: Person, content: Json, *, reply_to: Any = None) -> Message:
        answered = None if reply_to in (None, "") else self.message(chat, reply_to).message_id
        if chat.private:
            self._be_reachable(person, content)
        message = self.world.post(chat, sender_id=person.id, content=content, reply_to=answered)
        if self.world.hears(chat, message):
            self.world.updates.add("message", self.world.message_json(message))
        return message

    def _be_reachable(self, person: Person, content: Json) -> None:
        """Whoever writes to the bot has started it; one who blocked it can only start it again."""
        if person.blocked:
            if not str(content.get("text", "")).startswith("/start"):
                raise PeopleError(409, "blocked", "this person has blocked the bot; unblock or start first")
            self.unblock(person)
        if not person.started:
            person.started = True
            self.world.mark("person", person.id)
            self.world.events.tell("people")

    def start(self, person: Person, payload: str) -> Message:
        """Presses START, or opens t.me/bot?start=payload."""
        if payload and not PAYLOAD.fullmatch(payload):
            raise PeopleError(400, "bad_payload", "a payload is 1 to 64 characters of A-Z a-z 0-9 _ -")
        return self.say(self.world.chats[person.id], person, f"/start {payload}".strip())

    def edit(self, chat: Chat, person: Person, given: Any, text: str, *, entities: Any = None) -> Message:
        """Changes the text or caption of one's own message."""
        message = self.message(chat, given)
        if message.sender_id != person.id or message.service:
            raise PeopleError(409, "not_yours", "only one's own messages can be edited")
        field = "text" if "text" in message.content else "caption"
        limit = MessageLimit.MAX_TEXT_LENGTH if field == "text" else MessageLimit.CAPTION_LENGTH
        told = _text_content(field, text, entities, limit=limit)
        if field == "text" and not told:
            raise PeopleError(400, "empty_text", "there is nothing to send")
        kept = {
            name: value
            for name, value in message.content.items()
            if not name.endswith(("text", "caption", "entities"))
        }
        if {**kept, **told} == message.content:
            raise PeopleError(409, "not_modified", "that is what it says already")
        message.content = {**kept, **told}
        message.edit_date = max(self.world.clock.timestamp(), message.date)
        self.world.edited(chat, message)
        if self.world.hears(chat, message):
            self.world.updates.add("edited_message", self.world.message_json(message))
        return message

    def delete(self, chat: Chat, person: Person, given: Any) -> None:
        """Deletes a message for everyone; the bot is not told, as in Telegram."""
        message = self.message(chat, given)
        allowed = (
            chat.private
            or message.sender_id == person.id
            or chat.status(person.id) in membership.ADMINISTRATORS
        )
        if not allowed:
            raise PeopleError(409, "not_yours", "only one's own messages can be deleted here")
        self.world.remove(chat, message)

    def react(self, chat: Chat, person: Person, given: Any, emoji: str) -> None:
        """Puts a reaction on a message in place of the one before; an empty one takes it away."""
        message = self.message(chat, given)
        if emoji and emoji not in EMOJI:
            raise PeopleError(400, "bad_emoji", f"{emoji!r} is no reaction")
        before = message.reactions.pop(person.id, [])
        after = [emoji] if emoji else []
        if after:
            message.reactions[person.id] = after
        self.world.edited(chat, message)
        if before == after or not (chat.private or chat.status(self.world.bot.id) == "administrator"):
            return
        self.world.updates.add(
            "message_reaction",
            {
                "chat": self.world.chat_json(chat),
                "message_id": message.message_id,
                "user": self.world.user_json(person.id),
                "date": self.world.clock.timestamp(),
                "old_reaction": [{"type": "emoji", "emoji": one} for one in before],
                "new_reaction": [{"type": "emoji", "emoji": one} for one in after],
            },
        )

    # --- pressing

    def press(self, chat: Chat, person: Person, given: Any, data: str, *, stale: bool) -> Query:
        """Presses an inline button. `stale`: as an old app does that still shows it, or the whole message."""
        message_id = int(given) if isinstance(given, int | str) and str(given).isdigit() else 0
        message = chat.messages.get(message_id)
        if message is None and not (stale and 0 < message_id <= self._last_id(chat)):
            raise PeopleError(404, "no_such_message", f"no message {given} in chat {chat.id}")
        rows = ((message.reply_markup if message else None) or {}).get("inline_keyboard", [])
        if not stale and not any(button.get("callback_data") == data for row in rows for button in row):
            raise PeopleError(409, "no_such_button", f"message {message_id} has no button {data!r} now")
        if chat.private and person.blocked:
            raise PeopleError(409, "blocked", "this person has blocked the bot; unblock or start first")
        query = self.world.ask(person_id=person.id, chat=chat, message_id=message_id, data=data)
        # A message that is gone is told as inaccessible: where and which it was, with the date 0.
        inaccessible = {"chat": self.world.chat_json(chat), "message_id": message_id, "date": 0}
        self.world.updates.add(
            "callback_query",
            {
                "id": query.id,
                "from": self.world.user_json(person.id),
                "message": inaccessible if message is None else self.world.message_json(message),
                "chat_instance": str(abs(chat.id) * 1_000_003 % 2**63),
                "data": data,
            },
        )
        return query

    def _last_id(self, chat: Chat) -> int:
        return chat.last_message_id if chat.type == "supergroup" else self.world.last_message_id

    # --- blocking

    def block(self, person: Person) -> None:
        self._set_blocked(person, blocked=True)

    def unblock(self, person: Person) -> None:
        self._set_blocked(person, blocked=False)

    def _set_blocked(self, person: Person, *, blocked: bool) -> None:
        if person.blocked == blocked:
            return
        person.blocked = blocked
        self.world.mark("person", person.id)
        self.world.events.tell("people")
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        chat = self.world.chats[person.id]
        membership.tell(self.world, chat, self.world.bot.id, before=before, after=after, actor_id=person.id)

    # --- groups

    def found_group(self, *, title: str, members: Any, kind: str) -> Chat:
        if kind not in ("group", "supergroup"):
            raise PeopleError(400, "bad_value", "type must be group or supergroup")
        if not 1 <= len(title.strip()) <= ChatLimit.MAX_CHAT_TITLE_LENGTH:
            raise PeopleError(400, "bad_value", "a group needs a title of 1 to 128 characters")
        users = self.users(members)
        if not any(user != self.world.bot.id for user in users):
            raise PeopleError(400, "bad_value", "a group needs at least one person")
        return membership.found(self.world, title=title.strip(), members=users, kind=kind)

    def change_members(self, chat: Chat, *, add: Any, remove: Any, actor: Any = None) -> None:
        """Adds and removes; done by `actor`, or by the group's creator. One who removes themselves leaves."""
        actor_id = membership.creator(self.world, chat) if actor is None else self.person(actor).id
        membership.join(self.world, chat, self.users(add), actor_id=actor_id)
        for user_id in self.users(remove):
            membership.leave(self.world, chat, user_id, actor_id=actor_id)


def _text_content(field: str, text: str, entities: Any, *, limit: int) -> Json:
    """The text or caption of a person's message with its entities, and those Telegram finds; empty for none."""
    # Half of a surrogate pair, which JSON can write, is shown as a question mark.
    text = text.encode("utf-8", "replace").decode()
    if not isinstance(entities, list | None):
        raise PeopleError(400, "bad_entities", "entities must be a list of MessageEntity objects")
    try:
        told = formatted.read(text, given=entities)
    except EntityProblem as problem:
        raise PeopleError(400, "bad_entities", str(problem)) from problem
    if utf16.length(told.text) > limit:
        raise PeopleError(400, "text_too_long", f"at most {int(limit)} characters")
    content: Json = {field: told.text} if told.text else {}
    if told.entities:
        content["entities" if field == "text" else "caption_entities"] = told.entities
    return content
