"""Which licenses recoup together, and what they are to each other."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from app.infrastructure.http.context import Services
from app.licensing.queries import license_of
from app.royalties.service.accounts import accounts_as_billed, recouping_together
from tests.factories.changes import hand_on
from tests.factories.royalties import REPORTED_AT, EarningLicense, make_earning_license, report_usage
from tests.royalties.steps import HUNDRED

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


def test_a_license_that_is_handed_on_keeps_its_group_and_what_was_billed(
    session: Session, services: Services
) -> None:
    terms: dict[str, Any] = {
        "royalty": HARBOR,
        "advance": {"amount_minor": 200_00},
        "assignment": "with_consent",
    }
    one = make_earning_license(session, services.store, **terms)
    other = make_earning_license(session, services.store, estate=one.estate, studio=one.studio, **terms)
    report_usage(session, other, HUNDRED)
    before = accounts_as_billed(session, [one.id, other.id])
    deal_id = license_of(session, one.id).latest.deal_id
    buyer = hand_on(session, one.studio, one.estate.actor, deal_id, at=REPORTED_AT)
    theirs = make_earning_license(session, services.store, estate=one.estate, studio=buyer, **terms)
    assert together(session, one) == together(session, other) == sorted([one.id, other.id])
    assert together(session, theirs) == [theirs.id]
    after = accounts_as_billed(session, [one.id, other.id])
    assert {name: account.lines for name, account in after.items()} == {
        name: account.lines for name, account in before.items()
    }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_accounts_of_many_licenses_are_read_as_those_of_one(session: Session, services: Services) -> None:
    asked: list[list[str]] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked[-1].append(statement)

    terms: dict[str, Any] = {"royalty": {"rate_bps": 250, "currency": "USD"}, "advance": {"amount_minor": 200_00}}
    one = make_earning_license(session, services.store, **terms)
    others = [make_earning_license(session, services.store, estate=one.estate, **terms) for _ in range(2)]
    for license in (one, *others):
        report_usage(session, license, HUNDRED)
    sa.event.listen(session.get_bind(), "before_cursor_execute", note)
    for licenses in ([one], [one, *others]):
        asked.append([])
        found = accounts_as_billed(session, [license.id for license in licenses])
        assert [account.due_minor for account in found.values()] == [50_00] * len(licenses)
    sa.event.remove(session.get_bind(), "before_cursor_execute", note)
    assert len(asked[0]) == len(asked[1])
