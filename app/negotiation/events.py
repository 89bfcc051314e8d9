"""What happened between the two sides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.negotiation.states import NegotiationStatus


@dataclass(frozen=True, slots=True)
class OfferSent:
    """An offer waits for the other side. Number 1 is the request that opened the negotiation."""

    negotiation_id: str
    offer_number: int
    by_party_id: str
    to_party_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignaturesAwaited:
    """Both sides said yes to an offer that holders on the licensor's side have yet to sign."""

    negotiation_id: str
    offer_number: int
    accepted_by_party_id: str
    awaited_party_ids: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class HolderRefused:
    """A holder on the licensor's side does not sign an offer. It may change its mind while the offer stands."""

    negotiation_id: str
    offer_number: int
    by_party_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class NegotiationEnded:
    """Declined or withdrawn: there will be no deal."""

    negotiation_id: str
    status: NegotiationStatus
    by_party_id: str
    to_party_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class DealSigned:
    """Both sides have signed the same terms, and the rights in them are booked under `reference`."""

    deal_id: str
    negotiation_id: str
    package_id: str
    licensor_party_id: str
    licensee_party_id: str
    terms: Mapping[str, Any]
    """The whole document, see `app.negotiation.terms`."""
    terms_sha256: str
    signed_at: datetime
    reference: str
    """The id of the license that this deal brings about; the rights book knows the grants by it."""
    representation_ids: tuple[str, ...]
    """The representations that the licensor signed by: if one fails later, this deal rests on nothing."""
    authority_ends_at: datetime | None
    """Until when that authority reaches; nothing means no such end."""
