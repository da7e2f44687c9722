"""What members did: days, quizzes, answers, appeals, review, points."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Id
from storage.tables.base import Base


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
