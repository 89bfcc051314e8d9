"""Statements: what they say, who gets what out of which payment, corrections, and that nothing comes twice."""

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.ledger import accounts
from app.ledger.queries import balance, incomplete_entries, trial_balance
from app.payments.models import Transfer
from app.payments.service.transfers import note_refused
from app.royalties import queries
from app.royalties.errors import PeriodNotOver
from app.royalties.models import (
    FundingSource,
    ReportLine,
    RoyaltyRun,
    Statement,
    StatementBalance,
    StatementLine,
    StatementShare,
)
from app.royalties.rules.period import StatementPeriod
from app.royalties.service.runs import issue_statements
from app.royalties.states import LineKind, ReportKind, ShareStatus
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

LATER = datetime(2027, 1, 10, 9, tzinfo=UTC)
FEE_NET = 1_125_001
HUNDRED = steam_file(sales(100_00_00))
"""Earns 250.00, of which the platform keeps 25.00."""


@pytest.fixture
def license(session: Session, services: Services) -> EarningLicense:
    return make_earning_license(session, services.store)


def issue(
    session: Session, license: EarningLicense, period: str = "2026-Q3", at: datetime = REPORTED_AT
) -> RoyaltyRun:
    return issue_statements(
        session=session, actor=license.administrator, at=at, period=StatementPeriod.parse(period)
    )


def the_statement(session: Session, run: RoyaltyRun) -> Statement:
    [statement] = queries.statements_of_run(session, run)
    return statement


def lines_of(session: Session, statement: Statement) -> list[StatementLine]:
    lines = select(StatementLine).where(StatementLine.statement_id == statement.id)
    return list(session.exec(lines.order_by(col(StatementLine.number))))


def shares_of(session: Session, statement: Statement) -> list[StatementShare]:
    shares = select(StatementShare).where(StatementShare.statement_id == statement.id)
    return list(session.exec(shares.order_by(col(StatementShare.id))))


def amounts(session: Session, statement: Statement, license: EarningLicense) -> list[tuple[int, str, int, str]]:
    """Return each share as which heir, out of what, how much, how far; by payment, then by heir."""
    places = {heir.id: place for place, heir in enumerate(license.heirs)}
    return [
        (places[x.beneficiary_party_id], x.source.partition("/")[0], x.amount_minor, x.status.value)
        for x in sorted(shares_of(session, statement), key=lambda x: (x.source, places[x.beneficiary_party_id]))
    ]


def held(session: Session, account: str) -> int:
    return balance(session, account, "USD").amount_minor


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
    traced = _trace(session, license, statement, lines[7])
    assert (sum(row.units for row in traced), sum(row.net_minor for row in traced)) == (
        lines[7].units, lines[7].basis_minor,
    )  # fmt: skip
    assert {row.report_id for row in traced} == {report.id}


def _trace(
    session: Session, license: EarningLicense, statement: Statement, line: StatementLine
) -> list[ReportLine]:
    found: list[ReportLine] = []
    cursor = None
    while True:
        page = queries.traced_lines_page(
            session, license.estate.actor, statement.id, line.id, cursor=cursor, limit=100
        )
        found.extend(page.items)
        cursor = page.next_cursor
        if cursor is None:
            return found


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
    assert {row.report_id for row in _trace(session, license, second, deltas[0])} == {old.id, new.id}
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


def test_concurrent_runs_issue_one_statement(database: Database, services: Services) -> None:
    with database.write() as session:
        license = make_earning_license(session, services.store)
        report_usage(session, license, HUNDRED)

    def run(_: int) -> list[str]:
        with database.write() as own:
            return [statement.id for statement in queries.statements_of_run(own, issue(own, license))]

    with ThreadPoolExecutor(4) as pool:
        issued = [statement for ids in pool.map(run, range(4)) for statement in ids]
    assert len(issued) == 1
    with database.read() as session:
        assert session.exec(select(sa.func.count()).select_from(StatementShare)).one() == 4


@pytest.mark.parametrize("first", ["run", "payment"])
def test_a_payment_that_arrives_during_a_run_is_not_missed(
    database: Database, services: Services, first: str
) -> None:
    with database.write() as session:
        license = make_earning_license(session, services.store)
        reference = f"report/{report_usage(session, license, HUNDRED).id}/royalty"
    steps: dict[str, Callable[[Session], object]] = {
        "run": lambda own: issue(own, license),
        "payment": lambda own: pay(own, reference),
    }
    one, other = steps.pop(first), steps.popitem()[1]

    def in_its_own_transaction() -> None:
        with database.write() as own:
            other(own)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            one(session)
            waiting = pool.submit(in_its_own_transaction)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=1)
        waiting.result(timeout=60)
    with database.read() as session:
        assert set(session.exec(select(StatementShare.status)).all()) == {ShareStatus.REQUESTED}


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
