"""Hold the rights of an offer while the two sides talk. The queue is the rights book's; here is who may do what."""

import json
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.identity.actor import Actor
from app.negotiation import queries
from app.negotiation.errors import NoHold, require
from app.negotiation.holds import hold_of
from app.negotiation.models import Negotiation, Offer
from app.negotiation.rules.held import HoldView
from app.negotiation.rules.moves import judge_hold
from app.negotiation.rules.signing import judge_term
from app.negotiation.service.moves import lock_talks
from app.negotiation.signatures.side import licensor_side
from app.negotiation.terms.document import rights_blocks, term_of
from app.rights import service as rights
from app.rights.errors import HoldMoveRefused, RightsNotAvailable
from app.rights.hold_queries import is_held
from app.rights.rules.hold_moves import LONGEST_DAYS
from app.values.errors import Forbidden


def place_hold(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    negotiation_id: str,
    lasts_days: int | None = None,
    longest_days: int = LONGEST_DAYS,
) -> HoldView:
    """Reserve what the latest offer is about, at the end of the queue; a hold in force is given up for it.

    Holders who have yet to sign the offer do not stand in its way.

    `longest_days` is the operator's limit.

    Raises: NotFound, Forbidden, MoveRefused, InvalidInput, and from the rights book RightsNotAvailable and
    HoldMoveRefused.
    """
    locked = lock_talks(session, actor, negotiation_id)
    _require_licensee(locked.negotiation, actor)
    require(judge_hold(locked.talks))
    terms = json.loads(locked.latest.terms_json)
    require(judge_term(term_of(terms), at=at))
    days = {"lasts_days": lasts_days, "longest_days": longest_days}
    _place(session, actor, at, locked.negotiation, locked.latest, **days)
    return _hold(session, at, locked.negotiation)


def release_hold(*, session: Session, actor: Actor, at: datetime, negotiation_id: str) -> None:
    """Give the hold up; those behind it move up. Raises: NotFound, Forbidden, NoHold."""
    negotiation = _own_hold(session, actor, at, negotiation_id)
    rights.release(session=session, actor=actor, at=at, reference=negotiation.id)


def challenge_hold(
    *, session: Session, actor: Actor, at: datetime, negotiation_id: str, respond_within_hours: int
) -> HoldView:
    """Make the first hold in the way match or release. Raises: NotFound, Forbidden, NoHold, HoldMoveRefused."""
    negotiation = _own_hold(session, actor, at, negotiation_id)
    rights.challenge(
        session=session,
        actor=actor,
        at=at,
        reference=negotiation.id,
        party_id=actor.party_id,
        respond_within_hours=respond_within_hours,
    )
    return _hold(session, at, negotiation)


def match_hold(*, session: Session, actor: Actor, at: datetime, negotiation_id: str) -> HoldView:
    """Answer a challenge by committing to sign soon. Raises: NotFound, Forbidden, NoHold, HoldMoveRefused."""
    negotiation = _own_hold(session, actor, at, negotiation_id)
    rights.match_hold(session=session, actor=actor, at=at, reference=negotiation.id, party_id=actor.party_id)
    return _hold(session, at, negotiation)


def follow_offer(*, session: Session, actor: Actor, at: datetime, negotiation: Negotiation, offer: Offer) -> None:
    """Let the licensee's hold follow its own new offer.

    Within the rights held it keeps its place. Beyond them it is placed anew, at the end of the queue and for the
    days that were left; where that is not possible, what is held stays held. An offer of the licensor changes no
    hold, or else the licensor could send the first hold to the end of the queue.
    """
    standing = rights.hold_standing(session=session, reference=negotiation.id, at=at)
    if standing is None or actor.party_id != negotiation.licensee_party_id:
        return
    if is_held(session, negotiation.id, rights_blocks(json.loads(offer.terms_json)), at):
        return
    days = max(1, (standing.lapses_at - at).days)
    try:
        with session.begin_nested():
            _place(session, actor, at, negotiation, offer, lasts_days=days, longest_days=days)
    except (RightsNotAvailable, HoldMoveRefused):
        return


def _place(
    session: Session, actor: Actor, at: datetime, negotiation: Negotiation, offer: Offer, **days: Any
) -> None:
    terms = json.loads(offer.terms_json)
    rights.place_hold(
        session=session,
        actor=actor,
        at=at,
        package_id=negotiation.package_id,
        reference=negotiation.id,
        party_id=negotiation.licensee_party_id,
        blocks=rights_blocks(terms),
        zone=terms["term"]["zone"],
        consents=licensor_side(session, terms, at).everyones_consent,
        **days,
    )


def _own_hold(session: Session, actor: Actor, at: datetime, negotiation_id: str) -> Negotiation:
    """Return the negotiation whose hold is in force and the actor's. Raises: NotFound, Forbidden, NoHold."""
    negotiation = queries.own_negotiation(session, actor, negotiation_id, lock=True)
    _require_licensee(negotiation, actor)
    _hold(session, at, negotiation)
    return negotiation


def _hold(session: Session, at: datetime, negotiation: Negotiation) -> HoldView:
    found = hold_of(session, at, negotiation)
    if found is None:
        raise NoHold("Nothing is on hold for this negotiation now; the licensee can place a hold.")
    return found


def _require_licensee(negotiation: Negotiation, actor: Actor) -> None:
    if actor.party_id != negotiation.licensee_party_id:
        raise Forbidden("Holds are the licensee's; you see where it stands.")
