"""Meetings and notices

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from storage.columns import Id, Json, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "live_messages",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "chat_id", name=op.f("pk_live_messages")),
    )
    op.create_table(
        "groups",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("bound_by", sa.BigInteger(), nullable=True),
        sa.Column("bound_at", UtcDateTime(), nullable=False),
        sa.Column("names_shown", sa.Boolean(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_groups_unit_id_units")),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_groups")),
    )
    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_groups_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "meetings",
        sa.Column("id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("late_at", UtcDateTime(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("host_id", Id, nullable=True),
        sa.Column("recorder_id", Id, nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("series", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column(
            "own",
            Json,
            nullable=True,
        ),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("invited_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.Column("locked_at", UtcDateTime(), nullable=True),
        sa.Column("gone", Json, nullable=True),
        sa.CheckConstraint("state in ('planned', 'closed', 'cancelled')", name=op.f("ck_meetings_state")),
        sa.ForeignKeyConstraint(["host_id"], ["members.id"], name=op.f("fk_meetings_host_id_members")),
        sa.ForeignKeyConstraint(
            ["recorder_id"], ["members.id"], name=op.f("fk_meetings_recorder_id_members")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_meetings_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
        sa.UniqueConstraint("source", name=op.f("uq_meetings_source")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_meetings_open",
            ["closes_at"],
            unique=False,
            sqlite_where=sa.text("state = 'planned'"),
            postgresql_where=sa.text("state = 'planned'"),
        )
        batch_op.create_index(batch_op.f("ix_meetings_series"), ["series"], unique=False)
        batch_op.create_index("ix_meetings_unit", ["unit_id", "starts_at"], unique=False)

    op.create_table(
        "seats",
        sa.Column("id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_seats_member_id_members")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_seats_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
    )
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seats_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            "uq_seats_held",
            ["unit_id", "member_id"],
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )

    op.create_table(
        "subscriptions",
        sa.Column("member_id", Id, nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_subscriptions_member_id_members")
        ),
        sa.PrimaryKeyConstraint("member_id", "column", name=op.f("pk_subscriptions")),
    )
    op.create_table(
        "attendees",
        sa.Column("meeting_id", Id, nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("votes", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("corrected_by", sa.BigInteger(), nullable=True),
        sa.Column("mark", sa.Text(), nullable=True),
        sa.Column("means", sa.Text(), nullable=True),
        sa.Column("marked_at", UtcDateTime(), nullable=True),
        sa.Column("marked_by", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("duty in ('must', 'may')", name=op.f("ck_attendees_duty")),
        sa.CheckConstraint("mark in ('present', 'late', 'leave', 'absent')", name=op.f("ck_attendees_mark")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_attendees_meeting_id_meetings")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_attendees_member_id_members")),
        sa.PrimaryKeyConstraint("meeting_id", "member_id", name=op.f("pk_attendees")),
    )
    with op.batch_alter_table("attendees", schema=None) as batch_op:
        batch_op.create_index("ix_attendees_member", ["member_id", "meeting_id"], unique=False)

    op.create_table(
        "enclosures",
        sa.Column("id", Id, nullable=False),
        sa.Column("meeting_id", Id, nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("unique_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_enclosures_meeting_id_meetings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enclosures")),
        sa.UniqueConstraint("meeting_id", "unique_id", name=op.f("uq_enclosures_meeting_id_unique_id")),
    )
    op.create_table(
        "leaves",
        sa.Column("id", Id, nullable=False),
        sa.Column("meeting_id", Id, nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state in ('asked', 'approved', 'declined', 'withdrawn')", name=op.f("ck_leaves_state")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_leaves_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_leaves_member_id_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaves")),
        sa.UniqueConstraint("meeting_id", "member_id", name=op.f("uq_leaves_meeting_id_member_id")),
    )
    with op.batch_alter_table("leaves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leaves_member_id"), ["member_id"], unique=False)

    op.create_table(
        "make_ups",
        sa.Column("meeting_id", Id, nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("lesson_id", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("offered_at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("quiz_id", Id, nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_make_ups_meeting_id_meetings")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_make_ups_member_id_members")),
        sa.ForeignKeyConstraint(["quiz_id"], ["quizzes.id"], name=op.f("fk_make_ups_quiz_id_quizzes")),
        sa.PrimaryKeyConstraint("meeting_id", "member_id", name=op.f("pk_make_ups")),
    )
    with op.batch_alter_table("make_ups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_make_ups_member_id"), ["member_id"], unique=False)

    op.create_table(
        "minutes",
        sa.Column("id", Id, nullable=False),
        sa.Column("meeting_id", Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("decisions", sa.Text(), nullable=False),
        sa.Column("written_by", sa.BigInteger(), nullable=True),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("host_signed_by", sa.BigInteger(), nullable=True),
        sa.Column("host_signed_at", UtcDateTime(), nullable=True),
        sa.Column("recorder_signed_by", sa.BigInteger(), nullable=True),
        sa.Column("recorder_signed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_minutes_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes")),
        sa.UniqueConstraint("meeting_id", "version", name=op.f("uq_minutes_meeting_id_version")),
    )
    op.create_table(
        "motions",
        sa.Column("id", Id, nullable=False),
        sa.Column("meeting_id", Id, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column("ayes", sa.BigInteger(), nullable=False),
        sa.Column("noes", sa.BigInteger(), nullable=False),
        sa.Column("abstentions", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("put_by", sa.BigInteger(), nullable=True),
        sa.Column("put_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "result",
            Json,
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_motions_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_motions")),
        sa.UniqueConstraint("source", name=op.f("uq_motions_source")),
    )
    with op.batch_alter_table("motions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_motions_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("author_id", Id, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "media",
            Json,
            nullable=False,
        ),
        sa.Column(
            "audience",
            Json,
            nullable=False,
        ),
        sa.Column("receipt", sa.Boolean(), nullable=False),
        sa.Column("urgent_reason", sa.Text(), nullable=True),
        sa.Column("column", sa.Text(), nullable=True),
        sa.Column("template", sa.Text(), nullable=True),
        sa.Column("meeting_id", Id, nullable=True),
        sa.Column("send_at", UtcDateTime(), nullable=True),
        sa.Column(
            "repeats",
            Json,
            nullable=True,
        ),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("day_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("announced_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state in ('draft', 'scheduled', 'repeating', 'sending', 'paused', 'sent', 'stopped', 'cancelled', 'withdrawn')",
            name=op.f("ck_notices_state"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["members.id"], name=op.f("fk_notices_author_id_members")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_notices_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["parent_id"], ["notices.id"], name=op.f("fk_notices_parent_id_notices")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_notices_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("parent_id", "day_on", name=op.f("uq_notices_parent_id_day_on")),
        sa.UniqueConstraint("source", name=op.f("uq_notices_source")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_author_id"), ["author_id"], unique=False)
        batch_op.create_index(
            "ix_notices_due",
            ["send_at"],
            unique=False,
            sqlite_where=sa.text("state = 'scheduled'"),
            postgresql_where=sa.text("state = 'scheduled'"),
        )
        batch_op.create_index("ix_notices_filed", ["column", "announced_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index("ix_notices_unit", ["unit_id", "announced_at"], unique=False)

    op.create_table(
        "ballots",
        sa.Column("motion_id", Id, nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("choice", sa.Text(), nullable=True),
        sa.Column("cast_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_ballots_member_id_members")),
        sa.ForeignKeyConstraint(["motion_id"], ["motions.id"], name=op.f("fk_ballots_motion_id_motions")),
        sa.PrimaryKeyConstraint("motion_id", "member_id", name=op.f("pk_ballots")),
    )
    op.create_table(
        "occasions",
        sa.Column("id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("notice_id", Id, nullable=True),
        sa.Column("dismissed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_occasions_notice_id_notices")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_occasions_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occasions")),
        sa.UniqueConstraint("unit_id", "entry", "year", name=op.f("uq_occasions_unit_id_entry_year")),
    )
    op.create_table(
        "recipients",
        sa.Column("id", Id, nullable=False),
        sa.Column("notice_id", Id, nullable=False),
        sa.Column("member_id", Id, nullable=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("fate", sa.Text(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column(
            "message_ids",
            Json,
            nullable=True,
        ),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_recipients_member_id_members")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_recipients_notice_id_notices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipients")),
        sa.UniqueConstraint("notice_id", "chat_id", name=op.f("uq_recipients_notice_id_chat_id")),
        sa.UniqueConstraint("notice_id", "member_id", name=op.f("uq_recipients_notice_id_member_id")),
    )
    with op.batch_alter_table("recipients", schema=None) as batch_op:
        batch_op.create_index("ix_recipients_member", ["member_id"], unique=False)

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("standing", sa.Text(), server_default="regular", nullable=False))
        batch_op.add_column(sa.Column("excused_until", sa.Date(), nullable=True))

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "message_ids",
                Json,
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("refusal", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("notice_id", sa.BigInteger(), nullable=True))
        batch_op.create_index(
            "ix_outbox_notice",
            ["notice_id", "state"],
            unique=False,
            sqlite_where=sa.text("notice_id IS NOT NULL"),
            postgresql_where=sa.text("notice_id IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_notice",
            sqlite_where=sa.text("notice_id IS NOT NULL"),
            postgresql_where=sa.text("notice_id IS NOT NULL"),
        )
        batch_op.drop_column("notice_id")
        batch_op.drop_column("refusal")
        batch_op.drop_column("message_ids")

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_column("excused_until")
        batch_op.drop_column("standing")

    with op.batch_alter_table("recipients", schema=None) as batch_op:
        batch_op.drop_index("ix_recipients_member")

    op.drop_table("recipients")
    op.drop_table("occasions")
    op.drop_table("ballots")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index("ix_notices_unit")
        batch_op.drop_index(batch_op.f("ix_notices_meeting_id"))
        batch_op.drop_index("ix_notices_filed")
        batch_op.drop_index(
            "ix_notices_due",
            sqlite_where=sa.text("state = 'scheduled'"),
            postgresql_where=sa.text("state = 'scheduled'"),
        )
        batch_op.drop_index(batch_op.f("ix_notices_author_id"))

    op.drop_table("notices")
    with op.batch_alter_table("motions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_motions_meeting_id"))

    op.drop_table("motions")
    op.drop_table("minutes")
    with op.batch_alter_table("make_ups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_make_ups_member_id"))

    op.drop_table("make_ups")
    with op.batch_alter_table("leaves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_leaves_member_id"))

    op.drop_table("leaves")
    op.drop_table("enclosures")
    with op.batch_alter_table("attendees", schema=None) as batch_op:
        batch_op.drop_index("ix_attendees_member")

    op.drop_table("attendees")
    op.drop_table("subscriptions")
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_seats_held",
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_seats_member_id"))

    op.drop_table("seats")
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.drop_index("ix_meetings_unit")
        batch_op.drop_index(batch_op.f("ix_meetings_series"))
        batch_op.drop_index(
            "ix_meetings_open",
            sqlite_where=sa.text("state = 'planned'"),
            postgresql_where=sa.text("state = 'planned'"),
        )

    op.drop_table("meetings")
    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_groups_unit_id"))

    op.drop_table("groups")
    op.drop_table("live_messages")
