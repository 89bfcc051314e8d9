"""What happened in the queue for rights. References are those of whoever placed the hold: a negotiation."""

from dataclasses import dataclass
from datetime import datetime

from app.rights.states import HoldEnd


@dataclass(frozen=True, slots=True)
class HoldPlaced:
    """Rights are reserved from now on; `place` 1 is the first hold."""

    reference: str
    party_id: str
    package_id: str
    performer_id: str
    place: int
    lapses_at: datetime


@dataclass(frozen=True, slots=True)
class HoldChallenged:
    """The first hold has to match or release before an instant; silence ends it."""

    reference: str
    party_id: str
    """Whose hold is challenged."""
    package_id: str
    performer_id: str
    respond_by_at: datetime
    challenger_reference: str
    challenger_party_id: str


@dataclass(frozen=True, slots=True)
class HoldMatched:
    """The challenged party commits to sign before an instant; the challenger goes on waiting."""

    reference: str
    party_id: str
    package_id: str
    performer_id: str
    lapses_at: datetime
    challenger_reference: str
    challenger_party_id: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A hold that waited behind one that is over."""

    reference: str
    party_id: str
    place: int
    """Where it stands now."""


@dataclass(frozen=True, slots=True)
class HoldReleased:
    """A hold was given up, became a license, or was placed anew. That one lapsed is published by nobody."""

    reference: str
    party_id: str
    package_id: str
    performer_id: str
    reason: HoldEnd
    moved_up: tuple[Waiting, ...]
    """Who waited for some of its rights, in the order of the queue."""
