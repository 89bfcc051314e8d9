"""Usage reports: exact sums, what they charge and book, corrections, and refusals that leave nothing behind."""

import csv
import io
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from app.identity.actor import Actor
from app.infrastructure.http.context import Services
from app.ledger import accounts
from app.ledger.queries import incomplete_entries, trial_balance
from app.payments.queries import charge_by_reference
from app.royalties.errors import AlreadyReported, CurrencyNotAgreed, NothingToCorrect, PeriodNotOver, ReportRefused
from app.royalties.models import FundingSource, ReportLine, UsageReport
from app.royalties.service.lines import LeftOut, MappedItem
from app.royalties.service.reports import preview_report
from app.royalties.states import ReportKind, ReportStatus
from app.values.errors import Forbidden, InvalidInput, NotFound
from tests.factories.parties import make_actor
from tests.factories.royalties import (
    MAPPING,
    REPORTED_AT,
    EarningLicense,
    make_earning_license,
    make_upload,
    quarter_export,
    quarter_totals,
    report_usage,
    sales,
    steam_file,
)
from tests.royalties.steps import HUNDRED, held

ADDENDUM, REPLACEMENT = ReportKind.ADDENDUM, ReportKind.REPLACEMENT


def brute_force_royalty(content: bytes, *, rate_bps: int, platform_bps: int) -> tuple[int, int]:
    """Royalty and platform's share of a file on net receipts, by another road than the code's."""
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))[3:]
    columns = {name: place for place, name in enumerate(rows[0])}
    nets: defaultdict[tuple[str, ...], Fraction] = defaultdict(Fraction)
    for row in rows[1:]:
        day, product, channel, country, net = (
            row[columns[name]] for name in ("Date", "Product(ID#)", "Type", "Country Code", "Net Steam Sales (USD)")
        )
        nets[day[:7], product, channel, country] += Fraction(Decimal(net) * 100)
    months: defaultdict[str, int] = defaultdict(int)
    for key, net in nets.items():
        months[key[0]] += round(net * rate_bps / 10_000)
    return sum(months.values()), sum(round(Fraction(month * platform_bps, 10_000)) for month in months.values())


def test_a_quarter_adds_up_to_the_stores_totals(session: Session, license: EarningLicense) -> None:
    report = report_usage(session, license, quarter_export())
    items: Any = report.totals["items"]
    sums = {row["item"]: row for row in items if row["channel"] == "steam"}
    for product, (units, gross, net) in quarter_totals().items():
        row = sums[MAPPING[product].item]  # type: ignore[union-attr]
        assert (row["units"], row["gross_minor"], row["net_minor"]) == (units, gross, net)
        assert row["gross_minor"] - row["deductions_minor"] == row["net_minor"]
    keys = [row for row in items if row["channel"] == "retail_key"]
    assert all(row["units"] > 0 and row["gross_minor"] == row["net_minor"] == 0 for row in keys)
    assert len(keys) == 4
    assert (report.row_count, report.line_count) == (40_000, 40_000)
    us_sales = quarter_export().count(b",US,United States,")
    assert report.lines_outside_grant == us_sales > 2_000
    expected = brute_force_royalty(quarter_export(), rate_bps=250, platform_bps=1000)
    assert (report.royalty_minor, report.platform_fee_minor) == expected


def test_an_accepted_report_is_charged_and_booked(session: Session, license: EarningLicense) -> None:
    receivable = accounts.licensee_receivable(license.studio.party_id)
    payable = accounts.licensor_payable(license.estate.party.id)
    before = held(session, payable), held(session, accounts.platform_fees())
    report = report_usage(session, license, HUNDRED)
    charge = charge_by_reference(session, f"report/{report.id}/royalty")
    assert charge is not None
    assert (charge.amount_minor, charge.payer_party_id) == (250_00, license.studio.party_id)
    assert (report.royalty_minor, report.platform_fee_minor, report.charged_minor) == (250_00, 25_00, 250_00)
    assert held(session, receivable) == 250_00
    assert held(session, payable) == before[0] - 225_00
    assert held(session, accounts.platform_fees()) == before[1] - 25_00
    assert trial_balance(session) == {"USD": 0}
    assert incomplete_entries(session) == []


def test_each_row_becomes_a_line_that_says_where_it_came_from(session: Session, license: EarningLicense) -> None:
    report = report_usage(session, license, steam_file({}, {"Country Code": "US", "Date": "2026-09-30"}))
    lines = session.exec(select(ReportLine).order_by(ReportLine.line_number)).all()
    assert [(x.line_number, x.sold_on, x.month, x.territory, x.is_outside_grant) for x in lines] == [
        (5, date(2026, 7, 1), "2026-07", "DE", False),
        (6, date(2026, 9, 30), "2026-09", "US", True),
    ]
    first = lines[0]
    assert (first.item, first.channel, first.units) == ("chapter_one", "steam", 5)
    assert (first.gross_minor, first.deductions_minor, first.net_minor, first.currency) == (7495, 1424, 6071, "USD")
    assert {x.report_id for x in lines} == {report.id}


