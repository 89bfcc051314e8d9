"""Alembic's environment: works on the connection it is handed (see `app.infrastructure.db.migrations`)."""

from alembic import context
from sqlmodel import SQLModel

import app.registry  # noqa: F401  fills the metadata

connection = context.config.attributes["connection"]
if connection.dialect.name == "postgresql":
    connection.exec_driver_sql("SET lock_timeout = '5s'")
    connection.commit()
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    transactional_ddl=True,
    transaction_per_migration=True,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
