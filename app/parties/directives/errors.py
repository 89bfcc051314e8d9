"""Why a directive was refused."""

from app.values.errors import DomainError


class DirectiveWithdrawnBefore(DomainError):
    code = "directive_already_withdrawn"
