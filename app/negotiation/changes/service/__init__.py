"""What the sides of a signed deal can do about it; callers import the use cases from here."""

from app.negotiation.changes.service.extending import exercise_extension
from app.negotiation.changes.service.opening import (
    open_amendment,
    open_assignment,
    open_renewal,
    open_termination,
    open_tolling,
)

__all__ = [
    "exercise_extension",
    "open_amendment",
    "open_assignment",
    "open_renewal",
    "open_termination",
    "open_tolling",
]
