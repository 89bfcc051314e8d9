"""What happened between the two sides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.negotiation.states import NegotiationStatus
from app.negotiation.terms.vocabulary import ChangeOf


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
class DealChanged:
    """A signed deal has a next version, and its license other terms from an instant on."""

    deal_id: str
    negotiation_id: str
    licensor_party_id: str
    licensee_party_id: str
    """Whose license it is from `effective_at` on."""
    before_licensee_party_id: str
    """Whose it was; another only where it was assigned."""
    version: int
    change_of: ChangeOf
    effective_at: datetime
    terms: Mapping[str, Any]
    terms_sha256: str
    signed_at: datetime
    reference: str
    """The id of the license."""
    representation_ids: tuple[str, ...]
    """The representations that the licensor signed the change by; none for an earlier end."""
    authority_ends_at: datetime | None


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
