"""What happened to money. `reference` is the name under which the feature above asked for it."""

from dataclasses import dataclass

from app.values.money import Money


@dataclass(frozen=True, slots=True)
class PaymentCaptured:
    """A charge was paid in full; it happens once per charge."""

    reference: str
    charge_id: str
    payer_party_id: str
    money: Money
    processor_fee: Money
    """What the payment provider kept of it."""


@dataclass(frozen=True, slots=True)
class PaymentFailed:
    """A charge could not be collected. Its payer may try again."""

    reference: str
    charge_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class TransferSent:
    """Money has left for a party's connected account."""

    reference: str
    transfer_id: str
    money: Money


@dataclass(frozen=True, slots=True)
class TransferRejected:
    """A transfer was refused for good: nothing was sent."""

    reference: str
    transfer_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class DisputeOpened:
    """The payer's bank contests a charge."""

    reference: str
    charge_id: str


@dataclass(frozen=True, slots=True)
class DisputeClosed:
    """The bank has decided, or the payer withdrew."""

    reference: str
    charge_id: str
    is_won: bool
    """The payment stands; else the money went back."""
