"""Why somebody was not let in."""

from app.values.errors import DomainError


class NotAuthenticated(DomainError):
    status = 401
    code = "not_authenticated"


class WrongCredentials(DomainError):
    status = 401
    code = "wrong_credentials"


class TooManyAttempts(DomainError):
    status = 429
    code = "too_many_requests"


class EmailTaken(DomainError):
    code = "email_taken"


class ScopeMissing(DomainError):
    status = 403
    code = "scope_missing"
