"""The law tables: all rows load, and a cell that makes no sense is refused with its file, line and column."""

import csv
import shutil
import zipfile
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from app.values.law.cells import InvalidTable
from app.values.law.places import place_of, reaches
from app.values.law.rows import ConsentRow
from app.values.law.tables import (
    CONSENT_FILE,
    FILES,
    MARKETPLACE_FILE,
    POSTMORTEM_FILE,
    WITHHOLDING_FILE,
    law_tables,
    read_tables,
)
from app.values.law.vocabulary import Confidence, Enforcement, LawStatus, RegistrationDuty, TermKind

ROOT = Path(__file__).parents[2]
DATA = ROOT / "app" / "values" / "law" / "data"
TABLES = law_tables()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(DATA / name, tmp_path / name)
    return tmp_path


def change(folder: Path, name: str, key: str, **cells: str) -> int:
    """Write other cells into the row with a key, and return its line."""
    header, *rows = list(csv.reader(StringIO((folder / name).read_text(), newline="")))
    number = next(index for index, row in enumerate(rows) if row[0] == key)
    for column, text in cells.items():
        rows[number][header.index(column)] = text
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    (folder / name).write_text(text.getvalue())
    return number + 2


def refusal(folder: Path) -> str:
    with pytest.raises(InvalidTable) as caught:
        read_tables(folder)
    return str(caught.value)


def test_all_rows_are_there() -> None:
    assert len(TABLES.postmortem) == 39
    assert len(TABLES.consent) == 87 + 4
    assert len(TABLES.withholding) == 68
    statuses = Counter(row.status for row in TABLES.consent.values())
    assert statuses[LawStatus.IN_FORCE] == 67 + 4
    assert statuses[LawStatus.PROPOSED_NOT_LAW] == 7


def test_a_row_says_what_the_file_says() -> None:
    row = TABLES.postmortem["US-WA"]
    assert (row.years, row.max_years, row.term_kind) == (10, 75, TermKind.FIXED_TWO_TIER)
    assert row.protects_mannerisms is True
    assert TABLES.postmortem["US-CA"].protects_mannerisms is None
    assert TABLES.postmortem["US-CA"].registration is RegistrationDuty.DAMAGES_BARRED_BEFORE_REGISTRATION
    louisiana = TABLES.postmortem["US-LA"]
    assert (louisiana.status, str(louisiana.in_force_from)) == (LawStatus.IN_FORCE, "2022-08-01")
    assert TABLES.withholding["TH"].conservative_rate_bps == 1500
    assert TABLES.withholding["HU"].conservative_rate_bps == 3000


def test_every_row_has_a_citation_that_says_whether_a_lawyer_must_confirm() -> None:
    rows = [*TABLES.postmortem.values(), *TABLES.consent.values(), *TABLES.withholding.values()]
    citations = [row.citation for row in rows]
    assert all(citation.citation and citation.jurisdiction for citation in citations)
    assert len({citation.rule_id for citation in citations}) == len(rows)
    confirmed = TABLES.consent["VA-WRITTEN"].citation
    assert confirmed.as_json() == {
        "rule_id": "VA-WRITTEN",
        "jurisdiction": "US-VA",
        "citation": "Va. Code 8.01-40",
        "source_url": "http://laws9.com/statutes/virginia/title-8-01/chapter-3/8-01-40",
        "confidence": "seen_primary",
        "lawyer_confirm": False,
    }
    assert TABLES.consent["CA-927"].citation.lawyer_confirm


def test_only_the_marketplaces_own_rules_claim_no_statute() -> None:
    own = {row.rule_id for row in TABLES.consent.values() if row.confidence is Confidence.MARKETPLACE}
    assert own == {"HOUSE-CONSENT", "HOUSE-SPECIFIC-USE", "HOUSE-QUORUM", "HOUSE-MINOR"}
    assert {TABLES.consent[rule_id].place for rule_id in own} == {"*"}


def test_no_word_tells_where_a_copy_was_kept() -> None:
    for name in FILES:
        assert "stored repo" not in (DATA / name).read_text().lower()


