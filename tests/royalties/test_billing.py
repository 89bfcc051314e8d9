"""Billing by the account: what is charged, booked and stated of deals with bands, reserves, advances and floors."""

import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.infrastructure.jobs.worker import JobContext
from app.ledger import accounts
from app.ledger.queries import trial_balance
from app.licensing.queries import license_of
from app.payments.models import Charge
from app.royalties import jobs
from app.royalties.models import RoyaltyAccount, RoyaltyAdjustment, Statement, StatementLine, UsageReport
from app.royalties.projecting.service import ReportedPeriod, Usage, compare
from app.royalties.service.accounts import accounts_as_billed
from app.royalties.service.billing import bill_days
from app.royalties.service.lines import usage_sums
from app.royalties.states import Figure, LineKind, ReportKind
from app.values.canonical import sha256_hex
from app.values.term import add_months
from tests.factories.royalties import (
    REPORTED_AT,
    EarningLicense,
    amend,
    make_earning_license,
    pay_everything,
    quarter_export,
    report_usage,
    sales,
    send_everything,
    steam_file,
)
from tests.royalties.steps import HUNDRED, LATER, held, issue, lines_of, the_statement, trace
from tests.support.clock import FrozenClock

Q4 = (date(2026, 10, 1), date(2026, 12, 31))
AUGUST, SEPTEMBER = (date(2026, 8, 1), date(2026, 8, 31)), (date(2026, 9, 1), date(2026, 9, 30))
SPRING = datetime(2027, 4, 10, 9, tzinfo=UTC)
ROYALTY: dict[str, Any] = {"rate_bps": 250, "currency": "USD"}
BANDS = {"mode": "cumulative_marginal", "bands": [{"above": 120_00_00, "rate_bps": 500}]}
RESERVE = {"rate_bps": 2_000, "release": [{"after_periods": 1, "share_bps": 10_000}]}
FLOOR = {"amount_minor": 400_00, "schedule": [{"test_on": "2026-12-31", "amount_minor": 400_00}]}


def in_december(net_minor: int) -> bytes:
    return steam_file(sales(net_minor, Date="2026-12-01"))


def stated(session: Session, license: EarningLicense, period: str, at: datetime) -> list[StatementLine]:
    """State a period, and return the lines of the license but for its fee."""
    lines = lines_of(session, the_statement(session, issue(session, license, period, at)))
    return [line for line in lines if line.kind not in {LineKind.FEE, LineKind.FEE_PLATFORM_SHARE}]


def told(lines: list[StatementLine]) -> list[tuple[str, str, int]]:
    return [(line.kind.value, line.month, line.amount_minor) for line in lines]


def test_bands_count_over_the_whole_license(session: Session, services: Services) -> None:
    license = make_earning_license(session, services.store, royalty=ROYALTY | {"escalator": BANDS})
    first = report_usage(session, license, HUNDRED)
    second = report_usage(session, license, in_december(100_00_00), days=Q4, at=LATER)
    # of the second hundred, twenty are at 2.5 % and eighty at 5 %
    assert (first.charged_minor, second.royalty_minor, second.charged_minor) == (250_00, 450_00, 450_00)
    lines = stated(session, license, "2026-Q4", LATER)
    assert told(lines) == [
        ("royalty", "2026-07", 250_00),
        ("royalty_platform_share", "2026-07", -25_00),
        ("royalty", "2026-12", 250_00),
        ("escalation", "2026-12", 200_00),
        ("royalty_platform_share", "2026-12", -45_00),
    ]
    statement = session.get_one(Statement, lines[3].statement_id)
    assert {row.report_id for row in trace(session, license, statement, lines[3])} == {second.id}


def test_a_replacement_moves_what_later_periods_earned(session: Session, services: Services) -> None:
    license = make_earning_license(session, services.store, royalty=ROYALTY | {"escalator": BANDS})
    first = report_usage(session, license, HUNDRED)
    second = report_usage(session, license, in_december(100_00_00), days=Q4, at=LATER)
    before = the_statement(session, issue(session, license, "2026-Q4", LATER))
    new = report_usage(session, license, steam_file(sales(20_00_00)), kind=ReportKind.REPLACEMENT, at=SPRING)
    assert new.accrued_minor == -200_00 - 200_00  # its own sales, and the band that December no longer reaches
    deltas = stated(session, license, "2027-Q1", SPRING)
    assert [(line.report_id, line.kind.value, line.amount_minor) for line in deltas] == [
        (new.id, "royalty", -200_00),
        (new.id, "royalty_platform_share", 20_00),
        (second.id, "escalation", -200_00),
        (second.id, "royalty_platform_share", 20_00),
    ]
    assert all(line.is_correction and new.id in line.reason for line in deltas)
    assert sha256_hex(json.loads(before.document_json)) == before.sha256
    assert first.id not in {line.report_id for line in deltas}


