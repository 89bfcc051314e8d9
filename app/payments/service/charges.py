"""Ask a party to pay, and note what has become of it."""

import logging
from datetime import datetime

from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import SYSTEM, Actor
from app.infrastructure import events
from app.infrastructure.clock import machine_now
from app.infrastructure.db.insert_once import insert_once
from app.infrastructure.ids import new_id
from app.ledger import accounts
from app.ledger import service as ledger
from app.payments import bodies
from app.payments.amounts import to_stripe
from app.payments.errors import ChargeAlreadyPaid, ProviderDisagrees, ReferenceTaken
from app.payments.events import DisputeClosed, DisputeOpened, PaymentCaptured, PaymentFailed
from app.payments.gateway import Checkout, Dispute, Payment
from app.payments.intents import write_intent
from app.payments.models import Charge
from app.payments.queries import charge_by_reference, locked, own_charge
from app.payments.service.transfers import release_transfers
from app.payments.states import (
    ChargeAction,
    ChargeStatus,
    CheckoutPhase,
    DisputeOutcome,
    IntentKind,
    next_charge_status,
)
from app.values.money import Money

_log = logging.getLogger(__name__)


def request_charge(
    *,
    session: Session,
    at: datetime,
    reference: str,
    payer_party_id: str,
    money: Money,
    description: str,
    success_path: str,
) -> Charge:
    """Ask a party to pay; its payment page appears in `checkout_url` soon after. Asked again, it returns the first.

    Raises: ReferenceTaken when the reference stands for another payer or amount; AmountNotPayable.
    """
    to_stripe(money)
    fresh = Charge(
        id=new_id("chg"),
        reference=reference,
        payer_party_id=payer_party_id,
        amount_minor=money.amount_minor,
        currency=money.currency,
        description=description[:200],
        success_path=success_path,
        requested_at=at,
        looked_at=machine_now(),
    )
    is_new = insert_once(session, fresh)
    charge = charge_by_reference(session, reference, lock=True)
    assert charge is not None  # noqa: S101  inserted just now, or before
    if (charge.payer_party_id, charge_money(charge)) != (payer_party_id, money):
        raise ReferenceTaken(f"Another charge was requested as {reference}.")
    if is_new:
        audit.record(
            session=session,
            actor=SYSTEM,
            at=at,
            action="charge.requested",
            subject_id=charge.id,
            reference=reference,
            payer_party_id=payer_party_id,
            amount_minor=money.amount_minor,
            currency=money.currency,
        )
        _ask_for_page(session=session, at=at, charge=charge)
    return charge


def renew_checkout(*, session: Session, actor: Actor, at: datetime, charge_id: str) -> Charge:
    """Give the payer a page to pay on: the one there is, or a fresh one if that has expired or failed.

    Raises: NotFound for a charge that is not the actor's to pay; ChargeAlreadyPaid.
    """
    charge = own_charge(session, actor, charge_id, lock=True)
    if charge.status is ChargeStatus.PAID:
        raise ChargeAlreadyPaid("This charge is paid; nothing is left to do.")
    if charge.status is ChargeStatus.REQUESTED or may_still_be_paid(charge, at=machine_now()):
        return charge
    charge.status = next_charge_status(charge.status, ChargeAction.RENEW)
    charge.checkout_number += 1
    charge.checkout_phase = charge.checkout_url = charge.checkout_expires_at = None
    charge.problem = ""
    session.add(charge)
    audit.record(session=session, actor=actor, at=at, action="charge.checkout_renewed", subject_id=charge.id)
    _ask_for_page(session=session, at=at, charge=charge)
    return charge


def may_still_be_paid(charge: Charge, *, at: datetime) -> bool:
    """Say whether the present page can still bring the money, as far as is known at this machine instant."""
    if charge.checkout_phase is CheckoutPhase.OPEN:
        return charge.checkout_expires_at is not None and at < charge.checkout_expires_at
    return charge.checkout_phase is CheckoutPhase.PROCESSING


def charge_money(charge: Charge) -> Money:
    return Money(charge.amount_minor, charge.currency)


def _ask_for_page(*, session: Session, at: datetime, charge: Charge) -> None:
    name = f"{charge.reference}/checkout/{charge.checkout_number}"
    write_intent(
        session=session,
        at=at,
        name=name,
        kind=IntentKind.CHECKOUT,
        subject_id=charge.id,
        body=bodies.checkout(name=name, charge=charge),
    )


def note_page(*, session: Session, at: datetime, charge_id: str, page: Checkout) -> None:
    """The page that was asked for exists; it takes the place of the one before."""
    charge = session.get_one(Charge, charge_id, with_for_update=True)
    if charge.status is not ChargeStatus.PAID:
        charge.stripe_session_id = page.session_id
    apply_checkout(session=session, at=at, charge=charge, page=page)


def note_no_page(*, session: Session, at: datetime, charge_id: str, reason: str) -> None:
    """Stripe makes no page for this charge."""
    _fail(session=session, at=at, charge=session.get_one(Charge, charge_id, with_for_update=True), reason=reason)


