"""When a meeting's roll was taken and its people reminded; votes counted by hand

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from storage.columns import Json, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rolled_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("day_told", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("soon_told", sa.BigInteger(), server_default="0", nullable=False))
    with op.batch_alter_table("motions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hands", Json, nullable=True))