def test_the_version_is_that_of_the_content(folder: Path) -> None:
    assert read_tables(folder).version == TABLES.version
    assert TABLES.short_version == TABLES.version[:12]
    change(folder, CONSENT_FILE, "CA-927", notes="Something else.")
    assert read_tables(folder).version != TABLES.version


WRONG_CELLS = [
    (POSTMORTEM_FILE, "US-CA", "jurisdiction", "USCA", "ISO 3166"),
    (POSTMORTEM_FILE, "US-CA", "jurisdiction", "XX-CA", "ISO 3166"),
    (POSTMORTEM_FILE, "US-NY", "jurisdiction", "US-CA", "earlier line"),
    (POSTMORTEM_FILE, "US-CA", "years", "seventy", "whole number"),
    (POSTMORTEM_FILE, "US-CA", "years", "-70", "whole number"),
    (POSTMORTEM_FILE, "US-CA", "years", "", "fixed needs years"),
    (POSTMORTEM_FILE, "US-CA", "years", "0", "do not go with fixed"),
    (POSTMORTEM_FILE, "GB", "years", "5", "do not go with none"),
    (POSTMORTEM_FILE, "JP", "years", "10", "unsettled has no years"),
    (POSTMORTEM_FILE, "US-CA", "max_years", "80", "fixed has no max_years"),
    (POSTMORTEM_FILE, "US-WA", "max_years", "", "needs max_years"),
    (POSTMORTEM_FILE, "US-WA", "max_years", "10", "not more than"),
    (POSTMORTEM_FILE, "US-CA", "term_kind", "for_ever", "none of"),
    (POSTMORTEM_FILE, "US-CA", "starts_from", "funeral", "date_of_death"),
    (POSTMORTEM_FILE, "US-CA", "protects_voice", "yes", "neither y nor n"),
    (POSTMORTEM_FILE, "US-CA", "applies_by", "star_sign", "none of"),
    (POSTMORTEM_FILE, "US-CA", "death_on_or_after", "1915-02-30", "there is no day"),
    (POSTMORTEM_FILE, "US-CA", "death_on_or_after", "1 Jan 1915", "is not a day"),
    (POSTMORTEM_FILE, "US-CA", "registration", "perhaps", "none of"),
    (POSTMORTEM_FILE, "US-CA", "consent_threshold", "most", "none of"),
    (POSTMORTEM_FILE, "US-CA", "status", "in force", "none of"),
    (POSTMORTEM_FILE, "US-LA", "status", "in_force_from_2022-13-01", "there is no day"),
    (POSTMORTEM_FILE, "US-CA", "confidence", "sure", "none of"),
    (POSTMORTEM_FILE, "US-CA", "lawyer_confirm", "", "blank"),
    (POSTMORTEM_FILE, "US-CA", "lawyer_confirm", "unknown", "neither y nor n"),
    (POSTMORTEM_FILE, "US-CA", "citation", "", "blank"),
    (POSTMORTEM_FILE, "US-CA", "source_url", "a book", "not a web address"),
    (POSTMORTEM_FILE, "US-CA", "citation", " Cal. Civ. Code", "blanks around"),
    (CONSENT_FILE, "CA-927", "rule_id", "", "blank"),
    (CONSENT_FILE, "CA-3344", "rule_id", "CA-927", "earlier line"),
    (CONSENT_FILE, "CA-927", "category", "manners", "none of"),
    (CONSENT_FILE, "CA-927", "suggested_enforcement", "forbid", "none of"),
    (CONSENT_FILE, "CA-927", "requirement", "", "blank"),
    (CONSENT_FILE, "SAG26-DUB", "in_force_until", "2026-12-31", "lies before 2027-07-01"),
    (CONSENT_FILE, "AUTH-POA", "jurisdiction_or_agreement", "Everywhere", "needs a place"),
    (MARKETPLACE_FILE, "HOUSE-MINOR", "rule_id", "CA-927", "earlier line"),
    (WITHHOLDING_FILE, "DE", "country_iso", "DEU", "ISO 3166-1"),
    (WITHHOLDING_FILE, "DE", "rate_pct", "101", "percentage"),
    (WITHHOLDING_FILE, "DE", "rate_pct", "", "blank"),
    (WITHHOLDING_FILE, "CA", "conservative_rate_pct", "5", "below another rate"),
    (WITHHOLDING_FILE, "DE", "tables_conflict", "", "blank"),
]


