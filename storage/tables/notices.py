"""Notices, whom they were for, who has seen them; groups, and what members subscribe to."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Id
from storage.tables.base import Base


class Notice(Base):
    """A notice from its draft to its report.

    `body` is Telegram's HTML, `media` a list of {"form": photo | document, "file_id", "name"} (an album has several). `audience` is
    study.audience.Audience as JSON; whom it means is decided when it is sent. `revision` counts corrections of a sent one.
    A monthly notice is a draft of its own (`repeats`) from which one notice a month is made (`parent_id`, `day_on`).
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index(
            "ix_notices_due",
            "send_at",
            sqlite_where=text("state = 'scheduled'"),
            postgresql_where=text("state = 'scheduled'"),
        ),
        Index("ix_notices_unit", "unit_id", "announced_at"),
        Index("ix_notices_filed", "column", "announced_at"),
        UniqueConstraint("parent_id", "day_on"),
        CheckConstraint(
            "state in ('draft', 'scheduled', 'repeating', 'sending', 'paused', 'sent', 'stopped', 'cancelled', 'withdrawn')",
            name="state",
        ),
        # No id comes twice, or an old message's button would act on another notice.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    state: Mapped[str] = mapped_column(default="draft")  # study.notices.State
    title: Mapped[str] = mapped_column(default="")  # its first words, for lists
    body: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="", server_default="")  # study.columns.searched of both
    media: Mapped[list[Any]] = mapped_column(default=list)
    audience: Mapped[dict[str, Any]] = mapped_column(default=dict)
    receipt: Mapped[bool] = mapped_column(default=False)  # asks for 「收到」
    urgent_reason: Mapped[str | None]  # set: not held back by quiet hours
    column: Mapped[str | None]  # a key of content/columns.yaml
    template: Mapped[str | None]
    # It is the invitation to this meeting: what it says follows the meeting, and each reader's answer.
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id"), index=True)
    send_at: Mapped[datetime | None]
    repeats: Mapped[dict[str, Any] | None]  # {"day": 1-31, "minute": of the local day}
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    day_on: Mapped[date | None]
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]  # the last recipient settled
    withdrawn_at: Mapped[datetime | None]
    refusal: Mapped[str | None]  # what Telegram said when it stopped
    source: Mapped[str | None] = mapped_column(unique=True)


class Recipient(Base):
    """One person or group a notice was meant for. Who was left out is here too, with the reason.

    While a copy is on its way the outbox knows more; what became of it is written here when it settles.
    """

    __tablename__ = "recipients"
    __table_args__ = (
        UniqueConstraint("notice_id", "chat_id"),
        UniqueConstraint("notice_id", "member_id"),
        Index("ix_recipients_member", "member_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    fate: Mapped[str] = mapped_column(default="queued")  # study.notices.Fate
    settled_at: Mapped[datetime | None]
    message_ids: Mapped[list[Any] | None]
    seen_at: Mapped[datetime | None]
    reminded_on: Mapped[date | None]
    group_name: Mapped[str | None]  # of a group that is bound no longer


class Group(Base):
    """A Telegram group bound to a unit by its secretary."""

    __tablename__ = "groups"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    title: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    bound_by: Mapped[int | None]
    bound_at: Mapped[datetime]
    names_shown: Mapped[bool] = mapped_column(default=False)  # on meeting boards
    removed_at: Mapped[datetime | None]  # the bot was taken out of the group


class Subscription(Base):
    """A member reads this column in a weekly digest instead of single messages."""

    __tablename__ = "subscriptions"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    column: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class Occasion(Base):
    """An entry of the year's calendar proposed to a unit's secretary as a draft; once a year and unit."""

    __tablename__ = "occasions"
    __table_args__ = (UniqueConstraint("unit_id", "entry", "year"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    entry: Mapped[str]  # a key of content/calendar.yaml
    year: Mapped[int]
    proposed_at: Mapped[datetime]
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    dismissed_at: Mapped[datetime | None]


class LiveMessage(Base):
    """A message that is kept true by edits while something goes on: a notice's progress, a meeting's board."""

    __tablename__ = "live_messages"

    subject: Mapped[str] = mapped_column(primary_key=True)  # "notice:12", "meeting:7"
    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[datetime]
