"""Write down with an offer who stands on the licensor's side, and hold later moves against it."""

import json
from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from app.negotiation.models import Offer
from app.negotiation.signatures import queries
from app.negotiation.signatures.errors import HoldersChanged
from app.negotiation.signatures.models import OfferHolder, OfferQuorum
from app.negotiation.signatures.rules.awaited import Answer
from app.negotiation.signatures.shown import changed_since
from app.negotiation.signatures.side import LicensorSide, licensor_side
from app.negotiation.signatures.states import Role
from app.parties.queries import party_names


def keep_snapshot(
    session: Session, offer: Offer, side: LicensorSide, *, assignee_party_id: str | None = None
) -> None:
    """Keep with an offer who holds what of its rights now and who must sign; an assignee signs besides."""
    negotiation_id, number = offer.negotiation_id, offer.number
    session.add_all(
        OfferHolder(
            negotiation_id=negotiation_id,
            offer_number=number,
            party_id=stake.party_id,
            role=stake.role,
            representation_id=stake.representation_id,
            capacity=stake.capacity,
            share_bps=stake.share_bps,
            components=sorted(stake.components),
            media=sorted(stake.media),
            territory_codes=sorted(stake.territory),
        )
        for stake in side.stakes
    )
    session.add_all(
        OfferQuorum(negotiation_id=negotiation_id, offer_number=number, component=component, rule=rule)
        for component, rule in side.rules.items()
    )
    if assignee_party_id is not None:
        assignee = OfferHolder(
            negotiation_id=negotiation_id, offer_number=number, party_id=assignee_party_id, role=Role.ASSIGNEE
        )
        session.add(assignee)
    session.flush()


def require_unchanged(
    session: Session, offer: Offer, side: LicensorSide, answers: Collection[Answer], *, is_licensee: bool
) -> None:
    """Raises: HoldersChanged, unless the licensor itself has no authority left, which is another refusal."""
    changes = changed_since(session, offer, side, answers)
    if changes and not side.lacks_own_authority(side.reachable()):
        names = party_names(session, [change.party_id for change in changes.holders])
        raise HoldersChanged.by(changes, names, is_licensee=is_licensee)


def can_be_executed(session: Session, offer: Offer, at: datetime) -> bool:
    """Say whether signatures can still make a deal of an offer that stands."""
    side = licensor_side(session, json.loads(offer.terms_json), at)
    answers = queries.as_answers(queries.answers_to(session, offer.negotiation_id, offer.number))
    return side.can_be_signed(answers) and not changed_since(session, offer, side, answers)
