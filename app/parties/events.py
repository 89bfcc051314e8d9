"""What happened to authority over a likeness, for the features above."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class RepresentationVerified:
    """The documents proved it."""

    representation_id: str
    performer_id: str
    holder_party_id: str


@dataclass(frozen=True, slots=True)
class RepresentationRefused:
    """The documents did not prove it; it never counted."""

    representation_id: str
    performer_id: str
    holder_party_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class RepresentationFailed:
    """A verified authority turned out not to have existed from an instant on; what rests on it is in doubt."""

    representation_id: str
    performer_id: str
    holder_party_id: str
    as_of: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class RepresentationRestored:
    """A failure as of a date was taken back: the authority existed all along."""

    representation_id: str
    performer_id: str
    holder_party_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class PerformerDied:
    """A death was recorded. Authority that ends at death ended on that day."""

    performer_id: str
    died_on: date
