"""What tax forms tell the features above."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TaxFormConfirmed:
    """A party has a form that counts."""

    tax_form_id: str
    party_id: str


@dataclass(frozen=True, slots=True)
class TaxFormRevoked:
    """A form does not hold any more, before its time."""

    tax_form_id: str
    party_id: str
