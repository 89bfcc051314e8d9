"""Which days of suspension can be added to the term of a license now, from what is known of it."""

from datetime import date, datetime

from sqlmodel import Session

from app.licensing import queries as licenses
from app.licensing.queries import LicenseView, TermsVersion
from app.licensing.service.changes import RUNNING
from app.licensing.standing import queries
from app.licensing.standing.models import LicenseSuspension
from app.licensing.standing.rules import Agreed, Countable, Span, countable_days, suspended_spans
from app.licensing.standing.states import SuspensionKind
from app.licensing.states import LicenseStatus


def countable_now(
    session: Session, view: LicenseView, *, at: datetime, version: TermsVersion | None = None
) -> Countable:
    """Return the days that can be added under these terms; without `version`, under those signed last.

    A license that is over has no term to which any could be added.
    """
    license_id = view.license.id
    if view.license.status not in RUNNING or at >= view.license.ends_at:
        return Countable(())
    terms = (version or view.latest).terms.document
    agreed_before = queries.agreed_tollings(session, license_id)
    grounds = queries.suspensions_of(session, license_id)
    agreed = Agreed(
        is_allowed=terms["tolling"]["is_allowed"],
        most_days=terms["tolling"]["most_days"],
        strike_tolls=terms["strike"]["tolls"],
        zone=terms["term"]["zone"],
        first_day=date.fromisoformat(terms["term"]["first_day"]),
        last_day=date.fromisoformat(terms["term"]["last_day"]),
        tolled_days=sum(row.days for row in agreed_before),
        tolled_until=max((row.counted_until for row in agreed_before), default=None),
    )
    return countable_days(
        agreed,
        suspended=suspended_spans(
            licenses.status_changes(session, license_id),
            at=at,
            is_suspended=view.license.status is LicenseStatus.SUSPENDED,
        ),
        strikes=[_span(ground, at) for ground in grounds if ground.kind is SuspensionKind.STRIKE],
        others=[_span(ground, at) for ground in grounds if ground.kind is not SuspensionKind.STRIKE],
    )


def _span(ground: LicenseSuspension, at: datetime) -> Span:
    return Span(ground.begun_at, ground.lifted_at or at)
