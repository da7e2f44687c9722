"""Alembic's way in. The connection is given by storage/schema.py, with its transaction open."""

from alembic import context

from storage.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    render_as_batch=True,
    transactional_ddl=False,  # one transaction around all of them is open already
)
context.run_migrations()
