"""Where a rule comes from, and how far it may be relied on."""

from dataclasses import dataclass
from typing import Any

from app.values.law.vocabulary import Confidence


@dataclass(frozen=True, slots=True)
class Citation:
    """Shown wherever a rule speaks. `lawyer_confirm`: have counsel confirm it before anyone relies on it."""

    rule_id: str
    jurisdiction: str
    """A place after ISO 3166 (`US-CA`), `EU`, the name of a union agreement, or `*` for everywhere."""
    citation: str
    source_url: str
    """Where it was read; may be empty, or several addresses with ` ; ` between them."""
    confidence: Confidence
    lawyer_confirm: bool

    def as_json(self) -> dict[str, Any]:
        """Return its one JSON form."""
        return {
            "rule_id": self.rule_id,
            "jurisdiction": self.jurisdiction,
            "citation": self.citation,
            "source_url": self.source_url,
            "confidence": self.confidence.value,
            "lawyer_confirm": self.lawyer_confirm,
        }