@pytest.mark.parametrize(("name", "key", "column", "text", "why"), WRONG_CELLS)
def test_a_wrong_cell_is_refused_with_its_place(
    folder: Path, name: str, key: str, column: str, text: str, why: str
) -> None:
    line = change(folder, name, key, **{column: text})
    told = refusal(folder)
    assert told.startswith(f"{name}, line {line}, column {column}: ")
    assert why in told


def test_a_file_of_another_form_is_refused(folder: Path) -> None:
    path = folder / CONSENT_FILE
    text = path.read_text()
    path.write_text(text.replace("rule_id,", "rule,", 1))
    assert refusal(folder).startswith(f"{CONSENT_FILE}, line 1: the columns must be rule_id, ")
    path.write_text(text + "TOO-SHORT,US-CA\n")
    assert refusal(folder) == f"{CONSENT_FILE}, line 89: it has 2 cells instead of 15."
    path.write_bytes(text.encode() + b"\xff\n")
    assert refusal(folder) == f"{CONSENT_FILE}, line 89: it is not UTF-8."
    path.write_text(text + '"never closed\n')
    assert refusal(folder).startswith(f"{CONSENT_FILE}, line 89: ")
    path.write_text("")
    assert "line 1: the columns must be" in refusal(folder)


def test_the_row_for_every_other_country_cannot_be_missing(folder: Path) -> None:
    path = folder / WITHHOLDING_FILE
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if line[0] != "*"))
    assert "no row '*'" in refusal(folder)


def test_percentages_may_have_decimals(folder: Path) -> None:
    change(folder, WITHHOLDING_FILE, "DE", conservative_rate_pct="12.5")
    assert read_tables(folder).withholding["DE"].conservative_rate_bps == 1250


@pytest.mark.parametrize(
    ("jurisdiction", "place"),
    [
        ("US-CA", "US-CA"),
        ("US (proposed NO FAKES)", "US"),
        ("EU", "EU"),
        ("*", "*"),
        ("SAG-AFTRA TV/Theatrical 2026", None),
    ],
)
def test_a_jurisdiction_stands_for_a_place(jurisdiction: str, place: str | None) -> None:
    assert place_of(jurisdiction) == place


def test_use_in_a_country_reaches_every_state_of_it_and_cyprus_is_in_the_union() -> None:
    assert reaches("US-TN", {"US"})
    assert not reaches("US-TN", {"PR"})
    assert reaches("EU", {"CY"})
    assert not reaches("EU", {"GB", "US"})
    assert reaches("*", {"JP"})


def rule(**changes: object) -> ConsentRow:
    kept = {name: getattr(TABLES.consent["EU-50-4"], name) for name in ConsentRow.__dataclass_fields__}
    return ConsentRow(**(kept | changes))  # type: ignore[arg-type]


def test_a_rule_is_law_only_within_its_dates() -> None:
    row = rule(in_force_from=date(2026, 8, 2), in_force_until=date(2027, 1, 31))
    assert row.suggested_enforcement is Enforcement.BLOCK
    assert not row.is_law_within(date(2026, 1, 1), date(2026, 8, 1))
    assert row.is_law_within(date(2026, 1, 1), date(2026, 8, 2))
    assert row.is_law_within(date(2026, 1, 1), None)
    assert row.is_law_within(date(2027, 1, 31), date(2028, 1, 1))
    assert not row.is_law_within(date(2027, 2, 1), None)
    assert not rule(status=LawStatus.PROPOSED_NOT_LAW).is_law_within(date(2027, 1, 1), None)


def test_the_tables_are_read_from_wherever_the_package_lies(tmp_path: Path) -> None:
    """Also from an archive: nothing asks for a path in the file system."""
    archive = tmp_path / "app.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for name in FILES:
            packed.write(DATA / name, f"data/{name}")
    assert read_tables(zipfile.Path(archive, "data/")).version == TABLES.version
