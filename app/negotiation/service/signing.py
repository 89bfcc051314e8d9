"""Accept an offer: one transaction clears the terms, books the rights and signs for both sides."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.audit import service as audit
from app.identity.actor import Actor
from app.identity.models import User
from app.infrastructure import events
from app.infrastructure.ids import new_id
from app.negotiation import queries
from app.negotiation.events import DealSigned
from app.negotiation.findings import keep_findings
from app.negotiation.models import Deal, DealVersion, Negotiation, Offer, Signature
from app.negotiation.rules.authority import Basis
from app.negotiation.rules.moves import judge_acceptance
from app.negotiation.service.clearing import clear_terms
from app.negotiation.service.moves import close, lock_talks, require, signer
from app.negotiation.states import NegotiationAction
from app.negotiation.terms.document import rights_blocks
from app.rights import service as rights


def accept(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    negotiation_id: str,
    offer_number: int,
    terms_sha256: str,
) -> Deal:
    """Accept the other side's latest offer, named by its number and the hash of its terms.

    The performer's directives, the licensor's authority and the law are looked at again, and what was known is
    kept with the deal. The licensee's hold, if there is one, becomes the grants.

    Raises: NotFound, MoveRefused, DirectiveViolated, NoAuthority, ClearanceBlocked, and
    `rights.errors.RightsNotAvailable` when somebody was faster; then nothing has happened, and the offer still
    stands.
    """
    locked = lock_talks(session, actor, negotiation_id)
    require(
        judge_acceptance(locked.talks, by=actor.party_id, number=offer_number, terms_sha256=terms_sha256, at=at)
    )
    negotiation, offer = locked.negotiation, locked.latest
    terms = json.loads(offer.terms_json)
    cleared = clear_terms(
        session=session,
        actor=actor,
        at=at,
        terms=terms,
        declarations=queries.declarations_of(session, negotiation.id, offer.number),
    )
    license_id = new_id("lic")
    rights.book_grants(
        session=session,
        actor=actor,
        at=at,
        package_id=negotiation.package_id,
        reference=license_id,
        blocks=rights_blocks(terms),
        in_place_of=negotiation.id,
        zone=terms["term"]["zone"],
    )
    deal = _sign(session, actor, at, negotiation=negotiation, offer=offer, license_id=license_id)
    keep_findings(session, deal, cleared.findings)
    close(session, negotiation, NegotiationAction.ACCEPT, actor=actor, at=at)
    session.flush()
    _tell(session, actor, at, negotiation=negotiation, deal=deal, terms=terms, basis=cleared.basis)
    return deal


def _tell(
    session: Session,
    actor: Actor,
    at: datetime,
    *,
    negotiation: Negotiation,
    deal: Deal,
    terms: Mapping[str, Any],
    basis: Basis,
) -> None:
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="deal.signed",
        subject_id=deal.id,
        negotiation_id=negotiation.id,
        offer_number=deal.offer_number,
        terms_sha256=deal.terms_sha256,
        license_id=deal.license_id,
    )
    signed = DealSigned(
        deal_id=deal.id,
        negotiation_id=negotiation.id,
        package_id=negotiation.package_id,
        licensor_party_id=negotiation.licensor_party_id,
        licensee_party_id=negotiation.licensee_party_id,
        terms=terms,
        terms_sha256=deal.terms_sha256,
        signed_at=at,
        reference=deal.license_id,
        representation_ids=basis.representation_ids,
        authority_ends_at=basis.ends_at,
    )
    events.publish(session=session, event=signed, at=at)


def _sign(
    session: Session, actor: Actor, at: datetime, *, negotiation: Negotiation, offer: Offer, license_id: str
) -> Deal:
    """Write the deal and both signatures: the other side signed by sending the offer, this one signs now."""
    deal = Deal(
        negotiation_id=negotiation.id,
        offer_number=offer.number,
        offered_by_party_id=offer.by_party_id,
        accepted_by_party_id=actor.party_id,
        terms_json=offer.terms_json,
        terms_sha256=offer.terms_sha256,
        license_id=license_id,
        signed_at=at,
    )
    session.add(deal)
    session.flush()
    session.add(DealVersion(deal_id=deal.id, license_id=license_id, version=1, effective_at=at))
    for party_id, user_id, signed_at in (
        (offer.by_party_id, offer.by_user_id, offer.sent_at),
        (actor.party_id, signer(actor), at),
    ):
        name = session.get_one(User, user_id).name
        signature = Signature(
            deal_id=deal.id, party_id=party_id, user_id=user_id, signer_name=name, signed_at=signed_at
        )
        session.add(signature)
    return deal