def test_sales_outside_the_grant_earn_and_are_counted(session: Session, license: EarningLicense) -> None:
    mapping = dict(MAPPING) | {"701004": MappedItem("trailer_music", "game.trailer")}
    outside = [{"Country Code": "US"}, {"Date": "2026-06-14"}, {"Product(ID#)": "701004"}]
    content = steam_file(sales(100_00), *(sales(100_00, **sale) for sale in outside))
    days = (date(2026, 6, 1), date(2026, 9, 30))
    report = report_usage(session, license, content, days=days, mapping=mapping)
    assert (report.lines_outside_grant, report.royalty_minor) == (3, 10_00)
    flags = session.exec(select(ReportLine.is_outside_grant).order_by(ReportLine.line_number)).all()
    assert list(flags) == [False, True, True, True]


def test_what_is_left_out_is_told_with_its_reason_and_earns_nothing(
    session: Session, license: EarningLicense
) -> None:
    mapping = dict(MAPPING) | {"701002": LeftOut("The chapter has no narrator.")}
    report = report_usage(
        session, license, steam_file({}, sales(100_00, **{"Product(ID#)": "701001"})), mapping=mapping
    )
    assert report.totals["left_out"] == [
        {
            "product": "701002",
            "reason": "The chapter has no narrator.",
            "rows": 1,
            "units": 5,
            "gross_minor": 7495,
            "net_minor": 6071,
        }
    ]
    assert (report.row_count, report.line_count, report.royalty_minor) == (2, 1, 2_50)


def test_a_quarter_without_sales_is_reported_too(session: Session, license: EarningLicense) -> None:
    report = report_usage(session, license, steam_file())
    assert (report.row_count, report.royalty_minor, report.charged_minor) == (0, 0, 0)
    assert charge_by_reference(session, f"report/{report.id}/royalty") is None


def test_money_owed_outlives_the_license(session: Session, license: EarningLicense) -> None:
    at = datetime(2029, 3, 1, tzinfo=UTC)
    days = (date(2026, 10, 1), date(2026, 12, 31))
    report = report_usage(session, license, steam_file(sales(40_00, Date="2026-12-31")), at=at, days=days)
    assert (report.status, report.charged_minor, report.lines_outside_grant) == (ReportStatus.ACCEPTED, 1_00, 0)


def test_an_addendum_adds_and_a_replacement_supersedes(session: Session, license: EarningLicense) -> None:
    original = report_usage(session, license, steam_file(sales(100_00_00)))
    addendum = report_usage(session, license, steam_file(sales(20_00_00)), kind=ADDENDUM)
    assert (original.accrued_minor, addendum.accrued_minor) == (250_00, 50_00)
    replacement = report_usage(session, license, steam_file(sales(90_00_00)), kind=REPLACEMENT)
    assert (replacement.royalty_minor, replacement.accrued_minor, replacement.charged_minor) == (225_00, -75_00, 0)
    statuses = session.exec(select(UsageReport.status).order_by(UsageReport.id)).all()
    assert list(statuses) == [ReportStatus.SUPERSEDED, ReportStatus.SUPERSEDED, ReportStatus.ACCEPTED]
    fee = 1_125_001
    assert held(session, accounts.licensor_payable(license.estate.party.id)) == -(fee + 202_50)
    assert held(session, accounts.licensee_receivable(license.studio.party_id)) == 225_00
    assert trial_balance(session) == {"USD": 0}


def test_credit_from_a_correction_is_taken_off_the_next_charges(session: Session, license: EarningLicense) -> None:
    report_usage(session, license, HUNDRED)
    report_usage(session, license, steam_file(sales(40_00_00)), kind=REPLACEMENT)  # 150.00 too much was charged
    at = datetime(2027, 6, 1, tzinfo=UTC)
    months = [(date(2026, 10, 1), date(2026, 10, 31)), (date(2026, 11, 1), date(2026, 11, 30))]
    charged = [
        report_usage(session, license, steam_file(sales(40_00_00, Date=f"{first}")), at=at, days=(first, last))
        .charged_minor
        for first, last in months
    ]  # fmt: skip
    assert charged == [0, 50_00]
    assert sum(session.exec(select(FundingSource.amount_minor)).all()) == 1_250_001 + 250_00 + 50_00


