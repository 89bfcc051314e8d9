"""What a rule answers about a use: what it does to the deal, why, what to do, and on whose authority."""

from dataclasses import dataclass
from typing import Any

from app.values.law.citation import Citation
from app.values.law.vocabulary import Enforcement


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that is not met, or should be known. Every finding carries its citation."""

    rule_id: str
    enforcement: Enforcement
    sentence: str
    """What is wrong, or to be known."""
    remedy: str
    """What to do about it."""
    citation: Citation
    override_reason: str | None = None
    """Why an administrator made the rule do something else than the table suggests."""

    @property
    def blocks(self) -> bool:
        return self.enforcement is Enforcement.BLOCK

    def as_json(self) -> dict[str, Any]:
        """Return its one JSON form, for answers, problem documents and what is kept with a deal."""
        return {
            "rule_id": self.rule_id,
            "enforcement": self.enforcement.value,
            "sentence": self.sentence,
            "remedy": self.remedy,
            "citation": self.citation.as_json(),
            "override_reason": self.override_reason,
        }
