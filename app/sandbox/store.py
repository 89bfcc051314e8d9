"""The sandbox's memory: one SQLite file that survives being killed at any point.

A call runs in one transaction: what it made, the money it moved, the events it raised, the deliveries they need
and the answer remembered under its idempotency key are written together or not at all.
"""

import json
import secrets
import sqlite3
import string
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.sandbox.errors import malformed, missing
from app.sandbox.misbehavior import Misbehavior

Body = dict[str, Any]

PLATFORM = ""
"""The account name of the platform itself; connected accounts go by their id."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    created INTEGER NOT NULL,
    body TEXT NOT NULL CHECK (json_valid(body))
);
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (kind, account, seq);
CREATE TABLE IF NOT EXISTS balance_entries (
    id TEXT PRIMARY KEY REFERENCES objects (id),
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    net INTEGER NOT NULL,
    available_on INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS balance_entries_by_account ON balance_entries (account, currency, available_on, net);
CREATE TABLE IF NOT EXISTS remembered_answers (
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    forget_at INTEGER NOT NULL,
    PRIMARY KEY (account, key)
);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL REFERENCES objects (id),
    thin INTEGER NOT NULL,
    due REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed', 'lost')),
    last_answer TEXT
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS deliveries_by_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS timers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    due INTEGER NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS timers_due ON timers (due);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

LOOKED_UP = (
    "charge",
    "customer",
    "destination",
    "invoice",
    "payment_intent",
    "source",
    "source_transaction",
    "transfer",
    "transfer_group",
)
"""Members by which lists are filtered; each has an index of its own."""

LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Waits:
    """How long things take, in seconds of the sandbox's clock."""

    available: int
    async_payment: int
    payout: int
    webhook_timeout: float
    webhook_retries: tuple[float, ...]


PATIENT = Waits(
    available=2 * 86_400,
    async_payment=60,
    payout=2 * 86_400,
    webhook_timeout=20,
    webhook_retries=(2, 10, 60, 300, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400),
)
FAST = Waits(
    available=0,
    async_payment=6,
    payout=1,
    webhook_timeout=5,
    webhook_retries=(0.2, 0.4, 0.8, 1.5, 3, *(5.0,) * 60),
)


@dataclass(frozen=True, slots=True)
class Origin:
    """The call in whose course something happened; events name it."""

    request_id: str
    idempotency_key: str | None


