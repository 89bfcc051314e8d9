"""Which licenses recoup together, and what they are to each other."""

from typing import Any

from sqlmodel import Session

from app.infrastructure.http.context import Services
from app.licensing.queries import license_of
from app.royalties.service.accounts import recouping_together
from tests.factories.royalties import EarningLicense, make_earning_license

HARBOR: dict[str, Any] = {"rate_bps": 250, "currency": "USD", "recoupment_group": "Harbor"}


def together(session: Session, license: EarningLicense) -> list[str]:
    return [view.license.id for view in recouping_together(session, license_of(session, license.id))]


def test_a_group_is_of_one_currency(session: Session, services: Services) -> None:
    one = make_earning_license(session, services.store, royalty=HARBOR)
    sides = {"estate": one.estate, "studio": one.studio}
    other = make_earning_license(session, services.store, **sides, royalty=HARBOR)
    euros = make_earning_license(session, services.store, **sides, royalty=HARBOR | {"currency": "EUR"})
    assert together(session, one) == together(session, other) == sorted([one.id, other.id])
    assert together(session, euros) == [euros.id]
