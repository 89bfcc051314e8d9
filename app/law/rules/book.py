"""The law book: the tables, and what the operator overrides in them with a reason that is kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.law.states import LawTable
from app.values.law.rows import ConsentRow, PostmortemRow, WithholdingRow
from app.values.law.tables import LawTables
from app.values.law.vocabulary import Enforcement


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What holds instead of a row, for one performer or (without one) for all. Its table decides what it sets."""

    table: LawTable
    row_key: str
    performer_id: str | None
    enforcement: Enforcement | None
    years: int | None
    rate_bps: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class ConsentRule:
    """A row about consent with what it does to a deal within a period."""

    row: ConsentRow
    enforcement: Enforcement
    is_law: bool
    override_reason: str | None


@dataclass(frozen=True, slots=True)
class TermRule:
    """A row about post-mortem rights with the years that count."""

    row: PostmortemRow
    years: int | None
    override_reason: str | None


@dataclass(frozen=True, slots=True)
class RateRule:
    """A row about withholding with the rate that counts under a confirmed treaty claim."""

    row: WithholdingRow
    treaty_rate_bps: int
    override_reason: str | None


@dataclass(frozen=True, slots=True)
class LawBook:
    """Tables and overrides in force at one moment. An override for a performer counts before one for all."""

    tables: LawTables
    overrides: Sequence[Override] = ()
    _by_row: Mapping[tuple[LawTable, str, str | None], Override] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_row = {(o.table, o.row_key, o.performer_id): o for o in self.overrides}
        object.__setattr__(self, "_by_row", by_row)

    def override_of(self, table: LawTable, row_key: str, performer_id: str | None) -> Override | None:
        return self._by_row.get((table, row_key, performer_id)) or self._by_row.get((table, row_key, None))

    def consent_rules(
        self, *, performer_id: str | None, first_day: date, last_day: date | None
    ) -> Iterator[ConsentRule]:
        """Yield every rule as it stands from one day to another. What is not law then never blocks by itself."""
        for row in self.tables.consent.values():
            override = self.override_of(LawTable.CONSENT, row.key, performer_id)
            is_law = row.is_law_within(first_day, last_day)
            if override is not None and override.enforcement is not None:
                yield ConsentRule(row, override.enforcement, is_law, override.reason)
            else:
                yield ConsentRule(row, _suggested(row.suggested_enforcement, is_law=is_law), is_law, None)

    def term_rules(self, *, performer_id: str | None = None) -> Iterator[TermRule]:
        """Yield every post-mortem right, with overridden years in their place."""
        for row in self.tables.postmortem.values():
            override = self.override_of(LawTable.POSTMORTEM, row.key, performer_id)
            if override is not None and override.years is not None:
                yield TermRule(row, override.years, override.reason)
            else:
                yield TermRule(row, row.years, None)

    def rate_rule(self, country: str) -> RateRule:
        """Return the rule for payees of a country, or the one for every country without its own row."""
        row = self.tables.withholding.get(country) or self.tables.withholding["*"]
        override = self.override_of(LawTable.WITHHOLDING, row.key, None)
        if override is not None and override.rate_bps is not None:
            return RateRule(row, override.rate_bps, override.reason)
        return RateRule(row, row.conservative_rate_bps, None)


def _suggested(enforcement: Enforcement, *, is_law: bool) -> Enforcement:
    return enforcement if is_law or enforcement is not Enforcement.BLOCK else Enforcement.WARN
