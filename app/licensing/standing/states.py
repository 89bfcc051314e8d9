"""Why a license is suspended, and how a breach stands. That the time to cure is over follows from the clock."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from app.licensing.states import IllegalTransition


class SuspensionKind(StrEnum):
    """The ground on which a license is suspended."""

    BREACH = "breach"
    DISPUTE = "dispute"
    """The two sides disagree about the license."""
    CHARGEBACK = "chargeback"
    """The payer's bank contests a payment. Noted by itself, and lifted when the payment stands after all."""
    STRIKE = "strike"
    """A performers' union is on strike. Only where the deal says that this suspends."""
    OTHER = "other"


class BreachStatus(StrEnum):
    """How far a breach has come."""

    NOTICED = "noticed"
    """The licensee was told; it has not answered."""
    ANSWERED = "answered"
    """The licensee says how it was cured; the licensor has yet to say whether it was."""
    NOT_CURED = "not_cured"
    """The licensor does not take the answer for a cure."""
    CURED = "cured"
    WITHDRAWN = "withdrawn"
    """The licensor took its notice back."""

    @property
    def is_settled(self) -> bool:
        return self in {BreachStatus.CURED, BreachStatus.WITHDRAWN}


class BreachAction(StrEnum):
    """What is done about a breach."""

    ANSWER = "answer"
    ACCEPT = "accept"
    """The licensor takes the answer for a cure."""
    DISPUTE = "dispute"
    """The licensor says that it is not cured."""
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[tuple[BreachStatus, BreachAction], BreachStatus] = MappingProxyType(
    {
        (BreachStatus.NOTICED, BreachAction.ANSWER): BreachStatus.ANSWERED,
        (BreachStatus.NOT_CURED, BreachAction.ANSWER): BreachStatus.ANSWERED,
        (BreachStatus.ANSWERED, BreachAction.ACCEPT): BreachStatus.CURED,
        (BreachStatus.ANSWERED, BreachAction.DISPUTE): BreachStatus.NOT_CURED,
        (BreachStatus.NOTICED, BreachAction.WITHDRAW): BreachStatus.WITHDRAWN,
        (BreachStatus.ANSWERED, BreachAction.WITHDRAW): BreachStatus.WITHDRAWN,
        (BreachStatus.NOT_CURED, BreachAction.WITHDRAW): BreachStatus.WITHDRAWN,
    }
)


def next_breach_status(status: BreachStatus, action: BreachAction) -> BreachStatus:
    """Return the status that follows. Raises: IllegalTransition naming what is possible from here."""
    if (status, action) in TRANSITIONS:
        return TRANSITIONS[status, action]
    possible = [done.value for before, done in TRANSITIONS if before is status]
    raise IllegalTransition(
        f"To {action.value} is not possible for a breach that is {status.value.replace('_', ' ')}. "
        f"Possible: {', '.join(possible) or 'nothing'}."
    )


class TollingStatus(StrEnum):
    """How a proposal to add days stands at an instant. None of this is stored."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"
    """Declined, or taken back."""
    LAPSED = "lapsed"
