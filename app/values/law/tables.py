"""Loads the tables and refuses them whole when one cell does not make sense."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Protocol, TypeVar

from app.values.law.cells import InvalidTable, Line, lines_of
from app.values.law.places import EVERYWHERE, is_place
from app.values.law.rows import ConsentRow, PostmortemRow, WithholdingRow
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
from app.values.territory import world

POSTMORTEM_FILE = "postmortem_terms.csv"
CONSENT_FILE = "consent_requirements.csv"
MARKETPLACE_FILE = "marketplace_rules.csv"
WITHHOLDING_FILE = "treaty_royalty_rates.csv"
FILES = (POSTMORTEM_FILE, CONSENT_FILE, MARKETPLACE_FILE, WITHHOLDING_FILE)

_POSTMORTEM_COLUMNS = (
    *(
        "jurisdiction",
        "years",
        "starts_from",
        "protects_voice",
        "conditions",
        "citation",
        "source_url",
        "confidence",
    ),
    *("lawyer_confirm", "term_kind", "max_years", "protects_mannerisms", "applies_by", "death_on_or_after"),
    *("registration", "consent_threshold", "status", "notes"),
)
_CONSENT_COLUMNS = (
    *("rule_id", "jurisdiction_or_agreement", "applies_when", "requirement", "consequence_if_missing", "citation"),
    *("source_url", "confidence", "category", "suggested_enforcement", "status", "in_force_from", "in_force_until"),
    *("lawyer_confirm", "notes"),
)
_WITHHOLDING_COLUMNS = (
    *("country_iso", "rate_pct", "article_citation", "source_url", "confidence", "rate_industrial_pct"),
    *("rate_film_tv_pct", "rate_copyright_older_table_pct", "tables_conflict", "conservative_rate_pct"),
    *("lawyer_confirm", "notes"),
)
_DATED_STATUS = re.compile(r"in_force_from_(?P<day>.+)")


@dataclass(frozen=True, slots=True)
class LawTables:
    """Every row by its key, in the order of the files."""

    postmortem: Mapping[str, PostmortemRow]
    """By jurisdiction."""
    consent: Mapping[str, ConsentRow]
    """By rule id; the marketplace's own rules come last."""
    withholding: Mapping[str, WithholdingRow]
    """By country; `*` is every other one."""
    version: str
    """SHA-256 of the files, in hexadecimal: the same rows have the same version everywhere."""

    @property
    def short_version(self) -> str:
        return self.version[:12]


@cache
def law_tables() -> LawTables:
    """Return the tables that come with the product. Raises: InvalidTable."""
    return read_tables(files("app.values.law").joinpath("data"))


def read_tables(folder: Traversable) -> LawTables:
    """Read the tables in a folder. Raises: InvalidTable."""
    raw = {name: folder.joinpath(name).read_bytes() for name in FILES}
    digest = hashlib.sha256()
    for name, content in raw.items():
        digest.update(f"{name} {len(content)}\n".encode() + content)

    def rows(name: str, columns: tuple[str, ...]) -> Iterable[Line]:
        return lines_of(name, _decode(name, raw[name]), columns)

    consent = [
        (line, _consent_row(line))
        for name in (CONSENT_FILE, MARKETPLACE_FILE)
        for line in rows(name, _CONSENT_COLUMNS)
    ]
    withholding = [(line, _withholding_row(line)) for line in rows(WITHHOLDING_FILE, _WITHHOLDING_COLUMNS)]
    if EVERYWHERE not in {row.country for _, row in withholding}:
        raise InvalidTable(f"{WITHHOLDING_FILE}: it has no row {EVERYWHERE!r} for every other country.")
    return LawTables(
        postmortem=_by_key((line, _postmortem_row(line)) for line in rows(POSTMORTEM_FILE, _POSTMORTEM_COLUMNS)),
        consent=_by_key(consent),
        withholding=_by_key(withholding),
        version=digest.hexdigest(),
    )


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


Row = TypeVar("Row", bound=_Keyed)


def _by_key(rows: Iterable[tuple[Line, Row]]) -> Mapping[str, Row]:
    found: dict[str, Row] = {}
    for line, row in rows:
        if row.key in found:
            raise line.wrong(next(iter(line.cells)), f"{row.key!r} stands in an earlier line too.")
        found[row.key] = row
    return MappingProxyType(found)


