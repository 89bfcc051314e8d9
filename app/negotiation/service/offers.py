"""Ask for a license, and answer an offer with another."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from app.audit import service as audit
from app.catalog import queries as catalog
from app.identity.actor import Actor
from app.infrastructure import events
from app.negotiation import queries
from app.negotiation.deals.adopting import require_fitting, still_fits
from app.negotiation.deals.keeping import with_signed_members
from app.negotiation.deals.options import require_not_reserved
from app.negotiation.deals.queries import latest_version, subject_of
from app.negotiation.deals.rules.effect import judge_sides
from app.negotiation.discussion.guard import require_agreed_kept
from app.negotiation.errors import ComponentNotOffered, HostedOnly, OwnPackage, require
from app.negotiation.events import OfferSent
from app.negotiation.models import Negotiation, NegotiationSubject, Offer, OfferDeclaration
from app.negotiation.rules.moves import OFFER_LASTS, judge_offer
from app.negotiation.service.circumstances import facts_of
from app.negotiation.service.clearing import clear_terms
from app.negotiation.service.holds import follow_offer
from app.negotiation.service.moves import LockedTalks, lock_talks, signer
from app.negotiation.signatures.side import LicensorSide, licensor_side
from app.negotiation.signatures.snapshot import can_be_executed, keep_snapshot
from app.negotiation.states import NegotiationStatus
from app.negotiation.terms.completion import complete_terms
from app.negotiation.terms.declarations import NOTHING_DECLARED, Declarations
from app.negotiation.terms.document import rights_blocks
from app.negotiation.terms.facts import DealFacts
from app.negotiation.terms.proposal import ProposedTerms
from app.negotiation.terms.vocabulary import ChangeOf
from app.values.canonical import canonical_bytes, sha256_hex
from app.values.components import Component, DeliveryMode
from app.values.errors import FieldProblem, InvalidInput
from app.values.rights_block import RightsBlock


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
    opening = Opening(
        package_id=package.id,
        production_id=production.id,
        licensor_party_id=package.licensor_party_id,
        licensee_party_id=actor.party_id,
        intended_use=intended_use,
        platform_fee_bps=platform_fee_bps,
    )
    return open_talks(
        session=session,
        actor=actor,
        at=at,
        opening=opening,
        terms=terms,
        declarations=declarations,
        message=message,
        lasts=lasts,
    )


@dataclass(frozen=True, slots=True)
class Opening:
    """Between whom talks are, and about what."""

    package_id: str
    production_id: str
    licensor_party_id: str
    licensee_party_id: str
    intended_use: str
    platform_fee_bps: int
    subject: NegotiationSubject | None = None
    """The signed deal they are about, where they are about one; without its negotiation's id."""

    def begin(self, session: Session, at: datetime) -> Negotiation:
        negotiation = Negotiation(
            package_id=self.package_id,
            production_id=self.production_id,
            licensor_party_id=self.licensor_party_id,
            licensee_party_id=self.licensee_party_id,
            intended_use=self.intended_use,
            platform_fee_bps=self.platform_fee_bps,
            status=NegotiationStatus.OPEN,
            opened_at=at,
        )
        session.add(negotiation)
        session.flush()
        if self.subject is not None:
            self.subject.negotiation_id = negotiation.id
            session.add(self.subject)
            session.flush()
        return negotiation


def open_talks(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    opening: Opening,
    terms: ProposedTerms,
    declarations: Declarations | None = None,
    declared_by: str | None = None,
    effective_on: date | None = None,
    message: str = "",
    lasts: timedelta = OFFER_LASTS,
) -> Negotiation:
    """Begin talks with a first offer of the actor's, for callers that know that it may. Raises as `counter`."""
    negotiation = opening.begin(session, at)
    facts = facts_of(session, negotiation, effective_on=effective_on)
    declared = declarations or NOTHING_DECLARED
    proposal = _Proposal(1, terms, facts, declared, declared_by or actor.party_id, message, lasts)
    _send(session, negotiation, proposal, actor=actor, at=at)
    return negotiation


def standing_offer(
    *,
    session: Session,
    at: datetime,
    opening: Opening,
    terms: ProposedTerms,
    declarations: Declarations,
    signer_user_id: str,
) -> tuple[Negotiation, Offer]:
    """Write down an offer that the licensor has signed for before: an option of a deal. Nobody is told of it.

    Raises: ComponentNotOffered, HostedOnly.
    """
    negotiation = opening.begin(session, at)
    facts = facts_of(session, negotiation, effective_on=None)
    proposal = _Proposal(
        1, terms, facts, declarations, opening.licensor_party_id, "An option of the deal, used.", OFFER_LASTS
    )
    document = _completed(session, negotiation, terms, facts)
    side = licensor_side(session, document, at)
    by = {"by_party_id": opening.licensor_party_id, "by_user_id": signer_user_id}
    return negotiation, _write(session, negotiation, proposal, document, side, at=at, **by)


