"""Messages on their way, and pauses."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Id
from storage.tables.base import Base


class Outgoing(Base):
    """A message on its way. `key` is unique, so a job that runs twice queues it once."""

    __tablename__ = "outbox"
    __table_args__ = (
        # Of the queued rows alone, so that the courier's work does not grow with the history.
        Index(
            "ix_outbox_due",
            "lane",
            "not_before",
            "id",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_outbox_expiry",
            "expires_at",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index("ix_outbox_settled", "settled_at"),
        Index(
            "ix_outbox_notice",
            "notice_id",
            "state",
            sqlite_where=text("notice_id IS NOT NULL"),
            postgresql_where=text("notice_id IS NOT NULL"),
        ),
        CheckConstraint("state in ('queued', 'sent', 'dead')", name="state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    lane: Mapped[int] = mapped_column(default=5)  # study.delivery.Lane; smaller goes first
    member_id: Mapped[int | None]
    chat_id: Mapped[int]
    letter: Mapped[str]  # which kind of message; bot/letters.py knows how to write it
    payload: Mapped[dict[str, Any]]  # what the letter needs to know; words are chosen when it is sent
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None]  # after this it is no longer worth sending
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str | None]
    outcome: Mapped[str | None]
    message_id: Mapped[int | None]
    message_ids: Mapped[list[Any] | None]  # of an album, all of them
    refusal: Mapped[str | None]  # what Telegram said when it refused
    # The notice it is a copy of, so that all its copies can be paused, counted and called back.
    notice_id: Mapped[int | None]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Halt(Base):
    """A pause Telegram asked for, for the whole token, seen by every courier.

    `since` shows a clock that was set back: a halt that begins in the future is void.
    """

    __tablename__ = "halts"

    name: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime]
