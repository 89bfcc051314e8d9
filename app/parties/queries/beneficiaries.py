"""Reads of who shares what an estate earns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.parties.models import Beneficiary
from app.parties.queries.people import own_party
from app.values.rounding import BASIS_POINTS


@dataclass(frozen=True, slots=True)
class BeneficiaryShare:
    """A party and its share of what an estate earns, in basis points."""

    party_id: str
    share_bps: int


def beneficiaries_at(session: Session, estate_party_id: str, at: datetime) -> list[BeneficiaryShare]:
    """Return who shares what an estate earned at this instant; the shares add up to 10,000 basis points.

    Largest share first. An estate without beneficiaries keeps everything itself.
    """
    rows = session.exec(
        select(Beneficiary)
        .where(Beneficiary.estate_party_id == estate_party_id, Beneficiary.valid_from_at <= at)
        .where(sa.or_(col(Beneficiary.valid_until_at).is_(None), col(Beneficiary.valid_until_at) > at))
        .order_by(sa.desc(col(Beneficiary.share_bps)), col(Beneficiary.id))
    ).all()
    if not rows:
        return [BeneficiaryShare(estate_party_id, BASIS_POINTS)]
    return [BeneficiaryShare(row.beneficiary_party_id, row.share_bps) for row in rows]


def beneficiaries_of(session: Session, actor: Actor, estate_party_id: str) -> Sequence[Beneficiary]:
    """Return all shares ever set for the actor's party, oldest first. Raises: NotFound."""
    own_party(session, actor, estate_party_id)
    return session.exec(
        select(Beneficiary)
        .where(Beneficiary.estate_party_id == estate_party_id)
        .order_by(col(Beneficiary.valid_from_at), col(Beneficiary.id))
    ).all()