def counter(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    negotiation_id: str,
    terms: ProposedTerms,
    declarations: Declarations | None = None,
    effective_on: date | None = None,
    message: str = "",
    lasts: timedelta = OFFER_LASTS,
) -> Offer:
    """Answer the other side's offer with one's own, which takes its place and has a time of its own.

    Without `declarations`, those of the offer before go on to stand; so does, in talks about a change of a signed
    deal, the day from which it holds. A hold of the licensee follows its own offers.
    Raises: NotFound, MoveRefused, ComponentNotOffered, HostedOnly, FieldAgreed, DirectiveViolated, NoAuthority,
    ClearanceBlocked, NotChangedLikeThis.
    """
    locked = lock_talks(session, actor, negotiation_id)
    is_dead = not locked.latest_has_lapsed(at) and not _can_be_signed(session, at, locked)
    require(judge_offer(replace(locked.talks, is_dead=is_dead), by=actor.party_id, at=at))
    declared, by = declarations, actor.party_id
    if declared is None:
        declared, by = queries.declared_with(session, locked.latest)
    before = json.loads(locked.latest.terms_json).get("amends")
    if effective_on is not None:
        _require_amendment(before)
    facts = facts_of(session, locked.negotiation, effective_on=effective_on or _effective_on(before))
    proposal = _Proposal(locked.latest.number + 1, terms, facts, declared, by, message, lasts)
    offer = _send(session, locked.negotiation, proposal, actor=actor, at=at)
    follow_offer(session=session, actor=actor, at=at, negotiation=locked.negotiation, offer=offer)
    return offer


def draft_terms(*, session: Session, negotiation: Negotiation, terms: ProposedTerms) -> dict[str, Any]:
    """Return the document that a proposal would become, for asking what it would mean; nothing is sent or kept."""
    return complete_terms(terms, facts_of(session, negotiation, effective_on=None))


@dataclass(frozen=True, slots=True)
class _Proposal:
    """What is to become an offer."""

    number: int
    terms: ProposedTerms
    facts: DealFacts
    declarations: Declarations
    declared_by: str
    message: str
    lasts: timedelta


def _send(session: Session, negotiation: Negotiation, proposal: _Proposal, *, actor: Actor, at: datetime) -> Offer:
    _require_offered(session, negotiation.package_id, proposal.terms)
    document = _completed(session, negotiation, proposal.terms, proposal.facts)
    require_agreed_kept(session, negotiation.id, document)
    subject = subject_of(session, negotiation.id)
    change_of = None if subject is None else subject.change_of
    had: list[RightsBlock] = []
    if subject is not None and change_of is not None:
        signed = latest_version(session, subject.license_id)
        require(judge_sides(signed.terms, negotiation.licensor_party_id, negotiation.licensee_party_id))
        require_fitting(signed, change_of, document, at)
        had = rights_blocks(signed.terms)
    side = licensor_side(session, document, at)
    if change_of is not ChangeOf.TERMINATION:
        clear_terms(
            session=session,
            actor=actor,
            at=at,
            terms=document,
            declarations=proposal.declarations,
            side=side,
            authority=side.reachable(),
        )
        require_not_reserved(session, at, document, subject.license_id if subject and change_of else None, had)
    by = {"by_party_id": actor.party_id, "by_user_id": signer(actor)}
    offer = _write(session, negotiation, proposal, document, side, at=at, **by)
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


def _completed(
    session: Session, negotiation: Negotiation, terms: ProposedTerms, facts: DealFacts
) -> dict[str, Any]:
    """Return the document of an offer; of a change, with what it leaves alone as it was signed."""
    document = complete_terms(terms, facts)
    subject = subject_of(session, negotiation.id)
    if subject is None or subject.change_of is None:
        return document
    signed = latest_version(session, subject.license_id)
    return with_signed_members(document, signed.terms, subject.change_of, facts)


def _write(
    session: Session,
    negotiation: Negotiation,
    proposal: _Proposal,
    document: dict[str, Any],
    side: LicensorSide,
    *,
    at: datetime,
    by_party_id: str,
    by_user_id: str,
) -> Offer:
    offer = Offer(
        negotiation_id=negotiation.id,
        number=proposal.number,
        by_party_id=by_party_id,
        by_user_id=by_user_id,
        terms_json=canonical_bytes(document).decode(),
        terms_sha256=sha256_hex(document),
        message=proposal.message,
        sent_at=at,
        expires_at=at + proposal.lasts,
    )
    session.add(offer)
    session.flush()
    _declare(session, offer, proposal)
    subject = subject_of(session, negotiation.id)
    assignee = None if subject is None else subject.assignee_party_id
    keep_snapshot(session, offer, side, assignee_party_id=assignee)
    return offer


def _can_be_signed(session: Session, at: datetime, locked: LockedTalks) -> bool:
    terms = json.loads(locked.latest.terms_json)
    return can_be_executed(session, locked.latest, at) and still_fits(session, at, locked.negotiation, terms)


def _require_amendment(amends: Mapping[str, Any] | None) -> None:
    """Refuse a day of effect for what has none to choose."""
    if amends is None:
        sentence = "These talks change no signed deal; name the days of the term instead."
        raise InvalidInput.at("/effective_on", sentence)
    if amends["kind"] != ChangeOf.AMENDMENT:
        raise InvalidInput.at("/effective_on", "Only an amendment names a day; this holds once it is signed.")


def _effective_on(amends: Mapping[str, Any] | None) -> date | None:
    """Return from which day a change would hold, where one is named."""
    return date.fromisoformat(amends["effective_on"]) if amends and amends["effective_on"] else None


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
