"""Why the rights book refused."""

from app.rights.rules.hold_moves import HoldVerdict
from app.values.errors import DomainError


class RightsNotAvailable(DomainError):
    """Something asked for is not free; `reasons` and `fixes` stand in the problem document."""

    code = "rights_not_available"


class ReferenceTaken(DomainError):
    """Rights are booked under this reference already."""

    code = "reference_taken"


class HoldMoveRefused(DomainError):
    """Not possible with this hold now. `code` is one of `HoldMoveCode`: which rule refused."""

    def __init__(self, verdict: HoldVerdict) -> None:
        super().__init__(verdict.sentence)
        self.code = verdict.code.value


class OwnUseExcluded(DomainError):
    """The licensor has given the right exclusively, to everybody's exclusion and its own."""

    code = "own_use_excluded"


class MilestoneCancelled(DomainError):
    """It will never happen; another milestone takes its place."""

    code = "milestone_cancelled"


class MilestoneHappened(DomainError):
    """What has happened cannot be cancelled any more."""

    code = "milestone_happened"
