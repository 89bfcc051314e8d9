"""Differences in words: every term has a name that people read, amounts keep their own currency."""

import pytest

from app.negotiation.terms.completion import complete_terms
from app.negotiation.terms.schema import DealTermsIn
from app.web import changes
from tests.factories.negotiation import deal_terms, every_term
from tests.negotiation.examples import FACTS

NO_BREAK = "\N{NO-BREAK SPACE}"


def told(before: dict[str, object], after: dict[str, object]) -> dict[str, tuple[str, str]]:
    one, other = (complete_terms(DealTermsIn().load(terms), FACTS) for terms in (before, after))
    found = changes.in_words(one, other)
    assert len({change.label for change in found}) == len(found)
    return {c.label: (c.before.replace(NO_BREAK, " "), c.after.replace(NO_BREAK, " ")) for c in found}


def test_a_clause_that_comes_is_told_whole() -> None:
    found = told(deal_terms(), every_term())
    assert found["Advance"] == (
        "nothing",
        "advance $3,000.00, what is not earned back in the end goes back to the licensee; "
        "amount $1,000.00; amount $2,000.00, due on 1 Aug 2026",
    )
    assert found["Caps, cap 1"] == ("nothing", "at most 40,000 words in the whole term for the voice")
    assert found["Caps, cap 2"] == ("nothing", "at most 500 renders in each month")
    assert found["Guard list"] == ("nothing", "hate speech and tobacco")
    assert found["Fee in instalments, part 2"] == ("nothing", "amount $7,500.00, due on 1 Sep 2026")
    assert found["Deductions and recoupment, recoups together with, by name"] == ("nothing", "Harbor saga")
    assert found["Assignment"] == ("to nobody", "with the licensor's consent to that very party")
    assert found["Governing law"] == ("nothing", "law of US-NY, court or arbitration Courts of New York County")
    assert found["Face"][0] == ""
    assert found["Wind-down, lasts"] == ("0 days", "60 days")
    assert found["Audit"][1].startswith(
        "notice 21 days, at most once in 12 months, reaching back 36 months, licensee"
    )
    assert found["Sell-off"][1].endswith("before the end 30 days, these royalties earn back an advance")
    assert found["First refusal"][1] == "opens 120 days before the end, closes 60 days before the end"
    assert found["Late payment"][1] == "interest for a year 8 %, running from 10 days after the due day"
    assert found["Strike, it suspends new performances"] == ("no", "yes")


def test_no_code_is_left_untold() -> None:
    found = told(deal_terms(), every_term())
    assert len(found) > 25
    for label, texts in found.items():
        assert not [text for text in (label, *texts) if "_" in text or "{" in text or "None" in text], label


@pytest.mark.parametrize("is_back", [False, True])
def test_what_comes_goes_the_other_way_round(is_back: bool) -> None:
    one, other = (every_term(), deal_terms()) if is_back else (deal_terms(), every_term())
    advance = told(one, other)["Advance"]
    assert (advance[0] == "nothing") is not is_back
    assert (advance[1] == "nothing") is is_back


def test_a_change_within_a_row_names_the_row() -> None:
    before, after = every_term(), every_term()
    after["royalty"] = after["royalty"] | {
        "escalator": after["royalty"]["escalator"]
        | {"bands": [{"above": 10_000, "rate_bps": 400}, {"above": 60_000, "rate_bps": 500}]}
    }
    assert told(before, after) == {"Escalator, band 2, above": ("50,000", "60,000")}


def test_each_side_is_told_in_its_own_currency() -> None:
    dollars = deal_terms(fee={"amount_minor": 1_250_000, "currency": "USD"})
    yen = deal_terms(fee={"amount_minor": 1_250_001, "currency": "JPY"})
    assert told(dollars, yen) == {"Fee": ("$12,500.00", "¥1,250,001"), "Fee currency": ("USD", "JPY")}


def test_offers_of_earlier_versions_compare_in_the_shape_of_today() -> None:
    new = complete_terms(DealTermsIn().load(deal_terms()), FACTS)
    old = {name: part for name, part in new.items() if name in _OF_VERSION_1} | {"terms_version": 1}
    old["fee"] = {name: new["fee"][name] for name in ("amount_minor", "currency")}
    old["royalty"] = {name: new["royalty"][name] for name in ("basis", "rate_bps", "currency", "trigger")}
    assert {change.label for change in changes.in_words(old, new)} == {
        "Deletion, what", "Deletion, within", "Deletion, an officer signs that it was done", "Breach, to cure it",
    }  # fmt: skip


_OF_VERSION_1 = {
    "licensor", "licensee", "performer", "package", "production", "term", "grants", "platform_fee_bps", "reporting",
    "survival", "delivery", "disclosure_label", "credit_line",
}  # fmt: skip
