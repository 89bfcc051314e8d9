"""Where a negotiation stands, what ends it, and what a side may be told when it makes a move."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class ProductionKind(StrEnum):
    """What is being made. The media of a deal are named apart."""

    FILM = "film"
    GAME = "game"
    VR = "vr"
    BRAND = "brand"
    """A campaign for goods or services."""


class OptionKind(StrEnum):
    """What a licensee was promised about the time after its license."""

    EXTENSION = "extension"
    """It may go on under the same terms."""
    FIRST_REFUSAL = "first_refusal"
    """For a while the licensor bargains about that time with nobody else."""


class NegotiationStatus(StrEnum):
    """Time is not a status: an open negotiation whose last offer lapsed is still open, for a new offer."""

    OPEN = "open"
    SIGNED = "signed"
    DECLINED = "declined"
    """The side that was to answer said no."""
    WITHDRAWN = "withdrawn"
    """The side that made the last offer took it back."""

    @property
    def is_open(self) -> bool:
        """Whether offers and answers are still possible."""
        return self is NegotiationStatus.OPEN


class NegotiationAction(StrEnum):
    """What ends a negotiation."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[tuple[NegotiationStatus, NegotiationAction], NegotiationStatus] = MappingProxyType(
    {
        (NegotiationStatus.OPEN, NegotiationAction.ACCEPT): NegotiationStatus.SIGNED,
        (NegotiationStatus.OPEN, NegotiationAction.DECLINE): NegotiationStatus.DECLINED,
        (NegotiationStatus.OPEN, NegotiationAction.WITHDRAW): NegotiationStatus.WITHDRAWN,
    }
)


class OfferState(StrEnum):
    """What an offer is at an instant. Never stored."""

    STANDING = "standing"
    AGREED = "agreed"
    """Both sides said yes; it stands, and waits for the signatures of holders."""
    LAPSED = "lapsed"
    SUPERSEDED = "superseded"
    """A later offer took its place."""
    ACCEPTED = "accepted"
    CLOSED = "closed"
    """The negotiation ended without it."""
