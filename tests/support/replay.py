"""What factories make again and again in an empty database is made once, and written anew for other tests.

`replayed` marks such a factory. When it has an empty database before it, what it leaves there is remembered: every
row, every file and what waits for the audit trail. Asked again for the same, it writes the same. The rows are those
that the services wrote in this very process. A test that patches something has everything made for itself.
"""

import functools
import io
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, BinaryIO, TypeVar, cast

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from app import registry
from app.audit.models import AuditRecord
from app.audit.service import _PENDING as PENDING
from app.infrastructure.storage import AssetStore, StoredFile
from app.parties.models import Party
from tests.support.settings import SECRET_KEY

Factory = TypeVar("Factory", bound=Callable[..., Any])
_USUAL = {"subscribers", "secret_key", PENDING}


@dataclass(frozen=True, slots=True)
class _Made:
    """What one call left behind."""

    result: Any
    rows: tuple[tuple[sa.Table, list[dict[str, Any]]], ...]
    files: tuple[bytes, ...]
    noted: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """Stands for a row in what a factory returned."""

    model: type[SQLModel]
    key: tuple[Any, ...]


class _Listening:
    """A store that hears which files are put into it."""

    def __init__(self, store: AssetStore) -> None:
        self._store, self.files = store, [] if not isinstance(store, _Listening) else store.files

    def put(self, stream: BinaryIO, *, max_bytes: int) -> StoredFile:
        content = stream.read()
        stored = self._store.put(io.BytesIO(content), max_bytes=max_bytes)
        self.files.append(content)
        return stored

    def open(self, sha256: str) -> BinaryIO:
        return self._store.open(sha256)


_made: dict[str, _Made] = {}
_test = {"patches": False}


def pytest_runtest_setup(item: pytest.Item) -> None:
    _test["patches"] = "monkeypatch" in getattr(item, "fixturenames", ())


def replayed(factory: Factory) -> Factory:
    """Mark a factory that takes a session and a store first, and of which the result depends on the rest alone."""

    @functools.wraps(factory)
    def made(session: Session, store: AssetStore, *args: Any, **options: Any) -> Any:
        key = f"{factory.__qualname__} {args!r} {sorted(options.items())!r}"
        if " at 0x" in key or not _is_usual(session) or not _is_empty(session):
            return factory(session, store, *args, **options)
        if key in _made:
            return _write(session, store, _made[key])
        listening = _Listening(store)
        result = factory(session, listening, *args, **options)
        _made[key] = _remember(session, result, listening.files)
        return result

    return cast("Factory", made)


def _is_usual(session: Session) -> bool:
    info = session.info
    return (
        not _test["patches"]
        and not session.in_nested_transaction()
        and info.keys() <= _USUAL
        and info.get("subscribers") is registry.SUBSCRIBERS
        and info.get("secret_key") == SECRET_KEY
    )


def _is_empty(session: Session) -> bool:
    if session.info.get(PENDING) or session.new or len(session.identity_map):
        return False
    connection = session.connection()
    has_party = connection.execute(sa.select(sa.exists(sa.select(col(Party.id))))).scalar_one()
    return not has_party and not connection.execute(_any_row()).scalar_one()


@functools.cache
def _any_row() -> sa.Select[Any]:
    tables = SQLModel.metadata.sorted_tables
    return sa.select(sa.or_(*(sa.exists(sa.select(sa.literal(1)).select_from(table)) for table in tables)))


def _remember(session: Session, result: Any, files: list[bytes]) -> _Made:
    session.flush()
    connection = session.connection()
    found = (
        (table, [dict(row) for row in connection.execute(sa.select(table)).mappings()])
        for table in SQLModel.metadata.sorted_tables
    )
    noted = tuple(entry.model_dump() for _, entry in session.info.get(PENDING, []))
    return _Made(_standing_for(result), tuple((table, rows) for table, rows in found if rows), tuple(files), noted)


def _write(session: Session, store: AssetStore, made: _Made) -> Any:
    for content in made.files:
        store.put(io.BytesIO(content), max_bytes=len(content))
    connection = session.connection()
    is_sqlite = connection.dialect.name == "sqlite"
    # Rows that point at each other come in any order.
    unordered = "PRAGMA defer_foreign_keys=ON" if is_sqlite else "SET LOCAL session_replication_role = replica"
    connection.exec_driver_sql(unordered)
    for table, rows in made.rows:
        connection.execute(table.insert(), rows)
    if not is_sqlite:
        connection.exec_driver_sql("SET LOCAL session_replication_role = origin")
    noting = session.info.setdefault(PENDING, [])
    noting += [(session.get_transaction(), AuditRecord(**entry)) for entry in made.noted]
    return _read(session, made.result)


def _standing_for(result: Any) -> Any:
    if isinstance(result, SQLModel):
        state = sa.inspect(result)
        return _Row(type(result), state.identity)
    return _with_members(result, _standing_for)


def _read(session: Session, result: Any) -> Any:
    if isinstance(result, _Row):
        return session.get_one(result.model, result.key)
    return _with_members(result, functools.partial(_read, session))


def _with_members(result: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(result, tuple):
        return tuple(change(member) for member in result)
    if isinstance(result, dict):
        return {name: change(member) for name, member in result.items()}
    if not is_dataclass(result) or isinstance(result, type):
        return result
    return replace(result, **{field.name: change(getattr(result, field.name)) for field in fields(result)})