def test_periods_that_cannot_be_reported(session: Session, license: EarningLicense) -> None:
    cases: list[tuple[tuple[date, date], type[Exception]]] = [
        ((date(2026, 9, 30), date(2026, 7, 1)), InvalidInput),
        ((date(2025, 7, 1), date(2026, 9, 30)), InvalidInput),
        ((date(1999, 12, 31), date(2000, 3, 31)), InvalidInput),
        ((date.min, date.min), InvalidInput),
        ((date(2026, 10, 1), date(2026, 12, 31)), PeriodNotOver),
        ((date.max, date.max), PeriodNotOver),
    ]
    for days, error in cases:
        with pytest.raises(error):
            report_usage(session, license, HUNDRED, days=days)


def test_a_day_is_reported_once(session: Session, license: EarningLicense) -> None:
    report_usage(session, license, HUNDRED)
    with pytest.raises(AlreadyReported, match="addendum"):
        report_usage(session, license, HUNDRED)
    with pytest.raises(AlreadyReported, match="overlaps"):
        report_usage(session, license, HUNDRED, days=(date(2026, 7, 1), date(2026, 7, 31)))
    with pytest.raises(NothingToCorrect):
        report_usage(session, license, HUNDRED, days=(date(2026, 4, 1), date(2026, 6, 30)), kind=ADDENDUM)


def test_the_stores_currency_must_be_the_deals(session: Session, services: Services) -> None:
    in_euros = make_earning_license(session, services.store, royalty={"rate_bps": 250, "currency": "EUR"})
    with pytest.raises(CurrencyNotAgreed, match="USD"):
        report_usage(session, in_euros, HUNDRED)


def test_only_the_licensee_reports(session: Session, license: EarningLicense) -> None:
    def report_as(actor: Actor) -> None:
        preview_report(session=session, actor=actor, at=REPORTED_AT, license_id=license.id, upload=make_upload(),
                       stream=io.BytesIO(HUNDRED))  # fmt: skip

    for known in (license.estate.actor, license.administrator):
        with pytest.raises(Forbidden):
            report_as(known)
    with pytest.raises(NotFound):
        report_as(make_actor(session, name="Somebody else"))
    report_as(license.studio)


def test_the_last_row_wrong_leaves_nothing(session: Session, license: EarningLicense) -> None:
    session.commit()
    content = steam_file(*[sales(100_00)] * 5_000, {"Country Code": "XX"})
    with pytest.raises(ReportRefused) as caught:
        report_usage(session, license, content)
    session.rollback()
    assert (caught.value.extra["line"], caught.value.extra["column"]) == (5_005, "Country Code")
    assert session.exec(select(sa.func.count()).select_from(ReportLine)).one() == 0
    assert session.exec(select(sa.func.count()).select_from(UsageReport)).one() == 0


def test_a_preview_answers_the_same_and_stores_nothing(session: Session, license: EarningLicense) -> None:
    def preview() -> UsageReport:
        return preview_report(session=session, actor=license.studio, at=REPORTED_AT, license_id=license.id,
                              upload=make_upload(), stream=io.BytesIO(HUNDRED))  # fmt: skip

    first = preview().model_dump(exclude={"id"})
    for model in (ReportLine, UsageReport):
        assert session.exec(select(sa.func.count()).select_from(model)).one() == 0
    assert held(session, accounts.licensee_receivable(license.studio.party_id)) == 0
    stored = report_usage(session, license, HUNDRED)
    assert stored.model_dump(exclude={"id"}) == first
    session.commit()
    with pytest.raises(AlreadyReported):
        preview()


def test_a_report_that_no_sum_can_hold_is_refused(session: Session, license: EarningLicense) -> None:
    with pytest.raises(ReportRefused, match="more than this system"):
        report_usage(session, license, steam_file(*[sales(10**12 - 1)] * 1_001))


def test_what_was_reported_cannot_be_changed(session: Session, license: EarningLicense) -> None:
    report_usage(session, license, HUNDRED)
    for change in (sa.update(ReportLine).values(net_minor=1), sa.delete(ReportLine)):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), session.begin_nested():
            session.execute(change)


def test_the_database_holds_a_line_to_its_sum(session: Session, license: EarningLicense) -> None:
    report = report_usage(session, license, HUNDRED)
    line = session.exec(select(ReportLine)).one().model_dump(exclude={"id"})
    wrong = ReportLine(**(line | {"net_minor": line["net_minor"] + 1}))
    for row in (wrong, UsageReport(**report.model_dump(exclude={"id"}))):
        with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
            session.add(row)


def test_reporting_takes_seconds_and_few_statements(session: Session, license: EarningLicense) -> None:
    statements: list[str] = []
    sa.event.listen(session.get_bind(), "before_cursor_execute", lambda *args: statements.append(args[2]))
    began = datetime.now(UTC)
    report_usage(session, license, steam_file(*[sales(100_00)] * 10_000))
    assert datetime.now(UTC) - began < timedelta(seconds=30)  # a guard against quadratic work, not a measurement
    assert len(statements) < 80
