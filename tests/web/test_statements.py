"""Statements: sums, shares, the lines behind a sum; the royalty run; payouts."""

import pytest
from sqlmodel import Session

from app.identity.actor import Actor
from app.identity.states import Role
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.payments.models import ConnectedAccount
from app.payments.queries import connected_account_of
from tests.factories.identity import make_member
from tests.factories.royalties import (
    REPORTED_AT,
    EarningLicense,
    make_earning_license,
    pay_everything,
    report_usage,
    sales,
    send_everything,
    steam_file,
)
from tests.support.clock import FrozenClock
from tests.web.conftest import Visiting
from tests.web.person import Person


@pytest.fixture
def earning(database: Database, services: Services, clock: FrozenClock) -> EarningLicense:
    """A quarter was reported and paid for."""
    with database.write() as session:
        made = make_earning_license(session, services.store)
        report_usage(session, made, steam_file(sales(100_001), sales(5, Date="2026-08-02")))
        pay_everything(session)
    clock.move_to(REPORTED_AT)
    return made


@pytest.fixture
def estate(visiting: Visiting, earning: EarningLicense) -> Person:
    return visiting(earning.estate.actor)


def _run(visiting: Visiting, earning: EarningLicense) -> Person:
    office = visiting(earning.administrator)
    assert office.done(office.get("/runs"), "/runs", period="2026-q3") == "/statements"
    return office


def _first_link(page: str, beginning: str) -> str:
    return beginning + page.split(f'href="{beginning}', 1)[1].split('"', 1)[0]


def test_a_run_makes_a_statement_that_traces_to_report_lines(
    visiting: Visiting, earning: EarningLicense, estate: Person, database: Database
) -> None:
    assert "No statements yet" in estate.read("/statements")
    office = _run(visiting, earning)
    address = _first_link(estate.read("/statements"), "/statements/stm_")
    page = estate.read(address)
    assert "Statement for 2026-Q3" in page
    assert "Heir" in page
    assert "60\N{NO-BREAK SPACE}%" in page
    assert "40\N{NO-BREAK SPACE}%" in page
    assert "on its way" in page
    line = estate.read(_first_link(page, f"{address}/lines/"))
    assert "$1,000.01" in line
    assert "1 Jul 2026" in line
    assert estate.get(f"{address}/lines/stl_{'0' * 26}").status_code == 404
    with database.write() as session:
        send_everything(session)
    assert ">sent<" in office.read(address)


def test_an_heir_sees_the_statement_and_a_stranger_does_not(
    visiting: Visiting, earning: EarningLicense, estate: Person, database: Database, stranger: Actor
) -> None:
    _run(visiting, earning)
    address = _first_link(estate.read("/statements"), "/statements/stm_")
    line = _first_link(estate.read(address), f"{address}/lines/")
    with database.write() as session:
        heir = make_member(session, party_id=earning.heirs[0].id, role=Role.MEMBER)
    for actor, status in ((heir, 200), (stranger, 404), (earning.studio, 404)):
        person = visiting(actor)
        assert [person.get(path).status_code for path in (address, line)] == [status, status]


@pytest.mark.parametrize(("period", "status"), [("2026", 422), ("2027-Q1", 409), ("", 422)])
def test_a_run_that_cannot_be_is_explained(
    visiting: Visiting, earning: EarningLicense, period: str, status: int
) -> None:
    office = visiting(earning.administrator)
    answer = office.send(office.get("/runs"), "/runs", period=period)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text


def test_payouts_are_set_up_and_told(estate: Person, earning: EarningLicense, database: Database) -> None:
    assert "Payments to you wait" in estate.read("/")
    assert estate.done(estate.get("/payouts"), "/payouts") == "/payouts"
    assert "being opened" in estate.read("/payouts")
    with database.write() as session:
        account = _account(session, earning)
        account.status, account.stripe_account_id = "onboarding", "acct_1"  # type: ignore[assignment]
        account.onboarding_url = "https://pay.example/onboarding"
    assert 'href="https://pay.example/onboarding"' in estate.read("/payouts")
    with database.write() as session:
        _account(session, earning).status = "active"  # type: ignore[assignment]
    assert "You can be paid" in estate.read("/payouts")
    assert "Payments to you wait" not in estate.read("/")


def _account(session: Session, earning: EarningLicense) -> ConnectedAccount:
    account = connected_account_of(session, earning.estate.party.id, lock=True)
    assert account is not None
    return account
