"""Gather what a decision is made from: what stands in the terms, and what is counted and approved beside them."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from app.licensing.approvals.queries import approved_for
from app.licensing.queries import LicenseView
from app.licensing.quotas.queries import quota_states, quotas_left
from app.licensing.rules.facts import IntendedUse, LicenseFacts


def facts_for(session: Session, view: LicenseView, uses: Iterable[IntendedUse], *, at: datetime) -> LicenseFacts:
    """Return the facts for all of these uses of one license; what no use asks about is not read."""
    asked = list(uses)
    quotas = quotas_left(quota_states(session, view, at=at)) if any(use.amounts for use in asked) else ()
    return view.facts_at(at, quotas=quotas, approved=approved_for(session, view, asked, at=at))
