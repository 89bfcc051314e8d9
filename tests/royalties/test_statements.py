"""Statements: what they say, who gets what out of which payment, and that nothing comes twice."""

import hashlib
import json
from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from app.infrastructure.http.context import Services
from app.ledger import accounts
from app.ledger.queries import incomplete_entries, trial_balance
from app.payments.models import Transfer
from app.payments.service.transfers import note_refused
from app.royalties import queries
from app.royalties.errors import PeriodNotOver
from app.royalties.models import (
    ReportLine,
    Statement,
    StatementBalance,
    StatementLine,
    StatementShare,
)
from app.royalties.rules.period import StatementPeriod
from app.royalties.service.runs import issue_statements
from app.royalties.states import LineKind, ShareStatus
from app.values.canonical import canonical_bytes
from app.values.errors import Forbidden
from tests.factories.royalties import (
    REPORTED_AT,
    EarningLicense,
    make_earning_license,
    make_heirs,
    pay,
    pay_everything,
    quarter_export,
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


def test_fee_and_royalty_are_stated_and_split_sixty_forty(session: Session, license: EarningLicense) -> None:
    report = report_usage(session, license, HUNDRED)
    statement = the_statement(session, issue(session, license))
    assert [(x.kind, x.amount_minor, x.report_id) for x in lines_of(session, statement)] == [
        (LineKind.FEE, 1_250_001, None),
        (LineKind.FEE_PLATFORM_SHARE, -125_000, None),
        (LineKind.ROYALTY, 250_00, report.id),
        (LineKind.ROYALTY_PLATFORM_SHARE, -25_00, report.id),
    ]
    assert (statement.opening_minor, statement.earned_minor, statement.payable_minor, statement.closing_minor) == (
        0, FEE_NET + 225_00, FEE_NET + 225_00, 0,
    )  # fmt: skip
    assert amounts(session, statement, license) == [
        (0, "license", 675_001, "requested"),
        (1, "license", 450_000, "requested"),
        (0, "report", 135_00, "awaiting_funds"),
        (1, "report", 90_00, "awaiting_funds"),
    ]
    assert held(session, accounts.licensor_payable(license.estate.party.id)) == 0
    assert [held(session, accounts.beneficiary_payable(heir.id)) for heir in license.heirs] == [-688_501, -459_000]


def test_shares_go_out_when_the_licensee_has_paid(session: Session, license: EarningLicense) -> None:
    report = report_usage(session, license, HUNDRED)
    statement = the_statement(session, issue(session, license))
    pay(session, f"report/{report.id}/royalty")
    assert {share.status for share in shares_of(session, statement)} == {ShareStatus.REQUESTED}
    send_everything(session)
    assert {share.status for share in shares_of(session, statement)} == {ShareStatus.SENT}
    assert [held(session, accounts.beneficiary_payable(heir.id)) for heir in license.heirs] == [0, 0]
    assert held(session, accounts.licensee_receivable(license.studio.party_id)) == 0
    kept = -held(session, accounts.platform_fees()) - held(session, accounts.processor_fees())
    assert held(session, accounts.stripe_balance()) == kept == 125_000 + 25_00 - 2 * 30
    assert trial_balance(session) == {"USD": 0}
    assert incomplete_entries(session) == []


def test_paid_before_the_run_is_sent_with_it(session: Session, license: EarningLicense) -> None:
    report_usage(session, license, HUNDRED)
    pay_everything(session)
    statement = the_statement(session, issue(session, license))
    assert {share.status for share in shares_of(session, statement)} == {ShareStatus.REQUESTED}
    transfers = session.exec(select(Transfer.reference)).all()
    assert sorted(transfers) == [f"share/{share.id}" for share in shares_of(session, statement)]


def test_the_document_says_everything_and_its_hash_names_it(session: Session, license: EarningLicense) -> None:
    report_usage(session, license, quarter_export())
    statement = the_statement(session, issue(session, license))
    document = json.loads(statement.document_json)
    assert hashlib.sha256(statement.document_json.encode()).hexdigest() == statement.sha256
    assert canonical_bytes(document) == statement.document_json.encode()
    assert sum(line["amount_minor"] for line in document["lines"]) == document["earned_minor"]
    assert sum(share["amount_minor"] for share in document["shares"]) == document["payable_minor"]
    assert [line["number"] for line in document["lines"]] == list(range(1, len(document["lines"]) + 1))
    assert document["licensor"] == {"id": license.estate.party.id, "name": license.estate.party.name}
    assert {row["beneficiary"]["name"] for row in document["balances"]} == {heir.name for heir in license.heirs}


def test_each_line_traces_to_the_report_lines_it_is_made_of(session: Session, license: EarningLicense) -> None:
    report = report_usage(session, license, quarter_export())
    statement = the_statement(session, issue(session, license))
    rows = session.exec(select(ReportLine)).all()
    sums: defaultdict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        group = sums[row.month, row.item, row.media, row.territory, row.channel]
        group[0] += row.units
        group[1] += row.net_minor
    lines = [line for line in lines_of(session, statement) if line.kind is LineKind.ROYALTY]
    assert {(x.month, x.item, x.media, x.territory, x.channel): [x.units, x.basis_minor] for x in lines} == sums
    assert sum(line.amount_minor for line in lines) == report.royalty_minor
    traced = trace(session, license, statement, lines[7])
    assert (sum(row.units for row in traced), sum(row.net_minor for row in traced)) == (
        lines[7].units, lines[7].basis_minor,
    )  # fmt: skip
    assert {row.report_id for row in traced} == {report.id}


def test_same_usage_and_terms_give_the_same_statement(session: Session, services: Services) -> None:
    said = []
    for _ in range(2):
        license = make_earning_license(session, services.store)
        report_usage(session, license, steam_file({}, sales(33_33), sales(7, Date="2026-08-02")))
        document = json.loads(the_statement(session, issue(session, license)).document_json)
        said.append(
            [
                *(
                    [line[name] for name in ("kind", "month", "item", "territory", "amount_minor")]
                    for line in document["lines"]
                ),
                *(share["amount_minor"] for share in document["shares"]),
            ]
        )
    assert said[0] == said[1]


def test_running_twice_changes_nothing(session: Session, license: EarningLicense) -> None:
    report_usage(session, license, HUNDRED)
    the_statement(session, issue(session, license))
    before = [
        session.exec(select(sa.func.count()).select_from(x)).one() for x in (Statement, StatementShare, Transfer)
    ]
    assert queries.statements_of_run(session, issue(session, license)) == []
    assert queries.statements_of_run(session, issue(session, license, "2026-Q4", LATER)) == []
    after = [
        session.exec(select(sa.func.count()).select_from(x)).one() for x in (Statement, StatementShare, Transfer)
    ]
    assert after == before == [1, 4, 2]


def test_what_comes_after_a_statement_stands_in_the_next(session: Session, license: EarningLicense) -> None:
    issue(session, license)
    report = report_usage(session, license, HUNDRED)
    assert queries.statements_of_run(session, issue(session, license)) == []
    later = the_statement(session, issue(session, license, "2026-Q4", LATER))
    assert (later.number, later.earned_minor, {x.report_id for x in lines_of(session, later)}) == (
        2, 225_00, {report.id},
    )  # fmt: skip


def test_only_what_belongs_to_the_period_is_stated(session: Session, license: EarningLicense) -> None:
    report_usage(session, license, HUNDRED)
    next_quarter = (date(2026, 10, 1), date(2026, 12, 31))
    report_usage(session, license, steam_file(sales(1_00_00, Date="2026-10-02")), at=LATER, days=next_quarter)
    first = the_statement(session, issue(session, license, at=LATER))
    second = the_statement(session, issue(session, license, "2026-Q4", LATER))
    assert (first.earned_minor, second.earned_minor) == (FEE_NET + 225_00, 2_25)


def test_administrators_issue_statements_of_past_periods(session: Session, license: EarningLicense) -> None:
    period = StatementPeriod.parse("2026-Q3")
    with pytest.raises(Forbidden):
        issue_statements(session=session, actor=license.estate.actor, at=REPORTED_AT, period=period)
    with pytest.raises(PeriodNotOver):
        issue(session, license, at=datetime(2026, 9, 30, 23, 59, 59, tzinfo=UTC))
    assert issue(session, license, at=datetime(2026, 10, 1, tzinfo=UTC)).period == "2026-Q3"


def test_those_who_held_the_estate_when_it_was_earned_share_in_it(
    session: Session, license: EarningLicense
) -> None:
    new = make_heirs(
        session, license.estate, license.administrator, (10_000,), at=datetime(2026, 8, 15, tzinfo=UTC)
    )
    report_usage(session, license, steam_file(sales(100_00_00), sales(100_00_00, Date="2026-08-01")))
    statement = the_statement(session, issue(session, license))
    by_party: defaultdict[str, int] = defaultdict(int)
    for share in shares_of(session, statement):
        by_party[share.beneficiary_party_id] += share.amount_minor
    assert [by_party[party.id] for party in (*license.heirs, *new)] == [675_001 + 135_00, 450_000 + 90_00, 225_00]


def test_with_the_report_date_as_trigger_the_day_of_the_report_decides(
    session: Session, services: Services
) -> None:
    royalty = {"rate_bps": 250, "currency": "USD", "trigger": "report_date"}
    license = make_earning_license(session, services.store, royalty=royalty)
    [new] = make_heirs(
        session, license.estate, license.administrator, (10_000,), at=datetime(2026, 10, 5, tzinfo=UTC)
    )
    report_usage(session, license, HUNDRED)
    statement = the_statement(session, issue(session, license))
    given = {x.beneficiary_party_id: x.amount_minor for x in shares_of(session, statement) if "report" in x.source}
    assert given == {new.id: 225_00}


def test_an_estate_has_one_statement_for_all_its_licenses(
    session: Session, license: EarningLicense, services: Services
) -> None:
    second = make_earning_license(session, services.store, estate=license.estate)
    other = make_earning_license(session, services.store)
    for each in (license, second, other):
        report_usage(session, each, HUNDRED)
    issued = queries.statements_of_run(session, issue(session, license))
    assert {x.licensor_party_id: x.earned_minor for x in issued} == {
        license.estate.party.id: 2 * (FEE_NET + 225_00),
        other.estate.party.id: FEE_NET + 225_00,
    }


def test_each_currency_has_a_statement_of_its_own(session: Session, services: Services) -> None:
    license = make_earning_license(session, services.store, fee={"amount_minor": 900_000, "currency": "EUR"})
    report_usage(session, license, HUNDRED)
    issued = queries.statements_of_run(session, issue(session, license))
    assert {x.currency: x.earned_minor for x in issued} == {"EUR": 810_000, "USD": 225_00}
    assert trial_balance(session) == {"EUR": 0, "USD": 0}


def test_a_refused_transfer_stays_owed_and_visible(session: Session, license: EarningLicense) -> None:
    statement = the_statement(session, issue(session, license))
    transfer = session.exec(select(Transfer)).first()
    assert transfer is not None
    note_refused(
        session=session, at=REPORTED_AT, transfer_id=transfer.id, code="account_closed", sentence="Closed."
    )
    [rejected] = [x for x in shares_of(session, statement) if x.status is ShareStatus.REJECTED]
    assert (f"share/{rejected.id}", rejected.rejection) == (transfer.reference, "Closed.")
    assert held(session, accounts.beneficiary_payable(rejected.beneficiary_party_id)) == -rejected.amount_minor


def test_a_share_that_the_provider_cannot_carry_stops_nobody_else(session: Session, services: Services) -> None:
    fee = {"amount_minor": 1_110, "currency": "KWD"}  # Stripe counts dinars in steps of ten fils
    license = make_earning_license(session, services.store, fee=fee)
    statement = the_statement(session, issue(session, license))
    assert [(x.amount_minor, x.status) for x in shares_of(session, statement)] == [
        (599, ShareStatus.REJECTED),
        (400, ShareStatus.REQUESTED),
    ]


def test_what_was_stated_cannot_be_changed(session: Session, license: EarningLicense) -> None:
    report_usage(session, license, HUNDRED)
    issue(session, license)
    changes: list[Any] = [
        sa.update(Statement).values(sha256="0" * 64),
        sa.update(StatementLine).values(amount_minor=1),
        sa.update(StatementBalance).values(closing_minor=-1),
        sa.delete(StatementLine),
        sa.delete(StatementBalance),
    ]
    for change in changes:
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), session.begin_nested():
            session.execute(change)


def test_a_run_asks_few_questions_however_long_the_reports(session: Session, license: EarningLicense) -> None:
    counts = []
    periods = iter(["2026-Q3", "2026-Q4"])
    for days, rows in (((date(2026, 7, 1), date(2026, 7, 31)), 10), ((date(2026, 8, 1), date(2026, 8, 31)), 3_000)):
        codes = ("DE", "FR", "JP", "BR", "AU", "CA", "GB", "PL", "KR", "HU")
        content = steam_file(
            *(sales(100, Date=f"{days[0]}", **{"Country Code": codes[row % 10]}) for row in range(rows))
        )
        report_usage(session, license, content, days=days, at=LATER)
        statements: list[str] = []

        def count(*args: Any, into: list[str] = statements) -> None:
            into.append(args[2])

        sa.event.listen(session.get_bind(), "before_cursor_execute", count)
        issue(session, license, next(periods), LATER)
        sa.event.remove(session.get_bind(), "before_cursor_execute", count)
        counts.append(len(statements))
    assert counts[1] <= counts[0] + 5
