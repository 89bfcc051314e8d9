"""The lives of a charge, a transfer, a connected account and of what is asked of Stripe."""

from enum import StrEnum

from app.payments.errors import IllegalChange


class ChargeStatus(StrEnum):
    """How far a payment has come."""

    REQUESTED = "requested"
    """A payment page has been asked for."""
    OPEN = "open"
    """There is (or was) a page to pay on."""
    PAID = "paid"
    """The money is there. Nothing later changes that."""
    FAILED = "failed"
    """The last attempt did not work; a fresh page can be asked for."""


class ChargeAction(StrEnum):
    OPEN = "open"
    CAPTURE = "capture"
    FAIL = "fail"
    RENEW = "renew"


_CHARGE_TRANSITIONS = {
    (ChargeStatus.REQUESTED, ChargeAction.OPEN): ChargeStatus.OPEN,
    (ChargeStatus.REQUESTED, ChargeAction.CAPTURE): ChargeStatus.PAID,
    (ChargeStatus.REQUESTED, ChargeAction.FAIL): ChargeStatus.FAILED,
    (ChargeStatus.OPEN, ChargeAction.CAPTURE): ChargeStatus.PAID,
    (ChargeStatus.OPEN, ChargeAction.FAIL): ChargeStatus.FAILED,
    (ChargeStatus.OPEN, ChargeAction.RENEW): ChargeStatus.REQUESTED,
    (ChargeStatus.FAILED, ChargeAction.CAPTURE): ChargeStatus.PAID,
    (ChargeStatus.FAILED, ChargeAction.RENEW): ChargeStatus.REQUESTED,
    # Old news, or the same news again:
    (ChargeStatus.OPEN, ChargeAction.OPEN): ChargeStatus.OPEN,
    (ChargeStatus.FAILED, ChargeAction.FAIL): ChargeStatus.FAILED,
    (ChargeStatus.PAID, ChargeAction.OPEN): ChargeStatus.PAID,
    (ChargeStatus.PAID, ChargeAction.CAPTURE): ChargeStatus.PAID,
    (ChargeStatus.PAID, ChargeAction.FAIL): ChargeStatus.PAID,
}
"""A transition that stays where it is says that the news is ignored; one that is missing is illegal."""


def next_charge_status(status: ChargeStatus, action: ChargeAction) -> ChargeStatus:
    """Return the status that follows. Raises: IllegalChange."""
    try:
        return _CHARGE_TRANSITIONS[status, action]
    except KeyError:
        raise IllegalChange(f"A charge that is {status.value} cannot {action.value}.") from None


class CheckoutPhase(StrEnum):
    """What a payer can still do with a payment page."""

    OPEN = "open"
    PROCESSING = "processing"
    """The payer has ordered a payment that takes days to arrive."""
    PAID = "paid"
    FAILED = "failed"
    """A payment that was ordered did not arrive."""
    EXPIRED = "expired"


class DisputeOutcome(StrEnum):
    """How a dispute of a payment ended."""

    WON = "won"
    """The payment stands: the bank decided so, or the payer withdrew."""
    LOST = "lost"
    """The money went back to the payer."""


class TransferStatus(StrEnum):
    """How far a transfer has come."""

    REQUESTED = "requested"
    """Waits for its charge to be paid and the party's account to be active, or is on its way to Stripe."""
    HELD = "held"
    """Kept back by the feature that requested it, before it was on its way. Requesting it again lets it go."""
    SENT = "sent"
    REJECTED = "rejected"
    """Refused for good: nothing was sent."""


class AccountStatus(StrEnum):
    """Whether a party can be paid."""

    CREATING = "creating"
    ONBOARDING = "onboarding"
    """The party still has to tell the payment provider who it is."""
    ACTIVE = "active"
    RESTRICTED = "restricted"
    """Was active; the payment provider wants to know more. Transfers wait."""
    REFUSED = "refused"
    """The payment provider opens no account with what was given; asking again is possible."""


class IntentKind(StrEnum):
    """What is asked of Stripe."""

    CHECKOUT = "checkout"
    TRANSFER = "transfer"
    ACCOUNT = "account"
    ACCOUNT_LINK = "account_link"


class IntentStatus(StrEnum):
    """What has become of it."""

    PENDING = "pending"
    DONE = "done"
    REJECTED = "rejected"
    """Refused with a reason; nothing was made. A new generation may follow."""
    ABANDONED = "abandoned"
    """No longer needed before it was ever sent: the payer paid on the page before."""
