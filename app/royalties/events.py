"""What royalties tells the features above it."""

from dataclasses import dataclass
from datetime import date

from app.values.money import Money


@dataclass(frozen=True, slots=True)
class UsageReported:
    """A usage report was accepted: `royalty` is what it comes to, `charged` what the licensee is asked to pay."""

    report_id: str
    license_id: str
    licensor_party_id: str
    licensee_party_id: str
    period_first_day: date
    period_last_day: date
    royalty: Money
    charged: Money


@dataclass(frozen=True, slots=True)
class PayoutHeld:
    """Money of a beneficiary waits from now on until they do what `reason` says."""

    hold_id: str
    beneficiary_party_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class StatementIssued:
    """An estate's account of a period. `payable` is on its way to the beneficiaries."""

    statement_id: str
    licensor_party_id: str
    beneficiary_party_ids: tuple[str, ...]
    period: str
    payable: Money
    closing: Money
