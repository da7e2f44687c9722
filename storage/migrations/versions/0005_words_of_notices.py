"""What search looks through of each notice

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from storage.columns import Id
from study.columns import searched
from study.refusal import Refusal

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("words", sa.Text(), server_default="", nullable=False))
    notices = sa.table(
        "notices",
        *(sa.column(name, kind) for name, kind in (("id", Id), ("title", sa.Text()))),
        *(sa.column(name, sa.Text()) for name in ("body", "words")),
    )
    connection = op.get_bind()
    for id_, title, body in connection.execute(
        sa.select(notices.c.id, notices.c.title, notices.c.body)
    ).all():
        found = sa.update(notices).where(notices.c.id == id_).values(words=_words(title, body))
        connection.execute(found)


def _words(title: str, body: str) -> str:
    try:
        return searched(title, body)
    except Refusal:  # a draft that was never finished
        return ""
