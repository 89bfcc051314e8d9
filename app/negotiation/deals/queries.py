"""Reads of signed deals as they stand, and of what others were promised."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.negotiation.deals.rules.effect import Standing
from app.negotiation.deals.rules.options import Reserved, reserved_by
from app.negotiation.models import Deal, DealOption, DealVersion, NegotiationSubject
from app.negotiation.terms.versions import as_current
from app.values.errors import NotFound
from app.values.term import parse_instant


@dataclass(frozen=True, slots=True)
class SignedDeal:
    """The latest version of a deal."""

    deal: Deal
    version: DealVersion
    terms: dict[str, Any]
    """In the shape of the latest version of terms."""

    @property
    def standing(self) -> Standing:
        """What the rules about changes need to know of it."""
        ends_at = parse_instant(self.terms["term"]["ends_at"])
        return Standing(self.deal.terms_sha256, self.version.effective_at, ends_at)


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of a deal as its sides see it."""

    deal: Deal
    version: DealVersion


def subject_of(session: Session, negotiation_id: str) -> NegotiationSubject | None:
    """Return which signed deal a negotiation is about; nothing for one that asks for a new license."""
    return session.get(NegotiationSubject, negotiation_id)


def latest_version(session: Session, license_id: str, *, lock: bool = False) -> SignedDeal:
    """Return the deal signed last for a license. With `lock`, nobody signs another before the transaction ends."""
    if lock:
        first = select(Deal.id).join(DealVersion, col(DealVersion.deal_id) == col(Deal.id))
        one = first.where(DealVersion.license_id == license_id, DealVersion.version == 1)
        session.exec(one.with_for_update(of=Deal)).one()
    row = session.exec(
        select(Deal, DealVersion)
        .join(DealVersion, col(DealVersion.deal_id) == col(Deal.id))
        .where(DealVersion.license_id == license_id)
        .order_by(sa.desc(col(DealVersion.version)))
        .limit(1)
    ).one()
    return SignedDeal(row[0], row[1], as_current(json.loads(row[0].terms_json)))


def own_signed_deal(session: Session, actor: Actor, deal_id: str, *, lock: bool = False) -> SignedDeal:
    """Return how a deal stands, to its licensor and its licensee of today. Raises: NotFound, also to others."""
    deal = session.get(Deal, deal_id)
    found = None if deal is None else latest_version(session, deal.license_id, lock=lock)
    if found is None or actor.party_id not in {found.terms["licensor"]["id"], found.terms["licensee"]["id"]}:
        raise NotFound("There is no such deal.")
    return found


def versions_of(session: Session, actor: Actor, deal_id: str) -> Sequence[VersionView]:
    """Return all versions of a deal, oldest first. Raises: NotFound, as `own_signed_deal` does."""
    license_id = own_signed_deal(session, actor, deal_id).deal.license_id
    rows = session.exec(
        select(Deal, DealVersion)
        .join(DealVersion, col(DealVersion.deal_id) == col(Deal.id))
        .where(DealVersion.license_id == license_id)
        .order_by(col(DealVersion.version))
    ).all()
    return [VersionView(*row) for row in rows]


def reserved_from(
    session: Session, *, performer_id: str, licensee_party_id: str, license_id: str | None, at: datetime
) -> list[Reserved]:
    """Return what other licensees may still ask for at this instant, in one query."""
    promised = (
        select(DealOption, Deal.terms_json)
        .join(Deal, col(Deal.id) == col(DealOption.deal_id))
        .where(DealOption.performer_id == performer_id)
        .where(col(DealOption.opens_at) <= at, col(DealOption.closes_at) > at)
        .where(DealOption.licensee_party_id != licensee_party_id)
        .order_by(col(DealOption.closes_at))
    )
    return [
        reserved_by(json.loads(text), option.kind, closes_at=option.closes_at)
        for option, text in session.exec(promised)
        if option.license_id != license_id
    ]
