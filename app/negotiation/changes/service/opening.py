"""Begin to talk about a signed deal. What comes of it is an offer like any other: countered, accepted, declined."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import marshmallow as ma
from sqlmodel import Session

from app.identity.actor import Actor
from app.infrastructure.http.problems import problems_of
from app.negotiation.deals import queries
from app.negotiation.deals.errors import NotAssignable, NotChangedLikeThis
from app.negotiation.deals.queries import SignedDeal
from app.negotiation.deals.rules.touched import not_earlier
from app.negotiation.models import Negotiation, NegotiationSubject, Offer
from app.negotiation.queries import declared_with_deal
from app.negotiation.rules.moves import OFFER_LASTS
from app.negotiation.service.offers import Opening, open_talks, standing_offer
from app.negotiation.terms.declarations import Declarations
from app.negotiation.terms.editing import as_proposal
from app.negotiation.terms.proposal import ProposedTerms
from app.negotiation.terms.schema import DealTermsIn
from app.negotiation.terms.vocabulary import Assignment, ChangeOf
from app.parties import queries as parties
from app.values.errors import InvalidInput, NotFound


def open_amendment(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    deal_id: str,
    terms: ProposedTerms,
    effective_on: date | None = None,
    declarations: Declarations | None = None,
    message: str = "",
    lasts: timedelta = OFFER_LASTS,
) -> Negotiation:
    """Offer other terms for a signed deal, from a day on, or from the signature; what lies before keeps its terms.

    Without `declarations`, those of the deal go on to stand.
    Raises: NotFound, NotChangedLikeThis, and what an offer raises.
    """
    signed = queries.own_signed_deal(session, actor, deal_id)
    subject = _subject(signed, ChangeOf.AMENDMENT)
    return _open(session, actor, at, signed, subject, terms, message, lasts, effective_on, declarations)


def open_termination(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    deal_id: str,
    last_day: date,
    message: str = "",
    lasts: timedelta = OFFER_LASTS,
) -> Negotiation:
    """Offer to end a license early, with this last day. Everything that is owed stays owed.

    Raises: NotFound, NotChangedLikeThis, InvalidInput for a day before the license, and what an offer raises.
    """
    signed = queries.own_signed_deal(session, actor, deal_id)
    subject = _subject(signed, ChangeOf.TERMINATION)
    _require_earlier(signed, last_day)
    terms = loaded_terms(ending_on(signed.terms, last_day))
    return _open(session, actor, at, signed, subject, terms, message, lasts)


def open_tolling(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    deal_id: str,
    last_day: date,
    message: str = "",
    lasts: timedelta = OFFER_LASTS,
) -> Negotiation:
    """Offer to add days to the term, for callers that know how many the license was suspended for.

    Raises: NotFound, NotChangedLikeThis, and what an offer raises.
    """
    signed = queries.own_signed_deal(session, actor, deal_id)
    subject = _subject(signed, ChangeOf.TOLLING)
    proposal = as_proposal(signed.terms)
    terms = loaded_terms(proposal | {"term": proposal["term"] | {"last_day": last_day.isoformat()}})
    return _open(session, actor, at, signed, subject, terms, message, lasts)


def open_assignment(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    deal_id: str,
    assignee_party_id: str,
    message: str = "",
    lasts: timedelta = OFFER_LASTS,
) -> Negotiation:
    """Ask the licensor to let another party take the licensee's place; that party signs as well.

    Raises: NotFound, NotAssignable, InvalidInput for a party that is not known, and what an offer raises.
    """
    signed = queries.own_signed_deal(session, actor, deal_id)
    if signed.terms["licensee"]["id"] != actor.party_id:
        raise NotAssignable("Only the licensee hands a license on; you can agree on its end instead.")
    if signed.terms["assignment"] != Assignment.WITH_CONSENT:
        raise NotAssignable("This deal gives no right to assign it; agree on one by an amendment first.")
    _require_other_party(session, signed, assignee_party_id)
    subject = _subject(signed, ChangeOf.ASSIGNMENT, assignee_party_id=assignee_party_id)
    terms = loaded_terms(as_proposal(signed.terms))
    return _open(session, actor, at, signed, subject, terms, message, lasts)


def open_renewal(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    deal_id: str,
    terms: ProposedTerms,
    platform_fee_bps: int,
    intended_use: str | None = None,
    declarations: Declarations | None = None,
    message: str = "",
    lasts: timedelta = OFFER_LASTS,
) -> Negotiation:
    """Offer a license of its own that follows a signed one: either side can, before the end or after it.

    `platform_fee_bps` is the platform's share today. Raises: NotFound, and what an offer raises.
    """
    signed = queries.own_signed_deal(session, actor, deal_id)
    subject = _subject(signed, None)
    use = intended_use or signed.terms["production"]["intended_use"]
    opening = _opening(session, signed, subject, platform_fee_bps=platform_fee_bps, intended_use=use)
    return open_talks(
        session=session,
        actor=actor,
        at=at,
        opening=opening,
        terms=terms,
        **_declared(session, actor, signed, declarations),
        message=message,
        lasts=lasts,
    )


def open_option(
    *,
    session: Session,
    at: datetime,
    signed: SignedDeal,
    terms: ProposedTerms,
    signer_user_id: str,
) -> tuple[Negotiation, Offer]:
    """Write down the offer that an option is, as the licensor's, for its licensee to accept at once."""
    subject = _subject(signed, ChangeOf.EXTENSION)
    opening = _opening(
        session,
        signed,
        subject,
        platform_fee_bps=signed.terms["platform_fee_bps"],
        intended_use=signed.terms["production"]["intended_use"],
    )
    return standing_offer(
        session=session,
        at=at,
        opening=opening,
        terms=terms,
        declarations=declared_with_deal(session, signed.deal)[0],
        signer_user_id=signer_user_id,
    )


