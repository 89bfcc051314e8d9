"""Why the rights book refused."""

from app.values.errors import DomainError


class RightsNotAvailable(DomainError):
    """Something asked for is not free; `reasons` and `fixes` stand in the problem document."""

    code = "rights_not_available"


class ReferenceTaken(DomainError):
    """Rights are booked under this reference already."""

    code = "reference_taken"
