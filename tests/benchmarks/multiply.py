"""Copies of rows by `INSERT ... SELECT`: a world of millions in seconds, made of a few rows of the product."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from app.infrastructure.db.database import Database


class Multiplier:
    """Copies rows of one database with other ids. `n.i` counts the copies in whatever SQL it is given."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._is_sqlite = database.is_sqlite

    def copy(
        self,
        connection: sa.Connection,
        table: str,
        source: str,
        changes: Mapping[str, str],
        *,
        first: int,
        last: int,
    ) -> None:
        """Copy the row `t` that `source` joins to each number, with `changes` in place of its columns."""
        columns = [column.name for column in SQLModel.metadata.tables[table].columns]
        values = ", ".join(changes.get(name, f't."{name}"') for name in columns)
        names = ", ".join(f'"{name}"' for name in columns)
        numbers = "WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
        if not self._is_sqlite:
            numbers = "WITH n(i) AS (SELECT generate_series(CAST(:first AS bigint), CAST(:last AS bigint)))"
        statement = f"{numbers} INSERT INTO {table} ({names}) SELECT {values} FROM n JOIN {source}"  # noqa: S608
        if self._is_sqlite:
            statement = f"INSERT INTO {table} ({names}) {numbers} SELECT {values} FROM n JOIN {source}"  # noqa: S608
        connection.execute(sa.text(statement), {"first": first, "last": last})

    def id(self, prefix: str, number: str) -> str:
        """Return SQL for the id of this prefix and number."""
        if self._is_sqlite:
            return f"'{prefix}_' || printf('%026d', {number})"
        return f"'{prefix}_' || lpad(({number})::text, 26, '0')"

    @contextmanager
    def unchecked(self) -> Iterator[sa.Connection]:
        """Write without looking references up: the copies refer to each other by the way they are made."""
        with self._database.write_engine.connect() as connection:
            if self._is_sqlite:
                driver: Any = connection.connection.driver_connection
                for pragma in ("foreign_keys=OFF", "synchronous=OFF"):
                    driver.execute(f"PRAGMA {pragma}")
            with connection.begin():
                if not self._is_sqlite:
                    connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
                yield connection
            connection.invalidate()  # nobody else may get it like this

    def analyze(self) -> None:
        with self._database.write_engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(sa.text("ANALYZE" if self._is_sqlite else "VACUUM ANALYZE"))
