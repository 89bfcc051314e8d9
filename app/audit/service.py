"""Record changes; verify that the record is whole.

Records gather in the session and are written just before it commits, under the lock of the head row, so that
the chain has one order and no change waits for another longer than its commit.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Session, col, select

from app.audit.models import AuditHead, AuditRecord
from app.infrastructure.derived_keys import key_for
from app.values.canonical import canonical_bytes
from app.values.term import format_instant

BATCH = 1000
SEAL = "audit seal"
_PENDING = "audit_pending"
_MAKE_HEAD = sa.text(
    "INSERT INTO audit_head (id, position, seal, head_seal) VALUES (1, 0, '', '') ON CONFLICT DO NOTHING"
)


class Author(Protocol):
    """Whoever acts: see `app.identity.actor.Actor`."""

    @property
    def label(self) -> str: ...

    @property
    def party_id(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the trail is whole; if not, the first position that does not hold."""

    is_whole: bool
    records: int
    broken_at: int | None = None


def record(*, session: Session, actor: Author, at: datetime, action: str, subject_id: str, **detail: Any) -> None:
    """Note a change in the trail; `detail` holds JSON values (integers, text, lists, mappings), never secrets."""
    entry = AuditRecord(
        position=0,
        recorded_at=at,
        actor=actor.label,
        party_id=actor.party_id,
        action=action,
        subject_id=subject_id,
        detail=canonical_bytes(detail).decode(),
        seal="",
    )
    if not session.in_transaction():
        session.begin()
    transaction = session.get_nested_transaction() or session.get_transaction()
    session.info.setdefault(_PENDING, []).append((transaction, entry))


@event.listens_for(Session, "after_soft_rollback")
def _discard(session: Session, ended: SessionTransaction) -> None:
    """Forget what was noted in a transaction or savepoint that is undone; what is around it stays noted."""
    pending = session.info.get(_PENDING, [])
    session.info[_PENDING] = [(inner, entry) for inner, entry in pending if not _is_within(inner, ended)]


@event.listens_for(Session, "before_commit")
def _append(session: Session) -> None:
    """Write what was noted; a savepoint that is released leaves it to the transaction."""
    if session.in_nested_transaction():
        return
    current = session.get_transaction()
    entries = [entry for inner, entry in session.info.pop(_PENDING, []) if _is_within(inner, current)]
    if not entries:
        return
    session.flush()
    key = key_for(session, SEAL)
    head = _locked_head(session)
    for entry in entries:
        head.position += 1
        entry.position = head.position
        head.seal = entry.seal = _seal(key, entry, head.seal)
        session.add(entry)
    head.head_seal = _seal_head(key, head)
    session.add(head)
    session.flush()


def _is_within(inner: SessionTransaction | None, outer: SessionTransaction | None) -> bool:
    while inner is not None and inner is not outer:
        inner = inner.parent
    return inner is not None


def _locked_head(session: Session) -> AuditHead:
    """Return the head as it is now, locked; make it for the first record, of which several may be under way."""
    head = session.get(AuditHead, 1, with_for_update=True, populate_existing=True)
    if head is not None:
        return head
    session.execute(_MAKE_HEAD)
    return session.get_one(AuditHead, 1, with_for_update=True, populate_existing=True)


def verify(*, session: Session) -> Verdict:
    """Walk the whole trail in batches and say whether every record, their order and their number hold.

    Records written meanwhile are walked too. A trail that is gone altogether, head included, looks like a new one.
    """
    key = key_for(session, SEAL)
    position, seal = 0, ""
    while True:
        rows = _page(session, after=position)
        for row in rows:
            session.expunge(row)
            position += 1
            seal = _seal(key, row, seal)
            if row.position != position or not hmac.compare_digest(row.seal, seal):
                return Verdict(is_whole=False, records=position, broken_at=position)
        if rows:
            continue
        head = session.get(AuditHead, 1, populate_existing=True)
        reached = head.position if head else 0
        if head is not None and not hmac.compare_digest(head.head_seal, _seal_head(key, head)):
            return Verdict(is_whole=False, records=position, broken_at=reached)
        if reached == position and seal == (head.seal if head else ""):
            return Verdict(is_whole=True, records=position)
        if reached <= position or not _page(session, after=position):
            return Verdict(is_whole=False, records=position, broken_at=min(reached, position) + 1)


def _page(session: Session, *, after: int) -> Sequence[AuditRecord]:
    statement = select(AuditRecord).where(col(AuditRecord.position) > after)
    ordered = statement.order_by(col(AuditRecord.position)).limit(BATCH)
    return session.exec(ordered, execution_options={"populate_existing": True}).all()


def _seal(key: bytes, entry: AuditRecord, before: str) -> str:
    content = {
        "id": entry.id,
        "position": entry.position,
        "recorded_at": format_instant(entry.recorded_at),
        "actor": entry.actor,
        "party_id": entry.party_id,
        "action": entry.action,
        "subject_id": entry.subject_id,
        "detail": entry.detail,
        "before": before,
    }
    return hmac.new(key, canonical_bytes(content), hashlib.sha256).hexdigest()


def _seal_head(key: bytes, head: AuditHead) -> str:
    return hmac.new(key, f"head {head.position} {head.seal}".encode(), hashlib.sha256).hexdigest()
