"""What a report changes in what the licensee owes: the ledger, and the charge."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from app.ledger import accounts
from app.ledger import service as ledger
from app.ledger.service import Move
from app.payments import service as payments
from app.royalties.models import UsageReport
from app.royalties.rules.calculation import Calculation
from app.royalties.service.funding import add_source
from app.royalties.states import ReportKind
from app.values.money import Money


def charge_reference(report_id: str) -> str:
    """Return the name under which payments knows what a report comes to."""
    return f"report/{report_id}/royalty"


def accrue(
    *,
    session: Session,
    at: datetime,
    report: UsageReport,
    calculation: Calculation,
    earlier: Iterable[UsageReport],
    siblings: Iterable[UsageReport],
) -> None:
    """Book what the report adds to the license's royalties and charge it, less the licensee's credit.

    `earlier` are all reports of the license before this one, `siblings` those of the same period: a replacement
    adds the difference to what they accrued. The difference may be negative; that becomes credit.
    """
    replaced = list(siblings) if report.kind is ReportKind.REPLACEMENT else []
    report.accrued_minor = calculation.royalty_minor - sum(each.accrued_minor for each in replaced)
    report.accrued_platform_fee_minor = calculation.platform_fee_minor - sum(
        each.accrued_platform_fee_minor for each in replaced
    )
    before = list(earlier)
    owed = sum(each.accrued_minor - each.charged_minor for each in before) + report.accrued_minor
    owed_net = sum(each.accrued_net_minor - each.charged_net_minor for each in before) + report.accrued_net_minor
    report.charged_minor = max(0, owed)
    report.charged_net_minor = min(max(0, owed_net), report.charged_minor)
    session.add(report)
    session.flush()
    _book(session, at, report)
    if report.charged_minor:
        _charge(session, at, report)


def _book(session: Session, at: datetime, report: UsageReport) -> None:
    receivable = accounts.licensee_receivable(report.licensee_party_id)
    moves = [
        _signed_move(account, receivable, amount_minor, report.currency)
        for account, amount_minor in (
            (accounts.platform_fees(), report.accrued_platform_fee_minor),
            (accounts.licensor_payable(report.licensor_party_id), report.accrued_net_minor),
        )
        if amount_minor
    ]
    if moves:
        ledger.book(
            session=session,
            at=at,
            reference=f"report/{report.id}/accrued",
            description=f"Royalties reported for {report.period_first_day} to {report.period_last_day}",
            postings=moves,
        )


def _signed_move(from_: str, to: str, amount_minor: int, currency: str) -> Move:
    """A negative amount goes the other way."""
    if amount_minor < 0:
        from_, to = to, from_
    return Move(from_, to, Money(abs(amount_minor), currency))


def _charge(session: Session, at: datetime, report: UsageReport) -> None:
    money = Money(report.charged_minor, report.currency)
    reference = charge_reference(report.id)
    payments.request_charge(
        session=session,
        at=at,
        reference=reference,
        payer_party_id=report.licensee_party_id,
        money=money,
        description=f"Royalties for {report.period_first_day} to {report.period_last_day}",
        success_path=f"/licenses/{report.license_id}",
    )
    add_source(
        session,
        reference=reference,
        license_id=report.license_id,
        money=money,
        net_minor=report.charged_net_minor,
        captured_at=None,
    )
