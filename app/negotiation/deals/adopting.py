"""What a deal is to its license: the first, which makes it, or the next version of the one before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.identity.actor import Actor
from app.infrastructure.ids import new_id
from app.negotiation.deals import queries
from app.negotiation.deals.errors import NotChangedLikeThis
from app.negotiation.deals.options import keep_options, require_not_reserved
from app.negotiation.deals.queries import SignedDeal
from app.negotiation.deals.rules.effect import begins_at, judge_effect, judge_sides, today_of
from app.negotiation.deals.rules.touched import problems_of
from app.negotiation.errors import require
from app.negotiation.models import Deal, DealVersion, Negotiation
from app.negotiation.terms.document import rights_blocks
from app.negotiation.terms.versions import as_current
from app.negotiation.terms.vocabulary import ChangeOf
from app.parties.rules.authority import Consent
from app.rights import service as rights
from app.values.rights_block import RightsBlock


@dataclass(frozen=True, slots=True)
class Adoption:
    """Decided at the signature, under the lock of the deal that is changed."""

    license_id: str
    version: int
    change_of: ChangeOf | None
    """Nothing for a deal that makes a license."""
    effective_at: datetime
    had: tuple[RightsBlock, ...] = ()
    """The rights that the license has before it is changed."""


def adoption_of(session: Session, at: datetime, negotiation: Negotiation, terms: Mapping[str, Any]) -> Adoption:
    """Return what the deal will be. Raises: MoveRefused or NotChangedLikeThis for a change that does not fit."""
    subject = queries.subject_of(session, negotiation.id)
    if subject is None or subject.change_of is None:
        return Adoption(new_id("lic"), 1, None, at)
    signed = queries.latest_version(session, subject.license_id, lock=True)
    require_fitting(signed, subject.change_of, terms, at)
    require(judge_sides(signed.terms, negotiation.licensor_party_id, negotiation.licensee_party_id))
    version = signed.version.version + 1
    had = tuple(rights_blocks(signed.terms))
    begins = begins_at(terms, signed.standing, at=at)
    return Adoption(subject.license_id, version, subject.change_of, begins, had)


def require_fitting(signed: SignedDeal, change_of: ChangeOf, terms: Mapping[str, Any], at: datetime) -> None:
    """Hold the terms of a change against the deal as it stands. Raises: MoveRefused, NotChangedLikeThis."""
    require(judge_effect(terms, signed.standing, at=at))
    today, from_day = today_of(terms, at=at), today_of(terms, at=begins_at(terms, signed.standing, at=at))
    problems = problems_of(change_of, signed.terms, as_current(terms), today=today, from_day=from_day)
    if problems:
        raise NotChangedLikeThis.because(problems)


def still_fits(session: Session, at: datetime, negotiation: Negotiation, terms: Mapping[str, Any]) -> bool:
    """Say whether an offer can still become what it says: always, unless it changes a deal that moved on."""
    subject = queries.subject_of(session, negotiation.id)
    if subject is None or subject.change_of is None:
        return True
    signed = queries.latest_version(session, subject.license_id)
    sides = judge_sides(signed.terms, negotiation.licensor_party_id, negotiation.licensee_party_id)
    return sides.is_allowed and judge_effect(terms, signed.standing, at=at).is_allowed


def book_rights(
    session: Session,
    actor: Actor,
    at: datetime,
    *,
    negotiation: Negotiation,
    terms: Mapping[str, Any],
    blocks: Sequence[RightsBlock],
    adoption: Adoption,
    consents: Iterable[Consent],
) -> None:
    """Take the rights of a deal, or those of a change in place of those before.

    What others were promised is looked at under the lock of the book, so that two that race see each other.
    Raises: RightsNotAvailable, MoveRefused.
    """
    taken: dict[str, Any] = {
        "session": session,
        "actor": actor,
        "at": at,
        "package_id": negotiation.package_id,
        "reference": adoption.license_id,
        "blocks": blocks,
        "in_place_of": negotiation.id,
        "zone": terms["term"]["zone"],
        "consents": consents,
    }
    if adoption.change_of is None:
        rights.book_grants(**taken)
    else:
        rights.change_grants(**taken, from_at=adoption.effective_at)
    if adoption.change_of is not ChangeOf.TERMINATION:
        require_not_reserved(session, at, terms, adoption.license_id, adoption.had)


def keep_version(session: Session, at: datetime, deal: Deal, terms: Mapping[str, Any], adoption: Adoption) -> None:
    """Write down from when on a signed deal counts, and what it promises."""
    version = DealVersion(
        deal_id=deal.id,
        license_id=adoption.license_id,
        version=adoption.version,
        change_of=adoption.change_of,
        effective_at=adoption.effective_at,
    )
    session.add(version)
    keep_options(session, at, deal, terms)
