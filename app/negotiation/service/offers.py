"""Ask for a license, and answer an offer with another."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session

from app.audit import service as audit
from app.catalog import queries as catalog
from app.identity.actor import Actor
from app.infrastructure import events
from app.negotiation import queries
from app.negotiation.errors import ComponentNotOffered, HostedOnly, IntendedUseNotSpecific, OwnPackage
from app.negotiation.events import OfferSent
from app.negotiation.models import Negotiation, Offer, Production
from app.negotiation.rules.intended_use import missing_in
from app.negotiation.rules.moves import OFFER_LASTS, judge_offer
from app.negotiation.rules.signing import judge_term
from app.negotiation.service.moves import lock_talks, require, signer
from app.negotiation.states import NegotiationStatus
from app.negotiation.terms.completion import complete_terms
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
    message: str = "",
    lasts: timedelta = OFFER_LASTS,
) -> Negotiation:
    """Ask the licensor of a listed package for a license; the request is offer 1.

    `platform_fee_bps` is the platform's share today; it stays what it is for whatever comes of these talks.
    Raises: NotFound, OwnPackage, IntendedUseNotSpecific, ComponentNotOffered, HostedOnly, MoveRefused.
    """
    package = catalog.listed_package(session, package_id)
    production = queries.own_production(session, actor, production_id)
    if package.licensor_party_id == actor.party_id:
        raise OwnPackage("This package is your own; nothing is licensed to oneself.")
    missing = missing_in(intended_use)
    if missing is not None:
        raise IntendedUseNotSpecific.because(missing)
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
    _send(session, negotiation, number=1, terms=terms, message=message, lasts=lasts, actor=actor, at=at)
    return negotiation


def counter(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    negotiation_id: str,
    terms: ProposedTerms,
    message: str = "",
    lasts: timedelta = OFFER_LASTS,
) -> Offer:
    """Answer the other side's offer with one's own, which takes its place and has a time of its own.

    Raises: NotFound, MoveRefused, ComponentNotOffered, HostedOnly.
    """
    locked = lock_talks(session, actor, negotiation_id)
    require(judge_offer(locked.talks, by=actor.party_id, at=at))
    number = locked.latest.number + 1
    return _send(
        session, locked.negotiation, number=number, terms=terms, message=message, lasts=lasts, actor=actor, at=at
    )


def _send(
    session: Session,
    negotiation: Negotiation,
    *,
    number: int,
    terms: ProposedTerms,
    message: str,
    lasts: timedelta,
    actor: Actor,
    at: datetime,
) -> Offer:
    require(judge_term(terms.period.term, at=at))
    _require_offered(session, negotiation.package_id, terms)
    document = complete_terms(terms, _facts(session, negotiation))
    offer = Offer(
        negotiation_id=negotiation.id,
        number=number,
        by_party_id=actor.party_id,
        by_user_id=signer(actor),
        terms_json=canonical_bytes(document).decode(),
        terms_sha256=sha256_hex(document),
        message=message,
        sent_at=at,
        expires_at=at + lasts,
    )
    session.add(offer)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="offer.sent",
        subject_id=negotiation.id,
        number=number,
        terms_sha256=offer.terms_sha256,
    )
    sent = OfferSent(
        negotiation_id=negotiation.id,
        offer_number=number,
        by_party_id=actor.party_id,
        to_party_id=_other_side(negotiation, actor.party_id),
        expires_at=offer.expires_at,
    )
    events.publish(session=session, event=sent, at=at)
    return offer


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
    if kept and terms.delivery is not DeliveryMode.HOSTED_ONLY:
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
