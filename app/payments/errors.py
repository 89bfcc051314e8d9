"""Why money does not move."""

from app.values.errors import DomainError


class ReferenceTaken(DomainError):
    """The reference already stands for another amount, party or charge."""

    code = "payment_reference_taken"


class AmountNotPayable(DomainError):
    """The payment provider cannot carry this amount in this currency."""

    code = "amount_not_payable"


class ChargeOverdrawn(DomainError):
    """The transfers from a charge would be more than the charge."""

    code = "charge_overdrawn"


class ChargeAlreadyPaid(DomainError):
    code = "charge_already_paid"


class IllegalChange(DomainError):
    """Something was to happen to a charge that cannot follow its state."""

    code = "illegal_change"


class SignatureRefused(DomainError):
    """A webhook was not signed with any secret known here, or not just now."""

    status = 400
    code = "signature_refused"


class ProviderDisagrees(Exception):
    """The payment provider reports something that contradicts what was asked: somebody has to look."""
