"""Accept an offer; once all have signed, one transaction clears the terms, books the rights and makes the deal."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.audit import service as audit
from app.catalog import queries as catalog
from app.identity.actor import Actor
from app.identity.models import User
from app.infrastructure import events
from app.negotiation import queries
from app.negotiation.deals.adopting import Adoption, adoption_of, book_rights, keep_version
from app.negotiation.errors import require
from app.negotiation.events import DealChanged, DealSigned, SignaturesAwaited
from app.negotiation.findings import keep_findings
from app.negotiation.models import Deal, Negotiation, Offer, Signature
from app.negotiation.rules.authority import Basis
from app.negotiation.rules.moves import judge_acceptance
from app.negotiation.service.clearing import Cleared, clear_terms
from app.negotiation.service.moves import close, lock_talks, signer
from app.negotiation.signatures import queries as signatures
from app.negotiation.signatures.models import HolderAnswer, OfferAcceptance
from app.negotiation.signatures.rules.awaited import Awaited
from app.negotiation.signatures.side import LicensorSide, consents_of, licensor_side
from app.negotiation.signatures.snapshot import require_unchanged
from app.negotiation.signatures.states import AnswerKind
from app.negotiation.states import NegotiationAction
from app.negotiation.terms.vocabulary import ChangeOf
from app.parties.rules.authority import Consent, Resolution
from app.rights import service as rights
from app.rights.rules.ask import Ask


def accept(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    negotiation_id: str,
    offer_number: int,
    terms_sha256: str,
) -> Deal | None:
    """Accept the other side's latest offer, named by its number and the hash of its terms.

    Returns the deal; nothing where the acceptance is kept and holders' signatures are awaited. Accepted again, it
    is looked at again whether all is there by now.

    The performer's directives, the licensor's authority and the law are looked at again, and what was known is
    kept with the deal. The licensee's hold, if there is one, becomes the grants.

    Raises: NotFound, MoveRefused, HoldersChanged, DirectiveViolated, NoAuthority, ClearanceBlocked, and
    `rights.errors.RightsNotAvailable` when somebody was faster; then nothing has happened, and the offer still
    stands.
    """
    locked = lock_talks(session, actor, negotiation_id)
    require(
        judge_acceptance(locked.talks, by=actor.party_id, number=offer_number, terms_sha256=terms_sha256, at=at)
    )
    negotiation, offer = locked.negotiation, locked.latest
    is_first = locked.talks.accepted_by is None
    accepted = _keep_acceptance(session, actor, at, offer) if is_first else _acceptance(session, offer)
    return conclude(
        session=session,
        actor=actor,
        at=at,
        negotiation=negotiation,
        offer=offer,
        accepted=accepted,
        is_news=is_first,
    )


def conclude(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    negotiation: Negotiation,
    offer: Offer,
    accepted: OfferAcceptance,
    is_news: bool = False,
) -> Deal | None:
    """Make the deal of an offer that both sides said yes to, if nobody's signature is missing any more.

    Whoever calls holds the lock of the negotiation and knows that the offer stands. Raises what `accept` raises.
    """
    terms = json.loads(offer.terms_json)
    adoption = adoption_of(session, at, negotiation, terms)
    side = licensor_side(session, terms, at)
    answers = signatures.answers_to(session, negotiation.id, offer.number)
    given = signatures.as_answers(answers)
    is_licensee = actor.party_id == negotiation.licensee_party_id
    require_unchanged(session, offer, side, given, is_licensee=is_licensee)
    missing = side.awaited(signatures.stakes_of(session, negotiation.id, offer.number), given)
    authority = side.reachable() if missing else side.authority(given)
    signing = _Signing(actor, at, negotiation, offer, accepted, answers, terms, adoption, side)
    cleared = _clear(session, signing, authority)
    if missing:
        if adoption.change_of is None:
            _require_still_free(session, at, negotiation, side, terms)
        if is_news:
            _tell_awaited(session, actor, at, offer=offer, missing=missing)
        return None
    return _execute(session, signing, cleared, consents_of(given, negotiation.licensor_party_id))


def sign_option(*, session: Session, actor: Actor, at: datetime, negotiation: Negotiation, offer: Offer) -> Deal:
    """Make the deal of an option that the licensee uses: everybody else signed for it with the deal that gave it.

    Raises: MoveRefused, NotChangedLikeThis, DirectiveViolated, NoAuthority, ClearanceBlocked, RightsNotAvailable.
    """
    terms = json.loads(offer.terms_json)
    adoption = adoption_of(session, at, negotiation, terms)
    side = licensor_side(session, terms, at)
    accepted = _keep_acceptance(session, actor, at, offer)
    signing = _Signing(actor, at, negotiation, offer, accepted, (), terms, adoption, side)
    return _execute(session, signing, _clear(session, signing, side.reachable()), side.everyones_consent)


@dataclass(frozen=True, slots=True)
class _Signing:
    """What an execution is made from, all of it read under the lock of the negotiation."""

    actor: Actor
    at: datetime
    negotiation: Negotiation
    offer: Offer
    accepted: OfferAcceptance
    answers: Sequence[HolderAnswer]
    terms: Mapping[str, Any]
    adoption: Adoption
    side: LicensorSide


def _clear(session: Session, signing: _Signing, authority: Resolution) -> Cleared:
    """Look at directives, authority and the law again. To give rights back nobody needs any of them."""
    if signing.adoption.change_of is ChangeOf.TERMINATION:
        return Cleared(Basis(None, ()), ())
    offer = signing.offer
    return clear_terms(
        session=session,
        actor=signing.actor,
        at=signing.at,
        terms=signing.terms,
        declarations=queries.declarations_of(session, offer.negotiation_id, offer.number),
        side=signing.side,
        authority=authority,
    )


def _execute(session: Session, signing: _Signing, cleared: Cleared, consents: Iterable[Consent]) -> Deal:
    """Book the rights, make the deal, and tell it."""
    actor, at, negotiation, terms, adoption = (
        signing.actor, signing.at, signing.negotiation, signing.terms, signing.adoption
    )  # fmt: skip
    book_rights(
        session,
        actor,
        at,
        negotiation=negotiation,
        terms=terms,
        blocks=signing.side.blocks,
        adoption=adoption,
        consents=consents,
    )
    deal = _sign(
        session,
        at,
        offer=signing.offer,
        accepted=signing.accepted,
        answers=signing.answers,
        license_id=adoption.license_id,
    )
    keep_version(session, at, deal, terms, adoption)
    keep_findings(session, deal, cleared.findings)
    by = signing.accepted.accepted_by_party_id
    close(session, negotiation, NegotiationAction.ACCEPT, actor=actor, at=at, by_party_id=by)
    session.flush()
    _tell(session, signing, deal, cleared.basis)
    return deal


def _keep_acceptance(session: Session, actor: Actor, at: datetime, offer: Offer) -> OfferAcceptance:
    accepted = OfferAcceptance(
        negotiation_id=offer.negotiation_id,
        offer_number=offer.number,
        terms_sha256=offer.terms_sha256,
        offered_by_party_id=offer.by_party_id,
        accepted_by_party_id=actor.party_id,
        user_id=signer(actor),
        accepted_at=at,
    )
    session.add(accepted)
    session.flush()
    return accepted


def _acceptance(session: Session, offer: Offer) -> OfferAcceptance:
    return session.get_one(OfferAcceptance, (offer.negotiation_id, offer.number))


def _require_still_free(
    session: Session, at: datetime, negotiation: Negotiation, side: LicensorSide, terms: Mapping[str, Any]
) -> None:
    """Do not let holders sign what is gone already. Raises: RightsNotAvailable."""
    rights.require_free(
        session,
        at,
        catalog.package(session, negotiation.package_id),
        Ask.of(side.blocks, zone=terms["term"]["zone"]),
        own_reference=negotiation.id,
        consents=side.everyones_consent,
    )


def _tell_awaited(session: Session, actor: Actor, at: datetime, *, offer: Offer, missing: Awaited) -> None:
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="offer.accepted",
        subject_id=offer.negotiation_id,
        number=offer.number,
        terms_sha256=offer.terms_sha256,
        awaited=list(missing.party_ids),
    )
    event = SignaturesAwaited(
        negotiation_id=offer.negotiation_id,
        offer_number=offer.number,
        accepted_by_party_id=actor.party_id,
        awaited_party_ids=missing.party_ids,
        expires_at=offer.expires_at,
    )
    events.publish(session=session, event=event, at=at)


def _tell(session: Session, signing: _Signing, deal: Deal, basis: Basis) -> None:
    actor, at, terms, adoption = signing.actor, signing.at, signing.terms, signing.adoption
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="deal.signed",
        subject_id=deal.id,
        negotiation_id=deal.negotiation_id,
        offer_number=deal.offer_number,
        terms_sha256=deal.terms_sha256,
        license_id=deal.license_id,
        version=adoption.version,
    )
    about: dict[str, Any] = {
        "deal_id": deal.id,
        "negotiation_id": deal.negotiation_id,
        "licensor_party_id": terms["licensor"]["id"],
        "licensee_party_id": terms["licensee"]["id"],
        "terms": terms,
        "terms_sha256": deal.terms_sha256,
        "signed_at": at,
        "reference": deal.license_id,
        "representation_ids": basis.representation_ids,
        "authority_ends_at": basis.ends_at,
    }
    if adoption.change_of is None:
        signed = DealSigned(**about, package_id=signing.negotiation.package_id)
        events.publish(session=session, event=signed, at=at)
    else:
        changed = DealChanged(
            **about,
            version=adoption.version,
            change_of=adoption.change_of,
            effective_at=adoption.effective_at,
            before_licensee_party_id=signing.negotiation.licensee_party_id,
        )
        events.publish(session=session, event=changed, at=at)


def _sign(
    session: Session,
    at: datetime,
    *,
    offer: Offer,
    accepted: OfferAcceptance,
    answers: Sequence[HolderAnswer],
    license_id: str,
) -> Deal:
    """Write the deal and all signatures: each side signed by sending or accepting, each holder when it did."""
    deal = Deal(
        negotiation_id=offer.negotiation_id,
        offer_number=offer.number,
        offered_by_party_id=offer.by_party_id,
        accepted_by_party_id=accepted.accepted_by_party_id,
        terms_json=offer.terms_json,
        terms_sha256=offer.terms_sha256,
        license_id=license_id,
        signed_at=at,
    )
    session.add(deal)
    session.flush()
    signed = {
        offer.by_party_id: (offer.by_user_id, offer.sent_at),
        accepted.accepted_by_party_id: (accepted.user_id, accepted.accepted_at),
    }
    for answer in answers:
        if answer.kind is AnswerKind.SIGNED:
            signed.setdefault(answer.party_id, (answer.user_id, answer.answered_at))
    for party_id, (user_id, signed_at) in signed.items():
        name = session.get_one(User, user_id).name
        signature = Signature(
            deal_id=deal.id, party_id=party_id, user_id=user_id, signer_name=name, signed_at=signed_at
        )
        session.add(signature)
    return deal
