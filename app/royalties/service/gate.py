"""The one question before money is handed over: does a hold stand in the way?

A hold says whose money waits, since when and why. It takes nothing away: what is owed stays owed and is sent, once,
when the last hold on it has ended.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import SYSTEM
from app.infrastructure import events
from app.infrastructure.db.insert_once import insert_once
from app.infrastructure.jobs.queue import enqueue
from app.parties.tax_forms.queries import valid_tax_forms
from app.royalties.events import PayoutHeld
from app.royalties.models import PayoutHold, StatementShare
from app.royalties.states import HoldKind

SETTLE_HOLDS = "royalties.settle_holds"
NO_TAX_FORM = "There is no valid tax form. Record a W-9 or a W-8: the money goes out once it is confirmed."
TAX_FORM_IS_THERE = "A valid tax form is there."


def stopped(*, session: Session, at: datetime, shares: Iterable[StatementShare]) -> set[str]:
    """Return the ids of those shares that must not be sent now. Opens the hold of who has no valid tax form."""
    asked = list(shares)
    without = hold_without_tax_form(
        session=session, at=at, party_ids={share.beneficiary_party_id for share in asked}
    )
    disputed = _disputed(session, {share.license_id for share in asked})
    return {share.id for share in asked if share.beneficiary_party_id in without or share.license_id in disputed}


def hold_without_tax_form(*, session: Session, at: datetime, party_ids: Iterable[str]) -> set[str]:
    """Hold what those of the parties earn that have no valid tax form at this instant; return who they are."""
    asked = set(party_ids)
    without = asked - valid_tax_forms(session, asked, at).keys()
    for party_id in sorted(without):
        hold = PayoutHold(kind=HoldKind.TAX_FORM, party_id=party_id, reason=NO_TAX_FORM, since_at=at)
        if insert_once(session, hold):
            record(session, at, "payouts.held", party_id, reason=NO_TAX_FORM)
            held = PayoutHeld(hold_id=hold.id, beneficiary_party_id=party_id, reason=NO_TAX_FORM)
            events.publish(session=session, event=held, at=at)
    return without


def release_tax_form_holds(*, session: Session, at: datetime, party_id: str | None = None) -> int:
    """End the hold of a party, or of every one, that has a valid tax form by now; return how many ended."""
    standing = select(PayoutHold.party_id).where(
        PayoutHold.kind == HoldKind.TAX_FORM, col(PayoutHold.released_at).is_(None)
    )
    if party_id is not None:
        standing = standing.where(PayoutHold.party_id == party_id)
    held = [party_id for party_id in session.exec(standing) if party_id is not None]
    ready = valid_tax_forms(session, held, at)
    ended = end_holds(
        session,
        at,
        TAX_FORM_IS_THERE,
        PayoutHold.kind == HoldKind.TAX_FORM,
        col(PayoutHold.party_id).in_(ready),
    )
    for hold in ended:
        record(session, at, "payouts.released", str(hold.party_id), reason=TAX_FORM_IS_THERE)
    return len(ended)


def end_holds(session: Session, at: datetime, reason: str, *which: Any) -> Sequence[PayoutHold]:
    """End these holds, and queue the work that sends on what nothing else holds."""
    holds = session.exec(
        select(PayoutHold)
        .where(*which, col(PayoutHold.released_at).is_(None))
        .order_by(col(PayoutHold.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for hold in holds:
        hold.released_at, hold.release_reason = max(at, hold.since_at), reason  # clocks of machines differ
        session.add(hold)
    session.flush()
    if holds:
        queue_settling(session, why=holds[-1].id)
    return holds


def queue_settling(session: Session, *, why: str) -> None:
    """Queue the work that looks at all holds, once for what happened."""
    enqueue(session, kind=SETTLE_HOLDS, key=f"{SETTLE_HOLDS}/{why}", payload={})


def record(session: Session, at: datetime, action: str, subject_id: str, **detail: Any) -> None:
    audit.record(session=session, actor=SYSTEM, at=at, action=action, subject_id=subject_id, **detail)


def _disputed(session: Session, license_ids: Iterable[str]) -> set[str | None]:
    standing = select(PayoutHold.license_id).where(
        col(PayoutHold.license_id).in_(set(license_ids)), col(PayoutHold.released_at).is_(None)
    )
    return set(session.exec(standing))
