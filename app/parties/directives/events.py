"""What directives tell the features above."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DirectiveRecorded:
    """A performer's wish binds from now on whoever licenses the likeness."""

    directive_id: str
    performer_id: str
    wording: str
    recorded_by_party_id: str


@dataclass(frozen=True, slots=True)
class DirectiveWithdrawn:
    """A wish binds nobody any more."""

    directive_id: str
    performer_id: str
    wording: str
    reason: str
    withdrawn_by_party_id: str
