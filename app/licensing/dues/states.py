"""What can be due, and how a due part stands."""

from enum import StrEnum


class DueKind(StrEnum):
    """What a part is a part of."""

    FEE = "fee"
    ADVANCE = "advance"
    """Paid early, and set against royalties later."""

    @property
    def label(self) -> str:
        return {DueKind.FEE: "License fee", DueKind.ADVANCE: "Advance on royalties"}[self]


class DueStatus(StrEnum):
    """How a part stands at an instant. None of this is stored."""

    PLANNED = "planned"
    """Its day has not come."""
    DUE = "due"
    """Its day has come; the licensee is asked for it any moment."""
    CHARGED = "charged"
    """The licensee has been asked for it and is in time."""
    OVERDUE = "overdue"
    """Its day is over and it is not paid. The license runs on."""
    PAID = "paid"
    LAPSED = "lapsed"
    """The license was terminated before it fell due, or a change of the deal left it out: nobody owes it."""

    @property
    def is_open(self) -> bool:
        """Whether it is owed by now and not paid."""
        return self in {DueStatus.DUE, DueStatus.CHARGED, DueStatus.OVERDUE}
