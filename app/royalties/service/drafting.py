"""What is new for an estate since its last statement, as lines."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from app.licensing.dues.states import DueKind
from app.royalties.models import FeeEarning, StatementLine, UsageReport
from app.royalties.rules.calculation import EarnedLine, RoyaltyTerms, Slot, calculate, corrections
from app.royalties.rules.period import last_moment_of_month
from app.royalties.service.accrual import charge_reference
from app.royalties.service.lines import usage_sums
from app.royalties.states import LineKind, ReportKind, ReportStatus

_KINDS = {
    DueKind.FEE: (LineKind.FEE, LineKind.FEE_PLATFORM_SHARE),
    DueKind.ADVANCE: (LineKind.ADVANCE, LineKind.ADVANCE_PLATFORM_SHARE),
}

ReportedDays = tuple[str, date, date]
"""License, first and last day: reports of the same days correct each other."""


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line of a statement to be, with what is needed to share it out."""

    earned: EarnedLine
    license_id: str
    report_id: str | None
    source: str
    """The reference of the charge that pays for it."""
    earned_at: datetime
    """Whoever holds the estate at this instant shares in it."""
    reason: str = ""
    """Why it differs from what was stated; nothing for a line that stands for itself."""


def draft_lines(session: Session, *, fees: Iterable[FeeEarning], reports: Sequence[UsageReport]) -> list[DraftLine]:
    """Return the lines of fees and advances, then of reports, each in the order they came."""
    drafts = [line for fee in fees for line in _fee_lines(fee)]
    sums = usage_sums(session, [report.id for report in reports])
    stated = _stated_before(session, reports)
    for report in reports:
        terms = RoyaltyTerms(report.is_on_net, report.rate_bps, report.platform_fee_bps, report.currency)
        now = calculate(usage=sums.get(report.id, []), terms=terms).lines
        before = stated.get(days_of(report), [])
        if report.kind is ReportKind.REPLACEMENT and before:
            reason = f"Report {report.id} replaces what was stated for these days before."
            drafts.extend(_report_line(report, line, reason) for line in corrections(now=now, stated=before))
        else:
            drafts.extend(_report_line(report, line) for line in now)
    return drafts


def days_of(report: UsageReport) -> ReportedDays:
    """Return what a report is about."""
    return report.license_id, report.period_first_day, report.period_last_day


def _fee_lines(fee: FeeEarning) -> list[DraftLine]:
    whole, platforms = _KINDS[fee.kind]
    amounts = ((whole, fee.gross_minor), (platforms, -fee.platform_fee_minor))
    return [
        DraftLine(
            earned=EarnedLine(
                slot=Slot(kind, f"{fee.earned_at:%Y-%m}", item="", media="", territory="", channel=""),
                units=0,
                basis_minor=fee.gross_minor,
                rate_bps=None,
                amount_minor=amount_minor,
            ),
            license_id=fee.license_id,
            report_id=None,
            source=fee.source,
            earned_at=fee.earned_at,
        )
        for kind, amount_minor in amounts
        if amount_minor
    ]


def _report_line(report: UsageReport, line: EarnedLine, reason: str = "") -> DraftLine:
    return DraftLine(
        earned=line,
        license_id=report.license_id,
        report_id=report.id,
        source=charge_reference(report.id),
        earned_at=last_moment_of_month(line.slot.month) if report.is_earned_on_sale else report.uploaded_at,
        reason=reason,
    )


def _stated_before(session: Session, reports: Iterable[UsageReport]) -> dict[ReportedDays, list[EarnedLine]]:
    """Return what statements hold of reports that replacements took the place of, added up by slot."""
    licenses = {report.license_id for report in reports if report.kind is ReportKind.REPLACEMENT}
    if not licenses:
        return {}
    days = (
        col(UsageReport.license_id), col(UsageReport.period_first_day), col(UsageReport.period_last_day)
    )  # fmt: skip
    slot = [col(getattr(StatementLine, name)) for name in Slot._fields]
    amounts = (col(StatementLine.units), col(StatementLine.basis_minor), col(StatementLine.amount_minor))
    rows = session.execute(
        sa.select(*days, *slot, *(sa.cast(sa.func.sum(amount), sa.BigInteger) for amount in amounts))
        .join(UsageReport, col(UsageReport.id) == col(StatementLine.report_id))
        .where(col(UsageReport.license_id).in_(licenses), col(UsageReport.status) == ReportStatus.SUPERSEDED)
        .group_by(*days, *slot)
    )
    found: defaultdict[ReportedDays, list[EarnedLine]] = defaultdict(list)
    for row in rows:
        units, basis_minor, amount_minor = row[-3:]
        found[row[0], row[1], row[2]].append(
            EarnedLine(Slot(*row[3:-3]), units, basis_minor, rate_bps=None, amount_minor=amount_minor)
        )
    return found