class Transaction:
    """What one call may read and write. `now` is the sandbox's clock, the same for the whole call."""

    def __init__(
        self,
        db: sqlite3.Connection,
        *,
        now: float,
        waits: Waits,
        misbehavior: Misbehavior,
        origin: Origin | None,
    ) -> None:
        self._db = db
        self.misbehavior = misbehavior
        self.moment = now
        self.now = int(now)
        self.waits = waits
        self.origin = origin

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        return self._db.execute(sql, values)

    def insert(self, prefix: str, body: Body, *, account: str = PLATFORM) -> Body:
        """Give the new object its id and write it. `body` names its kind as `object`."""
        identifier = f"{prefix}_{new_token()}"
        stored = {"id": identifier, "object": body["object"], "created": self.now, "livemode": False, **body}
        self.execute(
            "INSERT INTO objects (id, kind, account, created, body) VALUES (?, ?, ?, ?, ?)",
            identifier,
            body["object"],
            account,
            self.now,
            json.dumps(stored),
        )
        return stored

    def save(self, body: Body) -> None:
        self.execute("UPDATE objects SET body = ? WHERE id = ?", json.dumps(body), body["id"])

    def delete(self, identifier: str) -> None:
        self.execute("DELETE FROM objects WHERE id = ?", identifier)

    def load(self, identifier: str, *, account: str | None = None) -> Body | None:
        row = self.execute("SELECT body, account FROM objects WHERE id = ?", identifier).fetchone()
        if row is None or (account is not None and row["account"] != account):
            return None
        return _body(row)

    def get(self, identifier: str) -> Body:
        """Return an object that is known to exist."""
        found = self.load(identifier)
        if found is None:
            raise LookupError(identifier)
        return found

    def find(
        self, kind: str, identifier: str, *, account: str = PLATFORM, what: str = "", param: str | None = None
    ) -> Body:
        """Return the object a caller named, or refuse the call with `resource_missing`."""
        found = self.load(identifier, account=account)
        if found is None or found["object"] != kind:
            raise missing(what or kind, identifier, param=param)
        return found

    def select(self, kind: str, *, account: str | None = None, **where: Any) -> list[Body]:
        """Return every object of a kind whose members equal `where`, oldest first."""
        sql, values = _condition(kind, account, where)
        rows = self._db.execute(f"SELECT body FROM objects WHERE {sql} ORDER BY seq", values)  # noqa: S608
        return [_body(row) for row in rows]

    def page(
        self,
        kind: str,
        *,
        account: str | None,
        limit: int,
        where: Mapping[str, Any],
        created: Mapping[str, int],
        after: str | None,
        before: str | None,
    ) -> tuple[list[Body], bool]:
        """Return one page, newest first, and whether there is more in the direction of travel."""
        sql, values = _condition(kind, account, where)
        for operator, moment in created.items():
            sql += f" AND created {COMPARISONS[operator]} ?"
            values.append(moment)
        for cursor, comparison in ((after, "<"), (before, ">")):
            if cursor:
                sql += f" AND seq {comparison} ?"
                values.append(self._position(cursor, "starting_after" if cursor == after else "ending_before"))
        order = "ASC" if before else "DESC"
        rows = self._db.execute(
            f"SELECT body FROM objects WHERE {sql} ORDER BY seq {order} LIMIT ?",  # noqa: S608
            [*values, limit + 1],
        ).fetchall()
        bodies = [_body(row) for row in rows[:limit]]
        return (bodies[::-1] if before else bodies), len(rows) > limit

    def _position(self, identifier: str, param: str) -> int:
        row = self.execute("SELECT seq FROM objects WHERE id = ?", identifier).fetchone()
        if row is None:
            raise malformed(f"No such object: '{identifier}'", param, "resource_missing")
        return int(row["seq"])

    def set_timer(self, action: str, subject: str, *, due: int) -> None:
        self.execute("INSERT INTO timers (due, action, subject) VALUES (?, ?, ?)", due, action, subject)

    def setting(self, name: str) -> str | None:
        row = self.execute("SELECT value FROM settings WHERE name = ?", name).fetchone()
        return None if row is None else str(row["value"])

    def set_setting(self, name: str, value: str) -> None:
        self.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", name, value)

    @contextmanager
    def undone_on_error(self) -> Iterator[None]:
        """Undo what happens inside if it fails, and let the rest of the transaction go on."""
        self.execute("SAVEPOINT work")
        try:
            yield
        except BaseException:
            self.execute("ROLLBACK TO work")
            raise
        finally:
            self.execute("RELEASE work")


COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


class Store:
    """The file, held by this process alone. One connection, one call at a time: few callers, and no surprises."""

    def __init__(self, path: Path, *, waits: Waits, misbehavior: Misbehavior) -> None:
        self._lock = threading.Lock()
        self._waits = waits
        self._misbehavior = misbehavior
        self.changed = threading.Event()
        """Set after every commit, so that deliveries start at once."""
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=2)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.executescript(SCHEMA)
        for member in LOOKED_UP:
            path_of = f"json_extract(body, '$.{member}')"
            self._db.execute(
                f"CREATE INDEX IF NOT EXISTS objects_by_{member} ON objects (kind, {path_of}) "
                f"WHERE {path_of} IS NOT NULL"
            )

    @contextmanager
    def transaction(self, *, origin: Origin | None = None, quiet: bool = False) -> Iterator[Transaction]:
        """Commit on leaving, roll back on any exception. A `quiet` one does not wake the deliverer."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                row = self._db.execute("SELECT value FROM settings WHERE name = 'clock_ahead'").fetchone()
                now = time.time() + (float(row["value"]) if row else 0)
                yield Transaction(
                    self._db, now=now, waits=self._waits, misbehavior=self._misbehavior, origin=origin
                )
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
        if not quiet:
            self.changed.set()

    def close(self) -> None:
        with self._lock:
            self._db.close()


def new_token(length: int = 24) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def _condition(kind: str, account: str | None, where: Mapping[str, Any]) -> tuple[str, list[Any]]:
    sql, values = "kind = ?", [kind]
    if account is not None:
        sql += " AND account = ?"
        values.append(account)
    for member, value in where.items():
        if value is None:
            continue
        wanted = value if isinstance(value, list) else [value]
        marks = ", ".join("?" * len(wanted))
        sql += f" AND json_extract(body, '$.{member}') IN ({marks})"
        values.extend(wanted)
    return sql, values


def _body(row: sqlite3.Row) -> Body:
    body: Body = json.loads(row["body"])
    return body
