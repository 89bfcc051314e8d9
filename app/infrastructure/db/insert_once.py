"""Insert a row unless it is there already, on both engines and whoever else is inserting it at the same moment."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_once(session: Session, row: SQLModel) -> bool:
    """Insert `row`; return False, and change nothing, where a unique constraint says that it exists.

    If another transaction has inserted it and not yet ended, this one waits for that. The row given stays
    outside the session: read it again to work with it.
    """
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    table = type(row).__table__  # type: ignore[attr-defined]
    statement = insert(table).values(**row.model_dump()).on_conflict_do_nothing().returning(*table.primary_key)
    session.flush()
    return session.execute(statement).first() is not None
