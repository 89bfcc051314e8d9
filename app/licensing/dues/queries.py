"""Reads of what is due, as it stands at an instant."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.licensing.dues.models import LicenseDue
from app.licensing.dues.rules import status_of, title_of
from app.licensing.dues.states import DueKind, DueStatus
from app.licensing.queries import license_view
from app.payments.models import Charge

PartCounts = Mapping[tuple[str, DueKind], int]
"""How many parts each license has of each kind."""


@dataclass(frozen=True, slots=True)
class DueView:
    """A part as it stands, with the charge that asks for it once there is one."""

    due: LicenseDue
    charge: Charge | None
    status: DueStatus
    title: str


def dues_view(session: Session, actor: Actor, license_id: str, *, at: datetime) -> list[DueView]:
    """Return what a license of the actor's owes, in the order of the days. Raises: NotFound."""
    license_view(session, actor, license_id)
    rows = session.exec(
        select(LicenseDue, Charge)
        .outerjoin(Charge, col(Charge.reference) == col(LicenseDue.reference))
        .where(LicenseDue.license_id == license_id)
        .order_by(col(LicenseDue.due_at), col(LicenseDue.kind).desc(), col(LicenseDue.number))
    ).all()
    counts = part_counts(session, [license_id])
    return [DueView(due, charge, status_of(due, at=at), title(due, counts)) for due, charge in rows]


def dues_of(session: Session, license_id: str) -> Sequence[LicenseDue]:
    """Return what a license owes, whoever asks: the fee, then the advance, each in its order."""
    statement = select(LicenseDue).where(LicenseDue.license_id == license_id)
    return session.exec(statement.order_by(col(LicenseDue.kind).desc(), col(LicenseDue.number))).all()


def license_owing(session: Session, reference: str) -> str | None:
    """Return which license owes what a payment of this reference pays, if one does."""
    return session.exec(select(LicenseDue.license_id).where(LicenseDue.reference == reference)).first()


def locked_due(session: Session, reference: str) -> LicenseDue:
    """Return a part as it is now and until this transaction ends."""
    return session.exec(
        select(LicenseDue)
        .where(LicenseDue.reference == reference)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def is_signature_paid(session: Session, license_id: str) -> bool:
    """Say whether everything is paid that was due at signature."""
    unpaid = sa.select(col(LicenseDue.id)).where(
        col(LicenseDue.license_id) == license_id,
        col(LicenseDue.is_at_signature).is_(True),
        col(LicenseDue.paid_at).is_(None),
    )
    return session.execute(unpaid.limit(1)).first() is None


def part_counts(session: Session, license_ids: Iterable[str]) -> PartCounts:
    rows = session.execute(
        sa.select(col(LicenseDue.license_id), col(LicenseDue.kind), sa.func.count())
        .where(col(LicenseDue.license_id).in_(set(license_ids)))
        .group_by(col(LicenseDue.license_id), col(LicenseDue.kind))
    )
    return {(license_id, DueKind(kind)): int(count) for license_id, kind, count in rows}


def lapsed_advances(session: Session, license_ids: Iterable[str]) -> dict[str, frozenset[int]]:
    """Return the numbers of the parts of advances that lapsed, of those of these licenses that have any."""
    rows = session.execute(
        sa.select(col(LicenseDue.license_id), col(LicenseDue.number)).where(
            col(LicenseDue.license_id).in_(set(license_ids)),
            col(LicenseDue.kind) == DueKind.ADVANCE,
            col(LicenseDue.lapsed_at).is_not(None),
        )
    )
    found: defaultdict[str, set[int]] = defaultdict(set)
    for license_id, number in rows:
        found[license_id].add(number)
    return {license_id: frozenset(numbers) for license_id, numbers in found.items()}


def title(due: LicenseDue, counts: PartCounts) -> str:
    return title_of(due.kind, due.number, counts[due.license_id, due.kind])
