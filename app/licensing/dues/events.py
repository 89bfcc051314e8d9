"""What dues tell the features above."""

from dataclasses import dataclass
from datetime import datetime

from app.values.money import Money


@dataclass(frozen=True, slots=True)
class DueCharged:
    """The licensee is asked for a part, once."""

    due_id: str
    license_id: str
    licensee_party_id: str
    title: str
    """What it is a part of, in words."""
    money: Money
    charge_id: str
    overdue_at: datetime


@dataclass(frozen=True, slots=True)
class DueOverdue:
    """A part is unpaid although the days of grace are over; said once, however long nobody looked."""

    due_id: str
    license_id: str
    payer_party_id: str
    """Who was asked for it: the licensee of that day."""
    title: str
    money: Money
    due_at: datetime
