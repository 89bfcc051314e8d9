"""Tax withheld from royalties: the default wherever a lower rate is not proven."""

import pytest

from app.law.rules.book import LawBook, Override
from app.law.rules.withholding import rate_for
from app.law.states import LawTable
from app.values.law.tables import law_tables

BOOK = LawBook(law_tables())


@pytest.mark.parametrize(
    ("country", "has_form", "claims", "bps", "rule_id"),
    [
        ("US", True, False, 0, "TAX-W9"),
        ("US", False, False, 2400, "TAX-W9"),
        ("DE", False, False, 3000, "TAX-30"),
        ("DE", False, True, 3000, "TAX-30"),
        ("DE", True, False, 3000, "TAX-30"),
        ("DE", True, True, 0, "WITHHOLDING-DE"),
        ("CA", True, True, 1000, "WITHHOLDING-CA"),
        ("GR", True, True, 3000, "WITHHOLDING-GR"),
        ("HU", True, True, 3000, "WITHHOLDING-HU"),
        ("BR", True, True, 3000, "WITHHOLDING-BR"),
        ("NG", True, True, 3000, "WITHHOLDING-*"),
    ],
)
def test_rates(country: str, has_form: bool, claims: bool, bps: int, rule_id: str) -> None:
    found = rate_for(country=country, has_valid_form=has_form, claims_treaty=claims, book=BOOK)
    assert found.rate_bps == bps
    assert found.citation.rule_id == rule_id
    assert found.sentence


def test_a_treaty_never_raises_above_the_table_and_says_which_figure_it_is() -> None:
    found = rate_for(country="ES", has_valid_form=True, claims_treaty=True, book=BOOK)
    assert found.rate_bps == 800, "the tables show 0, 5 and 8; the safe one counts"
    assert "8 % of gross" in found.sentence
    unknown = rate_for(country="NG", has_valid_form=True, claims_treaty=True, book=BOOK)
    assert "No treaty with NG is known" in unknown.sentence


def test_an_override_counts_with_its_reason() -> None:
    override = Override(
        table=LawTable.WITHHOLDING, row_key="HU", performer_id=None, enforcement=None, years=None, rate_bps=1550,
        reason="A new treaty, seen by our adviser.",
    )  # fmt: skip
    found = rate_for(country="HU", has_valid_form=True, claims_treaty=True, book=LawBook(law_tables(), (override,)))
    assert (found.rate_bps, found.override_reason) == (1550, "A new treaty, seen by our adviser.")
    assert "15.5 %" in found.sentence
