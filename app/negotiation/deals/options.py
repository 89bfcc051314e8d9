"""Keep what deals promise their licensees, and let nobody else sign it away."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.negotiation.deals.queries import reserved_from
from app.negotiation.deals.rules.options import judge_reserved, options_of
from app.negotiation.errors import require
from app.negotiation.models import Deal, DealOption
from app.negotiation.terms.document import rights_blocks
from app.values.rights_block import RightsBlock


def require_not_reserved(
    session: Session,
    at: datetime,
    terms: Mapping[str, Any],
    license_id: str | None,
    had: Sequence[RightsBlock] = (),
) -> None:
    """Hold the rights of an offer against what other licensees were promised. Raises: MoveRefused.

    Rights that lie within those a license has already, `had`, stand in nobody's way anew.
    """
    reserved = reserved_from(
        session,
        performer_id=terms["performer"]["id"],
        licensee_party_id=terms["licensee"]["id"],
        license_id=license_id,
        at=at,
    )
    new = [block for block in rights_blocks(terms) if not any(held.gives(block) for held in had)]
    require(judge_reserved(new, reserved))


def keep_options(session: Session, at: datetime, deal: Deal, terms: Mapping[str, Any]) -> None:
    """Keep what a deal that is signed now promises, in place of what versions before it did."""
    drop_options(session, deal.license_id)
    session.add_all(
        DealOption(
            kind=option.kind,
            deal_id=deal.id,
            license_id=deal.license_id,
            performer_id=terms["performer"]["id"],
            licensee_party_id=terms["licensee"]["id"],
            opens_at=option.opens_at,
            closes_at=option.closes_at,
        )
        for option in options_of(terms, at=at)
    )
    session.flush()


def drop_options(session: Session, license_id: str) -> None:
    """Forget what was promised: the license is over before its time, or other terms take the place of these."""
    session.execute(sa.delete(DealOption).where(col(DealOption.license_id) == license_id))
