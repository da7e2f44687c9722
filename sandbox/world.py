"""Everything the sandbox knows, and the few things that change it; both faces work on this."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import OrderedDict, deque
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import telegram

from sandbox import wire
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.events import Events
from sandbox.faults import Faults
from sandbox.files import Files
from sandbox.limits import Limits
from sandbox.state import BotProfile, Chat, Json, Message, Person, Query, Webhook
from sandbox.text import utf16
from sandbox.updates import Updates

if TYPE_CHECKING:
    from sandbox.persistence import Store

# The oldest messages go first, so that a long benchmark does not fill the memory.
MESSAGES_KEPT = 200_000
MESSAGES_KEPT_PER_CHAT = 2_000
QUERIES_KEPT = 10_000
# As long as a client shows the spinner.
QUERY_SECONDS = 15.0
TYPING_SECONDS = 5.0
FIRST_MADE_ID = 7_000_000_001
FIRST_GROUP_ID = -4_000_000_001
FIRST_SUPERGROUP_ID = -1_002_000_000_001


class World:
    """The state and its keepers. Nothing here awaits, so each change is whole."""

    def __init__(
        self,
        *,
        token: str,
        username: str,
        first_name: str,
        clock: Clock,
        limits: bool,
        checks: bool,
        privacy: bool,
        seed: int,
        files: Path | None = None,
    ) -> None:
        self.token = token
        self.clock = clock
        self.checks = checks
        self.privacy = privacy
        self.bot = BotProfile(id=int(token.split(":", 1)[0]), username=username, first_name=first_name)
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.queries: OrderedDict[str, Query] = OrderedDict()
        self.answered: dict[str, asyncio.Event] = {}
        self.updates = Updates(checks=checks, mark=lambda update_id: self.mark("update", update_id))
        self.webhook = Webhook()
        self.webhook_changed = asyncio.Event()
        self.files = Files(files)
        # A bot that never called is shown as not there yet.
        self.bot_called = False
        self.events = Events()
        self.limits = Limits(clock.monotonic, enabled=limits)
        self.faults = Faults(seed=seed)
        self.calls = Calls()
        self.latency_ms = 0.0
        self.last_message_id = 0
        self.next_query_id = random.Random(seed).randrange(10**17, 10**18)
        self.store: Store | None = None
        self.order: deque[tuple[int, int]] = deque()

    # --- who and where

    def add_person(self, person: Person) -> Person:
        self.people[person.id] = person
        if person.id not in self.chats:
            self.chats[person.id] = Chat(id=person.id, type="private")
            self.mark("chat", person.id)
        self.mark("person", person.id)
        return person

    def made_id(self) -> int:
        """An id for a person or a group's number that nobody has yet."""
        return next(
            number
            for number in itertools.count(FIRST_MADE_ID + len(self.people))
            if number not in self.people
        )

    def made_chat_id(self, kind: str) -> int:
        """An id for a new group, in the range Telegram gives its kind."""
        count = sum(1 for chat in self.chats.values() if not chat.private)
        start = FIRST_SUPERGROUP_ID if kind == "supergroup" else FIRST_GROUP_ID
        return next(number for number in itertools.count(start - count, -1) if number not in self.chats)

    def next_media_group_id(self) -> int:
        return self._made_query_id()

    def set_webhook(self, webhook: Webhook) -> None:
        """Another webhook, or none; a poll that still waits is over."""
        self.webhook = webhook
        self.updates.begin_poll()
        self.webhook_changed.set()
        self.mark("account")

    def mark(self, kind: str, *key: object) -> None:
        """Notes that a record changed and is to be kept, if anything is."""
        if self.store is not None:
            self.store.mark(kind, *key)

    def flush(self) -> None:
        """Writes what was marked."""
        if self.store is not None:
            self.store.flush(self)

    def user_json(self, user_id: int) -> Json:
        if user_id == self.bot.id:
            return wire.bot(self.bot)
        known = self.people.get(user_id)
        return wire.person(known) if known else {"id": user_id, "is_bot": False, "first_name": ""}

    def name(self, user_id: int) -> str:
        if user_id == self.bot.id:
            return self.bot.names.get("", self.bot.first_name)
        known = self.people.get(user_id)
        return known.name if known else "Deleted Account"

    def chat_json(self, chat: Chat) -> Json:
        return wire.private_chat(self.people[chat.id]) if chat.private else wire.group_chat(chat)

    def watchers(self, chat: Chat) -> frozenset[int]:
        """The persons who see a chat."""
        if chat.private:
            return frozenset({chat.id})
        return frozenset(member for member in chat.members if chat.present(member))

    # --- messages

    def message_json(self, message: Message) -> Json:
        """The Message as the Bot API tells it, checked by PTB."""
        chat = self.chats[message.chat_id]
        answered = chat.messages.get(message.reply_to) if message.reply_to is not None else None
        told = wire.message(
            message,
            chat=self.chat_json(chat),
            sender=self.user_json(message.sender_id),
            reply_to=None if answered is None else self.bare_json(answered),
        )
        return wire.checked(telegram.Message, told) if self.checks else told

    def bare_json(self, message: Message) -> Json:
        chat = self.chats[message.chat_id]
        return wire.message(message, chat=self.chat_json(chat), sender=self.user_json(message.sender_id))

    def post(
        self,
        chat: Chat,
        *,
        sender_id: int,
        content: Json,
        reply_markup: Json | None = None,
        reply_to: int | None = None,
        silent: bool = False,
    ) -> Message:
        """Writes a message into a chat and tells those who watch."""
        if chat.type == "supergroup":
            chat.last_message_id += 1
            message_id = chat.last_message_id
        else:
            self.last_message_id += 1
            message_id = self.last_message_id
        inline = reply_markup if reply_markup and "inline_keyboard" in reply_markup else None
        message = Message(
            chat_id=chat.id,
            message_id=message_id,
            date=self.clock.timestamp(),
            sender_id=sender_id,
            content=content,
            reply_markup=inline,
            fixed=reply_markup is not None and inline is None,
            reply_to=reply_to,
            silent=silent,
        )
        if reply_markup is not None and inline is None:
            chat.keyboard = None if reply_markup.get("remove_keyboard") else reply_markup
        chat.messages[message_id] = message
        chat.last_date = message.date
        if sender_id == self.bot.id:
            chat.typing_until = 0.0
        else:
            chat.read[sender_id] = message_id
        self.order.append((chat.id, message_id))
        self.mark("message", chat.id, message_id)
        self.mark("chat", chat.id)
        self._forget_oldest(chat)
        self.changed("message", chat, message_id)
        # The list of people shows what each has not read yet, whoever is looked at.
        self.events.tell("people")
        return message

    def edited(self, chat: Chat, message: Message) -> None:
        """Tells those who watch that a message changed."""
        self.mark("message", chat.id, message.message_id)
        self.changed("edit", chat, message.message_id)

    def remove(self, chat: Chat, message: Message) -> None:
        """Takes a message out of a chat for everyone."""
        chat.messages.pop(message.message_id, None)
        if message.message_id in chat.pinned:
            chat.pinned.remove(message.message_id)
            self.mark("chat", chat.id)
        self.mark("message", chat.id, message.message_id)
        self.changed("delete", chat, message.message_id)

    def _forget_oldest(self, chat: Chat) -> None:
        if len(chat.messages) > MESSAGES_KEPT_PER_CHAT:
            self._forget(chat.id, next(iter(chat.messages)))
        while len(self.order) > MESSAGES_KEPT:
            self._forget(*self.order.popleft())

    def _forget(self, chat_id: int, message_id: int) -> None:
        chat = self.chats[chat_id]
        if chat.messages.pop(message_id, None) is not None and message_id in chat.pinned:
            chat.pinned.remove(message_id)
        self.mark("message", chat_id, message_id)

    def changed(self, kind: str, chat: Chat, message_id: int | None = None, **fields: Any) -> None:
        """Tells those who watch a chat: `message`, `edit`, `delete`, `typing`, `chat`."""
        if message_id is not None:
            fields["message_id"] = message_id
        self.events.tell(kind, only=self.watchers(chat), chat=chat.id, **fields)

    def hears(self, chat: Chat, message: Message) -> bool:
        """Whether the bot is told of a person's message: in groups, privacy mode keeps most from it."""
        if chat.private:
            return True
        if not chat.present(self.bot.id):
            return False
        if not self.privacy or chat.status(self.bot.id) == "administrator":
            return True
        answered = chat.messages.get(message.reply_to) if message.reply_to is not None else None
        if answered is not None and answered.sender_id == self.bot.id:
            return True
        return any(self._meant(message.text, entity) for entity in message.entities)

    def _meant(self, text: str, entity: Json) -> bool:
        covered = utf16.cut(text, entity["offset"], entity["length"]).lower()
        if entity["type"] == "bot_command":
            _, _, whom = covered.partition("@")
            return whom in ("", self.bot.username.lower())
        return entity["type"] == "mention" and covered == f"@{self.bot.username.lower()}"

    # --- queries

    def ask(self, *, person_id: int, chat: Chat, message_id: int, data: str) -> Query:
        """Opens a callback query; the answer sets its event in `answered`."""
        query = Query(
            id=str(self._made_query_id()),
            person_id=person_id,
            chat_id=chat.id,
            message_id=message_id,
            data=data,
            asked_at=self.clock.now().timestamp(),
        )
        self.queries[query.id] = query
        self.answered[query.id] = asyncio.Event()
        while len(self.queries) > QUERIES_KEPT:
            old, _ = self.queries.popitem(last=False)
            self.answered.pop(old, None)
        return query

    def _made_query_id(self) -> int:
        self.next_query_id += 1
        return self.next_query_id

    def open_query(self, query_id: str) -> Query | None:
        """The query if it can still be answered."""
        query = self.queries.get(query_id)
        if query is None or query.answer is not None:
            return None
        if self.clock.now().timestamp() - query.asked_at > QUERY_SECONDS:
            return None
        return query

    def answer(self, query: Query, answer: Json) -> None:
        """Closes a query with what the person sees."""
        query.answer = answer
        self.answered[query.id].set()
        only = frozenset({query.person_id})
        self.events.tell("toast", only=only, chat=query.chat_id, message_id=query.message_id, **answer)

    def pressing(self, person_id: int, chat_id: int) -> dict[int, str]:
        """Buttons of this person that still spin: data by message id."""
        spinning: dict[int, str] = {}
        for query_id in reversed(self.queries):
            query = self.queries[query_id]
            if self.clock.now().timestamp() - query.asked_at > QUERY_SECONDS:
                break
            if query.answer is None and (query.person_id, query.chat_id) == (person_id, chat_id):
                spinning.setdefault(query.message_id, query.data)
        return spinning

    def read(self, chat: Chat, person_id: int) -> None:
        """The person has seen everything in a chat."""
        newest = max(chat.messages, default=0)
        if chat.read.get(person_id, 0) < newest:
            chat.read[person_id] = newest
            self.mark("chat", chat.id)
            self.events.tell("people")

    def unread(self, chat: Chat, person_id: int) -> int:
        seen = chat.read.get(person_id, 0)
        return sum(
            1
            for number in itertools.takewhile(lambda number: number > seen, reversed(chat.messages))
            if chat.messages[number].sender_id != person_id
        )

    def chats_of(self, person_id: int) -> Iterable[Chat]:
        """The private chat first, then the groups the person is in, the liveliest first."""
        yield self.chats[person_id]
        groups = [
            chat
            for chat in self.chats.values()
            if not chat.private and chat.present(person_id) and chat.migrated_to is None
        ]
        yield from sorted(groups, key=lambda chat: -chat.last_date)
