"""Each test that asks for a database gets an empty one, once on SQLite and once on PostgreSQL.

The schema is made once per test process and engine. A test's database is a copy of that template; on PostgreSQL,
where copies are dear, it is emptied afterwards and lent again, unless the test changed the schema. URLs come back,
and with them the `Database`.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlmodel import Session

from app import registry
from app.infrastructure.db.database import Database
from tests.support.clones import TEMPLATE, Clones, plain
from tests.support.missing import missing
from tests.support.postgres import PostgresServer, PostgresUnavailable
from tests.support.schema import create_schema
from tests.support.settings import SECRET_KEY

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For tables of input that is refused before any database is asked: one engine is enough."""


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    template = tmp_path_factory.mktemp("template") / "likeness.db"
    create_schema(f"sqlite:///{template}")
    return template


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    try:
        server = PostgresServer()
    except PostgresUnavailable as error:
        missing("PostgreSQL", str(error))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_clones(postgres_server: PostgresServer) -> Iterator[Clones]:
    """Databases to lend; the template is ready."""
    with psycopg.connect(plain(postgres_server.url("postgres")), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
        create_schema(postgres_server.url(TEMPLATE))
        clones = Clones(postgres_server, connection)
        yield clones
        clones.close()


@pytest.fixture(scope="session")
def _sqlite_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("database") / "likeness.db"


@pytest.fixture
def sqlite_url(sqlite_template: Path, _sqlite_place: Path) -> str:
    """The URL of an empty SQLite database with the whole schema; one test after the other has it."""
    for left in _sqlite_place.parent.iterdir():
        left.unlink()
    return f"sqlite:///{shutil.copy(sqlite_template, _sqlite_place)}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty database with the whole schema, on each engine in turn."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    clones: Clones = request.getfixturevalue("postgres_clones")
    clone = clones.lend()
    yield clone.url
    if not clones.take_back(clone):
        pytest.fail("The test left a connection to its database open.")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table, on each engine in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    clones: Clones = request.getfixturevalue("postgres_clones")
    with clones.bare() as url:
        yield url


@pytest.fixture(scope="session")
def _known() -> dict[str, Database]:
    """By URL. A `Database` that is used again has its statements compiled, which takes longer than to run them."""
    return {}


@pytest.fixture
def database(database_url: str, _known: dict[str, Database]) -> Iterator[Database]:
    if database_url not in _known:
        _known[database_url] = Database(database_url, subscribers=registry.SUBSCRIBERS, secret_key=SECRET_KEY)
    yield _known[database_url]
    _known[database_url].close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A write session, rolled back at the end. On SQLite nobody else can write while it is in use."""
    with database.write_session() as opened:
        yield opened
        opened.rollback()