def test_an_advance_is_recouped_and_never_charged_again(session: Session, services: Services) -> None:
    license = make_earning_license(session, services.store, advance={"amount_minor": 300_00})
    receivable = accounts.licensee_receivable(license.studio.party_id)
    before = held(session, receivable)
    first = report_usage(session, license, HUNDRED)
    assert (first.royalty_minor, first.charged_minor, held(session, receivable)) == (250_00, 0, before)
    second = report_usage(session, license, in_december(100_00_00), days=Q4, at=LATER)
    assert (second.charged_minor, held(session, receivable)) == (200_00, before + 200_00)
    assert told(stated(session, license, "2026-Q4", LATER)) == [
        ("advance", "2026-06", 300_00),
        ("advance_platform_share", "2026-06", -30_00),
        ("royalty", "2026-07", 250_00),
        ("recoupment", "2026-07", -250_00),
        ("royalty", "2026-12", 250_00),
        ("recoupment", "2026-12", -50_00),
        ("royalty_platform_share", "2026-12", -20_00),
    ]
    assert trial_balance(session) == {"USD": 0}


def test_a_reserve_is_charged_when_it_is_released(
    database: Database, services: Services, clock: FrozenClock
) -> None:
    clock.move_to(REPORTED_AT)
    with database.write() as session:
        license = make_earning_license(session, services.store, royalty=ROYALTY | {"reserve": RESERVE})
        report = report_usage(session, license, HUNDRED)
        assert (report.royalty_minor, report.charged_minor, report.platform_fee_minor) == (250_00, 200_00, 20_00)
        assert session.get_one(RoyaltyAccount, license.id).next_on == date(2027, 1, 1)
        assert told(stated(session, license, "2026-Q3", REPORTED_AT)) == [
            ("royalty", "2026-07", 250_00),
            ("reserve", "2026-07", -50_00),
            ("royalty_platform_share", "2026-07", -20_00),
        ]
    for day in (datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2027, 1, 1, 1, tzinfo=UTC), SPRING):
        clock.move_to(day)
        jobs.test_guarantees(context=JobContext(services, 1), payload={})
        with database.read() as session:
            released = session.exec(select(RoyaltyAdjustment)).all()
            expected = [] if day.year == 2026 else [(date(2026, 12, 31), 50_00, 50_00, 45_00)]
            assert [(x.on_day, x.accrued_minor, x.charged_minor, x.charged_net_minor) for x in released] == expected
    with database.write() as session:
        lines = stated(session, license, "2026-Q4", SPRING)
        assert told(lines) == [("reserve_release", "2026-07", 50_00), ("royalty_platform_share", "2026-07", -5_00)]
        assert {(line.due_on, line.report_id, line.is_correction) for line in lines} == {
            (date(2026, 12, 31), None, False)
        }
        pay_everything(session, at=SPRING)
        send_everything(session, at=SPRING)
        assert held(session, accounts.licensor_payable(license.estate.party.id)) == 0


def test_what_is_released_only_to_be_recouped_is_stated_too(session: Session, services: Services) -> None:
    license = make_earning_license(
        session, services.store, royalty=ROYALTY | {"reserve": RESERVE}, advance={"amount_minor": 300_00}
    )
    report_usage(session, license, HUNDRED)
    for _ in range(2):
        bill_days(session=session, at=SPRING, license_id=license.id)
    [released] = session.exec(select(RoyaltyAdjustment)).all()
    assert (released.accrued_minor, released.charged_minor) == (0, 0)
    assert told(stated(session, license, "2026-Q4", SPRING))[-2:] == [
        ("reserve_release", "2026-07", 50_00),
        ("recoupment", "2026-07", -50_00),
    ]


