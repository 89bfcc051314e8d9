"""Stripe behind the port: the only module that imports `stripe`."""

import json
import logging
import re
from collections.abc import Callable
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import stripe

from app.payments import amounts
from app.payments.errors import SignatureRefused
from app.payments.gateway import (
    Account,
    AccountLink,
    Busy,
    Call,
    Checkout,
    Dispute,
    Done,
    Made,
    Notice,
    Outcome,
    Payment,
    Rejected,
    SentTransfer,
    Unknown,
)
from app.payments.states import CheckoutPhase, DisputeOutcome, IntentKind
from app.values.errors import InvalidInput
from app.values.money import Money
from app.values.term import parse_instant

CONNECT_SECONDS = 5
ANSWER_SECONDS = 20
RETRIES = 2
SIGNATURE_IS_GOOD_FOR_SECONDS = 300
"""Before now, and after: a clock may be wrong in either direction, but not by more."""
PAGE = 100
CLOCKS_DIFFER_BY = timedelta(minutes=10)
PAYMENT_DETAILS = ["payment_intent.latest_charge.balance_transaction"]

stripe.enable_telemetry = False
_log = logging.getLogger(__name__)
_SIGNED_AT = re.compile(r"(?:^|,)t=([0-9]{1,15})(?![0-9])")
T = TypeVar("T")


class NothingYet(Exception):
    """Stripe has not finished writing down what it did: ask again."""


class StripeGateway:
    """Implements `app.payments.gateway.Gateway`."""

    def __init__(self, *, key: str, url: str | None, public_url: str) -> None:
        self._stripe = _client(key, url)
        self._public_url = public_url

    def make(self, call: Call) -> Outcome[Made]:
        body: Any = self._with_addresses(call.body)
        options: Any = {"idempotency_key": call.idempotency_key}
        match call.kind:
            case IntentKind.CHECKOUT:
                sessions = self._stripe.v1.checkout.sessions
                return _attempt(lambda: _checkout(sessions.create(body, options)))
            case IntentKind.TRANSFER:
                return _attempt(lambda: SentTransfer(self._stripe.v1.transfers.create(body, options).id))
            case IntentKind.ACCOUNT:
                return _attempt(lambda: _account(self._stripe.v2.core.accounts.create(body, options)))
            case IntentKind.ACCOUNT_LINK:
                return _attempt(lambda: _link(self._stripe.v2.core.account_links.create(body, options)))

    def look_up(self, call: Call) -> Outcome[Made | None]:
        match call.kind:
            case IntentKind.CHECKOUT:
                return _attempt(lambda: self._find_checkout(call))
            case IntentKind.TRANSFER:
                return _attempt(lambda: self._find_transfer(call))
            case IntentKind.ACCOUNT:
                return _attempt(lambda: self._find_account(call))
            case IntentKind.ACCOUNT_LINK:
                return Done(None)  # a link that nobody has seen opens nothing: another one does no harm

    def checkout(self, session_id: str) -> Outcome[Checkout]:
        return _attempt(lambda: self._checkout(session_id))

    def close_checkout(self, session_id: str) -> Outcome[Checkout]:
        found = self.checkout(session_id)
        if not isinstance(found, Done) or found.made.phase is not CheckoutPhase.OPEN:
            return found
        closed = _attempt(lambda: self._stripe.v1.checkout.sessions.expire(session_id))
        if isinstance(closed, Unknown | Busy):
            return closed
        return self.checkout(session_id)

    def account(self, account_id: str) -> Outcome[Account]:
        accounts = self._stripe.v2.core.accounts
        return _attempt(lambda: _account(accounts.retrieve(account_id, {"include": ["configuration.recipient"]})))

    def dispute(self, dispute_id: str) -> Outcome[Dispute]:
        return _attempt(lambda: _dispute(self._stripe.v1.disputes.retrieve(dispute_id)))

    def _checkout(self, session_id: str) -> Checkout:
        return _checkout(self._stripe.v1.checkout.sessions.retrieve(session_id, {"expand": PAYMENT_DETAILS}))

    def _find_checkout(self, call: Call) -> Checkout | None:
        since = int((call.first_sent_at - CLOCKS_DIFFER_BY).timestamp())
        pages = self._stripe.v1.checkout.sessions.list({"limit": PAGE, "created": {"gte": since}})
        found = _marked(pages, call.name)
        return None if found is None else self._checkout(found.id)

    def _find_transfer(self, call: Call) -> SentTransfer | None:
        body = call.body
        pages = self._stripe.v1.transfers.list(
            {"limit": PAGE, "transfer_group": body["transfer_group"], "destination": body["destination"]}
        )
        found = _marked(pages, call.name)
        return None if found is None else SentTransfer(found.id)

    def _find_account(self, call: Call) -> Account | None:
        found = _marked(self._stripe.v2.core.accounts.list({"limit": PAGE}), call.name)
        if found is None:
            return None
        return _account(self._stripe.v2.core.accounts.retrieve(found.id, {"include": ["configuration.recipient"]}))

    def _with_addresses(self, part: Any, name: str = "") -> Any:
        """Put the public address before the paths of a body."""
        if isinstance(part, dict):
            return {key: self._with_addresses(value, key) for key, value in part.items()}
        if isinstance(part, list):
            return [self._with_addresses(item) for item in part]
        return f"{self._public_url}{part}" if name.endswith("_url") else part


