"""The words of royalties and reporting as deal terms use them. Deals hold them: never rename one."""

from enum import StrEnum


class RoyaltyBasis(StrEnum):
    """What the rate is applied to."""

    NET_RECEIPTS = "net_receipts"
    """What the licensee received: gross, less what the store kept, refunds and taxes."""

    GROSS_RECEIPTS = "gross_receipts"
    """What buyers paid, refunds taken off."""


class RoyaltyTrigger(StrEnum):
    """Which date decides the rate for a sale."""

    SALE_DATE = "sale_date"
    REPORT_DATE = "report_date"


class ReportingSchedule(StrEnum):
    """How long the period of a usage report is. Periods follow the calendar."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    SEMIANNUAL = "semiannual"
    ANNUAL = "annual"

    @property
    def months(self) -> int:
        return _MONTHS[self]


_MONTHS = {
    ReportingSchedule.MONTHLY: 1,
    ReportingSchedule.QUARTERLY: 3,
    ReportingSchedule.SEMIANNUAL: 6,
    ReportingSchedule.ANNUAL: 12,
}
