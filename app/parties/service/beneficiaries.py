"""Who shares what an estate earns, and from when on."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import Actor
from app.parties import queries
from app.parties.models import Beneficiary, Party
from app.values.errors import InvalidInput
from app.values.rounding import BASIS_POINTS


def set_beneficiaries(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    estate_party_id: str,
    shares: Sequence[tuple[str, int]],
    from_at: datetime | None = None,
) -> list[Beneficiary]:
    """Say who shares what an estate earns from an instant on (now, unless said): (party id, basis points) each.

    The set replaces whatever was set from that instant on. Shares that were in force cannot be rewritten;
    only the first set may begin in the past.
    """
    from_at = from_at or at
    queries.own_party(session, actor, estate_party_id)
    session.exec(select(Party).where(Party.id == estate_party_id).with_for_update()).one()
    _check_shares(session, shares)
    existing = session.exec(select(Beneficiary).where(Beneficiary.estate_party_id == estate_party_id)).all()
    if existing and from_at < at:
        raise InvalidInput.at("/from_at", "Shares cannot change in the past; choose an instant from now on.")
    for row in existing:
        if row.valid_from_at >= from_at:
            session.delete(row)
        elif row.valid_until_at is None or row.valid_until_at > from_at:
            row.valid_until_at = from_at
            session.add(row)
    session.flush()
    rows = [
        Beneficiary(
            estate_party_id=estate_party_id, beneficiary_party_id=party_id, share_bps=bps, valid_from_at=from_at
        )
        for party_id, bps in shares
    ]
    session.add_all(rows)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="party.beneficiaries_set",
        subject_id=estate_party_id,
        from_at=from_at.isoformat(),
        shares=dict(shares),
    )
    return rows


def _check_shares(session: Session, shares: Sequence[tuple[str, int]]) -> None:
    ids = [party_id for party_id, _ in shares]
    known = set(session.exec(select(Party.id).where(col(Party.id).in_(ids))))
    for index, (party_id, bps) in enumerate(shares):
        if party_id not in known:
            raise InvalidInput.at(f"/shares/{index}/party_id", "There is no such party.", code="not_found")
        if party_id in ids[:index]:
            raise InvalidInput.at(f"/shares/{index}/party_id", "A party has one share.", code="repeated")
        if bps < 1:
            raise InvalidInput.at(f"/shares/{index}/share_bps", "A share is at least one basis point.")
    total = sum(bps for _, bps in shares)
    if total != BASIS_POINTS:
        raise InvalidInput.at("/shares", f"The shares add up to {total}; they must add up to {BASIS_POINTS}.")
