"""Why the record of a death was refused."""

from app.values.errors import DomainError


class DeathRecordedBefore(DomainError):
    code = "death_already_recorded"
