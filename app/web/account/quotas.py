"""The caps of a license as bars, for both sides: what is used, reserved and left."""

from dataclasses import dataclass

from flask import render_template

from app.infrastructure.http.context import now, session
from app.licensing.queries import license_view
from app.licensing.quotas.queries import QuotaView, quotas_view, reservations_with_amounts
from app.web.visitor import require

WIDE = 1000
SHOWN = 20


@dataclass(frozen=True, slots=True)
class QuotaBar:
    """A cap as a bar 1,000 wide: first what is used, then what is reserved."""

    view: QuotaView
    used: int
    reserved: int


def show(license_id: str) -> str:
    actor = require().actor
    view = license_view(session(), actor, license_id)
    found = quotas_view(session(), actor, license_id, at=now())
    return render_template(
        "account/quotas.html",
        license=view.license,
        terms=view.terms_at(now()).document,
        standing=view.standing(now()),
        bars=[bar_of(quota) for quota in found],
        reserved=reservations_with_amounts(session(), actor, license_id, at=now(), limit=SHOWN),
        shown=SHOWN,
    )


def bar_of(quota: QuotaView) -> QuotaBar:
    """Return the bar of a cap; what is used fills it, also where an amendment made the cap smaller than that."""
    state = quota.state
    used = min(WIDE, -(-state.used * WIDE // state.cap.most))
    return QuotaBar(quota, used, min(WIDE - used, -(-state.reserved * WIDE // state.cap.most)))
