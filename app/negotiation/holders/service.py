"""Sign an offer as a holder of the rights, or refuse it. The last signature that was missing makes the deal."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from app.audit import service as audit
from app.identity.actor import Actor
from app.identity.models import User
from app.infrastructure import events
from app.negotiation import queries
from app.negotiation.errors import require
from app.negotiation.events import HolderRefused
from app.negotiation.models import Deal, Negotiation, Offer
from app.negotiation.rules.moves import judge_signature
from app.negotiation.rules.verdict import MoveCode, Verdict
from app.negotiation.service.moves import LockedTalks, signer
from app.negotiation.service.signing import conclude
from app.negotiation.signatures import queries as signatures
from app.negotiation.signatures.models import HolderAnswer
from app.negotiation.signatures.rules.stakes import Stake
from app.negotiation.signatures.side import LicensorSide, licensor_side
from app.negotiation.signatures.snapshot import require_unchanged
from app.negotiation.signatures.states import AnswerKind, Role


def sign_as_holder(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    negotiation_id: str,
    offer_number: int,
    terms_sha256: str,
) -> Deal | None:
    """Sign the latest offer as a holder, named by its number and the hash of its terms, while it stands.

    Counts as the holder's consent to exactly these terms, before the other side accepts or after it. Returns the
    deal where it was the last signature missing; nothing else.

    Raises: NotFound, MoveRefused, HoldersChanged, and what `accept` raises: then the signature is not kept.
    """
    locked, stakes = _lock(session, actor, at, negotiation_id, offer_number, terms_sha256)
    negotiation, offer = locked.negotiation, locked.latest
    side = licensor_side(session, json.loads(offer.terms_json), at)
    others = [answer for answer in _answers(session, offer) if answer.party_id != actor.party_id]
    is_licensee = actor.party_id == negotiation.licensee_party_id
    require_unchanged(session, offer, side, signatures.as_answers(others), is_licensee=is_licensee)
    if _keep(session, actor, at, offer, _as_held_now(side, stakes, actor), AnswerKind.SIGNED):
        _audit(session, actor, at, "offer.signed_by_holder", offer)
    accepted = signatures.acceptance_of(session, negotiation.id, offer.number)
    if accepted is None:
        return None
    return conclude(session=session, actor=actor, at=at, negotiation=negotiation, offer=offer, accepted=accepted)


def refuse_as_holder(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    negotiation_id: str,
    offer_number: int,
    terms_sha256: str,
    reason: str,
) -> None:
    """Say as a holder that one does not sign the latest offer, and why. A later signature takes it back.

    It outweighs a standing consent, as far as these terms go. Raises: NotFound, MoveRefused.
    """
    locked, stakes = _lock(session, actor, at, negotiation_id, offer_number, terms_sha256)
    offer = locked.latest
    stakes = _as_held_now(licensor_side(session, json.loads(offer.terms_json), at), stakes, actor)
    if not _keep(session, actor, at, offer, stakes, AnswerKind.REFUSED, reason):
        return
    _audit(session, actor, at, "offer.refused_by_holder", offer)
    refused = HolderRefused(offer.negotiation_id, offer.number, actor.party_id, reason)
    events.publish(session=session, event=refused, at=at)


def _lock(
    session: Session, actor: Actor, at: datetime, negotiation_id: str, offer_number: int, terms_sha256: str
) -> tuple[LockedTalks, list[Stake]]:
    """Return the talks, which nobody else moves until the transaction ends, and what the actor signs for."""
    negotiation = queries.readable_negotiation(session, actor, negotiation_id, lock=True)
    latest = queries.latest_offer(session, negotiation.id)
    locked = LockedTalks(negotiation, latest, queries.current_talks(session, negotiation, latest))
    require(judge_signature(locked.talks, number=offer_number, terms_sha256=terms_sha256, at=at))
    held = signatures.stakes_of(session, negotiation.id, latest.number)
    own = [stake for stake in held if stake.party_id == actor.party_id]
    stakes = [stake for stake in own if stake.role.signs_apart]
    if not stakes:
        require(_not_a_signer(negotiation, own, actor))
    return locked, stakes


def _as_held_now(side: LicensorSide, stakes: Sequence[Stake], actor: Actor) -> list[Stake]:
    """Return a holder's stakes under the papers of today: renewed ones that say the same change nothing."""
    now = [stake for stake in side.stakes if stake.party_id == actor.party_id and stake.role.signs_apart]
    lasting = [stake for stake in stakes if stake.role is Role.ASSIGNEE]
    return [*now, *lasting] or list(stakes)


def _not_a_signer(negotiation: Negotiation, own: Sequence[Stake], actor: Actor) -> Verdict:
    if any(stake.role is Role.PRINCIPAL for stake in own):
        sentence = "The licensor signs for you; talk to it about these terms, or end its mandate."
    elif actor.party_id in {negotiation.licensor_party_id, negotiation.licensee_party_id}:
        sentence = "A side signs by sending or accepting an offer; only other holders of the rights sign here."
    else:
        sentence = "You hold nothing of the rights that the latest offer is about, so it does not need you."
    return Verdict(MoveCode.NOT_A_SIGNER, sentence)


def _answers(session: Session, offer: Offer) -> Sequence[HolderAnswer]:
    return signatures.answers_to(session, offer.negotiation_id, offer.number)


def _keep(
    session: Session,
    actor: Actor,
    at: datetime,
    offer: Offer,
    stakes: Sequence[Stake],
    kind: AnswerKind,
    reason: str = "",
) -> bool:
    """Keep an answer, unless it is the party's answer already; say whether it was news."""
    user_id = signer(actor)
    holdings = [
        {"representation_id": stake.representation_id, "share_bps": stake.share_bps}
        for stake in stakes
        if stake.representation_id is not None
    ]
    last = next((answer for answer in _answers(session, offer) if answer.party_id == actor.party_id), None)
    if last is not None and (last.kind, last.reason, last.holdings) == (kind, reason, holdings):
        return False
    answer = HolderAnswer(
        negotiation_id=offer.negotiation_id,
        offer_number=offer.number,
        terms_sha256=offer.terms_sha256,
        offered_by_party_id=offer.by_party_id,
        party_id=actor.party_id,
        role=stakes[0].role,
        holdings=holdings,
        kind=kind,
        reason=reason,
        user_id=user_id,
        signer_name=session.get_one(User, user_id).name,
        answered_at=at,
    )
    session.add(answer)
    session.flush()
    return True


def _audit(session: Session, actor: Actor, at: datetime, action: str, offer: Offer) -> None:
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action=action,
        subject_id=offer.negotiation_id,
        number=offer.number,
        terms_sha256=offer.terms_sha256,
    )