def read_webhook(*, raw: bytes, signature: str, secrets: tuple[str, ...], present: datetime) -> Notice:
    """Check that Stripe signed exactly these bytes just now, with any of the secrets; say what they are about.

    Raises: SignatureRefused.
    """
    if not signature.isascii() or not any(_is_signed(raw, signature, secret) for secret in secrets):
        raise SignatureRefused("This webhook is not signed with a secret known here, or too long ago.")
    signed_at = _SIGNED_AT.search(signature)
    if signed_at is None or int(signed_at[1]) > present.timestamp() + SIGNATURE_IS_GOOD_FOR_SECONDS:
        raise SignatureRefused("This webhook was signed in the future.")
    try:
        event = json.loads(raw)
        about = event.get("related_object") if event["object"] == "v2.core.event" else event["data"]["object"]
        notice = Notice(event_id=event["id"], type=event["type"], object_id=(about or {}).get("id", ""))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise InvalidInput("This is not an event of Stripe.") from None
    if not all(isinstance(text, str) and len(text) <= 255 for text in astuple(notice)):
        raise InvalidInput("This is not an event of Stripe.")
    return notice


def _is_signed(raw: bytes, signature: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(raw, signature, secret, SIGNATURE_IS_GOOD_FOR_SECONDS)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False
    return True


@cache
def _client(key: str, url: str | None) -> stripe.StripeClient:
    addresses: Any = {} if url is None else {"api": url}
    return stripe.StripeClient(
        key,
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=(CONNECT_SECONDS, ANSWER_SECONDS)),
        base_addresses=addresses,
    )


def _attempt(call: Callable[[], T]) -> Outcome[T]:
    try:
        return Done(call())
    except stripe.StripeError as error:
        return _classify(error)
    except NothingYet as reason:
        return Unknown(str(reason))


def _classify(error: stripe.StripeError) -> Rejected | Unknown | Busy:
    """Say what an error means for the object that was asked for. Never quotes the body: it may hold addresses."""
    status = error.http_status or 0
    code = str(error.code or type(error).__name__)
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    where = f"{status} {code} ({headers.get('request-id', 'no request id')})"
    if isinstance(error, stripe.IdempotencyError) and status != 409:
        return Unknown(where, look_up=True)
    if isinstance(error, stripe.RateLimitError) or status in {409, 429}:
        return Busy(where)
    if status in {401, 403}:
        _log.error("Stripe does not accept our key: %s", where)
        return Busy(where)
    if 400 <= status < 500:
        return Rejected(code, error.user_message or where)
    return Unknown(where, look_up=headers.get("idempotent-replayed") == "true")


def _checkout(session: stripe.checkout.Session) -> Checkout:
    if session.amount_total is None or session.currency is None or session.metadata is None:
        raise NothingYet(f"{session.id} has no amount yet.")
    return Checkout(
        session_id=session.id,
        subject_id=session.client_reference_id or "",
        phase=_phase(session),
        amount=amounts.from_stripe(session.amount_total, session.currency),
        url=session.url,
        expires_at=datetime.fromtimestamp(session.expires_at, UTC),
        payment=_payment(session) if session.payment_status == "paid" else None,
    )


def _phase(session: stripe.checkout.Session) -> CheckoutPhase:
    if session.payment_status == "paid":
        return CheckoutPhase.PAID
    if session.status == "expired":
        return CheckoutPhase.EXPIRED
    if session.status == "open":
        return CheckoutPhase.OPEN
    intent = session.payment_intent
    if isinstance(intent, stripe.PaymentIntent) and intent.status in {"requires_payment_method", "canceled"}:
        return CheckoutPhase.FAILED
    return CheckoutPhase.PROCESSING


def _payment(session: stripe.checkout.Session) -> Payment:
    """Read who paid what, from a session fetched with `PAYMENT_DETAILS`."""
    intent: Any = session.payment_intent
    charge: Any = getattr(intent, "latest_charge", None)
    booked: Any = getattr(charge, "balance_transaction", None)
    if booked is None or isinstance(booked, str):
        raise NothingYet(f"The payment of {session.id} is not in the balance yet.")
    fee = amounts.from_stripe(booked.fee, booked.currency)
    if booked.currency != session.currency:
        _log.error("%s was settled in %s: its fee is not in the ledger", charge.id, booked.currency)
        fee = Money.zero(str(session.currency).upper())
    return Payment(payment_intent_id=intent.id, charge_id=charge.id, fee=fee)


def _account(account: Any) -> Account:
    recipient = account.configuration.recipient if account.configuration else None
    balance = recipient.capabilities.stripe_balance if recipient and recipient.capabilities else None
    transfers = balance.stripe_transfers if balance else None
    is_active = bool(transfers and transfers.status == "active") and not account.closed
    return Account(account_id=account.id, is_active=is_active)


_OUTCOMES = {
    "won": DisputeOutcome.WON,
    "lost": DisputeOutcome.LOST,
    "warning_closed": DisputeOutcome.WON,
    "prevented": DisputeOutcome.WON,
}
"""An inquiry that came to nothing leaves the payment as it was, as a dispute that was won does."""


def _dispute(dispute: Any) -> Dispute:
    return Dispute(_id_of(dispute.charge), _OUTCOMES.get(dispute.status))


def _link(link: Any) -> AccountLink:
    return AccountLink(url=link.url, expires_at=parse_instant(link.expires_at))


def _marked(pages: Any, name: str) -> Any:
    """Return the object that carries the name of the intent, from all pages of a list."""
    for found in pages.auto_paging_iter():
        marks = found.metadata
        if marks is not None and "intent" in marks and marks["intent"] == name:
            return found
    return None


def _id_of(reference: Any) -> str:
    """An object, or its id: Stripe gives either, depending on what was expanded."""
    return reference if isinstance(reference, str) else str(reference.id)
