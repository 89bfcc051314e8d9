"""Where the hold of a negotiation stands, as its two sides see it."""

import json
from datetime import datetime

from sqlmodel import Session

from app.negotiation import queries
from app.negotiation.models import Negotiation
from app.negotiation.rules.held import HoldView, describe
from app.negotiation.terms.document import rights_blocks
from app.rights.hold_queries import hold_under, is_held, standing


def hold_of(session: Session, at: datetime, negotiation: Negotiation) -> HoldView | None:
    """Return the hold of a negotiation; nothing where none is in force."""
    found, row = standing(session, negotiation.id, at), hold_under(session, negotiation.id)
    if found is None or row is None:
        return None
    latest = queries.latest_offer(session, negotiation.id)
    return describe(
        found,
        placed_at=row.placed_at,
        offer_number=latest.number,
        offered_at=latest.sent_at,
        covers_latest_offer=is_held(session, negotiation.id, rights_blocks(json.loads(latest.terms_json)), at),
    )
