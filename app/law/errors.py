"""Why a use is not cleared, or an override not recorded."""

from collections.abc import Iterable
from typing import Self

from app.law.rules.findings import Finding
from app.values.errors import DomainError


class ClearanceBlocked(DomainError):
    """Rules stand in the way; `findings` name each with its citation and remedy."""

    code = "clearance_blocked"

    @classmethod
    def by(cls, findings: Iterable[Finding]) -> Self:
        blocking = [finding for finding in findings if finding.blocks]
        first, *others = blocking
        more = f" {len(others)} more rules stand in the way; see findings." if others else ""
        return cls(
            f"{first.sentence} {first.remedy} ({first.rule_id}: {first.citation.citation}){more}",
            findings=[finding.as_json() for finding in blocking],
        )


class OverrideInForce(DomainError):
    code = "override_in_force"


class OverrideEnded(DomainError):
    code = "override_ended"
