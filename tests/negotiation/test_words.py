"""The words of deal terms say everything that the document says, and say it exactly."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from app.negotiation.terms.completion import complete_terms
from app.negotiation.terms.schema import DealTermsIn
from app.negotiation.terms.versions import as_current
from app.negotiation.terms.words import Section, sections
from app.negotiation.terms.words.places import territory as place
from app.negotiation.terms.words.section import amount, day, instant
from tests.factories.negotiation import every_term
from tests.negotiation.examples import FACTS, document
from tests.negotiation.full_terms import bare_terms, full_grant, full_terms, territory

OTHER_WORD = {
    "kind": "extension", "country": "PT", "acts_for": "licensee", "zone": "Europe/Paris", "component": "face",
    "axes": "training", "media": "film.streaming", "codes": "CN", "languages": "de", "categories": "toys",
    "exclusivity": "exclusive", "unit": "lines", "per": "year", "stage": "final", "silence": "approved",
    "preset": "film", "delivery": "hosted_only", "covers": "delivered_copies", "guard_list": "tobacco",
    "currency": "JPY",
    "remainder": "repayable", "basis": "gross_receipts", "trigger": "report_date", "mode": "whole_slab",
    "scope": "item", "tally": "units", "timing": "before_calculation", "schedule": "annual",
    "assignment": "none", "public_record": "licensee",
    "law": "FR", "warranties": "licensee_obeys_law", "matrix": "deny",
}  # fmt: skip
"""Another word that the vocabulary of a place allows; any other text is changed by a letter."""


def text_of(terms: dict[str, Any]) -> str:
    rows = [row for section in sections(terms) for row in section.rows]
    return "\n".join(f"{row.label}: {row.text}" for row in rows).replace("\N{NO-BREAK SPACE}", " ")


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, (*path, key))
    elif value is not None:
        yield path


def other(value: Any, path: tuple[str | int, ...]) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if "matrix" in path:
        return "deny" if value != "deny" else "allow"
    if value[:4].isdigit():
        return value.replace("2027-", "2026-").replace("2028-", "2029-")
    names = [key for key in path if isinstance(key, str)]
    if value == "delivered_copies":
        return "derived_models"
    return OTHER_WORD.get(names[-1], f"{value}x") if "production" not in path else f"{value}x"


def changed(terms: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    result = copy.deepcopy(terms)
    place: Any = result
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = other(place[path[-1]], path)
    return result


ALL_LEAVES = [path for path in leaves(full_terms()) if path != ("terms_version",) and "territory" not in path]


@pytest.mark.parametrize("path", ALL_LEAVES, ids=lambda path: "/".join(map(str, path)))
def test_whatever_is_changed_in_a_document_changes_its_words(path: tuple[str | int, ...]) -> None:
    assert text_of(changed(full_terms(), path)) != text_of(full_terms())


COMPLETED = [full_terms(), bare_terms(), document(), complete_terms(DealTermsIn().load(every_term()), FACTS)]


def test_the_examples_have_every_member_that_terms_have() -> None:
    """A new member of deal terms needs an example here, and then words."""
    for made in COMPLETED:
        assert made.keys() == full_terms().keys()
        for key, value in full_terms().items():
            assert not isinstance(value, dict) or made[key] is None or made[key].keys() == value.keys(), key


@pytest.mark.parametrize("terms", COMPLETED, ids=["full", "bare", "plain proposal", "every term"])
def test_every_member_is_led_to_by_a_row_and_every_row_leads_somewhere(terms: dict[str, Any]) -> None:
    pointers = {row.pointer for section in sections(terms) for row in section.rows}
    missing = {key for key in terms if not any(p == f"/{key}" or p.startswith(f"/{key}/") for p in pointers)}
    assert missing == {"terms_version"}
    for pointer in pointers:
        target: Any = terms
        for step in pointer.split("/")[1:]:
            target = target[int(step) if isinstance(target, list) else step]


def test_no_part_of_a_deal_is_passed_over_in_silence() -> None:
    text = text_of(bare_terms())
    for said in (
        "No limit to the quantity of use is agreed.", "No minimum is guaranteed.", "No advance on royalties",
        "The licensee may not hand the license to anybody else.", "No royalty is due.", "No fee is due.",
        "No agency acts", "No right to inspect", "Nobody has an option to extend the term.",
        "No duty to destroy anything is agreed.", "No time after the end is given",
        "The parties have not chosen a law.",
        "in every language", "What is not granted here is not allowed.",
    ):  # fmt: skip
        assert said in text


def test_words_are_whole_sentences_that_a_lawyer_can_quote() -> None:
    text = text_of(full_terms())
    for said in (
        "12,500.00 USD, in two parts: 5,000.00 USD at signature, 7,500.00 USD on 1 March 2027.",
        "From 1 January 2027 to 31 December 2027, both days included.",
        "1 January 2028, 05:00 UTC, as the day after the last begins there.",
        "in the whole world except China (248 countries and areas, +WORLD -CN); in English",
        "for products of: Clothing, shoes and accessories / Food; in the",
        "4,000.00 EUR are guaranteed: at least 1,500.00 EUR earned from the start up to and including 30 June",
        "In place of the rate of the sale: 3 % above 10,000.00 EUR and 3.5 % above 50,000.00 EUR, counted for",
        "20 % of the royalty earned, after it is calculated, is held back against returns and released: 50 % of it",
        "90 finished minutes in each month with the voice.",
    ):  # fmt: skip
        assert said in text


def test_a_grant_is_one_sentence() -> None:
    grant = full_grant(
        axes=["scripted"], media=["game.scripted_performance"], categories=["*"], languages=["*"],
        exclusivity="non_exclusive", exclusive_until=None,
    )  # fmt: skip
    said = "\n".join(row.text for row in rows("grants", full_terms(grants=[grant])))
    assert said.replace("\N{NO-BREAK SPACE}", " ") == (
        "The licensee may use the voice for scripted lines and actions; in these media: scripted game performance; "
        "in the whole world except China (248 countries and areas, +WORLD -CN); in every language; "
        "not exclusively: the licensor may use and license the same itself.\n"
        "What is not granted here is not allowed. Media are those of edition 1 of the service's list."
    )


def rows(key: str, terms: dict[str, Any]) -> Any:
    section: Section = next(section for section in sections(terms) if section.key == key)
    return section.rows


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("+WORLD", "the whole world (249 countries and areas, +WORLD)"),
        ("+DE +FR", "France and Germany"),
        ("+EU -DE", "the European Union, except Germany (26 countries and areas, +EU -DE)"),
        # Read from left to right this holds the United States, which words for groups would deny.
        ("+AMERICAS -US +US", None),
    ],
)
def test_a_territory_is_said_as_the_codes_hold_it(expression: str, said: str | None) -> None:
    text = place(territory(expression)).replace("\N{NO-BREAK SPACE}", " ")
    if said is None:
        assert "except" not in text
        assert "the United States" in text
    else:
        assert text == said


def test_one_country_more_or_less_changes_the_words() -> None:
    frozen = territory("+EU -DE")
    fewer = frozen | {"codes": frozen["codes"][1:]}
    assert place(frozen) != place(fewer)
    assert place(frozen) != place(territory("+EU -FR"))


def test_codes_decide_where_the_expression_means_something_else_today() -> None:
    frozen = {"expression": "+EU", "codes": [*territory("+EU")["codes"], "GB"]}
    assert "the United Kingdom" in place(frozen)


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [(1_250_000, "USD", "12,500.00 USD"), (1_500, "JPY", "1,500 JPY"), (1_234, "KWD", "1.234 KWD")],
)
def test_amounts_have_the_decimals_of_their_currency(minor: int, currency: str, said: str) -> None:
    assert amount(minor, currency).replace("\N{NO-BREAK SPACE}", " ") == said


def test_days_and_instants() -> None:
    assert day("2027-03-01").replace("\N{NO-BREAK SPACE}", " ") == "1 March 2027"
    assert instant("2027-03-01T23:30:05Z").replace("\N{NO-BREAK SPACE}", " ") == "1 March 2027, 23:30:05 UTC"


def test_terms_of_the_first_version_can_be_put_into_words() -> None:
    added = "amends renews end_user agency caps approvals wind_down sell_off deletion guard_list advance guarantee "
    added += "check_in public_record breach "
    added += "audit late_interest tolling strike extension first_refusal assignment governing_law warranties"
    first = {key: value for key, value in document().items() if key not in added.split()} | {
        "terms_version": 1,
        "fee": {"amount_minor": 1_250_000, "currency": "USD"},
        "royalty": {"basis": "net_receipts", "rate_bps": 250, "currency": "USD", "trigger": "sale_date"},
    }
    assert "12,500.00 USD, due at signature" in text_of(as_current(first))
