"""What a licensee does again and again while a license runs: it stands beside the calendar, without a day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.negotiation.terms.checks.royalty import is_due
from app.negotiation.terms.words.section import counted


@dataclass(frozen=True, slots=True)
class Recurring:
    kind: str
    sentence: str


def recurring_of(document: Mapping[str, Any]) -> Iterator[Recurring]:
    """Return what terms in the shape of the latest version ask for in turns."""
    check_in, reporting = document["check_in"], document["reporting"]
    if check_in is not None:
        hours = counted(check_in["every_hours"], "hour")
        grace = counted(check_in["grace_hours"], "hour")
        yield Recurring("check_in", f"Check in every {hours}; {grace} of grace.")
    if is_due(document["royalty"]):
        days = counted(reporting["due_days"], "day")
        yield Recurring("usage_report", f"Report usage: {reporting['schedule']}, within {days} after the period.")
