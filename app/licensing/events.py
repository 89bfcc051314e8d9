"""What licensing tells the features above it."""

from dataclasses import dataclass
from datetime import datetime

from app.licensing.dues.states import DueKind
from app.licensing.states import NoticeKind
from app.values.money import Money


@dataclass(frozen=True, slots=True)
class LicenseActivated:
    license_id: str


@dataclass(frozen=True, slots=True)
class FeeEarned:
    """A part of a license fee or of an advance was paid. `net` is the licensor's: `gross` less `platform_fee`."""

    license_id: str
    licensor_party_id: str
    charge_id: str
    gross: Money
    platform_fee: Money
    net: Money
    earned_at: datetime
    kind: DueKind
    number: int
    """Which part: 1 for a fee that was paid in one."""
    reference: str
    """Of the charge that paid it."""


@dataclass(frozen=True, slots=True)
class LicenseStandingChanged:
    """Suspended, reinstated or terminated."""

    license_id: str
    action: str
    reason: str


@dataclass(frozen=True, slots=True)
class LicenseNoticeDue:
    """A step towards the end was reached; announced once, however late."""

    license_id: str
    kind: NoticeKind
    ends_at: datetime
    licensor_party_id: str
    licensee_party_id: str


@dataclass(frozen=True, slots=True)
class LicenseEnded:
    license_id: str
    ended_at: datetime
