"""How a reservation stands. That it has run out follows from the clock and is never stored."""

from enum import StrEnum

from app.licensing.quotas.errors import AlreadySettled


class ReservationStatus(StrEnum):
    """The stored part."""

    HELD = "held"
    """Taken; it counts until it runs out."""
    COMMITTED = "committed"
    """Used, in whole or in part. Titles in use stay in use until they are released."""
    RELEASED = "released"
    """Given back unused."""


class ReservationStanding(StrEnum):
    """How it stands at an instant."""

    HELD = "held"
    LAPSED = "lapsed"
    """It ran out before anybody said what became of it."""
    COMMITTED = "committed"
    RELEASED = "released"


class ReservationAction(StrEnum):
    COMMIT = "commit"
    RELEASE = "release"


TRANSITIONS = {
    (ReservationStatus.HELD, ReservationAction.COMMIT): ReservationStatus.COMMITTED,
    (ReservationStatus.HELD, ReservationAction.RELEASE): ReservationStatus.RELEASED,
}


def next_status(status: ReservationStatus, action: ReservationAction) -> ReservationStatus:
    """Return the status that follows. Raises: AlreadySettled."""
    if (status, action) in TRANSITIONS:
        return TRANSITIONS[status, action]
    raise AlreadySettled(f"This reservation is {status.value} already; make another one.")
