"""An empty database of each engine for the length of a benchmark."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from app import registry
from app.infrastructure.db.database import Database
from tests.support.postgres import PostgresServer
from tests.support.schema import create_schema
from tests.support.settings import SECRET_KEY

ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@contextmanager
def empty_database(engine: str, folder: Path) -> Iterator[Database]:
    with sqlite(folder) if engine == "sqlite" else postgresql() as database:
        yield database


@contextmanager
def sqlite(folder: Path) -> Iterator[Database]:
    url = f"sqlite:///{folder / 'likeness.db'}"
    create_schema(url)
    yield from _opened(url)


@contextmanager
def postgresql() -> Iterator[Database]:
    server = PostgresServer()
    try:
        with psycopg.connect(server.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        create_schema(server.url("bench"))
        yield from _opened(server.url("bench"))
    finally:
        server.stop()


def _opened(url: str) -> Iterator[Database]:
    database = Database(url, subscribers=registry.SUBSCRIBERS, secret_key=SECRET_KEY)
    try:
        yield database
    finally:
        database.close()