def ending_on(terms: Mapping[str, Any], last_day: date) -> dict[str, Any]:
    """Return a proposal with an earlier end, without the days that would lie after it.

    Grants that differed by such a day alone become one.
    """
    day = last_day.isoformat()
    proposal = as_proposal(terms)
    sell_off = terms["sell_off"]["days"] if terms["sell_off"] is not None else 0
    latest_test = (last_day + timedelta(days=sell_off)).isoformat()
    agreed = terms["guarantee"] or {"schedule": []}
    tests = [test for test in agreed["schedule"] if test["test_on"] <= latest_test]
    whole = sum(test["amount_minor"] for test in tests)
    guarantee = agreed | {"schedule": tests, "amount_minor": whole} if tests else None
    grants = [
        grant | {"exclusive_until": None if (grant["exclusive_until"] or "") > day else grant["exclusive_until"]}
        for grant in proposal["grants"]
    ]
    return proposal | {
        "term": proposal["term"] | {"last_day": day},
        "grants": [grant for place, grant in enumerate(grants) if grant not in grants[:place]],
        "guarantee": guarantee,
        "extension": None,
        "first_refusal": None,
    }


def _open(
    session: Session,
    actor: Actor,
    at: datetime,
    signed: SignedDeal,
    subject: NegotiationSubject,
    terms: ProposedTerms,
    message: str,
    lasts: timedelta,
    effective_on: date | None = None,
    declarations: Declarations | None = None,
) -> Negotiation:
    fee = signed.terms["platform_fee_bps"]
    use = signed.terms["production"]["intended_use"]
    opening = _opening(session, signed, subject, platform_fee_bps=fee, intended_use=use)
    return open_talks(
        session=session,
        actor=actor,
        at=at,
        opening=opening,
        terms=terms,
        **_declared(session, actor, signed, declarations),
        effective_on=effective_on,
        message=message,
        lasts=lasts,
    )


def _opening(
    session: Session, signed: SignedDeal, subject: NegotiationSubject, *, platform_fee_bps: int, intended_use: str
) -> Opening:
    before = session.get_one(Negotiation, signed.deal.negotiation_id)
    return Opening(
        package_id=before.package_id,
        production_id=before.production_id,
        licensor_party_id=signed.terms["licensor"]["id"],
        licensee_party_id=signed.terms["licensee"]["id"],
        intended_use=intended_use,
        platform_fee_bps=platform_fee_bps,
        subject=subject,
    )


def _declared(
    session: Session, actor: Actor, signed: SignedDeal, declarations: Declarations | None
) -> dict[str, Any]:
    """Return what is declared with an offer, and by whom: what was said with the deal, unless it is said anew."""
    said, by = declared_with_deal(session, signed.deal)
    return {"declarations": declarations or said, "declared_by": actor.party_id if declarations else by}


def _subject(
    signed: SignedDeal, change_of: ChangeOf | None, *, assignee_party_id: str | None = None
) -> NegotiationSubject:
    return NegotiationSubject(
        negotiation_id="",
        deal_id=signed.deal.id,
        license_id=signed.deal.license_id,
        change_of=change_of,
        assignee_party_id=assignee_party_id,
    )


def _require_other_party(session: Session, signed: SignedDeal, party_id: str) -> None:
    try:
        parties.party(session, party_id)
    except NotFound as error:
        pointer = "/assignee_party_id"
        raise InvalidInput.at(pointer, "There is no such party; ask it for its id.", code="not_found") from error
    if party_id in {signed.terms["licensor"]["id"], signed.terms["licensee"]["id"]}:
        raise NotAssignable("A license is assigned to a party that is not in the deal yet.")


def _require_earlier(signed: SignedDeal, last_day: date) -> None:
    was = date.fromisoformat(signed.terms["term"]["last_day"])
    if last_day >= was:
        raise NotChangedLikeThis.because([not_earlier(was)])


def loaded_terms(proposal: Mapping[str, Any]) -> ProposedTerms:
    """Hold the terms of a change to what every deal keeps to. Raises: InvalidInput."""
    try:
        loaded: ProposedTerms = DealTermsIn().load(proposal)
    except ma.ValidationError as error:
        places = tuple(replace(each, pointer=f"/terms{each.pointer}") for each in problems_of(error))
        raise InvalidInput(f"These terms do not fit together: {places[0].detail}", problems=places) from error
    return loaded