def test_a_floor_is_topped_up_once_and_a_late_report_shows_what_it_changes(
    session: Session, services: Services
) -> None:
    license = make_earning_license(session, services.store, guarantee=FLOOR)
    report_usage(session, license, HUNDRED)
    february = datetime(2027, 2, 15, 3, tzinfo=UTC)
    bill_days(session=session, at=february.replace(day=14), license_id=license.id)
    assert session.exec(select(RoyaltyAdjustment)).all() == []
    for _ in range(2):
        bill_days(session=session, at=february, license_id=license.id)
    [topped_up] = session.exec(select(RoyaltyAdjustment)).all()
    assert (topped_up.number, topped_up.charged_minor, topped_up.on_day) == (1, 150_00, date(2026, 12, 31))
    assert topped_up.reason == "Due by itself up to 2026-12-31: guarantee topped up."
    assert told(stated(session, license, "2026-Q4", february))[-2:] == [
        ("guarantee", "2026-12", 150_00),
        ("royalty_platform_share", "2026-12", -15_00),
    ]
    late = report_usage(session, license, in_december(40_00_00), days=Q4, at=SPRING)
    assert (late.royalty_minor, late.accrued_minor, late.charged_minor) == (100_00, 0, 0)
    lines = stated(session, license, "2027-Q1", SPRING)
    assert [(line.kind.value, line.amount_minor, line.due_on, bool(line.reason)) for line in lines] == [
        ("royalty", 100_00, None, False),
        ("royalty_platform_share", -10_00, None, False),
        ("guarantee", -100_00, date(2026, 12, 31), True),
        ("royalty_platform_share", 10_00, date(2026, 12, 31), True),
    ]
    assert trial_balance(session) == {"USD": 0}


def test_a_floor_is_looked_for_although_nothing_is_ever_reported(session: Session, services: Services) -> None:
    license = make_earning_license(session, services.store, guarantee=FLOOR)
    assert session.get_one(RoyaltyAccount, license.id).next_on == date(2027, 2, 15)
    bill_days(session=session, at=datetime(2029, 1, 1, tzinfo=UTC), license_id=license.id)
    assert [x.charged_minor for x in session.exec(select(RoyaltyAdjustment))] == [400_00]
    assert session.get_one(RoyaltyAccount, license.id).next_on is None


def test_an_advance_that_is_repayable_goes_back_in_the_end(session: Session, services: Services) -> None:
    license = make_earning_license(
        session, services.store, advance={"amount_minor": 300_00, "remainder": "repayable"}
    )
    report_usage(session, license, HUNDRED)
    bill_days(session=session, at=SPRING, license_id=license.id)
    [repaid] = session.exec(select(RoyaltyAdjustment)).all()
    assert (repaid.accrued_minor, repaid.accrued_platform_fee_minor, repaid.charged_minor) == (-50_00, -5_00, 0)
    assert told(stated(session, license, "2026-Q4", SPRING))[-2:] == [
        ("advance_repayment", "2026-12", -50_00),
        ("royalty_platform_share", "2026-12", 5_00),
    ]


def test_licenses_of_one_group_recoup_together(session: Session, services: Services) -> None:
    terms: dict[str, Any] = {
        "royalty": ROYALTY | {"recoupment_group": "Harbor"},
        "advance": {"amount_minor": 200_00},
    }
    one = make_earning_license(session, services.store, **terms)
    other = make_earning_license(session, services.store, estate=one.estate, studio=one.studio, **terms)
    alone = make_earning_license(session, services.store, estate=one.estate, **terms)
    assert report_usage(session, one, HUNDRED).charged_minor == 0  # 250 of the 400 that the two have to earn back
    assert report_usage(session, alone, HUNDRED).charged_minor == 50_00
    later = report_usage(session, other, in_december(100_00_00), days=Q4, at=LATER)
    assert later.charged_minor == 100_00
    report_usage(session, one, steam_file(sales(60_00_00)), kind=ReportKind.REPLACEMENT, at=SPRING)
    [moved] = session.exec(
        select(RoyaltyAdjustment)
    ).all()  # of the first 250 only 150 recoup: 100 more of the other
    assert (moved.license_id, moved.accrued_minor) == (other.id, -100_00)
    assert "recoup together" in moved.reason
    issue(session, one, "2027-Q1", SPRING)
    lines = session.exec(select(StatementLine).where(col(StatementLine.license_id) == other.id)).all()
    of_royalty = [line for line in lines if line.report_id]
    assert sum(line.amount_minor for line in of_royalty) == later.accrued_net_minor + moved.accrued_net_minor == 0
    assert trial_balance(session) == {"USD": 0}


