"""The words in which a decision answers. Clients read them: never rename one, nor give one another meaning."""

from enum import StrEnum


class Code(StrEnum):
    """Why, in the order in which reasons are looked for: the first that applies is given."""

    NOT_FOUND = "NOT_FOUND"
    TERMINATED = "TERMINATED"
    SUSPENDED = "SUSPENDED"
    UNPAID = "UNPAID"
    NOT_STARTED = "NOT_STARTED"
    EXPIRED = "EXPIRED"
    AUTHORITY_ENDED = "AUTHORITY_ENDED"
    CHECK_IN_OVERDUE = "CHECK_IN_OVERDUE"
    """The deal asks for check-ins, and the last is longer ago than it allows. The next one lifts this at once."""
    COMPONENT_NOT_GRANTED = "COMPONENT_NOT_GRANTED"
    AXIS_NOT_CONSENTED = "AXIS_NOT_CONSENTED"
    MEDIA_NOT_GRANTED = "MEDIA_NOT_GRANTED"
    TERRITORY_NOT_GRANTED = "TERRITORY_NOT_GRANTED"
    CATEGORY_NOT_GRANTED = "CATEGORY_NOT_GRANTED"
    PROHIBITED = "PROHIBITED"
    """A language that was not granted, a context the deal guards against, or an action it never allows."""
    APPROVAL_REQUIRED = "APPROVAL_REQUIRED"
    QUOTA_EXHAUSTED = "QUOTA_EXHAUSTED"
    ALLOWED = "ALLOWED"


class ObligationCode(StrEnum):
    """What a yes obliges to."""

    DISCLOSURE_LABEL = "disclosure_label"
    CREDIT_LINE = "credit_line"
    APPROVE_SCRIPT = "approve_script"
    """What the likeness is to say or do is shown to the licensor before it is made."""
    APPROVE_SAMPLE = "approve_sample"
    """A first result is shown to the licensor."""
    APPROVE_FINAL = "approve_final"
    """What is to be released is shown to the licensor."""
