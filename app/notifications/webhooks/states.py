"""How deliveries and endpoints stand, and how an attempt ended."""

from enum import StrEnum


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    """Waits for its first or next attempt."""
    DELIVERED = "delivered"
    """Answered 2xx."""
    FAILED = "failed"
    """Given up after the last attempt; can be sent again by hand."""
    WITHHELD = "withheld"
    """Not sent because the endpoint is switched off; can be sent by hand when it is on again."""


class OffReason(StrEnum):
    """Why an endpoint is switched off."""

    BY_ITS_PARTY = "by_its_party"
    GONE = "gone"
    """It answered 410."""
    FAILING = "failing"
    """Nothing reached it for as long as a delivery is tried."""

    @property
    def label(self) -> str:
        return _OFF_LABELS[self]


class Outcome(StrEnum):
    """How an attempt ended."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    """Answered, and not with 2xx."""
    REDIRECTED = "redirected"
    """Answered 3xx: redirects are never followed."""
    GONE = "gone"
    """Answered 410: it wants no more."""
    NO_ANSWER = "no_answer"
    """Nothing complete came within the time given."""
    UNREACHABLE = "unreachable"
    """No connection, or one that was closed without an answer."""
    UNKNOWN_HOST = "unknown_host"
    FORBIDDEN_ADDRESS = "forbidden_address"
    """The name leads into a private network, where nothing is sent."""
    TLS_FAILED = "tls_failed"
    """No secure connection, or a certificate for somebody else."""
    NOT_HTTP = "not_http"

    @property
    def label(self) -> str:
        return _OUTCOME_LABELS[self]

    @property
    def cost_time(self) -> bool:
        """Whether the sender had to wait for it, so that the endpoint is left alone for a while."""
        return self in {Outcome.NO_ANSWER, Outcome.UNREACHABLE, Outcome.TLS_FAILED, Outcome.UNKNOWN_HOST}


_OFF_LABELS = {
    OffReason.BY_ITS_PARTY: "switched off by you",
    OffReason.GONE: "switched off: it answered 410 Gone",
    OffReason.FAILING: "switched off: nothing reached it for days",
}
_OUTCOME_LABELS = {
    Outcome.DELIVERED: "Delivered",
    Outcome.REFUSED: "Refused",
    Outcome.REDIRECTED: "Redirected; redirects are not followed",
    Outcome.GONE: "Gone",
    Outcome.NO_ANSWER: "No answer in time",
    Outcome.UNREACHABLE: "Not reachable",
    Outcome.UNKNOWN_HOST: "Host not known",
    Outcome.FORBIDDEN_ADDRESS: "Leads into a private network",
    Outcome.TLS_FAILED: "No secure connection",
    Outcome.NOT_HTTP: "Not an HTTP answer",
}
