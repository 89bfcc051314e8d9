"""Hear what happened at Stripe: store the word of it once, then go and look.

A webhook may come twice, late, early, out of order, or never; so none is believed. It only says where to look.
"""

import logging
from datetime import timedelta

from sqlmodel import Session, col, select

from app.infrastructure.clock import machine_now
from app.infrastructure.db.insert_once import insert_once
from app.infrastructure.http.context import Services
from app.infrastructure.ids import new_id
from app.infrastructure.jobs.queue import enqueue
from app.infrastructure.jobs.worker import Postponed
from app.payments.gateway import Busy, Done, Gateway, Notice, Outcome, Rejected, T, Unknown
from app.payments.models import Charge, ConnectedAccount, WebhookEvent
from app.payments.queries import locked
from app.payments.service import accounts, charges

APPLY_WEBHOOK = "payments.apply_webhook"
RETRY_AFTER = timedelta(seconds=5)

_log = logging.getLogger(__name__)


def receive(*, session: Session, notice: Notice) -> bool:
    """Store an event and queue its application; say whether it was new."""
    event = WebhookEvent(
        id=new_id("whe"),
        event_id=notice.event_id,
        type=notice.type,
        object_id=notice.object_id,
        received_at=machine_now(),
    )
    if not insert_once(session, event):
        return False
    enqueue(session, kind=APPLY_WEBHOOK, key=f"{APPLY_WEBHOOK}/{event.id}", payload={"event_id": event.id})
    return True


def apply_webhook(*, services: Services, gateway: Gateway, event_id: str) -> None:
    """Look at what an event is about. Raises: Postponed when Stripe could not be asked."""
    with services.database.read() as session:
        event = session.get_one(WebhookEvent, event_id)
    if event.applied_at is not None:
        return
    if event.type.startswith("checkout.session."):
        look_at_checkout(services=services, gateway=gateway, session_id=event.object_id)
    elif event.type.startswith("v2.core.account"):
        look_at_account(services=services, gateway=gateway, stripe_account_id=event.object_id)
    elif event.type.startswith("charge.dispute."):
        _look_at_dispute(services=services, gateway=gateway, dispute_id=event.object_id)
    with services.database.write() as session:
        session.get_one(WebhookEvent, event_id).applied_at = machine_now()


def look_at_checkout(*, services: Services, gateway: Gateway, session_id: str) -> None:
    """Bring the charge of a payment page up to what Stripe says now."""
    page = _found(gateway.checkout(session_id), session_id)
    if page is None:
        return
    with services.database.write() as session:
        charge = session.exec(locked(select(Charge).where(col(Charge.id) == page.subject_id))).first()
        if charge is None:
            _log.warning("the payment page %s belongs to no charge here", session_id)
            return
        charges.apply_checkout(session=session, at=services.clock.now(), charge=charge, page=page)


def look_at_account(*, services: Services, gateway: Gateway, stripe_account_id: str) -> None:
    """Bring a connected account up to what Stripe says now."""
    with services.database.read() as session:
        if _account(session, stripe_account_id) is None:
            return
    seen = _found(gateway.account(stripe_account_id), stripe_account_id)
    if seen is None:
        return
    with services.database.write() as session:
        account = _account(session, stripe_account_id, lock=True)
        if account is not None:
            accounts.apply_account(session=session, at=services.clock.now(), account=account, seen=seen)


def _look_at_dispute(*, services: Services, gateway: Gateway, dispute_id: str) -> None:
    dispute = _found(gateway.dispute(dispute_id), dispute_id)
    if dispute is None:
        return
    with services.database.write() as session:
        charges.note_dispute(session=session, at=services.clock.now(), dispute=dispute)


def _account(session: Session, stripe_account_id: str, *, lock: bool = False) -> ConnectedAccount | None:
    statement = select(ConnectedAccount).where(col(ConnectedAccount.stripe_account_id) == stripe_account_id)
    found: ConnectedAccount | None = session.exec(locked(statement) if lock else statement).first()
    return found


def _found(outcome: Outcome[T], object_id: str) -> T | None:
    match outcome:
        case Done(made=made):
            return made
        case Rejected(sentence=sentence):
            _log.warning("Stripe does not show %s: %s", object_id, sentence)
            return None
        case Unknown(reason=reason) | Busy(reason=reason):
            raise Postponed(f"Stripe could not be asked about {object_id}: {reason}", pause=RETRY_AFTER)
