"""Signatures as a reader is shown them: the licensee learns who signs, not how the holders share the right."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.negotiation.models import Deal, Negotiation, Offer, Signature
from app.negotiation.signatures import queries
from app.negotiation.signatures.models import HolderAnswer, OfferHolder
from app.negotiation.signatures.rules.awaited import Answer, Awaited, state_of_signer
from app.negotiation.signatures.rules.changes import Changes, changes_since
from app.negotiation.signatures.rules.stakes import Stake
from app.negotiation.signatures.side import LicensorSide, licensor_side
from app.negotiation.signatures.states import AnswerKind, Role, SignerState
from app.parties.queries import party_names
from app.parties.states import Capacity


@dataclass(frozen=True, slots=True)
class HoldingView:
    """What a signer holds of the rights in the terms."""

    capacity: Capacity | None
    share_bps: int | None
    components: Sequence[str]


@dataclass(frozen=True, slots=True)
class SignatureView:
    """One signature under a deal."""

    party_id: str
    party_name: str
    role: Role
    user_id: str
    signer_name: str
    signed_at: datetime
    holdings: Sequence[HoldingView]
    """As what it signed; the share is told on the licensor's side alone."""


@dataclass(frozen=True, slots=True)
class SignerView:
    """A holder who may sign an offer, and how its signature stands."""

    party_id: str
    party_name: str
    role: Role
    state: SignerState
    holdings: Sequence[HoldingView]
    signer_name: str = ""
    answered_at: datetime | None = None
    reason: str = ""
    """Why it refused."""


@dataclass(frozen=True, slots=True)
class SigningView:
    """How the signatures under the latest offer stand at an instant, beside those of the two sides."""

    negotiation_id: str
    offer_number: int
    terms_sha256: str
    expires_at: datetime
    accepted_by_party_id: str | None
    accepted_at: datetime | None
    signers: Sequence[SignerView]
    missing_share_bps: int | None
    """Nothing for the licensee, as how the holders share the right is their business."""
    is_complete: bool
    """Whether the quorum is met: the other side's acceptance is all that it takes."""
    has_changed: bool
    """Whether the holders are others than when the offer was sent, so that it has to be sent again."""
    can_answer: bool
    """Whether the reader may sign or refuse now."""
    deal_id: str | None = None

    @property
    def awaited_names(self) -> list[str]:
        return [signer.party_name for signer in self.signers if signer.state is SignerState.AWAITED]


def signing_of(
    session: Session, at: datetime, negotiation: Negotiation, latest: Offer, *, reader_party_id: str, role: Role
) -> SigningView:
    """Return how the signatures under the latest offer stand, for somebody who may read the negotiation."""
    stakes = queries.stakes_of(session, negotiation.id, latest.number)
    rows = queries.answers_to(session, negotiation.id, latest.number)
    accepted = queries.acceptance_of(session, negotiation.id, latest.number)
    stands = negotiation.status.is_open and at < latest.expires_at
    side = licensor_side(session, json.loads(latest.terms_json), at) if stands else None
    answers = queries.as_answers(rows)
    waits_for = Awaited() if side is None else side.awaited(stakes, answers)
    consented = set() if side is None else _consented(side, stakes)
    names = party_names(session, [stake.party_id for stake in stakes])
    signers = [
        _signer(party_id, names[party_id], stakes, rows, role, state)
        for party_id in sorted({stake.party_id for stake in stakes if stake.role.signs_apart})
        if (state := state_of_signer(party_id, answers=answers, consented=consented, waits_for=waits_for))
        in _shown_states(stands=stands, role=role)
    ]
    return SigningView(
        negotiation_id=negotiation.id,
        offer_number=latest.number,
        terms_sha256=latest.terms_sha256,
        expires_at=latest.expires_at,
        accepted_by_party_id=accepted.accepted_by_party_id if accepted else None,
        accepted_at=accepted.accepted_at if accepted else None,
        signers=signers,
        missing_share_bps=None if role is Role.LICENSEE else waits_for.missing_share_bps,
        is_complete=not waits_for,
        has_changed=side is not None and bool(changed_since(session, latest, side, answers)),
        can_answer=stands and _signs(reader_party_id, stakes),
    )


