"""Who may make which move, when: decided from the facts of a negotiation and the instant, nothing else."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.negotiation.rules.verdict import ALLOWED, MoveCode, Verdict
from app.negotiation.states import NegotiationStatus, OfferState
from app.values.term import format_instant

OFFER_LASTS = timedelta(days=14)
"""How long an offer stands when its sender does not say."""


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """What the rules need to know of an offer."""

    number: int
    by_party_id: str
    terms_sha256: str
    expires_at: datetime

    def has_lapsed(self, at: datetime) -> bool:
        """At the very instant named in the offer it has lapsed."""
        return at >= self.expires_at


@dataclass(frozen=True, slots=True)
class Talks:
    """A negotiation between two sides; there is always a latest offer, because a request is the first."""

    licensor_party_id: str
    licensee_party_id: str
    status: NegotiationStatus
    latest: OfferFacts
    accepted_by: str | None = None
    """Which side accepted the latest offer, where it is not signed yet for want of holders' signatures."""
    is_dead: bool = False
    """Whether nobody can sign the latest offer as it is: the holders changed, or one that must sign refused."""

    def other_side(self, party_id: str) -> str:
        return self.licensor_party_id if party_id == self.licensee_party_id else self.licensee_party_id

    def awaited(self, at: datetime) -> str | None:
        """Return the side whose answer is awaited; nobody's when the offer lapsed or the negotiation ended."""
        if not self.status.is_open or self.latest.has_lapsed(at) or self.accepted_by is not None:
            return None
        return self.other_side(self.latest.by_party_id)

    def is_agreed(self, at: datetime) -> bool:
        """Say whether both sides said yes to the latest offer and it still stands, without being signed."""
        return self.status.is_open and self.accepted_by is not None and not self.latest.has_lapsed(at)


def judge_offer(talks: Talks, *, by: str, at: datetime) -> Verdict:
    """A side answers the other's offer with its own; after an offer lapsed, either side may make the next.

    So it may after an offer that nobody can sign any more. While one waits for holders' signatures, nobody may.
    """
    if not talks.status.is_open:
        return _closed(talks)
    if talks.is_dead:
        return ALLOWED
    if talks.is_agreed(at):
        sentence = (
            f"Both sides have agreed on offer {talks.latest.number}, and holders' signatures are awaited until "
            f"{format_instant(talks.latest.expires_at)}; wait for them, or end the talks."
        )
        return Verdict(MoveCode.AWAITS_SIGNATURES, sentence)
    if talks.latest.by_party_id == by and not talks.latest.has_lapsed(at):
        return _own_offer(talks)
    return ALLOWED


def judge_acceptance(talks: Talks, *, by: str, number: int, terms_sha256: str, at: datetime) -> Verdict:
    """The other side of the latest offer accepts it by number and hash, before it lapses."""
    superseded = _judge_number(talks, number)
    if not superseded.is_allowed:
        return superseded
    if talks.latest.by_party_id == by:
        return _own_offer(talks)
    return _judge_terms(talks, terms_sha256, at)


def judge_signature(talks: Talks, *, number: int, terms_sha256: str, at: datetime) -> Verdict:
    """A holder signs the latest offer by number and hash, whoever made it, before it lapses."""
    superseded = _judge_number(talks, number)
    return _judge_terms(talks, terms_sha256, at) if superseded.is_allowed else superseded


def _judge_number(talks: Talks, number: int) -> Verdict:
    if not talks.status.is_open:
        return _closed(talks)
    if number != talks.latest.number:
        sentence = f"The latest offer is number {talks.latest.number}; only that one can be accepted."
        return Verdict(MoveCode.OFFER_SUPERSEDED, sentence)
    return ALLOWED


def _judge_terms(talks: Talks, terms_sha256: str, at: datetime) -> Verdict:
    latest, number = talks.latest, talks.latest.number
    if latest.has_lapsed(at):
        lapsed = f"Offer {number} lapsed at {format_instant(latest.expires_at)}."
        return Verdict(MoveCode.OFFER_LAPSED, f"{lapsed} Make an offer with the same terms to go on.")
    if terms_sha256 != latest.terms_sha256:
        sentence = f"The hash is not that of offer {number}; read the offer again and accept what it says."
        return Verdict(MoveCode.TERMS_DIFFER, sentence)
    return ALLOWED


def judge_decline(talks: Talks, *, by: str) -> Verdict:
    """The side that received the latest offer may end the negotiation, also after the offer lapsed."""
    if not talks.status.is_open:
        return _closed(talks)
    return _own_offer(talks) if talks.latest.by_party_id == by else ALLOWED


def judge_withdrawal(talks: Talks, *, by: str) -> Verdict:
    """The side that made the latest offer may take it back, which ends the negotiation."""
    if not talks.status.is_open:
        return _closed(talks)
    if talks.latest.by_party_id != by:
        sentence = (
            f"Offer {talks.latest.number} is the other side's; decline it, or answer with an offer of your own."
        )
        return Verdict(MoveCode.NOT_YOUR_OFFER, sentence)
    return ALLOWED


def judge_hold(talks: Talks) -> Verdict:
    """Rights are held for talks that can still end in a deal, also while no offer stands."""
    return ALLOWED if talks.status.is_open else _closed(talks)


def state_of(offer: OfferFacts, talks: Talks, *, at: datetime) -> OfferState:
    """Say what an offer is at this instant. The last offer of a signed negotiation is the one accepted."""
    if offer.number != talks.latest.number:
        return OfferState.SUPERSEDED
    if talks.status is NegotiationStatus.SIGNED:
        return OfferState.ACCEPTED
    if not talks.status.is_open:
        return OfferState.CLOSED
    if offer.has_lapsed(at):
        return OfferState.LAPSED
    return OfferState.AGREED if talks.is_agreed(at) else OfferState.STANDING


def _closed(talks: Talks) -> Verdict:
    return Verdict(
        MoveCode.NEGOTIATION_CLOSED, f"This negotiation is {talks.status.value}; open a new one to go on."
    )


def _own_offer(talks: Talks) -> Verdict:
    waiting = f"Offer {talks.latest.number} is your own and waits for the other side"
    return Verdict(MoveCode.OWN_OFFER, f"{waiting}; you can withdraw it, which ends the negotiation.")
