"""What a case reaches, as SQL: the licenses it found, their money, and the talks that nobody can sign now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.catalog.models import Package
from app.licensing.dues.models import LicenseDue
from app.moderation.models import AuthorityCase, AuthorityCaseLicense
from app.moderation.states import Direction
from app.negotiation.models import Negotiation
from app.negotiation.states import NegotiationStatus
from app.parties.models import HolderConsent, Representation
from app.payments.models import Charge
from app.royalties.models import FundingSource, Statement, StatementShare


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """Money that a licensee was asked for, or that a beneficiary was stated."""

    id: str
    direction: Direction
    license_id: str
    party_id: str
    """Who pays, or is paid."""
    amount_minor: int
    currency: str
    status: str
    asked_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class MoneyTotal:
    """What the payments of one direction, status and currency come to."""

    direction: Direction
    status: str
    currency: str
    payments: int
    amount_minor: int


def license_ids(case: AuthorityCase) -> Any:
    """The licenses found when the case was opened."""
    return sa.select(col(AuthorityCaseLicense.license_id)).where(col(AuthorityCaseLicense.case_id) == case.id)


def licensors(case: AuthorityCase) -> Any:
    """The holder, everybody who acts under the holder, and those who license with the consent of one of them."""
    chain = (
        sa.select(col(Representation.id), col(Representation.holder_party_id))
        .where(col(Representation.id) == case.representation_id)
        .cte("chain", recursive=True)
    )
    below = aliased(Representation)
    leans_on = sa.or_(col(below.principal_id) == chain.c.id, col(below.superseded_by_id) == chain.c.id)
    chain = chain.union(sa.select(col(below.id), col(below.holder_party_id)).join(chain, leans_on))
    consenting = sa.select(col(HolderConsent.licensor_party_id)).where(
        col(HolderConsent.representation_id).in_(sa.select(chain.c.id)), col(HolderConsent.withdrawn_at).is_(None)
    )
    return sa.union(sa.select(chain.c.holder_party_id), consenting)


def open_negotiations(case: AuthorityCase) -> Any:
    """The WHERE clause of the talks about this performer whose licensor relied on the authority."""
    packages = sa.select(col(Package.id)).where(col(Package.performer_id) == case.performer_id)
    return sa.and_(
        col(Negotiation.status) == NegotiationStatus.OPEN,
        col(Negotiation.package_id).in_(packages),
        col(Negotiation.licensor_party_id).in_(licensors(case)),
    )


def payments(case: AuthorityCase) -> Any:
    """The select of `PaymentRow`s: what licensees were asked for, and every share made of it."""
    incoming = _charges(case)
    outgoing = (
        sa.select(
            col(StatementShare.id),
            sa.literal(Direction.OUT.value),
            col(StatementShare.license_id),
            col(StatementShare.beneficiary_party_id),
            col(StatementShare.amount_minor),
            col(StatementShare.currency),
            sa.cast(col(StatementShare.status), sa.String),
            col(Statement.issued_at),
            col(StatementShare.sent_at),
        )
        .join(Statement, col(Statement.id) == col(StatementShare.statement_id))
        .where(col(StatementShare.license_id).in_(license_ids(case)))
    )
    return sa.union_all(incoming, outgoing).subquery("payments")


def money_totals(session: Session, case: AuthorityCase) -> Sequence[MoneyTotal]:
    rows = payments(case)
    kind = (rows.c.direction, rows.c.status, rows.c.currency)
    totals = sa.select(*kind, sa.func.count(), sa.func.sum(rows.c.amount_minor)).group_by(*kind).order_by(*kind)
    return [
        MoneyTotal(Direction(direction), status, currency, number, int(amount))
        for direction, status, currency, number, amount in session.execute(totals).all()
    ]


def _charges(case: AuthorityCase) -> Any:
    fees = sa.select(col(LicenseDue.license_id), col(LicenseDue.reference)).where(
        col(LicenseDue.license_id).in_(license_ids(case))
    )
    earned = sa.select(col(FundingSource.license_id), col(FundingSource.reference)).where(
        col(FundingSource.license_id).in_(license_ids(case))
    )
    sources = sa.union(fees, earned).subquery("sources")
    return sa.select(
        col(Charge.id).label("id"),
        sa.literal(Direction.IN.value).label("direction"),
        sources.c.license_id.label("license_id"),
        col(Charge.payer_party_id).label("party_id"),
        col(Charge.amount_minor).label("amount_minor"),
        col(Charge.currency).label("currency"),
        sa.cast(col(Charge.status), sa.String).label("status"),
        col(Charge.requested_at).label("asked_at"),
        col(Charge.paid_at).label("settled_at"),
    ).join(sources, sources.c.reference == col(Charge.reference))
