"""Reads of snapshots, acceptances and holders' answers. Whoever calls has decided that the asker may see them."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.negotiation.signatures.models import HolderAnswer, OfferAcceptance, OfferHolder, OfferQuorum
from app.negotiation.signatures.rules.awaited import Answer
from app.negotiation.signatures.rules.stakes import Stake
from app.negotiation.signatures.states import Role
from app.parties.states import QuorumKind
from app.values.components import Component

_FOREMOST = (Role.ASSIGNEE, Role.HOLDER, Role.PRINCIPAL, Role.LICENSOR)
"""As what a party is shown talks in which it stands in several ways: the first that it has."""


def shown_to(party_id: str) -> Any:
    """Return the ids of the negotiations in whose snapshots a party stands, to be asked within a statement."""
    return sa.select(col(OfferHolder.negotiation_id)).where(col(OfferHolder.party_id) == party_id)


def roles_in(session: Session, party_id: str, negotiation_ids: Collection[str]) -> dict[str, Role]:
    """Return as what a party stands in the snapshots of each negotiation in which it is no side."""
    rows = session.execute(
        sa.select(col(OfferHolder.negotiation_id), col(OfferHolder.role))
        .where(col(OfferHolder.party_id) == party_id, col(OfferHolder.negotiation_id).in_(negotiation_ids))
        .distinct()
    )
    found: dict[str, Role] = {}
    for negotiation_id, role in rows:
        found[negotiation_id] = min(found.get(negotiation_id, role), role, key=_FOREMOST.index)
    return found


def last_shown(session: Session, party_id: str, negotiation_ids: Collection[str]) -> dict[str, int]:
    """Return the highest number of the offers in whose snapshots a party stands, by negotiation."""
    rows = (
        sa.select(col(OfferHolder.negotiation_id), sa.func.max(col(OfferHolder.offer_number)))
        .where(col(OfferHolder.party_id) == party_id, col(OfferHolder.negotiation_id).in_(negotiation_ids))
        .group_by(col(OfferHolder.negotiation_id))
    )
    return {row[0]: row[1] for row in session.execute(rows)}


def holders_of(session: Session, negotiation_id: str, offer_number: int) -> Sequence[OfferHolder]:
    """Return the snapshot of an offer."""
    rows = select(OfferHolder).where(
        OfferHolder.negotiation_id == negotiation_id, OfferHolder.offer_number == offer_number
    )
    return session.exec(rows.order_by(col(OfferHolder.id))).all()


def stakes_of(session: Session, negotiation_id: str, offer_number: int) -> list[Stake]:
    """Return the snapshot of an offer as the rules see it."""
    return [
        Stake(
            party_id=row.party_id,
            role=row.role,
            representation_id=row.representation_id,
            capacity=row.capacity,
            share_bps=row.share_bps,
            components=frozenset(map(Component, row.components)),
            media=frozenset(row.media),
            territory=frozenset(row.territory_codes),
        )
        for row in holders_of(session, negotiation_id, offer_number)
    ]


def rules_of(session: Session, negotiation_id: str, offer_number: int) -> dict[Component, QuorumKind]:
    """Return the quorum rules as they were when an offer was sent; none for one from before they were kept."""
    rows = select(OfferQuorum).where(
        OfferQuorum.negotiation_id == negotiation_id, OfferQuorum.offer_number == offer_number
    )
    return {row.component: row.rule for row in session.exec(rows)}


def acceptance_of(session: Session, negotiation_id: str, offer_number: int) -> OfferAcceptance | None:
    return session.get(OfferAcceptance, (negotiation_id, offer_number))


def accepted_by(session: Session, negotiation_ids: Iterable[str]) -> dict[tuple[str, int], str]:
    """Return which party accepted, by negotiation and number of the offer."""
    wanted = col(OfferAcceptance.negotiation_id).in_(set(negotiation_ids))
    rows = session.execute(
        sa.select(
            col(OfferAcceptance.negotiation_id),
            col(OfferAcceptance.offer_number),
            col(OfferAcceptance.accepted_by_party_id),
        ).where(wanted)
    )
    return {(row.negotiation_id, row.offer_number): row.accepted_by_party_id for row in rows}


def answers_to(session: Session, negotiation_id: str, offer_number: int) -> list[HolderAnswer]:
    """Return the latest answer of each holder, in the order in which they came."""
    rows = session.exec(
        select(HolderAnswer)
        .where(HolderAnswer.negotiation_id == negotiation_id, HolderAnswer.offer_number == offer_number)
        .order_by(col(HolderAnswer.answered_at), col(HolderAnswer.id))
    ).all()
    latest = {row.party_id: row for row in rows}
    return sorted(latest.values(), key=lambda row: (row.answered_at, row.id))


def as_answers(rows: Iterable[HolderAnswer]) -> list[Answer]:
    return [
        Answer(row.party_id, row.kind, tuple(holding["representation_id"] for holding in row.holdings))
        for row in rows
    ]
