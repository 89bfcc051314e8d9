"""The schema of the product, made on an empty database."""

import sqlalchemy as sa
from sqlmodel import SQLModel

import app.registry as _every_model  # noqa: F401
from app.infrastructure.db.database import Database


def create_schema(url: str) -> None:
    """Make every table, trigger and index on the empty database at `url`, and let go of it."""
    database = Database(url)
    try:
        SQLModel.metadata.create_all(database.write_engine, tables=_tables())
    finally:
        database.close()


def _tables() -> list[sa.Table]:
    """Leave out tables whose foreign keys lead to tables that do not exist yet."""
    tables = dict(SQLModel.metadata.tables)
    while True:
        dangling = [
            name
            for name, table in tables.items()
            if any(key.target_fullname.rsplit(".", 1)[0] not in tables for key in table.foreign_keys)
        ]
        if not dangling:
            return list(tables.values())
        for name in dangling:
            del tables[name]
