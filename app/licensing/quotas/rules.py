"""How a reservation stands. What it is held against is in `licensing.rules.counting`."""

from datetime import datetime

from app.licensing.quotas.states import ReservationStanding, ReservationStatus


def standing_of(status: ReservationStatus, *, expires_at: datetime, at: datetime) -> ReservationStanding:
    """Say how a reservation stands; at the instant at which it runs out it has lapsed."""
    if status is ReservationStatus.HELD and at >= expires_at:
        return ReservationStanding.LAPSED
    return ReservationStanding(status.value)
