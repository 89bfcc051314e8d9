"""Why a package was not changed, submitted or listed."""

from app.values.errors import DomainError


class IllegalTransition(DomainError):
    code = "illegal_transition"


class PackageNotEditable(DomainError):
    code = "package_not_editable"


class PackageNotReady(DomainError):
    """`problems` list everything that is missing, not only the first."""

    code = "package_not_ready"
