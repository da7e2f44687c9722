"""Everything the sandbox knows, and the few things that change it; both faces work on this."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import OrderedDict, deque
from collections.abc import Iterable
from typing import Any

import telegram

from sandbox import wire
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.events import Events
from sandbox.faults import Faults
from sandbox.limits import Limits
from sandbox.state import BotProfile, Chat, Json, Message, Person, Query
from sandbox.text import utf16
from sandbox.updates import Updates

# The oldest messages go first, so that a long benchmark does not fill the memory.
MESSAGES_KEPT = 200_000
MESSAGES_KEPT_PER_CHAT = 2_000
QUERIES_KEPT = 10_000
# As long as a client shows the spinner.
QUERY_SECONDS = 15.0
TYPING_SECONDS = 5.0
FIRST_MADE_ID = 7_000_000_001


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
        self.updates = Updates(checks=checks)
        self.events = Events()
        self.limits = Limits(clock.monotonic, enabled=limits)
        self.faults = Faults(seed=seed)
        self.calls = Calls()
        self.latency_ms = 0.0
        self.last_message_id = 0
        self.query_ids = itertools.count(random.Random(seed).randrange(10**17, 10**18))
        self.order: deque[tuple[int, int]] = deque()

    # --- who and where

    def add_person(self, person: Person) -> Person:
        self.people[person.id] = person
        self.chats.setdefault(person.id, Chat(id=person.id, type="private"))
        return person

    def made_id(self) -> int:
        """An id for a person or a group's number that nobody has yet."""
        return next(
            number
            for number in itertools.count(FIRST_MADE_ID + len(self.people))
            if number not in self.people
        )

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
            reply_to=None if answered is None else self._bare_json(answered),
        )
        return wire.checked(telegram.Message, told) if self.checks else told

    def _bare_json(self, message: Message) -> Json:
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
        self._forget_oldest(chat)
        self.changed("message", chat, message_id)
        # The list of people shows what each has not read yet, whoever is looked at.
        self.events.tell("people")
        return message

    def edited(self, chat: Chat, message: Message) -> None:
        """Tells those who watch that a message changed."""
        self.changed("edit", chat, message.message_id)

    def _forget_oldest(self, chat: Chat) -> None:
        if len(chat.messages) > MESSAGES_KEPT_PER_CHAT:
            del chat.messages[next(iter(chat.messages))]
        while len(self.order) > MESSAGES_KEPT:
            chat_id, message_id = self.order.popleft()
            self.chats[chat_id].messages.pop(message_id, None)

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
            id=str(next(self.query_ids)),
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
        groups = [chat for chat in self.chats.values() if not chat.private and chat.present(person_id)]
        yield from sorted(groups, key=lambda chat: -chat.last_date)
