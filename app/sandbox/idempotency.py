"""Idempotency keys as Stripe keeps them.

The same key with the same parameters gets the first answer again, with `Idempotent-Replayed: true`, be it a
success, a business refusal or a 500. Other parameters or another endpoint under the same key: 400
`idempotency_error`. While the first call is still under way: 409. Version 2 of the API remembers successes only,
and longer.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from app.sandbox.errors import StripeError
from app.sandbox.store import Transaction

REMEMBERED_FOR = {"v1": 86_400, "v2": 30 * 86_400}
LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over the wire. `remembered` answers are kept under the call's key."""

    status: int
    body: str
    remembered: bool = True
    replayed: bool = False
    retry: bool | None = None


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What makes two calls the same call."""

    account: str
    key: str
    endpoint: str
    digest: str

    @classmethod
    def of(cls, *, account: str, key: str, endpoint: str, params: dict[str, Any]) -> "Fingerprint":
        if len(key) > LONGEST_KEY:
            raise StripeError(
                f"Idempotency keys may have at most {LONGEST_KEY} characters.", kind="idempotency_error"
            )
        canonical = json.dumps(params, sort_keys=True)
        return cls(account, key, endpoint, hashlib.sha256(canonical.encode()).hexdigest())


class UnderWay:
    """The keys whose calls have not been answered yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: set[tuple[str, str]] = set()

    @contextmanager
    def claim(self, call: Fingerprint) -> Iterator[None]:
        owner = (call.account, call.key)
        with self._lock:
            if owner in self._keys:
                raise StripeError(
                    "There is currently another in-progress request using this Idempotency-Key "
                    f"({call.key}). Please try again later.",
                    status=409,
                    kind="idempotency_error",
                    code="idempotency_key_in_use",
                )
            self._keys.add(owner)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(owner)


def recall(tx: Transaction, call: Fingerprint) -> Answer | None:
    """Return the remembered answer, or nothing if the key is new; refuse a key that stood for something else."""
    row = tx.execute(
        "SELECT * FROM remembered_answers WHERE account = ? AND key = ? AND forget_at > ?",
        call.account,
        call.key,
        tx.now,
    ).fetchone()
    if row is None:
        return None
    if row["endpoint"] != call.endpoint or row["fingerprint"] != call.digest:
        limit = "for the same endpoint" if row["endpoint"] != call.endpoint else "with the same parameters"
        raise StripeError(
            f"Keys for idempotent requests can only be used {limit} they were first used with ({row['endpoint']}). "
            f"Try using a key other than '{call.key}' if you meant to execute a different request.",
            kind="idempotency_error",
        )
    return Answer(row["status"], row["body"], replayed=True, retry=False if row["status"] >= 500 else None)


def remember(tx: Transaction, call: Fingerprint, answer: Answer) -> None:
    version = "v2" if "/v2/" in call.endpoint else "v1"
    if not answer.remembered or (version == "v2" and answer.status >= 400):
        return
    tx.execute(
        "INSERT OR REPLACE INTO remembered_answers VALUES (?, ?, ?, ?, ?, ?, ?)",
        call.account,
        call.key,
        call.endpoint,
        call.digest,
        answer.status,
        answer.body,
        tx.now + REMEMBERED_FOR[version],
    )
