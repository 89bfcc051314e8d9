"""Why a link opens nothing."""

from app.values.errors import DomainError


class LinkOver(DomainError):
    """The time of a link is over, or the API key that made it was revoked."""

    status = 410
    code = "link_over"
