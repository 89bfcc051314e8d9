"""Reads on the bare driver, for the few questions that are asked thousands of times a second.

A statement is written with SQLAlchemy like any other, so that it follows the models, but compiled once for each
engine and prepared once for each connection. What is read are texts, on both engines. Each read is a transaction
of its own: it sees everything that was committed before it began.
"""

import sqlite3
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from typing import Any, Protocol

import psycopg
import sqlalchemy as sa
from psycopg import pq
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles

Row = Sequence[Any]
"""Texts, and nothing where the database has NULL."""

_numbers = count(1)


class ReadFailed(Exception):
    """The database did not answer."""


class PreparedRead:
    """A SELECT of texts and instants whose parameters are texts, given in the order in which they are named."""

    def __init__(self, statement: sa.Select[*tuple[Any, ...]], *parameters: str) -> None:
        self.name = f"read_{next(_numbers)}".encode()
        self._statement = statement
        self._parameters = parameters
        self.for_sqlite = self._compiled(sqlite.dialect(paramstyle="qmark"))
        self.for_postgresql = self._compiled(postgresql.dialect(paramstyle="numeric_dollar")).encode()

    def _compiled(self, dialect: sa.Dialect) -> str:
        compiled = self._statement.compile(dialect=dialect)
        if tuple(compiled.positiontup or ()) != self._parameters:
            raise ValueError(f"The statement takes {compiled.positiontup}, not {self._parameters}.")
        return str(compiled)


class each_text(sa.sql.functions.FunctionElement[str]):  # noqa: N801  reads as the function of SQL that it is
    """The texts of a JSON list, as rows: for `IN`."""

    inherit_cache = True


@compiles(each_text, "sqlite")
def _each_text_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **options)}))"  # noqa: S608  a placeholder


@compiles(each_text, "postgresql")
def _each_text_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"(SELECT json_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS json)))"


class DriverReads:
    """Connections for such reads, each used by one thread at a time and kept until closed."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._idle: deque[_Connection] = deque()

    def rows(self, read: PreparedRead, *values: str) -> list[Row]:
        """Return everything that is found. Raises: ReadFailed."""
        try:
            connection = self._idle.pop() if self._idle else self._connect()
        except IndexError:  # another thread took the last one between the two looks
            connection = self._connect()
        try:
            found = connection.rows(read, values)
        except (sqlite3.Error, psycopg.Error) as error:
            connection.close()
            raise ReadFailed(type(error).__name__) from error
        self._idle.append(connection)
        return found

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _connect(self) -> "_Connection":
        try:
            pooled = self._engine.raw_connection()
            driver: Any = pooled.driver_connection
            pooled.detach()
            return _Sqlite(driver) if isinstance(driver, sqlite3.Connection) else _Postgresql(driver)
        except (sa.exc.SQLAlchemyError, sqlite3.Error, psycopg.Error) as error:
            raise ReadFailed("no connection") from error


@lru_cache(maxsize=1024)
def instant_of(text: str) -> datetime:
    """Return an instant from the text in which an engine keeps or gives it."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


class _Connection(Protocol):
    def rows(self, read: PreparedRead, values: Sequence[str]) -> list[Row]: ...

    def close(self) -> None: ...


class _Sqlite:
    """Configured by its engine, which begins no transaction here; the driver keeps statements prepared."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute("PRAGMA query_only=ON")

    def rows(self, read: PreparedRead, values: Sequence[str]) -> list[Row]:
        return self._connection.execute(read.for_sqlite, values).fetchall()

    def close(self) -> None:
        self._connection.close()


class _Postgresql:
    """Speaks through the driver's own libpq: half of the time of a read would go into a cursor."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        connection.rollback()
        connection.autocommit = True
        connection.execute("SET default_transaction_read_only = on")
        connection.execute("SET TimeZone TO 'UTC'")
        self._connection = connection
        self._prepared: set[bytes] = set()

    def rows(self, read: PreparedRead, values: Sequence[str]) -> list[Row]:
        server = self._connection.pgconn
        if read.name not in self._prepared:
            self._accept(server.prepare(read.name, read.for_postgresql), pq.ExecStatus.COMMAND_OK)
            self._prepared.add(read.name)
        found = server.exec_prepared(read.name, [value.encode() for value in values])
        self._accept(found, pq.ExecStatus.TUPLES_OK)
        columns = range(found.nfields)
        return [[_text(found.get_value(row, column)) for column in columns] for row in range(found.ntuples)]

    def close(self) -> None:
        self._connection.close()

    @staticmethod
    def _accept(result: Any, wanted: pq.ExecStatus) -> None:
        if result.status != wanted:
            raise psycopg.OperationalError("The statement was not carried out.")


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()
