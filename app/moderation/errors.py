"""Why a review was not decided."""

from app.values.errors import DomainError


class NoOpenReview(DomainError):
    code = "no_open_review"