def test_a_period_is_billed_by_the_terms_that_are_in_force_as_it_begins(
    session: Session, services: Services
) -> None:
    license = make_earning_license(session, services.store)
    first = report_usage(session, license, HUNDRED)
    october = {"at": datetime(2026, 9, 20, 9, tzinfo=UTC), "effective_on": date(2026, 10, 1)}
    amend(session, license, **october, royalty=ROYALTY | {"rate_bps": 500})
    second = report_usage(session, license, in_december(100_00_00), days=Q4, at=LATER)
    assert (first.charged_minor, second.charged_minor) == (250_00, 500_00)
    assert first.terms_sha256 != second.terms_sha256
    again = report_usage(session, license, steam_file(sales(80_00_00)), kind=ReportKind.REPLACEMENT, at=LATER)
    assert (again.terms_sha256, again.royalty_minor, again.accrued_minor) == (first.terms_sha256, 200_00, -50_00)
    lines = stated(session, license, "2026-Q4", LATER)
    assert [line.rate_bps for line in lines if line.kind is LineKind.ROYALTY] == [500, 250]


def test_a_floor_is_that_of_the_terms_in_force_on_its_day(session: Session, services: Services) -> None:
    def floors(september: int, december: int) -> dict[str, Any]:
        days = {"2026-09-30": september, "2026-12-31": december}
        tests = [{"test_on": day, "amount_minor": amount} for day, amount in days.items()]
        return {"amount_minor": september + december, "schedule": tests}

    license = make_earning_license(session, services.store, guarantee=floors(100_00, 100_00))
    amend(session, license, at=REPORTED_AT, effective_on=date(2026, 11, 1), guarantee=floors(100_00, 300_00))
    bill_days(session=session, at=datetime(2026, 11, 20, tzinfo=UTC), license_id=license.id)
    assert session.get_one(RoyaltyAccount, license.id).next_on == date(2027, 2, 15)
    bill_days(session=session, at=SPRING, license_id=license.id)
    assert [x.charged_minor for x in session.exec(select(RoyaltyAdjustment))] == [100_00, 300_00]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_lines_of_earlier_reports_are_not_read_again(session: Session, services: Services) -> None:
    """The third upload asks the database as often as the seventh, and adds up its own lines alone."""
    license = make_earning_license(session, services.store, royalty=ROYALTY | {"escalator": BANDS})
    asked: list[list[str]] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked[-1].append(statement)

    sa.event.listen(session.get_bind(), "before_cursor_execute", note)
    for month in range(7):
        first_day = add_months(date(2026, 6, 15), month)
        asked.append([])
        content = steam_file(
            *(sales(100_00, Date=f"{first_day}", **{"Country Code": code}) for code in ("DE", "JP"))
        )
        report_usage(session, license, content, days=(first_day, first_day), at=SPRING)
    sa.event.remove(session.get_bind(), "before_cursor_execute", note)
    assert len(asked[2]) == len(asked[6])
    of_lines = [statement for statement in asked[6] if "usage_report_line" in statement]
    assert [statement.split()[:3] for statement in of_lines] == [
        ["INSERT", "INTO", "usage_report_line"],
        ["INSERT", "INTO", "usage_report_sum"],
    ]


def test_what_is_projected_is_what_is_billed(session: Session, services: Services) -> None:
    """The sales of a real report, asked for before and charged after: the same to the minor unit."""
    terms: dict[str, Any] = {
        "royalty": ROYALTY | {
            "escalator": BANDS | {"scope": "item"}, "reserve": RESERVE, "deductions_cap_bps": 500,
            "rules": [{"territory": "+DE +FR", "rate_bps": 333}],
        },
        "advance": {"amount_minor": 123_45},
        "guarantee": {
            "amount_minor": 400_000_00, "schedule": [{"test_on": "2026-12-31", "amount_minor": 400_000_00}],
        },
    }  # fmt: skip
    license = make_earning_license(session, services.store, **terms)
    report = report_usage(session, license, quarter_export())
    document = license_of(session, license.id).latest.terms.document
    usage = tuple(usage_sums(session, [report.id])[report.id])
    reported = ReportedPeriod(report.period_first_day, report.period_last_day, REPORTED_AT.date(), usage)
    projected = compare(document, document, Usage(reports=(reported,))).after
    [quarter, rest] = projected.periods
    assert quarter.figures[Figure.DUE_FROM_LICENSEE] == report.charged_minor > 0
    assert quarter.figures[Figure.PLATFORM_SHARE] == report.accrued_platform_fee_minor
    assert quarter.figures[Figure.ROYALTIES] + quarter.figures[Figure.ESCALATION] == report.royalty_minor
    assert quarter.figures[Figure.ESCALATION] > 0
    bill_days(session=session, at=SPRING, license_id=license.id)
    [adjusted] = session.exec(select(RoyaltyAdjustment)).all()
    assert rest.figures[Figure.DUE_FROM_LICENSEE] == adjusted.charged_minor
    assert rest.figures[Figure.GUARANTEE_TOP_UP] > 0
    assert rest.figures[Figure.NET_TO_LICENSOR] == adjusted.charged_net_minor


