"""Why a party, a representation or a set of shares was refused."""

from app.values.errors import DomainError


class IllegalVerification(DomainError):
    code = "representation_already_decided"


class DocumentsMissing(DomainError):
    code = "documents_missing"


class VerificationRefused(DomainError):
    """It contradicts what is verified already, or cannot be; `problems` names every reason."""

    code = "verification_refused"


class ConsentNotPossible(DomainError):
    code = "consent_not_possible"
