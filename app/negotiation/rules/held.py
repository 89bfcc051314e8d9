"""What the sides are told about the hold of their negotiation."""

from dataclasses import dataclass
from datetime import datetime

from app.rights.rules.standing import HoldStanding


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold in force, its place in the queue, and whether it is for all that the latest offer is about."""

    standing: HoldStanding
    covers_latest_offer: bool
    sentence: str


def describe(
    standing: HoldStanding,
    *,
    placed_at: datetime,
    offer_number: int,
    offered_at: datetime,
    covers_latest_offer: bool,
) -> HoldView:
    """Say where the hold stands, and what the latest offer did to it."""
    sentence = standing.sentence
    if not covers_latest_offer:
        sentence += (
            f" Offer {offer_number} asks for more than is on hold; place the hold anew to reserve all of it, at "
            "the end of the queue."
        )
    elif offer_number > 1 and placed_at == offered_at:
        sentence += (
            f" It was placed anew, at the end of the queue, because offer {offer_number} asks for more than was on "
            "hold before."
        )
    return HoldView(standing, covers_latest_offer, sentence)
