"""What stands in the calendar of a license, and how it stands at an instant."""

from enum import StrEnum


class DutyKind(StrEnum):
    """What a day of the calendar is about."""

    FIRST_REFUSAL_OPENS = "first_refusal_opens"
    FIRST_REFUSAL_CLOSES = "first_refusal_closes"
    EXTENSION_OPENS = "extension_opens"
    EXTENSION_CLOSES = "extension_closes"
    INVENTORY = "inventory"
    """The licensee lists what it has in stock, before the time to sell off."""
    LICENSE_ENDS = "license_ends"
    WIND_DOWN_STEP = "wind_down_step"
    WINDING_DOWN_ENDS = "winding_down_ends"
    """The last instant for selling off and taking down what the deal gives time for."""
    FINAL_REPORT = "final_report"
    """The usage report of the period in which the last sales can be made."""
    DESTRUCTION = "destruction"
    """Copies and derived models are destroyed."""

    @property
    def is_duty(self) -> bool:
        """Whether somebody has to act; the others are days on which something begins or ends."""
        return self in _DUTIES


_DUTIES = frozenset({DutyKind.INVENTORY, DutyKind.WIND_DOWN_STEP, DutyKind.FINAL_REPORT, DutyKind.DESTRUCTION})


class Proof(StrEnum):
    """What shows that a duty was done."""

    NOTHING = "nothing"
    """Nobody need show anything; when its day is over, it is over."""
    EVIDENCE = "evidence"
    """Words or a file, which the licensor can dispute."""
    REPORT = "report"
    """A usage report."""
    CERTIFICATE = "certificate"
    """Signed by an officer, until nothing is left."""


class DutyState(StrEnum):
    """How a duty stands at an instant. None of this is stored."""

    UPCOMING = "upcoming"
    DUE = "due"
    """Its time has begun and is not over."""
    DONE = "done"
    OVERDUE = "overdue"
    """Its time is over, and what shows that it was done is missing."""
    PASSED = "passed"
    """Its time is over, and nothing need be shown."""


class DutyStep(StrEnum):
    """What is announced about a day of the calendar, each once."""

    SOON = "soon"
    """A week before."""
    REACHED = "reached"
    """The day itself, of something that nobody need show."""
    OVERDUE = "overdue"
    OVERDUE_7_DAYS = "overdue_7_days"
    OVERDUE_30_DAYS = "overdue_30_days"
    """From here on administrators see it as well."""

    @property
    def is_late(self) -> bool:
        return self in {DutyStep.OVERDUE, DutyStep.OVERDUE_7_DAYS, DutyStep.OVERDUE_30_DAYS}


STEP_DAYS = {
    DutyStep.SOON: -7,
    DutyStep.REACHED: 0,
    DutyStep.OVERDUE: 0,
    DutyStep.OVERDUE_7_DAYS: 7,
    DutyStep.OVERDUE_30_DAYS: 30,
}
"""Days after the day itself."""

ESCALATED_DAYS = STEP_DAYS[DutyStep.OVERDUE_30_DAYS]


class Verdict(StrEnum):
    """What the licensor says of evidence. Saying nothing changes nothing: what is filed counts until disputed."""

    ACCEPTED = "accepted"
    DISPUTED = "disputed"
    """The duty is open again, for the reason given."""


class DestructionMethod(StrEnum):
    """How a copy was destroyed."""

    ERASED = "erased"
    """Deleted from every medium and backup, and overwritten."""
    KEY_DESTROYED = "key_destroyed"
    """It was encrypted, and every copy of the key is gone."""
    MEDIA_DESTROYED = "media_destroyed"
    """The medium itself was physically destroyed."""