def _decode(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidTable(f"{name}, line {line}: it is not UTF-8.") from None


def _postmortem_row(line: Line) -> PostmortemRow:
    if not is_place(line.required("jurisdiction")):
        raise line.wrong("jurisdiction", "it is no ISO 3166-1 or 3166-2 code such as DE or US-CA.")
    if line.required("starts_from") != "date_of_death":
        raise line.wrong("starts_from", "only date_of_death is known.")
    status, in_force_from = _dated_status(line)
    return PostmortemRow(
        jurisdiction=line.text("jurisdiction"),
        term_kind=_term_kind(line),
        years=line.whole("years"),
        max_years=line.whole("max_years"),
        protects_voice=line.flag_or_unknown("protects_voice"),
        protects_mannerisms=line.flag_or_unknown("protects_mannerisms"),
        applies_by=line.word("applies_by", AppliesBy),
        death_on_or_after=line.day("death_on_or_after"),
        registration=line.word("registration", RegistrationDuty),
        consent_threshold=line.word("consent_threshold", ConsentThreshold),
        status=status,
        in_force_from=in_force_from,
        conditions=line.required("conditions"),
        source=line.required("citation"),
        source_url=line.addresses("source_url"),
        confidence=line.word("confidence", Confidence),
        lawyer_confirm=line.flag("lawyer_confirm"),
        notes=line.text("notes"),
    )


def _term_kind(line: Line) -> TermKind:
    """Read the kind of term and hold the numbers of years to it: a blank or a 0 must be meant."""
    kind = line.word("term_kind", TermKind)
    years, max_years = line.whole("years"), line.whole("max_years")
    if (years is not None) is not kind.has_years:
        raise line.wrong("years", f"{kind.value} {'needs' if kind.has_years else 'has no'} years.")
    if years is not None and (years == 0) is not kind.is_none:
        raise line.wrong("years", f"{years} years do not go with {kind.value}.")
    if (max_years is not None) is not (kind in {TermKind.FIXED_TWO_TIER, TermKind.FIXED_THEN_RENEWABLE}):
        raise line.wrong("max_years", f"{kind.value} {'has no' if max_years is not None else 'needs'} max_years.")
    if max_years is not None and years is not None and max_years <= years:
        raise line.wrong("max_years", f"{max_years} is not more than the {years} years.")
    return kind


def _dated_status(line: Line) -> tuple[LawStatus, date | None]:
    """Read a status, of which one form carries the day from which the row is law."""
    dated = _DATED_STATUS.fullmatch(line.required("status"))
    if dated is None:
        return line.word("status", LawStatus), None
    return LawStatus.IN_FORCE, line.as_day("status", dated["day"])


def _consent_row(line: Line) -> ConsentRow:
    row = ConsentRow(
        rule_id=line.required("rule_id"),
        jurisdiction=line.required("jurisdiction_or_agreement"),
        applies_when=line.required("applies_when"),
        requirement=line.required("requirement"),
        consequence_if_missing=line.required("consequence_if_missing"),
        category=line.word("category", Category),
        suggested_enforcement=line.word("suggested_enforcement", Enforcement),
        status=line.word("status", LawStatus),
        in_force_from=line.day("in_force_from"),
        in_force_until=line.day("in_force_until"),
        source=line.required("citation"),
        source_url=line.addresses("source_url"),
        confidence=line.word("confidence", Confidence),
        lawyer_confirm=line.flag("lawyer_confirm"),
        notes=line.text("notes"),
    )
    if row.place is None and row.category in {Category.AUTHORITY, Category.TAX}:
        raise line.wrong("jurisdiction_or_agreement", f"a rule of {row.category.value} needs a place.")
    if row.in_force_from and row.in_force_until and row.in_force_until < row.in_force_from:
        raise line.wrong("in_force_until", f"it lies before {row.in_force_from}.")
    return row


def _withholding_row(line: Line) -> WithholdingRow:
    country = line.required("country_iso")
    if country != EVERYWHERE and country not in world():
        raise line.wrong("country_iso", f"{country!r} is no ISO 3166-1 alpha-2 code such as DE, and not *.")
    return WithholdingRow(
        country=country,
        rate_bps=line.required_bps("rate_pct"),
        rate_industrial_bps=line.bps("rate_industrial_pct"),
        rate_film_bps=line.bps("rate_film_tv_pct"),
        rate_copyright_older_bps=line.bps("rate_copyright_older_table_pct"),
        tables_conflict=line.flag_or_unknown("tables_conflict"),
        conservative_rate_bps=_conservative(line),
        source=line.required("article_citation"),
        source_url=line.addresses("source_url"),
        confidence=line.word("confidence", Confidence),
        lawyer_confirm=line.flag("lawyer_confirm"),
        notes=line.text("notes"),
    )


def _conservative(line: Line) -> int:
    """Read the safe rate: it is not below any rate that a table shows."""
    rate = line.required_bps("conservative_rate_pct")
    shown = ("rate_pct", "rate_industrial_pct", "rate_film_tv_pct", "rate_copyright_older_table_pct")
    if any((line.bps(column) or 0) > rate for column in shown):
        raise line.wrong(
            "conservative_rate_pct", f"{line.text('conservative_rate_pct')} is below another rate shown."
        )
    return rate
