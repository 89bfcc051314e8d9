"""PostgreSQL databases that tests borrow: copies of a template, emptied when they come back."""

import contextlib
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql

from tests.support.postgres import PostgresServer

TEMPLATE = "template_likeness"
MOST_LOANS = 100
"""A database that was emptied so often is made anew: what was deleted still takes room."""

CLOSING_SECONDS = 3

_TABLES = """
    SELECT c.relname, coalesce(
        (SELECT string_agg(t.tgname || t.tgenabled::text, ',' ORDER BY t.tgname) FROM pg_trigger t
            WHERE t.tgrelid = c.oid AND NOT t.tgisinternal), '')
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY c.relname
"""
_SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> %s"


@dataclass(slots=True)
class Clone:
    name: str
    url: str
    cleaner: psycopg.Connection
    """Stays open: a new connection reads anew what the tables are, which takes longer than to empty them."""
    loans: int = 0


class Clones:
    """Lends databases with the whole schema and nothing in them but what migrations put there."""

    def __init__(self, server: PostgresServer, connection: psycopg.Connection) -> None:
        self._server, self._connection = server, connection
        self._numbers = itertools.count(1)
        self._free: list[Clone] = []
        with self._open(TEMPLATE) as template:
            self._schema = _schema(template)
            self._seeds = {
                table: template.execute(_rows(table)).fetchall() for table in _filled(template, list(self._schema))
            }

    def lend(self) -> Clone:
        clone = self._free.pop() if self._free else self._copy()
        clone.loans += 1
        return clone

    def take_back(self, clone: Clone) -> bool:
        """Empty a database for the next test; return False where the last one left a connection to it open."""
        is_left_alone = self._is_left_alone(clone)
        if is_left_alone and clone.loans < MOST_LOANS and self._empty(clone):
            self._free.append(clone)
        else:
            clone.cleaner.close()
            self._drop(clone.name)
        return is_left_alone

    def close(self) -> None:
        for clone in self._free:
            clone.cleaner.close()

    @contextlib.contextmanager
    def bare(self) -> Iterator[str]:
        """Give the URL of a database without any table, for as long as the context lasts."""
        name = f"empty_{next(self._numbers)}"
        self._connection.execute(f"CREATE DATABASE {name}")
        yield self._server.url(name)
        self._drop(name)

    def _is_left_alone(self, clone: Clone) -> bool:
        """Wait for connections that were closed to be gone; the server takes a moment for it."""
        give_up_at = time.monotonic() + CLOSING_SECONDS
        own = [clone.name, clone.cleaner.info.backend_pid]
        while self._connection.execute(_OTHERS, own).fetchall() != [(0,)]:
            if time.monotonic() > give_up_at:
                return False
            time.sleep(0.002)
        return True

    def _copy(self) -> Clone:
        name = f"test_{next(self._numbers)}"
        self._connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        return Clone(name, self._server.url(name), self._open(name))

    def _drop(self, name: str) -> None:
        self._connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _open(self, name: str) -> psycopg.Connection:
        return psycopg.connect(plain(self._server.url(name)))

    def _empty(self, clone: Clone) -> bool:
        """Delete every row, whatever triggers say; return False where the test changed the schema."""
        connection = clone.cleaner
        with connection.transaction():
            if _schema(connection) != self._schema:
                return False
            connection.execute("SET LOCAL session_replication_role = replica")
            for table in _filled(connection, list(self._schema)):
                if table not in self._seeds or connection.execute(_rows(table)).fetchall() != self._seeds[table]:
                    connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
                    self._seed(connection, table)
            for (sequence,) in connection.execute(_SEQUENCES).fetchall():
                connection.execute(sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.Identifier(sequence)))
        return True

    def _seed(self, connection: psycopg.Connection, table: str) -> None:
        for row in self._seeds.get(table, ()):
            values = sql.SQL(", ").join(sql.Placeholder() for _ in row)
            statement = sql.SQL("INSERT INTO {} VALUES ({})").format(sql.Identifier(table), values)
            connection.execute(statement, row)


def plain(url: str) -> str:
    """Return a URL as psycopg takes it, which is without the name of the driver."""
    return url.replace("+psycopg", "")


def _schema(connection: psycopg.Connection) -> dict[str, str]:
    """Return the tables and the triggers on them with whether they are enabled."""
    return dict(connection.execute(_TABLES).fetchall())


def _filled(connection: psycopg.Connection, tables: list[str]) -> list[str]:
    """Return which tables have rows, in one statement."""
    parts = (
        sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})").format(sql.Literal(table), sql.Identifier(table))
        for table in tables
    )
    return [name for (name,) in connection.execute(sql.SQL(" UNION ALL ").join(parts)).fetchall()]


def _rows(table: str) -> sql.Composed:
    return sql.SQL("SELECT * FROM {} ORDER BY 1").format(sql.Identifier(table))
