"""Which licenses the job looks at by itself: those for which a day can bring something, and once for that day."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import Session

from app.infrastructure.http.context import Services
from app.royalties.models import RoyaltyAccount
from app.royalties.service.billing import bill_days, licenses_due
from tests.factories.royalties import REPORTED_AT, amend, make_earning_license, report_usage
from tests.royalties.steps import HUNDRED

NOVEMBER = date(2026, 11, 1)
ROYALTY: dict[str, Any] = {"rate_bps": 250, "currency": "USD"}
GROUP = {"recoupment_group": "Harbor"}


@pytest.mark.parametrize(("more", "is_due"), [({}, False), (GROUP, True)])
def test_a_change_to_come_is_looked_at_once_and_only_where_it_can_matter(
    session: Session, services: Services, more: dict[str, Any], is_due: bool
) -> None:
    license = make_earning_license(session, services.store, royalty=ROYALTY | more)
    amend(session, license, at=REPORTED_AT, effective_on=NOVEMBER, royalty=ROYALTY | more | {"rate_bps": 500})
    report_usage(session, license, HUNDRED)
    account = session.get_one(RoyaltyAccount, license.id)
    assert (account.next_on is not None) is is_due
    assert licenses_due(session, NOVEMBER, limit=9) == [license.id] * is_due
    bill_days(session=session, at=datetime(2026, 11, 1, 9, tzinfo=UTC), license_id=license.id)
    assert licenses_due(session, NOVEMBER, limit=9) == []
