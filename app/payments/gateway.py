"""The port to the payment provider: what can be asked, and the four ways it can turn out.

`Done` and `Rejected` are final. `Unknown` means that it may have happened; only the same key, or looking the
object up, can tell. `Busy` means that nothing happened and the same call may be repeated later.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from app.payments.states import CheckoutPhase, DisputeOutcome, IntentKind
from app.values.money import Money

T = TypeVar("T")
MadeT = TypeVar("MadeT", covariant=True)


@dataclass(frozen=True, slots=True)
class Done(Generic[MadeT]):
    """It is so; `made` is what there is now."""

    made: MadeT


@dataclass(frozen=True, slots=True)
class Rejected:
    """Refused for a reason, and nothing was made."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """No telling whether it happened."""

    reason: str
    look_up: bool = False
    """Asking again with the same key tells nothing new: the failure itself is remembered."""


@dataclass(frozen=True, slots=True)
class Busy:
    """Nothing happened: too many calls, or another call under way, or our key was not accepted."""

    reason: str


Outcome = Done[T] | Rejected | Unknown | Busy


@dataclass(frozen=True, slots=True)
class Call:
    """One intent on its way out."""

    intent_id: str
    kind: IntentKind
    name: str
    subject_id: str
    body: dict[str, Any]
    idempotency_key: str
    first_sent_at: datetime
    must_look_up: bool
    former_session_id: str | None = None
    """The payment page that the one asked for replaces, and which has to be closed first."""


@dataclass(frozen=True, slots=True)
class Payment:
    """The money behind a paid page."""

    payment_intent_id: str
    charge_id: str
    fee: Money


@dataclass(frozen=True, slots=True)
class Checkout:
    """A payment page as Stripe sees it now."""

    session_id: str
    subject_id: str
    """The charge it was made for."""
    phase: CheckoutPhase
    amount: Money
    url: str | None
    expires_at: datetime
    payment: Payment | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """A connected account as Stripe sees it now."""

    account_id: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class AccountLink:
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SentTransfer:
    transfer_id: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """A payment that its payer's bank contests, as Stripe sees it now."""

    stripe_charge_id: str
    outcome: DisputeOutcome | None = None
    """Nothing while it is open."""


Made = Checkout | Account | AccountLink | SentTransfer


@dataclass(frozen=True, slots=True)
class Notice:
    """A webhook whose signature holds: which event, and what it is about."""

    event_id: str
    type: str
    object_id: str


class Gateway(Protocol):
    """What payments asks of a provider. No method raises for what goes wrong on the way."""

    def make(self, call: Call) -> Outcome[Made]:
        """Ask for the object of an intent, under its key."""

    def look_up(self, call: Call) -> Outcome[Made | None]:
        """Return what was made for an intent, or proof that nothing was."""

    def close_checkout(self, session_id: str) -> Outcome[Checkout]:
        """Make sure that nobody pays on this page any more, unless somebody has; return how it stands."""

    def checkout(self, session_id: str) -> Outcome[Checkout]: ...

    def account(self, account_id: str) -> Outcome[Account]: ...

    def dispute(self, dispute_id: str) -> Outcome[Dispute]: ...
