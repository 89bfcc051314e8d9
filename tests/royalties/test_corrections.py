"""Corrections: what was stated stays, the difference comes in the next statement, and the books agree."""

import hashlib
import random
from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session, col, select

from app.infrastructure.http.context import Services
from app.ledger import accounts
from app.ledger.queries import trial_balance
from app.royalties.models import (
    FundingSource,
    Statement,
    StatementBalance,
    StatementShare,
)
from app.royalties.states import LineKind, ReportKind
from tests.factories.royalties import (
    EarningLicense,
    make_earning_license,
    make_heirs,
    pay_everything,
    report_usage,
    sales,
    send_everything,
    steam_file,
)
from tests.royalties.steps import (
    FEE_NET,
    HUNDRED,
    LATER,
    amounts,
    held,
    issue,
    lines_of,
    shares_of,
    the_statement,
    trace,
)


def test_a_replacement_before_the_statement_is_all_that_is_stated(
    session: Session, license: EarningLicense
) -> None:
    report_usage(session, license, HUNDRED)
    new = report_usage(session, license, steam_file(sales(90_00_00)), kind=ReportKind.REPLACEMENT)
    pay_everything(session)
    statement = the_statement(session, issue(session, license))
    royalties = [line for line in lines_of(session, statement) if line.report_id]
    assert [(x.amount_minor, x.is_correction, x.report_id) for x in royalties] == [
        (225_00, False, new.id),
        (-22_50, False, new.id),
    ]
    assert amounts(session, statement, license)[2:] == [
        (0, "report", 121_50, "requested"),
        (1, "report", 81_00, "requested"),
    ]


def test_a_correction_is_a_delta_line_with_its_reason_in_the_next_statement(
    session: Session, license: EarningLicense
) -> None:
    first_day = steam_file(sales(100_00_00), sales(10_00_00, **{"Country Code": "FR"}))
    old = report_usage(session, license, first_day)
    first = the_statement(session, issue(session, license))
    new = report_usage(
        session,
        license,
        steam_file(
            sales(60_00_00, units=3), sales(10_00_00, **{"Country Code": "FR"}), sales(5_00_00, Date="2026-08-01")
        ),
        kind=ReportKind.REPLACEMENT,
        at=LATER,
    )
    second = the_statement(session, issue(session, license, "2026-Q4", LATER))
    deltas = lines_of(session, second)
    assert [(x.kind, x.month, x.territory, x.units, x.basis_minor, x.amount_minor) for x in deltas] == [
        (LineKind.ROYALTY, "2026-07", "DE", 2, -40_00_00, -100_00),
        (LineKind.ROYALTY, "2026-08", "DE", 1, 5_00_00, 12_50),
        (LineKind.ROYALTY_PLATFORM_SHARE, "2026-07", "", 0, -100_00, 10_00),
        (LineKind.ROYALTY_PLATFORM_SHARE, "2026-08", "", 0, 12_50, -1_25),
    ]
    assert all(line.is_correction and new.id in line.reason for line in deltas)
    assert {row.report_id for row in trace(session, license, second, deltas[0])} == {old.id, new.id}
    assert hashlib.sha256(first.document_json.encode()).hexdigest() == first.sha256
    assert (second.opening_minor, second.earned_minor, second.payable_minor, second.closing_minor) == (
        0, -78_75, 0, -78_75,
    )  # fmt: skip
    assert shares_of(session, second) == []
    assert held(session, accounts.licensor_payable(license.estate.party.id)) == 78_75


def test_corrections_of_corrections_lead_to_what_is_known_now(session: Session, license: EarningLicense) -> None:
    periods = iter(["2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3"])
    at = datetime(2027, 12, 1, tzinfo=UTC)
    stated = 0
    for kind, amount, known in [
        (ReportKind.ORIGINAL, 100_00_00, 225_00),
        (ReportKind.ADDENDUM, 20_00_00, 270_00),
        (ReportKind.REPLACEMENT, 90_00_00, 202_50),
        (ReportKind.REPLACEMENT, 95_00_00, 213_75),
        (ReportKind.ADDENDUM, 1_00_00, 216_00),
    ]:
        report_usage(session, license, steam_file(sales(amount)), kind=kind, at=at)
        lines = lines_of(session, the_statement(session, issue(session, license, next(periods), at)))
        stated += sum(line.amount_minor for line in lines if line.report_id)
        assert stated == known
    assert session.exec(select(Statement.number).order_by(Statement.number)).all() == [1, 2, 3, 4, 5]