STORIES: list[dict[str, Any]] = [
    {"royalty": ROYALTY | {"escalator": {"mode": "whole_slab", "bands": [{"above": 1_000_00, "rate_bps": 700}]}}},
    {
        "royalty": ROYALTY | {
            "rate_bps": 3_000,
            "escalator": {"mode": "per_period", "tally": "units", "bands": [{"above": 3, "rate_bps": 3_500}]},
            "reserve": {"rate_bps": 1_500, "timing": "before_calculation",
                        "release": [{"after_periods": 1, "share_bps": 3_333},
                                    {"after_periods": 3, "share_bps": 6_667}]},
        },
        "reporting": {"schedule": "monthly"},
        "advance": {"amount_minor": 100_00, "remainder": "repayable"},
        "guarantee": {"amount_minor": 900_00, "shortfall_recoupable": True,
                      "schedule": [{"test_on": "2026-08-31", "amount_minor": 300_00},
                                   {"test_on": "2026-12-31", "amount_minor": 600_00}]},
    },
]  # fmt: skip


@pytest.mark.parametrize("story", range(len(STORIES)))
@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_the_books_and_the_statements_come_to_the_account(
    session: Session, services: Services, story: int, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311  a repeatable story, not a secret
    license = make_earning_license(session, services.store, **STORIES[story])
    months = [date(2026, month, 1) for month in (7, 8, 9, 10)]
    reported: set[date] = set()
    periods = iter([f"{add_months(date(2026, 6, 1), step):%Y-%m}" for step in range(10)])
    for step in range(10):
        at = datetime(2026, 11, 2, tzinfo=UTC) + timedelta(days=40 * step)
        first = chance.choice(months)
        kinds = [ReportKind.ADDENDUM, ReportKind.REPLACEMENT] if first in reported else [ReportKind.ORIGINAL]
        reported.add(first)
        rows = [
            sales(chance.randint(-200_00, 900_00), Date=f"{first}", **{"Country Code": chance.choice(["DE", "JP"])})
            for _ in range(chance.randint(0, 4))
        ]
        days = (first, first.replace(day=28))
        report_usage(session, license, steam_file(*rows), kind=chance.choice(kinds), days=days, at=at)
        if chance.random() < 0.5:
            pay_everything(session, at=at)
            issue(session, license, next(periods), at)
    at = datetime(2029, 6, 1, tzinfo=UTC)
    bill_days(session=session, at=at, license_id=license.id)
    issue(session, license, "2029-05", at)
    account = accounts_as_billed(session, [license.id])[license.id]
    moved = [*session.exec(select(UsageReport)), *session.exec(select(RoyaltyAdjustment))]
    assert sum(each.accrued_minor for each in moved) == account.due_minor
    assert sum(each.accrued_platform_fee_minor for each in moved) == account.platform_fee_minor
    lines = session.exec(select(StatementLine).where(col(StatementLine.license_id) == license.id)).all()
    of_royalty = [line for line in lines if line.report_id or line.due_on]
    assert sum(line.amount_minor for line in of_royalty) == account.net_minor
    by_kind = {kind: sum(line.amount_minor for line in of_royalty if line.kind is kind) for kind in LineKind}
    assert by_kind == {kind: account.total(kind) for kind in LineKind}
    assert trial_balance(session) == {"USD": 0}
    charged = session.exec(select(Charge)).all()
    assert sum(each.charged_minor for each in moved) == sum(
        charge.amount_minor for charge in charged if not charge.reference.startswith("license/")
    )
