"""Every table. Moments are aware UTC (`_at`), days are branch-local dates (`_on`)."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    MetaData,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.columns import Id, Json, UtcDateTime


class Base(DeclarativeBase):
    # Names that do not depend on the database, so that migrations can speak of them.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger,
        datetime: UtcDateTime,
        date: Date,
        dict[str, Any]: Json,
        list[Any]: Json,
        str: Text,
    }


# --- people ---------------------------------------------------------------------------------------


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


# --- what is taught -------------------------------------------------------------------------------


class PackVersion(Base):
    """A content pack as it was published once. At most one version of a pack is live."""

    __tablename__ = "pack_versions"
    __table_args__ = (
        Index(
            "uq_pack_versions_live",
            "pack_id",
            unique=True,
            sqlite_where=text("live"),
            postgresql_where=text("live"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    pack_id: Mapped[str]
    title: Mapped[str]
    digest: Mapped[str]
    body: Mapped[str] = mapped_column(deferred=True)  # study.items.Pack as JSON
    published_at: Mapped[datetime]
    published_by: Mapped[int | None]
    live: Mapped[bool]


class PackDraft(Base):
    """A pack that an administrator sent and has not decided on yet.

    `body` is "" when nothing of the file can be used; `faults` beside a body stand for rows that would be left out,
    which is so only once the administrator has said so (`accepted`).
    """

    __tablename__ = "pack_drafts"
    # No id comes twice, or an old message's button would act on another draft.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str]  # of the file
    pack_id: Mapped[str]
    title: Mapped[str]
    digest: Mapped[str]
    body: Mapped[str] = mapped_column(deferred=True)  # study.items.Pack as JSON
    faults: Mapped[list[Any]] = mapped_column(deferred=True)
    notes: Mapped[list[Any]]
    accepted: Mapped[bool]
    base_version: Mapped[int | None]  # what was live when the difference was shown
    by: Mapped[int | None] = mapped_column(index=True)
    at: Mapped[datetime]
    publish_at: Mapped[datetime | None] = mapped_column(index=True)


class Correction(Base):
    """An item whose right answer is another one from a version on; earlier answers are marked anew up to the
    answer `swept_to`, all by `swept_at`."""

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    item_id: Mapped[str]
    revision: Mapped[str]
    version_id: Mapped[int] = mapped_column(ForeignKey("pack_versions.id"))
    by: Mapped[int | None]
    at: Mapped[datetime]
    swept_to: Mapped[int] = mapped_column(default=0)
    swept_at: Mapped[datetime | None] = mapped_column(index=True)


class ItemRevision(Base):
    """An item exactly as it was once shown; quizzes and answers point here, so an update changes no past."""

    __tablename__ = "item_revisions"

    item_id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]  # study.items.Item as JSON


class Picture(Base):
    """A picture of a pack, and the file id Telegram gave for it once it was sent."""

    __tablename__ = "pictures"

    digest: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(deferred=True)
    file_id: Mapped[str | None]


# --- study ----------------------------------------------------------------------------------------


class StudyDay(Base):
    """A member's study of one local day: the lesson chosen and whether the morning message was queued."""

    __tablename__ = "study_days"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    day_on: Mapped[date] = mapped_column(primary_key=True)
    lesson_id: Mapped[str | None]
    opened_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]


class Quiz(Base):
    """A few questions put to one member on one occasion.

    `questions` is a list of {"item", "revision", "order"}: order maps shown options to the item's own.
    `ticks` holds the boxes ticked so far, a list of option indexes a question.
    """

    __tablename__ = "quizzes"
    __table_args__ = (
        UniqueConstraint("member_id", "kind", "day_on"),
        # No id comes twice, or an old message's button would act on another quiz.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    kind: Mapped[str]  # study.quiz.Occasion
    day_on: Mapped[date | None]  # only the day's quiz has one; so practice may be repeated
    topic: Mapped[str | None]
    questions: Mapped[list[Any]]
    ticks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    answered: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Answer(Base):
    """One answer; the constraints make a second one to the same question impossible."""

    __tablename__ = "answers"
    __table_args__ = (
        UniqueConstraint("quiz_id", "position"),
        Index("ix_answers_history", "member_id", "answered_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes.id"))
    position: Mapped[int]
    item_id: Mapped[str] = mapped_column(index=True)
    revision: Mapped[str]
    given: Mapped[str]
    source: Mapped[str | None] = mapped_column(unique=True)  # the message that carried it
    verdict: Mapped[str]
    score: Mapped[float]
    grade: Mapped[dict[str, Any]] = mapped_column(default=dict)
    points: Mapped[int] = mapped_column(default=0)
    # Near the edge: partial marks until a person has looked. `verdict` is the grader's meanwhile.
    held: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime]


class Appeal(Base):
    """A second look at an answer by a person, asked for by the member or by the grader; one an answer."""

    __tablename__ = "appeals"
    __table_args__ = (
        Index(
            "ix_appeals_open",
            "id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        CheckConstraint("state in ('open', 'accepted', 'partly', 'rejected')", name="state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id"), unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    origin: Mapped[str]  # study.appeals.Origin
    mark: Mapped[dict[str, Any]]  # study.quiz.Mark, the grader's, whatever becomes of the answer
    word: Mapped[str | None]  # the member's
    state: Mapped[str] = mapped_column(default="open")  # study.appeals.State
    raised_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]
    reply: Mapped[str | None]  # the word along with the decision


class Overlay(Base):
    """A wording accepted for a point of an item, for the unit and all below it, on top of what the pack says.

    It came from the answer `answer_id`; equal answers are marked anew up to the answer `swept_to`, all by `swept_at`.
    """

    __tablename__ = "overlays"
    __table_args__ = (
        Index(
            "uq_overlays_live",
            "unit_id",
            "item_id",
            "point",
            "wording",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    item_id: Mapped[str]
    point: Mapped[int]
    reference: Mapped[str]  # the point's own text, so that a changed item is not given a stale wording
    wording: Mapped[str]
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answers.id", ondelete="SET NULL"), index=True)
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]
    revoked_by: Mapped[int | None]
    revoked_at: Mapped[datetime | None]
    swept_to: Mapped[int] = mapped_column(default=0)
    swept_at: Mapped[datetime | None]


class Card(Base):
    """How well a member remembers an item (FSRS state)."""

    __tablename__ = "cards"
    __table_args__ = (Index("ix_cards_due", "member_id", "due_at"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[dict[str, Any]]
    due_at: Mapped[datetime]
    last_verdict: Mapped[str]
    mistakes: Mapped[int] = mapped_column(default=0)
    seen: Mapped[int] = mapped_column(default=0)


class PointsEntry(Base):
    """One line of the points ledger: appended, never edited; a mistake is undone by a reversing line."""

    __tablename__ = "points"
    __table_args__ = (Index("ix_points_season", "member_id", "season"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    season: Mapped[int]  # the calendar year
    day_on: Mapped[date]
    action: Mapped[str]  # a key of content/points.yaml
    amount: Mapped[int]
    key: Mapped[str] = mapped_column(unique=True)  # what it is for, so that nothing is counted twice
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    by: Mapped[int | None]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("points.id"), unique=True)


class Remainder(Base):
    """What stays of erased members: sums by unit and year that name nobody."""

    __tablename__ = "remainders"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    season: Mapped[int] = mapped_column(primary_key=True)
    members: Mapped[int] = mapped_column(default=0)
    points: Mapped[int] = mapped_column(default=0)
    answers: Mapped[int] = mapped_column(default=0)
    right_answers: Mapped[int] = mapped_column(default=0)


# --- delivery -------------------------------------------------------------------------------------


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
