"""What is new for an estate since its last statement, as lines.

The account of each license is compared with all that was stated of it. What a report or a day brings for the first
time stands for itself; where it differs from what was stated before, the difference is a line with its reason.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.licensing.dues.states import DueKind
from app.royalties.models import FeeEarning, RoyaltyAdjustment, StatementLine, UsageReport
from app.royalties.rules.account import Account
from app.royalties.rules.calculation import EarnedLine, Slot, corrections
from app.royalties.rules.period import last_moment_of_month
from app.royalties.service.accounts import accounts_as_billed
from app.royalties.service.accrual import charge_reference, reference_of
from app.royalties.states import LineKind, ReportKind, ReportStatus

_KINDS = {
    DueKind.FEE: (LineKind.FEE, LineKind.FEE_PLATFORM_SHARE),
    DueKind.ADVANCE: (LineKind.ADVANCE, LineKind.ADVANCE_PLATFORM_SHARE),
}

Origin = str | date
"""Where a line comes from: the id of a report, or the day on which it fell due by itself."""


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
    due_on: date | None = None
    """For what fell due by itself: on which day."""


def draft_lines(
    session: Session,
    *,
    fees: Iterable[FeeEarning],
    reports: Sequence[UsageReport],
    adjustments: Sequence[RoyaltyAdjustment],
    until: date,
) -> list[DraftLine]:
    """Return the lines of fees and advances, then of reports as they came, then of what these changed in others.

    What fell due by itself is taken in up to the day `until`.
    """
    drafts = [line for fee in fees for line in _fee_lines(fee)]
    licenses = [_License(license_id) for license_id in _licenses_of(reports, adjustments)]
    _read(session, licenses, reports, adjustments)
    by_id = {license.license_id: license for license in licenses}
    for report in reports:
        drafts.extend(by_id[report.license_id].reported(report))
    for license in licenses:
        drafts.extend(license.moved(until))
    return drafts


def _licenses_of(reports: Iterable[UsageReport], adjustments: Iterable[RoyaltyAdjustment]) -> list[str]:
    return list(dict.fromkeys(each.license_id for group in (reports, adjustments) for each in group))


class _License:
    """The account of one license beside what was stated of it."""

    def __init__(self, license_id: str) -> None:
        self.license_id = license_id
        self.now: defaultdict[Origin, list[EarnedLine]] = defaultdict(list)
        self.stated: Mapping[Origin, list[EarnedLine]] = {}
        self.counting: dict[str, UsageReport] = {}
        """The reports that count, by id."""
        self.news: list[UsageReport] = []
        self.source = ""
        """The charge for what moved without being new itself."""

    def take(self, account: Account) -> None:
        for line in account.lines:
            self.now[line.report or line.day].append(line.earned)

    def reported(self, report: UsageReport) -> Iterator[DraftLine]:
        """Yield the lines of a report that is stated for the first time."""
        before = self.stated.get(report.id, [])
        reason = f"Report {report.id} replaces what was stated for these days before." if before else ""
        for line in corrections(now=self.now[report.id], stated=before) if before else self.now[report.id]:
            yield self._of_report(report, line, charge_reference(report.id), reason)

    def moved(self, until: date) -> Iterator[DraftLine]:
        """Yield what changed in reports stated before, and what fell due by itself.

        With a report that came late goes what had fallen due when it came: the two were billed together.
        """
        until = max(until, *(report.uploaded_at.date() for report in self.news), date.min)
        by = " and ".join(report.id for report in self.news)
        cause = f"report {by} counts before it" if by else "another license recoups with this one"
        for report_id, before in self.stated.items():
            if isinstance(report_id, str) and report_id not in {report.id for report in self.news}:
                report = self.counting[report_id]
                for line in corrections(now=self.now[report_id], stated=before):
                    yield self._of_report(report, line, self.source, f"Stated before; it changed since {cause}.")
        days = {day for day in {*self.now, *self.stated} if isinstance(day, date)}
        for day in sorted(days):
            before = self.stated.get(day, [])
            if day <= until or before:
                reason = f"Stated before; what came in later changed what was due on {day}." if before else ""
                for line in corrections(now=self.now[day], stated=before) if before else self.now[day]:
                    yield DraftLine(
                        earned=line,
                        license_id=self.license_id,
                        report_id=None,
                        source=self.source,
                        earned_at=last_moment_of_month(line.slot.month),
                        reason=reason,
                        due_on=day,
                    )

    def _of_report(self, report: UsageReport, line: EarnedLine, source: str, reason: str) -> DraftLine:
        return DraftLine(
            earned=line,
            license_id=self.license_id,
            report_id=report.id,
            source=source,
            earned_at=last_moment_of_month(line.slot.month) if report.is_earned_on_sale else report.uploaded_at,
            reason=reason,
        )


def _read(
    session: Session,
    licenses: Sequence[_License],
    reports: Iterable[UsageReport],
    adjustments: Iterable[RoyaltyAdjustment],
) -> None:
    """Read the accounts, what was stated, and which reports count."""
    ids = [license.license_id for license in licenses]
    accounts = accounts_as_billed(session, ids)
    counting = _counting(session, ids)
    stated = _stated_before(session, ids, counting)
    by_id = {license.license_id: license for license in licenses}
    for license in licenses:
        license.take(accounts[license.license_id])
        license.stated = stated[license.license_id]
    for report in counting:
        by_id[report.license_id].counting[report.id] = report
    for adjustment in adjustments:
        by_id[adjustment.license_id].source = reference_of(adjustment)
    for report in reports:
        by_id[report.license_id].source = reference_of(report)
        by_id[report.license_id].news.append(report)


def _counting(session: Session, license_ids: Sequence[str]) -> Sequence[UsageReport]:
    found = select(UsageReport).where(
        col(UsageReport.license_id).in_(license_ids), UsageReport.status == ReportStatus.ACCEPTED
    )
    return session.exec(found.order_by(col(UsageReport.id))).all()


def _stated_before(
    session: Session, license_ids: Sequence[str], counting: Iterable[UsageReport]
) -> defaultdict[str, defaultdict[Origin, list[EarnedLine]]]:
    """Return what statements hold, by license and origin, added up by slot.

    What was stated of reports that a replacement took the place of is the replacement's.
    """
    replacements = {_days(report): report.id for report in counting if report.kind is ReportKind.REPLACEMENT}
    ids = {report.id for report in counting}
    slot = [col(getattr(StatementLine, name)) for name in Slot._fields]
    amounts = (col(StatementLine.units), col(StatementLine.basis_minor), col(StatementLine.amount_minor))
    origin = (
        col(StatementLine.license_id),
        col(StatementLine.report_id),
        col(StatementLine.due_on),
        col(UsageReport.period_first_day),
        col(UsageReport.period_last_day),
    )
    rows = session.execute(
        sa.select(*origin, *slot, *(sa.cast(sa.func.sum(amount), sa.BigInteger) for amount in amounts))
        .join(UsageReport, col(UsageReport.id) == col(StatementLine.report_id), isouter=True)
        .where(
            col(StatementLine.license_id).in_(license_ids),
            sa.or_(col(StatementLine.report_id).is_not(None), col(StatementLine.due_on).is_not(None)),
        )
        .group_by(*origin, *slot)
    )
    found: defaultdict[str, defaultdict[Origin, list[EarnedLine]]] = defaultdict(lambda: defaultdict(list))
    for license_id, report_id, due_on, first_day, last_day, *rest in rows:
        units, basis_minor, amount_minor = rest[-3:]
        line = EarnedLine(Slot(*rest[:-3]), units, basis_minor, rate_bps=None, amount_minor=amount_minor)
        of: Origin = due_on or report_id
        if report_id is not None and report_id not in ids:
            of = replacements[license_id, first_day, last_day]
        found[license_id][of].append(line)
    return found


def _days(report: UsageReport) -> tuple[Any, ...]:
    """Reports of the same days correct each other."""
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
