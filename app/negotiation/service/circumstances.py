"""Who and what an offer is about, as it is called when it is sent."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from app.catalog import queries as catalog
from app.negotiation.deals.queries import SignedDeal, latest_version, subject_of
from app.negotiation.models import Negotiation, NegotiationSubject, Production
from app.negotiation.terms.facts import DealFacts, Named, ProductionFacts
from app.negotiation.terms.vocabulary import ChangeOf
from app.parties import queries as parties


def facts_of(session: Session, negotiation: Negotiation, *, effective_on: date | None) -> DealFacts:
    """Return the circumstances of an offer that is sent now.

    A change is about what the deal is about, in the words in which that was signed; `effective_on` is from when on
    it would hold.
    """
    subject = subject_of(session, negotiation.id)
    if subject is None or subject.change_of is None:
        return _of_license(session, negotiation, subject)
    signed = latest_version(session, subject.license_id)
    return _of_change(session, signed, subject.change_of, subject.assignee_party_id, effective_on)


def _of_license(session: Session, negotiation: Negotiation, subject: NegotiationSubject | None) -> DealFacts:
    package = catalog.package(session, negotiation.package_id)
    performer = parties.performer(session, package.performer_id)
    production = session.get_one(Production, negotiation.production_id)
    return DealFacts(
        licensor=_party(session, negotiation.licensor_party_id),
        licensee=_party(session, negotiation.licensee_party_id),
        performer=Named(performer.id, performer.name),
        package=Named(package.id, package.title),
        production=ProductionFacts(
            id=production.id,
            title=production.title,
            kind=production.kind.value,
            intended_use=negotiation.intended_use,
        ),
        platform_fee_bps=negotiation.platform_fee_bps,
        renews=None if subject is None else {"license_id": subject.license_id},
    )


def _of_change(
    session: Session,
    signed: SignedDeal,
    change_of: ChangeOf,
    assignee_party_id: str | None,
    effective_on: date | None,
) -> DealFacts:
    terms = signed.terms
    licensee = _named(terms["licensee"])
    return DealFacts(
        licensor=_named(terms["licensor"]),
        licensee=licensee if assignee_party_id is None else _party(session, assignee_party_id),
        performer=_named(terms["performer"]),
        package=Named(terms["package"]["id"], terms["package"]["title"]),
        production=ProductionFacts(**terms["production"]),
        platform_fee_bps=terms["platform_fee_bps"],
        amends={
            "kind": change_of.value,
            "license_id": signed.deal.license_id,
            "deal_id": signed.deal.id,
            "terms_sha256": signed.deal.terms_sha256,
            "effective_on": None if effective_on is None else effective_on.isoformat(),
        },
        renews=terms["renews"],
    )


def _party(session: Session, party_id: str) -> Named:
    party = parties.party(session, party_id)
    return Named(party.id, party.name)


def _named(member: Mapping[str, Any]) -> Named:
    return Named(member["id"], member["name"])
