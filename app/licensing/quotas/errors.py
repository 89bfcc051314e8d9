"""Why a reservation is not settled as asked. That a use is refused says `licensing.errors.LicenseRefuses`."""

from app.values.errors import DomainError


class AlreadySettled(DomainError):
    """It was committed with other amounts, or given back; or it was used, and what is used stays used."""

    code = "reservation_settled"
