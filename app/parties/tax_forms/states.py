"""The kinds of tax forms."""

from enum import StrEnum


class TaxFormKind(StrEnum):
    """Which form of the United States Internal Revenue Service it is: the platform pays from there."""

    W9 = "w9"
    """A person or body taxed in the United States."""
    W8BEN = "w8ben"
    """A person taxed elsewhere."""
    W8BEN_E = "w8ben_e"
    """A body taxed elsewhere: a company, a charity, a complex trust."""
    W8IMY = "w8imy"
    """A body taxed elsewhere that receives for others: a partnership, a simple or grantor trust."""
    W8ECI = "w8eci"
    """Income that belongs to a business in the United States."""

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def is_domestic(self) -> bool:
        return self is TaxFormKind.W9

    @property
    def can_claim_treaty(self) -> bool:
        """Say whether the form has a part in which the benefits of a tax treaty are claimed."""
        return self in {TaxFormKind.W8BEN, TaxFormKind.W8BEN_E}


_LABELS = {
    TaxFormKind.W9: "W-9",
    TaxFormKind.W8BEN: "W-8BEN",
    TaxFormKind.W8BEN_E: "W-8BEN-E",
    TaxFormKind.W8IMY: "W-8IMY",
    TaxFormKind.W8ECI: "W-8ECI",
}
