"""The rows of the three tables, typed."""

from dataclasses import dataclass
from datetime import date

from app.values.law.citation import Citation
from app.values.law.places import place_of
from app.values.law.vocabulary import (
    AppliesBy,
    Category,
    Confidence,
    ConsentThreshold,
    Enforcement,
    LawStatus,
    RegistrationDuty,
    TermKind,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemRow:
    """How long, and for whom, one jurisdiction protects a likeness after death. The jurisdiction is its key.

    Nothing (`None`) where a column says `unknown` or is blank.
    """

    jurisdiction: str
    """ISO 3166-1 or 3166-2."""
    term_kind: TermKind
    years: int | None
    max_years: int | None
    protects_voice: bool | None
    protects_mannerisms: bool | None
    applies_by: AppliesBy
    death_on_or_after: date | None
    """Earlier deaths are not covered."""
    registration: RegistrationDuty
    consent_threshold: ConsentThreshold
    status: LawStatus
    in_force_from: date | None
    conditions: str
    source: str
    source_url: str
    confidence: Confidence
    lawyer_confirm: bool
    notes: str

    @property
    def key(self) -> str:
        return self.jurisdiction

    @property
    def citation(self) -> Citation:
        return Citation(
            rule_id=f"POST-MORTEM-{self.jurisdiction}",
            jurisdiction=self.jurisdiction,
            citation=self.source,
            source_url=self.source_url,
            confidence=self.confidence,
            lawyer_confirm=self.lawyer_confirm,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRow:
    """One rule about consent, authority, term, disclosure or tax. The rule id is its key."""

    rule_id: str
    jurisdiction: str
    applies_when: str
    requirement: str
    consequence_if_missing: str
    category: Category
    suggested_enforcement: Enforcement
    status: LawStatus
    in_force_from: date | None
    in_force_until: date | None
    """The last day."""
    source: str
    source_url: str
    confidence: Confidence
    lawyer_confirm: bool
    notes: str

    @property
    def key(self) -> str:
        return self.rule_id

    @property
    def place(self) -> str | None:
        """ISO 3166 code, `EU` or `*`; nothing for a union agreement."""
        return place_of(self.jurisdiction)

    def is_law_within(self, first_day: date, last_day: date | None) -> bool:
        """Say whether it is law in force on some day from one to the other, both included; no end is for ever."""
        return (
            self.status is LawStatus.IN_FORCE
            and (self.in_force_until is None or first_day <= self.in_force_until)
            and (self.in_force_from is None or last_day is None or self.in_force_from <= last_day)
        )

    @property
    def citation(self) -> Citation:
        return Citation(
            rule_id=self.rule_id,
            jurisdiction=self.jurisdiction,
            citation=self.source,
            source_url=self.source_url,
            confidence=self.confidence,
            lawyer_confirm=self.lawyer_confirm,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WithholdingRow:
    """United States tax on royalties of payees in one country, `*` being every other; rates in basis points."""

    country: str
    rate_bps: int
    """Of copyright royalties, as the newest table has it."""
    rate_industrial_bps: int | None
    rate_film_bps: int | None
    rate_copyright_older_bps: int | None
    tables_conflict: bool | None
    conservative_rate_bps: int
    """The safe figure where categories or tables differ: the one that is used."""
    source: str
    source_url: str
    confidence: Confidence
    lawyer_confirm: bool
    notes: str

    @property
    def key(self) -> str:
        return self.country

    @property
    def citation(self) -> Citation:
        return Citation(
            rule_id=f"WITHHOLDING-{self.country}",
            jurisdiction="US",
            citation=self.source,
            source_url=self.source_url,
            confidence=self.confidence,
            lawyer_confirm=self.lawyer_confirm,
        )
