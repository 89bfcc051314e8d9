"""Why a tax form was refused."""

from app.values.errors import DomainError


class TaxFormDecided(DomainError):
    code = "tax_form_already_decided"


class TaxFormEnded(DomainError):
    code = "tax_form_ended"