def apply_checkout(*, session: Session, at: datetime, charge: Charge, page: Checkout) -> None:
    """Bring a locked charge up to what Stripe says about one of its pages, as often and as late as it is said.

    Raises: ProviderDisagrees when the page is not for this charge and amount.
    """
    if (page.subject_id, page.amount) != (charge.id, charge_money(charge)):
        raise ProviderDisagrees(f"{page.session_id} asks for {page.amount}, but {charge.id} for another payment.")
    charge.looked_at = machine_now()
    session.add(charge)
    if page.payment is not None:
        _capture(session=session, at=at, charge=charge, page=page, payment=page.payment)
        return
    if page.session_id != charge.stripe_session_id or charge.status is ChargeStatus.PAID:
        return
    charge.checkout_phase = page.phase
    if page.phase is CheckoutPhase.FAILED:
        _fail(session=session, at=at, charge=charge, reason="The payment that was ordered did not arrive.")
        return
    if charge.status is not ChargeStatus.FAILED:
        charge.status = next_charge_status(charge.status, ChargeAction.OPEN)
    charge.checkout_url = page.url
    charge.checkout_expires_at = page.expires_at


def _capture(*, session: Session, at: datetime, charge: Charge, page: Checkout, payment: Payment) -> None:
    if charge.status is ChargeStatus.PAID:
        if charge.stripe_charge_id != payment.charge_id:
            raise ProviderDisagrees(f"{charge.id} was paid twice: {charge.stripe_charge_id}, {payment.charge_id}.")
        return
    charge.status = next_charge_status(charge.status, ChargeAction.CAPTURE)
    charge.stripe_session_id = page.session_id
    charge.stripe_payment_intent_id = payment.payment_intent_id
    charge.stripe_charge_id = payment.charge_id
    charge.processor_fee_minor = payment.fee.amount_minor
    charge.checkout_phase = CheckoutPhase.PAID
    charge.checkout_url = charge.checkout_expires_at = None
    charge.problem = ""
    charge.paid_at = at
    session.flush()
    _book_capture(session=session, at=at, charge=charge, fee=payment.fee)
    audit.record(
        session=session,
        actor=SYSTEM,
        at=at,
        action="charge.paid",
        subject_id=charge.id,
        stripe_charge_id=payment.charge_id,
        processor_fee_minor=payment.fee.amount_minor,
    )
    captured = PaymentCaptured(
        reference=charge.reference,
        charge_id=charge.id,
        payer_party_id=charge.payer_party_id,
        money=charge_money(charge),
        processor_fee=payment.fee,
    )
    events.publish(session=session, event=captured, at=at)
    release_transfers(session=session, at=at, charge_id=charge.id)


def _book_capture(*, session: Session, at: datetime, charge: Charge, fee: Money) -> None:
    moves = [
        ledger.Move(
            accounts.licensee_receivable(charge.payer_party_id), accounts.stripe_balance(), charge_money(charge)
        )
    ]
    if fee.amount_minor:
        moves.append(ledger.Move(accounts.stripe_balance(), accounts.processor_fees(), fee))
    ledger.book(
        session=session,
        at=at,
        reference=f"charge/{charge.id}/captured",
        description=f"Paid: {charge.description}",
        postings=moves,
    )


def _fail(*, session: Session, at: datetime, charge: Charge, reason: str) -> None:
    before = charge.status
    charge.status = next_charge_status(before, ChargeAction.FAIL)
    if charge.status is before:
        return
    charge.problem = reason
    charge.checkout_url = charge.checkout_expires_at = None
    session.add(charge)
    audit.record(session=session, actor=SYSTEM, at=at, action="charge.failed", subject_id=charge.id, reason=reason)
    failed = PaymentFailed(reference=charge.reference, charge_id=charge.id, reason=reason)
    events.publish(session=session, event=failed, at=at)


def note_dispute(*, session: Session, at: datetime, dispute: Dispute) -> None:
    """The payer's bank contests a payment, or has decided: say each once. Payments of others are not ours to judge.

    A dispute of which is first heard when it was won already is told of to nobody: nothing came of it.
    """
    paid = col(Charge.stripe_charge_id) == dispute.stripe_charge_id
    charge = session.exec(locked(select(Charge).where(paid))).first()
    if charge is None:
        _log.warning("a dispute is about %s, which no charge here stands for", dispute.stripe_charge_id)
        return
    is_news = charge.disputed_at is None
    if is_news:
        charge.disputed_at = at
        audit.record(session=session, actor=SYSTEM, at=at, action="charge.disputed", subject_id=charge.id)
    session.add(charge)
    if is_news and dispute.outcome is not DisputeOutcome.WON:
        opened = DisputeOpened(reference=charge.reference, charge_id=charge.id)
        events.publish(session=session, event=opened, at=at)
    if dispute.outcome is None or charge.dispute_outcome is not None:
        return
    charge.dispute_closed_at, charge.dispute_outcome = at, dispute.outcome
    session.flush()
    audit.record(
        session=session,
        actor=SYSTEM,
        at=at,
        action="charge.dispute_closed",
        subject_id=charge.id,
        outcome=dispute.outcome.value,
    )
    if not is_news or dispute.outcome is DisputeOutcome.LOST:
        closed = DisputeClosed(charge.reference, charge.id, is_won=dispute.outcome is DisputeOutcome.WON)
        events.publish(session=session, event=closed, at=at)
