"""Engines and sessions for one database URL.

SQLite with SQLAlchemy's defaults loses concurrent updates without a word. Here every write transaction begins
with BEGIN IMMEDIATE, so that it holds the write lock before it reads what it will change; reads use a second
engine and never wait for writers (WAL). PostgreSQL needs one engine and takes row locks where rules ask for them.
Errors hide the values of their statement, so that no log can hold a secret or somebody's data.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Session

from app.infrastructure.db.driver_reads import DriverReads

BUSY_TIMEOUT_MS = 10_000


class Database:
    """One database: sessions that write, sessions that only read."""

    def __init__(
        self,
        url: str,
        *,
        subscribers: Mapping[type, Sequence[Any]] | None = None,
        secret_key: str = "",
        info: Mapping[str, Any] | None = None,
    ) -> None:
        """`info`: settings that services look up in `session.info`."""
        self.url = url
        self._info = {"subscribers": subscribers or {}, "secret_key": secret_key, **(info or {})}
        if sa.make_url(url).get_backend_name() == "sqlite":
            self.write_engine = _sqlite_engine(url, begin="BEGIN IMMEDIATE")
            self.read_engine = _sqlite_engine(url, begin="BEGIN")
        else:
            self.write_engine = self.read_engine = sa.create_engine(
                url, pool_pre_ping=True, pool_size=5, max_overflow=10, hide_parameters=True
            )

        self.driver = DriverReads(self.read_engine)

    @property
    def is_sqlite(self) -> bool:
        return self.write_engine.dialect.name == "sqlite"

    def write_session(self) -> Session:
        """Return a session whose owner commits, rolls back and closes it."""
        return Session(self.write_engine, expire_on_commit=False, info=dict(self._info))

    def read_session(self) -> Session:
        """Return a session for reading; its owner closes it."""
        return Session(self.read_engine, expire_on_commit=False, info=dict(self._info))

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back if the block raises."""
        with self.write_session() as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self.read_session() as session:
            yield session

    def close(self) -> None:
        self.driver.close()
        self.write_engine.dispose()
        self.read_engine.dispose()


def _sqlite_engine(url: str, *, begin: str) -> sa.Engine:
    path = sa.make_url(url).database
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # an answered request survives a power cut, not only a crash
            "foreign_keys=ON",
            "recursive_triggers=ON",  # or else REPLACE would rewrite append-only rows
            f"busy_timeout={BUSY_TIMEOUT_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
