"""Events and their delivery: signed over the exact bytes, repeated with back-off until the receiver answers 2xx.

Deliveries live in the store, so none is forgotten when the process dies; they may come twice, and in any order.
Events of the old kind carry a snapshot of the object. Events about accounts are thin: they carry an id only and
go to a receiver of their own, as Stripe sends them to a destination of their own.
"""

import hashlib
import hmac
import http.client
import json
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from app.sandbox.store import PLATFORM, Body, Store, Transaction

API_VERSION = "2026-10-28.endive"
PAUSE = 0.1
"""Seconds between looks at what has fallen due."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where events go and the secret they are signed with."""

    url: str
    secret: str


def emit(tx: Transaction, event_type: str, subject: Body, *, account: str = PLATFORM) -> None:
    """Record that something happened to `subject` and send word of it."""
    origin = tx.origin
    event: Body = {
        "object": "event",
        "api_version": API_VERSION,
        "data": {"object": subject},
        "type": event_type,
        "request": {
            "id": origin.request_id if origin else None,
            "idempotency_key": origin.idempotency_key if origin else None,
        },
    }
    if account != PLATFORM:
        event["account"] = account
    _schedule(tx, tx.insert("evt", event, account=account), thin=False)


def emit_thin(tx: Transaction, event_type: str, account: str) -> None:
    """Record that something happened to an account; the event only says which."""
    event = tx.insert(
        "evt",
        {
            "object": "v2.core.event",
            "created": iso_instant(tx.now),
            "type": event_type,
            "context": None,
            "reason": None,
            "related_object": {
                "id": account,
                "type": "v2.core.account",
                "url": f"/v2/core/accounts/{account}",
            },
        },
    )
    _schedule(tx, event, thin=True)


def iso_instant(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _schedule(tx: Transaction, event: Body, *, thin: bool) -> None:
    if target_of(tx, thin=thin) is None:
        return
    fault = tx.misbehavior.for_event(event["type"])
    answer = fault.answer if fault else ""
    due = tx.moment + (fault.due_in() if fault else 0)
    for _ in range(2 if answer == "doubled" else 1):
        tx.execute(
            "INSERT INTO deliveries (event, thin, due, state) VALUES (?, ?, ?, ?)",
            event["id"],
            int(thin),
            due,
            "lost" if answer == "lost" else "pending",
        )


def resend(tx: Transaction, event: str | None) -> int:
    """Deliver one event, or every event, once more, as far as there is a receiver for it. Return how many."""
    events = [tx.get(event)] if event else [*tx.select("event"), *tx.select("v2.core.event")]
    count = 0
    for found in events:
        thin = found["object"] == "v2.core.event"
        if target_of(tx, thin=thin):
            values = (found["id"], int(thin), tx.moment)
            tx.execute("INSERT INTO deliveries (event, thin, due) VALUES (?, ?, ?)", *values)
            count += 1
    return count


def target_of(tx: Transaction, *, thin: bool) -> Target | None:
    stored = tx.setting("thin_target" if thin else "target")
    return Target(**json.loads(stored)) if stored else None


def set_target(tx: Transaction, target: Target, *, thin: bool) -> None:
    stored = json.dumps({"url": target.url, "secret": target.secret})
    tx.set_setting("thin_target" if thin else "target", stored)


def signature(secret: str, body: bytes, *, moment: int) -> str:
    """Return the `Stripe-Signature` header for these bytes, sent at this (real) time."""
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def send(target: Target, body: bytes, *, timeout: float) -> tuple[bool, str]:
    """Deliver once. Return whether the receiver accepted, and what it said."""
    parts = urlsplit(target.url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (payment sandbox)",
        "Stripe-Signature": signature(target.secret, body, moment=int(time.time())),
    }
    try:
        connection.request("POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as problem:
        return False, type(problem).__name__
    finally:
        connection.close()
    return 200 <= status < 300, str(status)


class Deliverer(threading.Thread):
    """Runs what has fallen due: the timers of `settle`, then the deliveries, one after the other."""

    def __init__(
        self, store: Store, *, settle: Callable[[Transaction], Any], retries: tuple[float, ...], timeout: float
    ) -> None:
        super().__init__(name="deliverer", daemon=True)
        self._store = store
        self._settle = settle
        self._retries = retries
        self._timeout = timeout
        self._ending = threading.Event()

    def run(self) -> None:
        while not self._ending.is_set():
            self._store.changed.clear()
            try:
                self._work()
            except Exception:
                traceback.print_exc(file=sys.stderr)
            self._store.changed.wait(PAUSE)

    def _work(self) -> None:
        with self._store.transaction(quiet=True) as tx:
            self._settle(tx)
        while not self._ending.is_set() and self._deliver_next():
            continue

    def end(self) -> None:
        """Stop after the delivery under way, and wait for that."""
        self._ending.set()
        self._store.changed.set()
        self.join(self._timeout + 1)

    def _deliver_next(self) -> bool:
        with self._store.transaction(quiet=True) as tx:
            row = tx.execute(
                "SELECT * FROM deliveries WHERE state = 'pending' AND due <= ? ORDER BY due, id LIMIT 1", tx.moment
            ).fetchone()
            target = target_of(tx, thin=bool(row["thin"])) if row else None
            if row is None or target is None:
                return False
            body = rendered(tx, tx.get(row["event"]))
        accepted, said = send(target, body, timeout=self._timeout)
        self._note(row["id"], row["attempts"], accepted, said)
        return True

    def _note(self, delivery: int, attempts: int, accepted: bool, said: str) -> None:
        with self._store.transaction(quiet=True) as tx:
            exhausted = attempts >= len(self._retries)
            state = "delivered" if accepted else "failed" if exhausted else "pending"
            wait = 0 if accepted or exhausted else self._retries[attempts]
            tx.execute(
                "UPDATE deliveries SET state = ?, attempts = ?, due = ?, last_answer = ? WHERE id = ?",
                state,
                attempts + 1,
                tx.moment + wait,
                said,
                delivery,
            )


def rendered(tx: Transaction, event: Body) -> bytes:
    """Return the bytes that are signed and sent; a snapshot event says how many receivers still wait for it."""
    return json.dumps(with_pending(tx, event), indent=2).encode()


def with_pending(tx: Transaction, event: Body) -> Body:
    if event["object"] != "event":
        return event
    row = tx.execute(
        "SELECT count(*) AS waiting FROM deliveries WHERE event = ? AND state IN ('pending', 'lost')", event["id"]
    ).fetchone()
    return {**event, "pending_webhooks": row["waiting"]}
