"""What the standing of licenses tells the features above."""

from dataclasses import dataclass
from datetime import datetime

from app.licensing.standing.states import BreachAction


@dataclass(frozen=True, slots=True)
class BreachNoticed:
    """The licensee was told of a breach."""

    license_id: str
    breach_id: str
    licensee_party_id: str
    clause: str
    reason: str
    suspends: bool
    cure_until: datetime


@dataclass(frozen=True, slots=True)
class BreachAnswered:
    """One side said something about a breach."""

    license_id: str
    breach_id: str
    to_party_id: str
    action: BreachAction
    text: str
