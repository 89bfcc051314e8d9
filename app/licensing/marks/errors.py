"""Why a file is not stamped or read."""

from app.values.errors import DomainError


class NotStampable(DomainError):
    """The file is of no kind that can carry a mark, or it is damaged."""

    status = 422
    code = "not_stampable"


class ToolBusy(DomainError):
    """As many files as this process takes at once are being read or stamped."""

    status = 503
    code = "marks_busy"


class ToolFailed(Exception):
    """The reading program refused the file, ran out of time or memory, or crashed. Never shown as it is."""


class ManifestElsewhere(ToolFailed):
    """The file names an address at which its manifest lies; nothing is fetched from there."""
