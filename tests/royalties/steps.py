"""What tests of statements do and look at."""

from datetime import UTC, datetime

from sqlmodel import Session, col, select

from app.ledger.queries import balance
from app.royalties import queries
from app.royalties.models import (
    ReportLine,
    RoyaltyRun,
    Statement,
    StatementLine,
    StatementShare,
)
from app.royalties.rules.period import StatementPeriod
from app.royalties.service.runs import issue_statements
from tests.factories.royalties import (
    REPORTED_AT,
    EarningLicense,
    sales,
    steam_file,
)

LATER = datetime(2027, 1, 10, 9, tzinfo=UTC)
FEE_NET = 1_125_001
HUNDRED = steam_file(sales(100_00_00))
"""Earns 250.00, of which the platform keeps 25.00."""


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


def trace(session: Session, license: EarningLicense, statement: Statement, line: StatementLine) -> list[ReportLine]:
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
