"""Look after what nobody has reported: lost webhooks, intents whose job gave up, transfers that could go."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.infrastructure.http.context import Services
from app.infrastructure.jobs.queue import enqueue
from app.payments import intents
from app.payments.models import Charge, ConnectedAccount, StripeIntent
from app.payments.service.transfers import release_transfers
from app.payments.states import AccountStatus, CheckoutPhase, IntentStatus

LOOK_AT = "payments.look_at"
CHARGE_EVERY = timedelta(minutes=5)
ACCOUNT_EVERY = timedelta(minutes=15)
INTENT_AFTER = timedelta(hours=1)
AT_ONCE = 100
"""How many of each kind one run takes on, those first that have waited longest."""


def reconcile(*, services: Services, present: datetime) -> None:
    """Queue a look at everything that has been without news for a while at this machine instant."""
    with services.database.write() as session:
        _look_at_charges(session, looked_before=present - CHARGE_EVERY)
        _look_at_accounts(session, looked_before=present - ACCOUNT_EVERY)
        _repeat_intents(session, sent_before=present - INTENT_AFTER)
        release_transfers(session=session, at=services.clock.now())


def _look_at_charges(session: Session, *, looked_before: datetime) -> None:
    rows = session.execute(
        sa.select(col(Charge.id), col(Charge.stripe_session_id), col(Charge.looked_at))
        .where(col(Charge.checkout_phase).in_([CheckoutPhase.OPEN, CheckoutPhase.PROCESSING]))
        .where(col(Charge.looked_at) < looked_before)
        .order_by(col(Charge.looked_at))
        .limit(AT_ONCE)
    )
    for charge_id, session_id, looked_at in rows.all():
        _queue(session, charge_id, looked_at, {"stripe_session_id": session_id})


def _look_at_accounts(session: Session, *, looked_before: datetime) -> None:
    rows = session.execute(
        sa.select(
            col(ConnectedAccount.id), col(ConnectedAccount.stripe_account_id), col(ConnectedAccount.looked_at)
        )
        .where(col(ConnectedAccount.status).in_([AccountStatus.ONBOARDING, AccountStatus.RESTRICTED]))
        .where(col(ConnectedAccount.looked_at) < looked_before)
        .order_by(col(ConnectedAccount.looked_at))
        .limit(AT_ONCE)
    )
    for account_id, stripe_account_id, looked_at in rows.all():
        _queue(session, account_id, looked_at, {"stripe_account_id": stripe_account_id})


def _queue(session: Session, subject_id: str, looked_at: datetime, payload: dict[str, str]) -> None:
    """Once per last look: while nobody has looked, the same key queues nothing."""
    enqueue(session, kind=LOOK_AT, key=f"{LOOK_AT}/{subject_id}/{looked_at.timestamp()}", payload=payload)


def _repeat_intents(session: Session, *, sent_before: datetime) -> None:
    rows = session.exec(
        select(StripeIntent)
        .where(col(StripeIntent.status) == IntentStatus.PENDING, col(StripeIntent.last_sent_at) < sent_before)
        .order_by(col(StripeIntent.last_sent_at))
        .limit(AT_ONCE)
    )
    for intent in rows.all():
        intents.queue(session, intent)
