"""Alembic's entry: runs the migrations on the connection that `grader.db.migrate` opened."""

from alembic import context

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=attributes.get("target_metadata"),
    render_item=attributes.get("render_item"),
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
