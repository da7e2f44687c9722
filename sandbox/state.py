"""What the sandbox remembers: people, chats, messages, files. Plain records; the rules are elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# A piece of Telegram's own JSON.
Json = dict[str, Any]

# What a message that somebody wrote has at least one of.
CONTENT_FIELDS = frozenset({"text", "photo", "document"})


@dataclass(slots=True)
class Person:
    """Somebody with an account. `note` is free text for the page, such as 内科一支部 · 书记."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    note: str = ""
    featured: bool = False
    started: bool = False
    blocked: bool = False

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(slots=True)
class Message:
    """One message. `content` holds Telegram's own fields: text and entities, photo, new_chat_members …"""

    chat_id: int
    message_id: int
    date: int
    sender_id: int
    content: Json
    # Inline buttons; reply keyboards belong to the chat.
    reply_markup: Json | None = None
    # Sent with a reply keyboard, or to remove one, it can never be edited.
    fixed: bool = False
    reply_to: int | None = None
    edit_date: int | None = None
    silent: bool = False
    reactions: dict[int, list[str]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The text or caption; empty when there is none."""
        return str(self.content.get("text") or self.content.get("caption") or "")

    @property
    def service(self) -> bool:
        """Whether it only tells of something that happened in the chat."""
        return not self.content.keys() & CONTENT_FIELDS

    @property
    def entities(self) -> list[Json]:
        return list(self.content.get("entities") or self.content.get("caption_entities") or ())


@dataclass(slots=True)
class Chat:
    """A private chat (its id is the person's) or a group (its id is negative)."""

    id: int
    type: str
    title: str = ""
    # Who is in a group, by id, with Telegram's word for what they are there; those who left stay listed.
    members: dict[int, str] = field(default_factory=dict)
    migrated_to: int | None = None
    pinned: list[int] = field(default_factory=list)
    # What each person has read up to.
    read: dict[int, int] = field(default_factory=dict)
    keyboard: Json | None = None
    # Supergroups number their own messages; all other chats share the account's numbers.
    last_message_id: int = 0
    last_date: int = 0
    menu_button: Json | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    typing_until: float = 0.0

    @property
    def private(self) -> bool:
        return self.type == "private"

    def status(self, user_id: int) -> str:
        return self.members.get(user_id, "left")

    def present(self, user_id: int) -> bool:
        return self.status(user_id) not in ("left", "kicked")


@dataclass(slots=True)
class StoredFile:
    """A file sent by the bot or by a person. `size` in bytes; `path` is what getFile tells."""

    file_id: str
    unique_id: str
    kind: str
    name: str
    mime_type: str
    size: int
    path: str
    digest: str
    width: int = 0
    height: int = 0
    # The ids of all sizes of a photo, the smallest first.
    sizes: tuple[str, ...] = ()


@dataclass(slots=True)
class Query:
    """A button press that waits for the bot's answer. `asked_at` is the sandbox's time in seconds."""

    id: str
    person_id: int
    chat_id: int
    message_id: int
    data: str
    asked_at: float
    answer: Json | None = None


@dataclass(slots=True)
class Webhook:
    """Where updates go, when `url` is not empty."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 40
    last_error_date: int = 0
    last_error_message: str = ""


@dataclass(slots=True)
class BotProfile:
    """What the bot is called and has told of itself; commands by (scope, language)."""

    id: int
    username: str
    first_name: str
    commands: dict[str, list[Json]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    menu_button: Json | None = None
