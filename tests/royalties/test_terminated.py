"""What a termination leaves of an account: nothing is earned back that lapsed, and no later floor is charged."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import Session, select

from app.infrastructure.http.context import Services
from app.licensing.service.lifecycle import change_standing
from app.licensing.states import LicenseAction
from app.royalties.models import RoyaltyAccount, RoyaltyAdjustment
from app.royalties.service.billing import bill_days
from app.royalties.states import LineKind
from tests.factories.royalties import EarningLicense, make_earning_license, report_usage, sales, steam_file
from tests.royalties.steps import HUNDRED, LATER, issue, lines_of, the_statement

Q4 = (date(2026, 10, 1), date(2026, 12, 31))
IN_DECEMBER = steam_file(sales(100_00_00, Date="2026-12-01"))
AUTUMN = datetime(2026, 10, 20, 9, tzinfo=UTC)
SPRING = datetime(2027, 4, 10, 9, tzinfo=UTC)
PARTS: dict[str, Any] = {
    "amount_minor": 300_00,
    "instalments": [{"amount_minor": 200_00}, {"amount_minor": 100_00, "due_on": "2026-11-01"}],
}
ONE_LATE_PART = {"amount_minor": 100_00, "instalments": [{"amount_minor": 100_00, "due_on": "2026-11-01"}]}
FLOORS: dict[str, Any] = {
    "amount_minor": 700_00,
    "schedule": [
        {"test_on": "2026-10-20", "amount_minor": 300_00},
        {"test_on": "2026-10-21", "amount_minor": 400_00},
    ],
}


def terminate(session: Session, license: EarningLicense, at: datetime = AUTUMN) -> None:
    change_standing(
        session=session,
        actor=license.estate.actor,
        at=at,
        license_id=license.id,
        action=LicenseAction.TERMINATE,
        reason="Breach that was not cured.",
    )


@pytest.mark.parametrize(
    ("advance", "is_terminated", "charged_minor"),
    [(PARTS, False, 200_00), (PARTS, True, 250_00 + 50_00), (ONE_LATE_PART, True, 500_00)],
)
def test_what_lapsed_of_an_advance_is_not_recouped(
    session: Session, services: Services, advance: dict[str, Any], is_terminated: bool, charged_minor: int
) -> None:
    license = make_earning_license(session, services.store, advance=advance)
    first = report_usage(session, license, HUNDRED)
    if is_terminated:
        terminate(session, license)
    second = report_usage(session, license, IN_DECEMBER, days=Q4, at=LATER)
    assert first.charged_minor + second.charged_minor == charged_minor


def test_what_lapsed_of_an_advance_does_not_go_back(session: Session, services: Services) -> None:
    license = make_earning_license(session, services.store, advance=PARTS | {"remainder": "repayable"})
    terminate(session, license)
    bill_days(session=session, at=SPRING, license_id=license.id)
    [repaid] = session.exec(select(RoyaltyAdjustment)).all()
    assert repaid.accrued_minor == -200_00


def test_no_floor_is_tested_after_the_day_of_a_termination(session: Session, services: Services) -> None:
    license = make_earning_license(session, services.store, guarantee=FLOORS)
    terminate(session, license, at=datetime(2026, 10, 21, 3, tzinfo=UTC))  # 20 October in New York
    for _ in range(2):
        bill_days(session=session, at=SPRING, license_id=license.id)
    assert [made.charged_minor for made in session.exec(select(RoyaltyAdjustment))] == [300_00]
    assert session.get_one(RoyaltyAccount, license.id).next_on is None
    stated = lines_of(session, the_statement(session, issue(session, license, "2027-Q1", SPRING)))
    assert [line.amount_minor for line in stated if line.kind is LineKind.GUARANTEE] == [300_00]