def changed_since(session: Session, offer: Offer, side: LicensorSide, answers: Collection[Answer]) -> Changes:
    """Say what changed on the licensor's side since an offer was sent; nothing of one that has no snapshot."""
    rules = queries.rules_of(session, offer.negotiation_id, offer.number)
    if not rules:
        return Changes()
    return changes_since(
        before=queries.stakes_of(session, offer.negotiation_id, offer.number),
        after=side.stakes,
        rules_before=rules,
        rules_after=side.rules,
        signed=[
            (answer.party_id, representation_id)
            for answer in answers
            if answer.kind is AnswerKind.SIGNED
            for representation_id in answer.representation_ids
        ],
    )


def signatures_of(
    session: Session, negotiation: Negotiation, deal: Deal, rows: Sequence[Signature], role: Role
) -> list[SignatureView]:
    """Return the signatures under a deal: the two sides first, then those of holders."""
    held = queries.holders_of(session, negotiation.id, deal.offer_number)
    names = party_names(session, [row.party_id for row in rows])
    shown = []
    for row in rows:
        stakes = [stake for stake in held if stake.party_id == row.party_id]
        shown.append(
            SignatureView(
                party_id=row.party_id,
                party_name=names[row.party_id],
                role=_role_of(row.party_id, negotiation, stakes),
                user_id=row.user_id,
                signer_name=row.signer_name,
                signed_at=row.signed_at,
                holdings=_holdings(stakes, role),
            )
        )
    return sorted(shown, key=lambda signature: not signature.role.is_side)


def _role_of(party_id: str, negotiation: Negotiation, stakes: Sequence[OfferHolder]) -> Role:
    if party_id == negotiation.licensor_party_id:
        return Role.LICENSOR
    if party_id == negotiation.licensee_party_id:
        return Role.LICENSEE
    return next((stake.role for stake in stakes if stake.role.signs_apart), Role.HOLDER)


def _shown_states(*, stands: bool, role: Role) -> set[SignerState]:
    """Return what is worth telling: of an offer that stands no more, the answers that came."""
    answered = {SignerState.SIGNED, SignerState.REFUSED}
    if not stands:
        return answered
    return answered | {SignerState.AWAITED} if role is Role.LICENSEE else set(SignerState)


def _signs(party_id: str, stakes: Collection[Stake]) -> bool:
    return any(stake.party_id == party_id and stake.role.signs_apart for stake in stakes)


def _consented(side: LicensorSide, stakes: Sequence[Stake]) -> set[str]:
    """Return the holders whose standing consent to the licensor, or to one of its principals, counts."""
    through = {side.licensor_party_id} | {stake.party_id for stake in stakes if stake.role is Role.PRINCIPAL}
    standing = {c.representation_id for c in side.facts.consents if c.licensor_party_id in through}
    return {stake.party_id for stake in stakes if stake.representation_id in standing}


def _signer(
    party_id: str,
    name: str,
    stakes: Sequence[Stake],
    rows: Sequence[HolderAnswer],
    role: Role,
    state: SignerState,
) -> SignerView:
    own = [stake for stake in stakes if stake.party_id == party_id and stake.role.signs_apart]
    answer = next((row for row in rows if row.party_id == party_id), None)
    return SignerView(
        party_id=party_id,
        party_name=name,
        role=own[0].role,
        state=state,
        holdings=_holdings(own, role),
        signer_name=answer.signer_name if answer else "",
        answered_at=answer.answered_at if answer else None,
        reason=answer.reason if answer else "",
    )


def _holdings(stakes: Sequence[Stake] | Sequence[OfferHolder], role: Role) -> list[HoldingView]:
    return [
        HoldingView(
            capacity=stake.capacity,
            share_bps=None if role is Role.LICENSEE else stake.share_bps,
            components=sorted(stake.components),
        )
        for stake in stakes
        if stake.role is not Role.ASSIGNEE
    ]
