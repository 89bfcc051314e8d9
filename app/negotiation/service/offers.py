"""Ask for a license, and answer an offer with another."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from app.audit import service as audit
from app.catalog import queries as catalog
from app.identity.actor import Actor
from app.infrastructure import events
from app.negotiation import queries
from app.negotiation.errors import ComponentNotOffered, HostedOnly, OwnPackage
from app.negotiation.events import OfferSent
from app.negotiation.models import Negotiation, Offer, OfferDeclaration, Production
from app.negotiation.rules.moves import OFFER_LASTS, judge_offer
from app.negotiation.service.clearing import clear_terms
from app.negotiation.service.holds import follow_offer
from app.negotiation.service.moves import lock_talks, require, signer
from app.negotiation.states import NegotiationStatus
from app.negotiation.terms.completion import complete_terms
from app.negotiation.terms.declarations import NOTHING_DECLARED, Declarations
from app.negotiation.terms.facts import DealFacts, Named, ProductionFacts
from app.negotiation.terms.proposal import ProposedTerms
from app.parties import queries as parties
from app.values.canonical import canonical_bytes, sha256_hex
from app.values.components import Component, DeliveryMode
from app.values.errors import FieldProblem


def open_negotiation(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    package_id: str,
    production_id: str,
    intended_use: str,
    terms: ProposedTerms,
    platform_fee_bps: int,
    declarations: Declarations | None = None,
    message: str = "",
    lasts: timedelta = OFFER_LASTS,
) -> Negotiation:
    """Ask the licensor of a listed package for a license; the request is offer 1.

    `platform_fee_bps` is the platform's share today; it stays what it is for whatever comes of these talks.
    Raises: NotFound, OwnPackage, IntendedUseNotSpecific, ComponentNotOffered, HostedOnly, MoveRefused,
    DirectiveViolated, NoAuthority, ClearanceBlocked.
    """
    package = catalog.listed_package(session, package_id)
    production = queries.own_production(session, actor, production_id)
    if package.licensor_party_id == actor.party_id:
        raise OwnPackage("This package is your own; nothing is licensed to oneself.")
    negotiation = Negotiation(
        package_id=package.id,
        production_id=production.id,
        licensor_party_id=package.licensor_party_id,
        licensee_party_id=actor.party_id,
        intended_use=intended_use,
        platform_fee_bps=platform_fee_bps,
        status=NegotiationStatus.OPEN,
        opened_at=at,
    )
    session.add(negotiation)
    session.flush()
    proposal = _Proposal(1, terms, declarations or NOTHING_DECLARED, actor.party_id, message, lasts)
    _send(session, negotiation, proposal, actor=actor, at=at)
    return negotiation


def counter(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    negotiation_id: str,
    terms: ProposedTerms,
    declarations: Declarations | None = None,
    message: str = "",
    lasts: timedelta = OFFER_LASTS,
) -> Offer:
    """Answer the other side's offer with one's own, which takes its place and has a time of its own.

    Without `declarations`, those of the offer before go on to stand. A hold of the licensee follows its own offers.
    Raises: NotFound, MoveRefused, ComponentNotOffered, HostedOnly, DirectiveViolated, NoAuthority,
    ClearanceBlocked.
    """
    locked = lock_talks(session, actor, negotiation_id)
    require(judge_offer(locked.talks, by=actor.party_id, at=at))
    declared, by = declarations, actor.party_id
    if declared is None:
        declared, by = queries.declared_with(session, locked.latest)
    proposal = _Proposal(locked.latest.number + 1, terms, declared, by, message, lasts)
    offer = _send(session, locked.negotiation, proposal, actor=actor, at=at)
    follow_offer(session=session, actor=actor, at=at, negotiation=locked.negotiation, offer=offer)
    return offer


def draft_terms(*, session: Session, negotiation: Negotiation, terms: ProposedTerms) -> dict[str, Any]:
    """Return the document that a proposal would become, for asking what it would mean; nothing is sent or kept."""
    return complete_terms(terms, _facts(session, negotiation))


@dataclass(frozen=True, slots=True)
class _Proposal:
    """What is to become an offer."""

    number: int
    terms: ProposedTerms
    declarations: Declarations
    declared_by: str
    message: str
    lasts: timedelta


def _send(session: Session, negotiation: Negotiation, proposal: _Proposal, *, actor: Actor, at: datetime) -> Offer:
    _require_offered(session, negotiation.package_id, proposal.terms)
    document = complete_terms(proposal.terms, _facts(session, negotiation))
    clear_terms(session=session, actor=actor, at=at, terms=document, declarations=proposal.declarations)
    offer = Offer(
        negotiation_id=negotiation.id,
        number=proposal.number,
        by_party_id=actor.party_id,
        by_user_id=signer(actor),
        terms_json=canonical_bytes(document).decode(),
        terms_sha256=sha256_hex(document),
        message=proposal.message,
        sent_at=at,
        expires_at=at + proposal.lasts,
    )
    session.add(offer)
    session.flush()
    _declare(session, offer, proposal)
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="offer.sent",
        subject_id=negotiation.id,
        number=offer.number,
        terms_sha256=offer.terms_sha256,
    )
    sent = OfferSent(
        negotiation_id=negotiation.id,
        offer_number=offer.number,
        by_party_id=actor.party_id,
        to_party_id=_other_side(negotiation, actor.party_id),
        expires_at=offer.expires_at,
    )
    events.publish(session=session, event=sent, at=at)
    return offer


def _declare(session: Session, offer: Offer, proposal: _Proposal) -> None:
    declared = proposal.declarations
    if declared == NOTHING_DECLARED:
        return
    row = OfferDeclaration(
        negotiation_id=offer.negotiation_id,
        offer_number=offer.number,
        by_party_id=proposal.declared_by,
        replaces_own_work=declared.replaces_own_work,
        has_counsel=declared.has_counsel,
        has_union_cover=declared.has_union_cover,
    )
    session.add(row)
    session.flush()


def _other_side(negotiation: Negotiation, party_id: str) -> str:
    sides = (negotiation.licensor_party_id, negotiation.licensee_party_id)
    return sides[0] if party_id == sides[1] else sides[1]


def _facts(session: Session, negotiation: Negotiation) -> DealFacts:
    """Return the circumstances as they are called at this moment."""
    package = catalog.package(session, negotiation.package_id)
    performer = parties.performer(session, package.performer_id)
    sides = [parties.party(session, i) for i in (negotiation.licensor_party_id, negotiation.licensee_party_id)]
    production = session.get_one(Production, negotiation.production_id)
    return DealFacts(
        licensor=Named(sides[0].id, sides[0].name),
        licensee=Named(sides[1].id, sides[1].name),
        performer=Named(performer.id, performer.name),
        package=Named(package.id, package.title),
        production=ProductionFacts(
            id=production.id,
            title=production.title,
            kind=production.kind.value,
            intended_use=negotiation.intended_use,
        ),
        platform_fee_bps=negotiation.platform_fee_bps,
    )


def _require_offered(session: Session, package_id: str, terms: ProposedTerms) -> None:
    """Refuse what the package does not hold at all; what is free is asked when the deal is signed."""
    delivery = {row.component: row.delivery for row in catalog.components_of(session, [package_id])}
    missing = tuple(_not_offered(terms, delivery))
    if missing:
        raise ComponentNotOffered("This package does not offer all of these components.", problems=missing)
    kept = [c for c in delivery if delivery[c] is DeliveryMode.HOSTED_ONLY and c in _components(terms)]
    if kept and terms.delivery != DeliveryMode.HOSTED_ONLY:
        names = " and ".join(component.value for component in kept)
        detail = f"The {names} of this package never leaves the house; ask for delivery `hosted_only`."
        raise HostedOnly(detail, problems=(FieldProblem("/terms/delivery", HostedOnly.code, detail),))


def _not_offered(terms: ProposedTerms, delivery: dict[Component, DeliveryMode]) -> Iterator[FieldProblem]:
    for index, grant in enumerate(terms.grants):
        if grant.component not in delivery:
            detail = f"The package has no {grant.component.value}; leave this grant out."
            yield FieldProblem(f"/terms/grants/{index}/component", ComponentNotOffered.code, detail)


def _components(terms: ProposedTerms) -> set[Component]:
    return {grant.component for grant in terms.grants}
