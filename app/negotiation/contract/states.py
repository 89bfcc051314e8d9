"""What the service says of a file or a hash that somebody holds."""

from enum import StrEnum


class CheckVerdict(StrEnum):
    GENUINE = "genuine"
    """These very bytes were made here, or this very hash belongs to a contract that was executed here."""

    CHANGED_COPY = "changed_copy"
    """The bytes were not made here, but they name a contract that was executed here."""

    UNKNOWN = "unknown"
    """No contract of this service, or changed since."""
