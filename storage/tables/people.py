"""Who belongs to the organisation, what they may do, and what they say to the bot."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Id
from storage.tables.base import Base


class Unit(Base):
    """A Party organisation in the tree: committee > general branch > branch > group, of any depth.

    `path` is the way from the root, as in "/1/4/", so that "all below" is one prefix comparison.
    """

    __tablename__ = "units"
    __table_args__ = (UniqueConstraint("parent_id", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    level: Mapped[str]  # study.members.Level
    name: Mapped[str]
    path: Mapped[str] = mapped_column(index=True)
    timezone: Mapped[str | None]
    ranking_on: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)


class Member(Base):
    """A person on the roster. Nothing like an ID number is kept; `staff_no` is the hospital's own number."""

    __tablename__ = "members"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    staff_no: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]  # study.members.MemberKind
    joined_party_on: Mapped[date | None]
    can_vote: Mapped[bool] = mapped_column(default=True)
    # study.members.Standing: 留党察看 and suspended members have no vote.
    standing: Mapped[str] = mapped_column(default="regular", server_default="regular")
    # Frail or seriously ill: nothing is asked of them until then (党员教育管理工作条例, Art. 23). Never why.
    excused_until: Mapped[date | None]
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    # The chat: who it is bound to, and whether messages get through.
    telegram_id: Mapped[int | None] = mapped_column(unique=True)
    bound_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    # The member's own choices.
    study_minute: Mapped[int] = mapped_column(default=450)  # minutes after local midnight; 450 = 07:30
    quiet_days: Mapped[str] = mapped_column(default="")  # ISO weekdays without a daily message, as "67"
    muted: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str] = mapped_column(default="zh")
    in_ranking: Mapped[bool] = mapped_column(default=True)


class Role(Base):
    """A role granted for a unit and all below it; withdrawn ones stay for the record."""

    __tablename__ = "roles"
    __table_args__ = (
        Index(
            "uq_roles_held",
            "member_id",
            "role",
            "unit_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    role: Mapped[str]  # study.members.Role
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    granted_at: Mapped[datetime]
    granted_by: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None]


class AuditEntry(Base):
    """Who did what, append-only. `actor_id` is empty for the command line and the program itself."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None]
    action: Mapped[str]
    unit_id: Mapped[int | None]
    member_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Invite(Base):
    """A one-time way in for one person; only the token's hash is kept."""

    __tablename__ = "invites"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Attempt(Base):
    """A wrong guess (at an invite, later at a check-in code), kept for a while to slow guessing down."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_who", "subject", "telegram_id", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    subject: Mapped[str]
    telegram_id: Mapped[int]
    at: Mapped[datetime]


class Feedback(Base):
    """A word from a member to the administrators, and the answer."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    text: Mapped[str]
    source: Mapped[str] = mapped_column(
        unique=True
    )  # the message it came in, so that a repeat is no second one
    at: Mapped[datetime]
    reply: Mapped[str | None]
    replied_by: Mapped[int | None]
    replied_at: Mapped[datetime | None]


class Conversation(Base):
    """Where a dialogue stands (aiogram's FSM), so that a restart forgets nothing."""

    __tablename__ = "conversations"

    key: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str | None]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    updated_at: Mapped[datetime]
