"""Count what is sent to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session


@contextmanager
def noted_statements(session: Session) -> Iterator[list[str]]:
    """Give the list of the statements that a session sends, as it grows."""
    connection = session.connection()
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        statements.append(text)

    sa.event.listen(connection, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(connection, "before_cursor_execute", note)