def test_what_a_correction_took_back_is_made_up_for_by_the_same_license(
    session: Session, license: EarningLicense
) -> None:
    report_usage(session, license, HUNDRED)
    pay_everything(session)
    issue(session, license)
    report_usage(session, license, steam_file(sales(80_00_00)), kind=ReportKind.REPLACEMENT, at=LATER)
    second = the_statement(session, issue(session, license, "2026-Q4", LATER))
    assert (second.payable_minor, second.closing_minor) == (0, -45_00)
    at = datetime(2027, 4, 10, tzinfo=UTC)
    days = (date(2026, 10, 1), date(2026, 12, 31))
    report = report_usage(session, license, steam_file(sales(30_00_00, Date="2026-12-01")), at=at, days=days)
    assert (report.accrued_minor, report.charged_minor) == (75_00, 25_00)
    third = the_statement(session, issue(session, license, "2027-Q1", at))
    assert (third.opening_minor, third.earned_minor, third.payable_minor, third.closing_minor) == (
        -45_00, 67_50, 22_50, 0,
    )  # fmt: skip
    assert amounts(session, third, license) == [
        (0, "report", 13_50, "awaiting_funds"),
        (1, "report", 9_00, "awaiting_funds"),
    ]


def test_credit_paid_long_ago_funds_shares_of_a_report_that_was_charged_less(
    session: Session, license: EarningLicense
) -> None:
    report_usage(session, license, HUNDRED)
    report_usage(session, license, steam_file(sales(60_00_00)), kind=ReportKind.REPLACEMENT)
    pay_everything(session)
    issue(session, license)
    days = (date(2026, 10, 1), date(2026, 12, 31))
    report_usage(session, license, steam_file(sales(44_00_00, Date="2026-12-01")), at=LATER, days=days)
    statement = the_statement(session, issue(session, license, "2026-Q4", LATER))
    assert statement.payable_minor == 99_00  # of 110.00, of which only 10.00 is charged: 100.00 was credit
    assert amounts(session, statement, license) == [
        (0, "report", 50_40, "requested"),
        (1, "report", 39_60, "requested"),
        (0, "report", 9_00, "awaiting_funds"),
    ]
    assert [(x.amount_minor, x.net_minor, x.drawn_minor) for x in session.exec(select(FundingSource))] == [
        (1_250_001, FEE_NET, FEE_NET),
        (250_00, 225_00, 225_00),
        (10_00, 9_00, 9_00),
    ]


def test_a_correction_takes_back_from_those_who_were_given(session: Session, license: EarningLicense) -> None:
    report_usage(session, license, HUNDRED)
    issue(session, license)
    make_heirs(session, license.estate, license.administrator, (10_000,), at=datetime(2026, 11, 1, tzinfo=UTC))
    report_usage(session, license, steam_file(sales(80_00_00)), kind=ReportKind.REPLACEMENT, at=LATER)
    statement = the_statement(session, issue(session, license, "2026-Q4", LATER))
    balances = session.exec(select(StatementBalance).where(StatementBalance.statement_id == statement.id)).all()
    assert {row.beneficiary_party_id: row.closing_minor for row in balances} == {
        license.heirs[0].id: -27_00,
        license.heirs[1].id: -18_00,
    }


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_reported_corrected_paid_and_stated_the_books_agree(
    session: Session, services: Services, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311  a repeatable story, not a secret
    license = make_earning_license(session, services.store, shares=(3_334, 3_333, 3_333))
    at = datetime(2028, 6, 1, tzinfo=UTC)
    months = [date(2026, month, 1) for month in (7, 8, 9)]
    reported: set[date] = set()
    periods = iter([f"{year}-{month:02}" for year in (2026, 2027) for month in range(6, 13)])
    for _ in range(14):
        first = chance.choice(months)
        kinds = [ReportKind.ADDENDUM, ReportKind.REPLACEMENT] if first in reported else [ReportKind.ORIGINAL]
        reported.add(first)
        rows = [
            sales(
                chance.randint(-50_000, 100_000),
                Date=f"{first}",
                **{"Country Code": chance.choice(["DE", "US", "JP"])},
            )
            for _ in range(chance.randint(0, 4))
        ]
        days = (first, first.replace(day=28))
        report_usage(session, license, steam_file(*rows), kind=chance.choice(kinds), days=days, at=at)
        if chance.random() < 0.5:
            issue(session, license, next(periods), at)
        if chance.random() < 0.4:
            pay_everything(session, at=at)
            send_everything(session, at=at)
    issue(session, license, "2028-05", at)
    pay_everything(session, at=at)
    send_everything(session, at=at)
    _books_agree(session, license)


def _books_agree(session: Session, license: EarningLicense) -> None:
    assert trial_balance(session) == {"USD": 0}
    statements = session.exec(select(Statement).order_by(col(Statement.number))).all()
    closing = [0, *(statement.closing_minor for statement in statements)]
    assert [statement.opening_minor for statement in statements] == closing[:-1]
    assert held(session, accounts.licensor_payable(license.estate.party.id)) == -closing[-1]
    assert [held(session, accounts.beneficiary_payable(heir.id)) for heir in license.heirs] == [0, 0, 0]
    for source in session.exec(select(FundingSource)):
        drawn = sum(
            session.exec(select(StatementShare.amount_minor).where(StatementShare.source == source.reference))
        )
        assert drawn == source.drawn_minor <= source.amount_minor
    for statement in statements:
        assert sum(line.amount_minor for line in lines_of(session, statement)) == statement.earned_minor
        assert sum(share.amount_minor for share in shares_of(session, statement)) == statement.payable_minor
