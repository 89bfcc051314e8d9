"""Write down what is to be asked of Stripe, in the transaction that wants it, before any call."""

import hashlib
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.infrastructure.clock import machine_now
from app.infrastructure.jobs.queue import enqueue
from app.payments.models import StripeIntent
from app.payments.states import IntentKind, IntentStatus
from app.values.canonical import canonical_bytes

CALL_STRIPE = "payments.call_stripe"


def write_intent(
    *, session: Session, at: datetime, name: str, kind: IntentKind, subject_id: str, body: dict[str, Any]
) -> StripeIntent:
    """Store a new intent and the job that carries it out."""
    text = canonical_bytes(body).decode()
    intent = StripeIntent(
        name=name,
        kind=kind,
        subject_id=subject_id,
        body=text,
        idempotency_key=key_of(name, text, 1),
        created_at=at,
        last_sent_at=machine_now(),
    )
    session.add(intent)
    session.flush()
    queue(session, intent)
    return intent


def find_intent(session: Session, name: str) -> StripeIntent | None:
    return session.exec(select(StripeIntent).where(col(StripeIntent.name) == name)).first()


def begin_generation(*, session: Session, intent: StripeIntent, body: dict[str, Any] | None = None) -> None:
    """Start afresh under a new key, after a stored refusal or the proof that nothing was made."""
    if body is not None:
        intent.body = canonical_bytes(body).decode()
    intent.generation += 1
    intent.idempotency_key = key_of(intent.name, intent.body, intent.generation)
    intent.status = IntentStatus.PENDING
    intent.first_sent_at = None
    intent.attempts = 0
    intent.must_look_up = False
    intent.finished_at = None
    session.add(intent)
    queue(session, intent)


def queue(session: Session, intent: StripeIntent) -> None:
    """Enqueue the next try; queueing the same try again changes nothing."""
    key = f"{intent.id}/{intent.generation}/{intent.attempts}"
    enqueue(session, kind=CALL_STRIPE, key=f"{CALL_STRIPE}/{key}", payload={"intent_id": intent.id})


def key_of(name: str, body: str, generation: int) -> str:
    """Derive the idempotency key: another body or generation can never be sent under an earlier key."""
    return hashlib.sha256(f"{name}\n{generation}\n{body}".encode()).hexdigest()
