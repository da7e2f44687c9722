"""Meetings of organisational life: who is expected, who came, what was decided, what was made up."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Id
from storage.tables.base import Base


class Seat(Base):
    """A place on a unit's committee (支部委员会): who is expected at its meetings. Left ones stay for the record."""

    __tablename__ = "seats"
    __table_args__ = (
        Index(
            "uq_seats_held",
            "unit_id",
            "member_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    title: Mapped[str]  # as the branch says it: 书记, 副书记, 组织委员 …
    taken_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class Meeting(Base):
    """A meeting of a unit, from its planning to the locked record.

    `kind` is a key of content/meetings.yaml. Check-in opens some minutes before `starts_at`, is late from `late_at` on and ends at
    `closes_at`, when whoever is unmarked becomes absent. `revision` counts moves and cancellations, so that letters of an earlier
    plan are void.
    """

    __tablename__ = "meetings"
    __table_args__ = (
        Index("ix_meetings_unit", "unit_id", "starts_at"),
        Index(
            "ix_meetings_open",
            "closes_at",
            sqlite_where=text("state = 'planned'"),
            postgresql_where=text("state = 'planned'"),
        ),
        CheckConstraint("state in ('planned', 'closed', 'cancelled')", name="state"),
        # No id comes twice, or an old message's button would act on another meeting.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[str]
    title: Mapped[str]
    agenda: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime]
    late_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    hours: Mapped[int] = mapped_column(default=0)  # of study (学时), in quarters of an hour
    link: Mapped[str | None]  # where it is held online
    place: Mapped[str | None]
    host_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    recorder_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    secret: Mapped[bytes]  # the key of its check-in codes and links
    state: Mapped[str] = mapped_column(default="planned")  # study.meetings.State
    revision: Mapped[int] = mapped_column(default=1)
    series: Mapped[str | None] = mapped_column(index=True)  # planned together, a year at once
    # The message or button it was made by, so that a repeat plans no second one.
    source: Mapped[str | None] = mapped_column(unique=True)
    # Of an own kind: what it is called and whether it votes; empty for those of the configuration.
    own: Mapped[dict[str, Any] | None]
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]
    invited_at: Mapped[datetime | None]
    # When the roll was last taken from the roster; once check-in has opened it stays as it is.
    rolled_at: Mapped[datetime | None]
    # The revision for which everybody was reminded the day before, and when check-in opened; 0: not yet.
    day_told: Mapped[int] = mapped_column(default=0, server_default="0")
    soon_told: Mapped[int] = mapped_column(default=0, server_default="0")
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None]  # empty when it closed by itself
    cancelled_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]  # the record is final
    # Of people who had themselves erased: how many were expected, may vote, came …, naming nobody.
    gone: Mapped[dict[str, Any] | None]


class Attendee(Base):
    """One member and one meeting: whether they are expected, may vote, and what became of it.

    `duty` and `votes` follow from the roster until the check-in opens, unless a secretary corrected them (`corrected_by`).
    """

    __tablename__ = "attendees"
    __table_args__ = (
        Index("ix_attendees_member", "member_id", "meeting_id"),
        CheckConstraint("duty in ('must', 'may')", name="duty"),
        CheckConstraint("mark in ('present', 'late', 'leave', 'absent')", name="mark"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    duty: Mapped[str]  # study.meetings.Duty
    votes: Mapped[bool]
    reason: Mapped[str]  # study.meetings.Reason: why so
    corrected_by: Mapped[int | None]
    mark: Mapped[str | None]  # study.meetings.Mark; empty: not marked yet
    means: Mapped[str | None]  # study.meetings.Means
    marked_at: Mapped[datetime | None]
    marked_by: Mapped[int | None]  # who else marked it: the recorder, a secretary
    note: Mapped[str | None]  # why it was marked by hand (代签, 补签) or corrected


class MeetingChange(Base):
    """One thing that was changed by hand about a meeting, with what it was before and why; lines are only added.

    `version` is that of the record which holds the change, 0 while nothing is written. What a record says that was signed
    before stays with its own version.
    """

    __tablename__ = "meeting_changes"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[int | None]
    what: Mapped[str]  # study.changes.What
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)  # on the roll
    before: Mapped[str | None]
    after: Mapped[str | None]
    note: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    after_close: Mapped[bool] = mapped_column(default=False)


class Leave(Base):
    """A request to be excused from one meeting, asked before it starts. One a member and meeting."""

    __tablename__ = "leaves"
    __table_args__ = (
        UniqueConstraint("meeting_id", "member_id"),
        CheckConstraint("state in ('asked', 'approved', 'declined', 'withdrawn')", name="state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    reason: Mapped[str]  # study.leave.Ground, or the member's own few words
    state: Mapped[str] = mapped_column(default="asked")
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]


class Motion(Base):
    """Something put to the vote in a meeting. The sums are kept here; of a secret one nothing else is."""

    __tablename__ = "motions"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    text: Mapped[str]
    rule: Mapped[str]  # study.votes.Rule: what it takes to pass
    secret: Mapped[bool]
    ayes: Mapped[int] = mapped_column(default=0)
    noes: Mapped[int] = mapped_column(default=0)
    abstentions: Mapped[int] = mapped_column(default=0)
    # Of those, counted by hand in the room and typed in: {"ayes", "noes", "abstentions"}.
    hands: Mapped[dict[str, Any] | None]
    source: Mapped[str | None] = mapped_column(unique=True)
    put_by: Mapped[int | None]
    put_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None]
    # The arithmetic at the close: {"electorate", "present", "quorum", "needed", "passed"}.
    result: Mapped[dict[str, Any] | None]


class Ballot(Base):
    """That somebody voted, once; what they voted only when the vote is open."""

    __tablename__ = "ballots"

    motion_id: Mapped[int] = mapped_column(ForeignKey("motions.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    choice: Mapped[str | None]  # study.votes.Choice; always empty when secret
    cast_at: Mapped[datetime | None]  # empty when secret: the order of votes would tell


class Minutes(Base):
    """One version of a meeting's record; corrections add versions, signatures belong to one."""

    __tablename__ = "minutes"
    __table_args__ = (UniqueConstraint("meeting_id", "version"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    version: Mapped[int]
    topics: Mapped[str] = mapped_column(default="")
    decisions: Mapped[str] = mapped_column(default="")
    written_by: Mapped[int | None]
    written_at: Mapped[datetime]
    host_signed_by: Mapped[int | None]
    host_signed_at: Mapped[datetime | None]
    recorder_signed_by: Mapped[int | None]
    recorder_signed_at: Mapped[datetime | None]


class Enclosure(Base):
    """A file or picture kept with a meeting's record; it stays with Telegram, this is its address there."""

    __tablename__ = "enclosures"
    __table_args__ = (UniqueConstraint("meeting_id", "unique_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    form: Mapped[str]  # photo or document
    file_id: Mapped[str]
    unique_id: Mapped[str]
    name: Mapped[str]
    added_by: Mapped[int | None]
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class MakeUp(Base):
    """Study in place of a missed meeting (补课): a lesson and a short quiz. Done, it counts as made up, never as present."""

    __tablename__ = "make_ups"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)
    lesson_id: Mapped[str]
    due_on: Mapped[date]
    offered_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    quiz_id: Mapped[int | None] = mapped_column(ForeignKey("quizzes.id"))
    done_at: Mapped[datetime | None]
    hours: Mapped[int] = mapped_column(default=0)  # of study, in quarters of an hour
