"""A deal in parts, from signature to the heirs: charged on its days, paid, stated, shared; nothing is lost."""

from datetime import UTC, datetime, timedelta

from sqlmodel import select

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.ledger import queries as ledger
from app.ledger.accounts import beneficiary_payable, licensee_receivable, licensor_payable, platform_fees
from app.licensing.dues.states import DueKind
from app.licensing.events import FeeEarned
from app.royalties.models import FeeEarning, FundingSource
from app.royalties.service import fees
from app.royalties.states import LineKind
from app.values.money import Money
from tests.factories.dues import IN_PARTS, SECOND_ADVANCE_AT, SECOND_FEE_AT, THIRD_FEE_AT, run_charge_due
from tests.factories.royalties import EarningLicense, make_earning_license, pay, pay_everything, send_everything
from tests.royalties.steps import held, issue, lines_of, shares_of, the_statement
from tests.support.clock import START, FrozenClock

DAY = timedelta(days=1)
Q2_OVER, Q3_OVER = datetime(2026, 7, 2, tzinfo=UTC), datetime(2026, 10, 2, tzinfo=UTC)
Q1_OVER = datetime(2027, 4, 2, tzinfo=UTC)


def make(database: Database, services: Services) -> EarningLicense:
    with database.write() as session:
        return make_earning_license(session, services.store, is_paid=False, **IN_PARTS)


def statement_lines(
    database: Database, license: EarningLicense, period: str, at: datetime
) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Issue the statement of a period; return its lines, and its shares by the part they are sent out of."""
    with database.write() as session:
        statement = the_statement(session, issue(session, license, period, at))
        lines = [(line.kind.value, line.amount_minor) for line in lines_of(session, statement)]
        shares = [
            (share.source.partition(license.id)[2], share.amount_minor) for share in shares_of(session, statement)
        ]
        assert statement.payable_minor == sum(amount for _, amount in lines) == sum(amount for _, amount in shares)
        return lines, shares


def test_five_parts_reach_the_heirs_and_the_ledger_is_empty_in_the_end(
    database: Database, services: Services, clock: FrozenClock
) -> None:
    license = make(database, services)
    with database.write() as session:
        pay_everything(session, at=START)
    lines, shares = statement_lines(database, license, "2026-Q2", Q2_OVER)
    assert sorted(lines) == [
        ("advance", 100_000),
        ("advance_platform_share", -10_000),
        ("fee", 500_000),
        ("fee_platform_share", -50_000),
    ]
    assert sorted(shares) == [("/advance/1", 36_000), ("/advance/1", 54_000), ("/fee", 180_000), ("/fee", 270_000)]
    for due_at in (SECOND_FEE_AT, SECOND_ADVANCE_AT):
        clock.move_to(due_at)
        run_charge_due(services)
        with database.write() as session:
            pay_everything(session, at=clock.now())
    lines, shares = statement_lines(database, license, "2026-Q3", Q3_OVER)
    assert sorted(kind for kind, _ in lines) == ["advance", "advance_platform_share", "fee", "fee_platform_share"]
    assert sum(amount for _, amount in shares) == 450_000 + 180_000
    clock.move_to(THIRD_FEE_AT)
    run_charge_due(services)
    with database.write() as session:
        pay_everything(session, at=clock.now())
    lines, shares = statement_lines(database, license, "2027-Q1", Q1_OVER)
    assert lines == [("fee", 250_001), ("fee_platform_share", -25_000)]
    assert sorted(shares) == [("/fee/3", 90_000), ("/fee/3", 135_001)]
    with database.write() as session:
        send_everything(session, at=Q1_OVER)
    with database.read() as session:
        assert held(session, licensee_receivable(license.studio.party_id)) == 0
        assert held(session, licensor_payable(license.estate.party.id)) == 0
        assert [held(session, beneficiary_payable(heir.id)) for heir in license.heirs] == [0, 0]
        assert held(session, platform_fees()) == -155_000
        assert not any(ledger.trial_balance(session).values())
        assert ledger.incomplete_entries(session) == []


def test_each_paid_part_is_kept_once_with_its_kind(database: Database, services: Services) -> None:
    license = make(database, services)
    with database.write() as session:
        pay_everything(session, at=START)
    told = FeeEarned(
        license.id,
        license.estate.party.id,
        "chg_1",
        Money(100_000, "USD"),
        Money(10_000, "USD"),
        Money(90_000, "USD"),
        earned_at=START + DAY,
        kind=DueKind.ADVANCE,
        number=1,
        reference=f"license/{license.id}/advance/1",
    )
    with database.write() as session:
        fees.note_fee(session=session, at=START + DAY, fee=told)
    with database.read() as session:
        kept = session.exec(select(FeeEarning.kind, FeeEarning.number, FeeEarning.earned_at)).all()
        assert sorted(kept) == [(DueKind.ADVANCE, 1, START), (DueKind.FEE, 1, START)]
        assert len(session.exec(select(FundingSource.id)).all()) == 2


def test_an_advance_without_a_tax_form_is_held_as_a_fee_is(database: Database, services: Services) -> None:
    with database.write() as session:
        license = make_earning_license(session, services.store, is_paid=False, are_taxed=False, **IN_PARTS)
        pay(session, f"license/{license.id}/advance/1", at=START)
        statement = the_statement(session, issue(session, license, "2026-Q2", Q2_OVER))
        assert {share.status.value for share in shares_of(session, statement)} == {"held"}


def test_every_kind_of_line_says_what_it_is() -> None:
    assert LineKind.ADVANCE.label == "Advance on royalties"
    assert len({kind.label for kind in LineKind}) == len(LineKind)
