"""Kinds of reports and lines, and how far a share has come."""

from enum import StrEnum

from app.values.errors import DomainError


class ReportKind(StrEnum):
    """What a usage report is to the others of its license and period."""

    ORIGINAL = "original"
    """The first for its days."""

    ADDENDUM = "addendum"
    """Adds to what was reported."""

    REPLACEMENT = "replacement"
    """Takes the place of everything reported for the period before."""


class ReportStatus(StrEnum):
    """Whether a report counts."""

    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    """A replacement came. The report stays readable, and what it stated stays stated."""


class LineKind(StrEnum):
    """What a statement line is about, in the order of a statement; amounts are the estate's view.

    Fees, royalties and what adds to them are positive; what is held, recouped, repaid or the platform's is
    negative.
    """

    FEE = "fee"
    FEE_PLATFORM_SHARE = "fee_platform_share"
    ADVANCE = "advance"
    ADVANCE_PLATFORM_SHARE = "advance_platform_share"
    ROYALTY = "royalty"
    ESCALATION = "escalation"
    """What the band reached adds over the rate of the sale."""

    RESERVE = "reserve"
    """Held against returns: earned, and not yet asked of the licensee."""

    RESERVE_RELEASE = "reserve_release"
    RECOUPMENT = "recoupment"
    """Paid before as an advance, or as a shortfall that is recouped."""

    GUARANTEE = "guarantee"
    """What was missing from the guarantee at its test."""

    ADVANCE_REPAYMENT = "advance_repayment"
    """What of a repayable advance was not recouped in the end."""

    ROYALTY_PLATFORM_SHARE = "royalty_platform_share"

    @property
    def label(self) -> str:
        return _LINE_LABELS[self]

    @property
    def place(self) -> int:
        """Where it stands among the lines of one report."""
        return _PLACES[self]

    @property
    def is_platform_share(self) -> bool:
        return self in _PLATFORM_SHARES

    @property
    def is_of_sales(self) -> bool:
        """Whether its line names item, medium, country and channel."""
        return self in {LineKind.ROYALTY, LineKind.ESCALATION}


class Figure(StrEnum):
    """What a projection tells of a set of terms. All are amounts; none is negative but for returns."""

    NET_TO_LICENSOR = "net_to_licensor"
    """What the licensee pays, less the platform's share."""

    DUE_FROM_LICENSEE = "due_from_licensee"
    PLATFORM_SHARE = "platform_share"
    FEE = "fee"
    ADVANCE = "advance"
    GUARANTEE = "guarantee"
    ROYALTIES = "royalties"
    """At the rates of the sales, before bands."""

    ESCALATION = "escalation"
    RESERVE_HELD = "reserve_held"
    RESERVE_RELEASED = "reserve_released"
    RECOUPED = "recouped"
    GUARANTEE_TOP_UP = "guarantee_top_up"
    ADVANCE_REPAID = "advance_repaid"

    @property
    def label(self) -> str:
        return _FIGURE_LABELS[self]


class ShareStatus(StrEnum):
    """How far a beneficiary's share has come."""

    AWAITING_FUNDS = "awaiting_funds"
    """The licensee has not paid yet."""

    REQUESTED = "requested"
    """Handed to payments, which sends it as soon as the beneficiary can be paid."""

    HELD = "held"
    """The licensee has paid, but a hold stands in the way. The amount stays owed and goes when the hold ends."""

    SENT = "sent"
    REJECTED = "rejected"
    """The provider refused; the reason is kept and the amount stays owed."""


class HoldKind(StrEnum):
    """Why money is held."""

    AUTHORITY = "authority"
    """The license rests on an authority that failed: nobody knows yet to whom the money belongs."""

    TAX_FORM = "tax_form"
    """The beneficiary has no valid tax form."""


class ShareAction(StrEnum):
    REQUEST = "request"
    HOLD = "hold"
    SEND = "send"
    REJECT = "reject"


class IllegalShareStep(DomainError):
    code = "illegal_share_step"


TRANSITIONS = {
    (ShareStatus.AWAITING_FUNDS, ShareAction.REQUEST): ShareStatus.REQUESTED,
    (ShareStatus.AWAITING_FUNDS, ShareAction.HOLD): ShareStatus.HELD,
    (ShareStatus.REQUESTED, ShareAction.HOLD): ShareStatus.HELD,
    (ShareStatus.HELD, ShareAction.REQUEST): ShareStatus.REQUESTED,
    (ShareStatus.REQUESTED, ShareAction.SEND): ShareStatus.SENT,
    (ShareStatus.REQUESTED, ShareAction.REJECT): ShareStatus.REJECTED,
}


def next_status(status: ShareStatus, action: ShareAction) -> ShareStatus:
    """Return the status that follows. Raises: IllegalShareStep."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalShareStep(f"A share that is {status.value} cannot {action.value}.") from None


_LINE_LABELS = {
    LineKind.FEE: "License fee",
    LineKind.FEE_PLATFORM_SHARE: "Platform's share of the fee",
    LineKind.ADVANCE: "Advance on royalties",
    LineKind.ADVANCE_PLATFORM_SHARE: "Platform's share of the advance",
    LineKind.ROYALTY: "Royalty",
    LineKind.ESCALATION: "Escalation",
    LineKind.RESERVE: "Held against returns",
    LineKind.RESERVE_RELEASE: "Reserve released",
    LineKind.RECOUPMENT: "Recouped",
    LineKind.GUARANTEE: "Guarantee topped up",
    LineKind.ADVANCE_REPAYMENT: "Advance repaid",
    LineKind.ROYALTY_PLATFORM_SHARE: "Platform's share of royalties",
}

_PLATFORM_SHARES = frozenset(
    {LineKind.FEE_PLATFORM_SHARE, LineKind.ADVANCE_PLATFORM_SHARE, LineKind.ROYALTY_PLATFORM_SHARE}
)

_PLACES = {kind: place for place, kind in enumerate(LineKind)}

_FIGURE_LABELS = {
    Figure.NET_TO_LICENSOR: "Licensor receives",
    Figure.DUE_FROM_LICENSEE: "Licensee pays",
    Figure.PLATFORM_SHARE: "Platform's share",
    Figure.FEE: "Fee",
    Figure.ADVANCE: "Advance",
    Figure.GUARANTEE: "Guarantee",
    Figure.ROYALTIES: "Royalties",
    Figure.ESCALATION: "Escalation",
    Figure.RESERVE_HELD: "Held against returns",
    Figure.RESERVE_RELEASED: "Reserve released",
    Figure.RECOUPED: "Recouped",
    Figure.GUARANTEE_TOP_UP: "Guarantee topped up",
    Figure.ADVANCE_REPAID: "Advance repaid",
}
