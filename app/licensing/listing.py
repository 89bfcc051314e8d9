"""Find licenses by how they stand and when they end. The rule decides; this says the same to the database."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.identity.actor import Actor
from app.infrastructure.http.paging import Page
from app.licensing.models import License
from app.licensing.queries import licenses_page
from app.licensing.rules.listing import LicenseStanding
from app.licensing.states import LicenseStatus


def found_licenses(
    session: Session,
    actor: Actor,
    *,
    at: datetime,
    cursor: str | None,
    limit: int,
    standing: LicenseStanding | None = None,
    ends_before: datetime | None = None,
    ends_after: datetime | None = None,
) -> Page[License]:
    """Return one page of the actor's licenses, newest first, of those that stand like this at an instant.

    Neither bound is included: a license that ends at `ends_before` does not end before it.
    """
    where = []
    if standing is not None:
        where.append(stands(standing, at=at))
    if ends_before is not None:
        where.append(col(License.ends_at) < ends_before)
    if ends_after is not None:
        where.append(col(License.ends_at) > ends_after)
    return licenses_page(session, actor, cursor=cursor, limit=limit, where=where)


def stands(standing: LicenseStanding, *, at: datetime) -> Any:
    """Return the condition that a license stands like this at an instant.

    `starts_at` and `ends_at` of a license are those of the terms signed last. They judge as those in force do: no
    change moves the start, and each takes effect before the end it replaces and before its own.
    """
    status, authority_ends_at = col(License.status), col(License.authority_ends_at)
    if standing in _STORED:
        return status == _STORED[standing]
    has_begun, is_over = col(License.starts_at) <= at, col(License.ends_at) <= at
    is_paid = status == LicenseStatus.ACTIVE
    has_authority = sa.or_(authority_ends_at.is_(None), authority_ends_at > at)
    match standing:
        case LicenseStanding.NOT_STARTED:
            return sa.and_(is_paid, ~has_begun)
        case LicenseStanding.ENDED:
            return sa.and_(is_paid, has_begun, is_over)
        case LicenseStanding.AUTHORITY_ENDED:
            return sa.and_(is_paid, has_begun, ~is_over, ~has_authority)
        case _:
            return sa.and_(is_paid, has_begun, ~is_over, has_authority)


_STORED = {
    LicenseStanding.AWAITING_PAYMENT: LicenseStatus.AWAITING_PAYMENT,
    LicenseStanding.SUSPENDED: LicenseStatus.SUSPENDED,
    LicenseStanding.TERMINATED: LicenseStatus.TERMINATED,
}
