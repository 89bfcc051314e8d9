"""Carry out what was written down for Stripe: note the attempt, call, note the answer, each on its own.

Between the three this process may die, and another may do the same work at the same moment. All of them use the
key that was stored before the first call, so Stripe makes one object; where the key cannot tell any more, the
object is looked for before anything is asked again.
"""

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from app.infrastructure.clock import machine_now
from app.infrastructure.http.context import Services
from app.infrastructure.jobs.worker import Postponed
from app.payments.gateway import (
    Account,
    AccountLink,
    Busy,
    Call,
    Checkout,
    Done,
    Gateway,
    Made,
    Outcome,
    Rejected,
    SentTransfer,
    Unknown,
)
from app.payments.intents import begin_generation
from app.payments.models import Charge, StripeIntent
from app.payments.service import accounts, charges, transfers
from app.payments.states import ChargeStatus, CheckoutPhase, IntentKind, IntentStatus

KEY_IS_GOOD_FOR = timedelta(hours=23)
"""Stripe keeps keys for a day at least; one hour is for the way."""
LONGEST_PAUSE_SECONDS = 600

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NotNeeded:
    """The page that was to be replaced has brought the money, or still may."""

    page: Checkout


def call_stripe(*, services: Services, gateway: Gateway, intent_id: str) -> None:
    """Try once to carry out an intent. Raises: Postponed when it has to be tried again."""
    with services.database.write() as session:
        call = _begin(session, intent_id)
    if call is None:
        return
    answer = _ask(gateway, call)
    with services.database.write() as session:
        attempts = _settle(session=session, at=services.clock.now(), call=call, answer=answer)
    if attempts is not None:
        raise Postponed(_in_words(answer), pause=timedelta(seconds=min(2**attempts, LONGEST_PAUSE_SECONDS)))


def _begin(session: Session, intent_id: str) -> Call | None:
    """Note the attempt before it is made; nothing, if there is nothing left to do."""
    intent = session.get_one(StripeIntent, intent_id, with_for_update=True)
    if intent.status is not IntentStatus.PENDING:
        return None
    former_session_id = None
    if intent.kind is IntentKind.CHECKOUT:
        charge = session.get_one(Charge, intent.subject_id)
        if charge.status is ChargeStatus.PAID:
            _finish(intent, IntentStatus.ABANDONED)
            return None
        former_session_id = charge.stripe_session_id
    present = machine_now()
    intent.first_sent_at = intent.first_sent_at or present
    if present - intent.first_sent_at > KEY_IS_GOOD_FOR:
        intent.must_look_up = True
    intent.last_sent_at = present
    intent.attempts += 1
    session.add(intent)
    return Call(
        intent_id=intent.id,
        kind=intent.kind,
        name=intent.name,
        subject_id=intent.subject_id,
        body=json.loads(intent.body),
        idempotency_key=intent.idempotency_key,
        first_sent_at=intent.first_sent_at,
        must_look_up=intent.must_look_up,
        former_session_id=former_session_id,
    )


def _ask(gateway: Gateway, call: Call) -> Outcome[Made | None] | NotNeeded:
    if call.former_session_id is not None:
        former = gateway.close_checkout(call.former_session_id)
        match former:
            case Done(made=page) if page.phase in {CheckoutPhase.PAID, CheckoutPhase.PROCESSING}:
                return NotNeeded(page)
            case Unknown() | Busy():
                return former
    return gateway.look_up(call) if call.must_look_up else gateway.make(call)


def _settle(*, session: Session, at: datetime, call: Call, answer: Outcome[Made | None] | NotNeeded) -> int | None:
    """Note the answer and what follows from it. Return the number of attempts if it has to be tried again."""
    intent = session.get_one(StripeIntent, call.intent_id, with_for_update=True)
    if intent.status is not IntentStatus.PENDING or intent.idempotency_key != call.idempotency_key:
        return None
    intent.last_answer = _in_words(answer)
    session.add(intent)
    match answer:
        case NotNeeded(page=page):
            _finish(intent, IntentStatus.ABANDONED)
            charge = session.get_one(Charge, intent.subject_id, with_for_update=True)
            charges.apply_checkout(session=session, at=at, charge=charge, page=page)
        case Done(made=None):
            begin_generation(session=session, intent=intent)
        case Done(made=made):
            _finish(intent, IntentStatus.DONE)
            _note_made(session=session, at=at, intent=intent, made=made)
        case Rejected(code=code, sentence=sentence):
            _finish(intent, IntentStatus.REJECTED)
            _note_refused(session=session, at=at, intent=intent, code=code, sentence=sentence)
        case Unknown(look_up=look_up):
            intent.must_look_up = intent.must_look_up or look_up
            return intent.attempts
        case Busy():
            return intent.attempts
    return None


def _finish(intent: StripeIntent, status: IntentStatus) -> None:
    intent.status = status
    intent.finished_at = machine_now()


def _note_made(*, session: Session, at: datetime, intent: StripeIntent, made: Made | None) -> None:
    match made:
        case Checkout():
            intent.stripe_id = made.session_id
            charges.note_page(session=session, at=at, charge_id=intent.subject_id, page=made)
        case SentTransfer():
            intent.stripe_id = made.transfer_id
            transfers.note_sent(
                session=session, at=at, transfer_id=intent.subject_id, stripe_transfer_id=made.transfer_id
            )
        case Account():
            intent.stripe_id = made.account_id
            accounts.note_account(session=session, at=at, account_id=intent.subject_id, made=made)
        case AccountLink():
            accounts.note_link(session=session, account_id=intent.subject_id, link=made)


def _note_refused(*, session: Session, at: datetime, intent: StripeIntent, code: str, sentence: str) -> None:
    match intent.kind:
        case IntentKind.CHECKOUT:
            charges.note_no_page(session=session, at=at, charge_id=intent.subject_id, reason=sentence)
        case IntentKind.TRANSFER:
            transfers.note_refused(
                session=session, at=at, transfer_id=intent.subject_id, code=code, sentence=sentence
            )
        case IntentKind.ACCOUNT | IntentKind.ACCOUNT_LINK:
            accounts.note_refused(session=session, at=at, account_id=intent.subject_id, reason=sentence)


def _in_words(answer: Outcome[Made | None] | NotNeeded) -> str:
    match answer:
        case NotNeeded():
            return "not needed: the page before can still be paid, or is"
        case Done(made=None):
            return "looked up: nothing was made"
        case Done():
            return "done"
        case Rejected(code=code, sentence=sentence):
            return f"rejected ({code}): {sentence}"[:500]
        case Unknown(reason=reason):
            return f"unknown: {reason}"[:500]
        case Busy(reason=reason):
            return f"busy: {reason}"[:500]
