"""Terms that do not fit together are refused by their path; those that do say the same for ever."""

import json
from typing import Any

import marshmallow as ma
import pytest

from app.negotiation.terms.completion import complete_terms
from app.negotiation.terms.document import rights_blocks, term_of
from app.negotiation.terms.schema import DealTermsIn
from app.negotiation.terms.versions import TERMS_VERSION, as_current
from app.values.canonical import canonical_bytes, sha256_hex
from tests.factories.negotiation import deal_terms, every_term, grant
from tests.negotiation.examples import FACTS, document
from tests.negotiation.test_terms import pointers

ALL: dict[str, Any] = every_term()
PAID = {"rate_bps": 250, "currency": "USD"}


def part(amount_minor: int, due_on: str | None = None) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "due_on": due_on}


def royalty(**changes: Any) -> dict[str, Any]:
    return {"royalty": PAID | changes}


def fee(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"fee": {"amount_minor": 1_000, "currency": "USD", "instalments": list(parts)}}


def guarantee(*tests: tuple[str, int], whole: int = 300) -> dict[str, Any]:
    schedule = [{"test_on": day, "amount_minor": amount} for day, amount in tests]
    return {"guarantee": {"amount_minor": whole, "schedule": schedule}}


def escalator(*above: int, **changes: Any) -> dict[str, Any]:
    bands = [{"above": limit, "rate_bps": 300} for limit in above]
    return royalty(escalator={"mode": "per_period", "bands": bands} | changes)


def reserve(*release: tuple[int, int]) -> dict[str, Any]:
    parts = [{"after_periods": periods, "share_bps": share} for periods, share in release]
    return royalty(reserve={"rate_bps": 2_000, "release": parts})


@pytest.mark.parametrize(
    ("changes", "pointer", "sentence"),
    [
        (fee(part(400), part(500, "2026-09-01")), "/fee/instalments", "add up to 900, the fee is 1,000.*by 100"),
        (fee(part(400), part(600)), "/fee/instalments/1/due_on", "Only the first part is due at signature"),
        (
            fee(part(400, "2026-09-01"), part(600, "2026-09-01")),
            "/fee/instalments/1/due_on",
            "after the part before, 2026-09-01",
        ),
        (fee(part(0), part(1_000, "2026-09-01")), "/fee/instalments/0/amount_minor", "greater"),
        (fee(*[part(1, f"20{year}-01-01") for year in range(30, 55)]), "/fee/instalments", "Longer"),
        ({"royalty": None, "advance": {"amount_minor": 5}}, "/advance/_schema", "no royalty.*an advance"),
        (
            {"advance": {"amount_minor": 5, "instalments": [part(4)]}},
            "/advance/instalments",
            "add up to 4, the advance is 5",
        ),
        (guarantee(("2026-09-30", 100), ("2026-12-31", 199)), "/guarantee/schedule", "299, the guarantee is 300"),
        (guarantee(("2026-09-30", 100), ("2026-09-30", 200)), "/guarantee/schedule/1/test_on", "after the test"),
        (guarantee(("2027-01-01", 300)), "/guarantee/schedule/0/test_on", "2026-06-15 to 2026-12-31"),
        (guarantee(("2026-06-14", 300)), "/guarantee/schedule/0/test_on", "within the license"),
        (guarantee(("2026-12-31", 300)) | {"royalty": {"rate_bps": 0}}, "/guarantee/_schema", "no royalty"),
        (royalty(currency=None), "/royalty/currency", "in which currency"),
        (
            {"royalty": {"rate_bps": 0, "rules": [{"channels": ["steam"], "rate_bps": 9}]}},
            "/royalty/currency",
            "in which currency",
        ),
        (royalty(rules=[{"rate_bps": 1}]), "/royalty/rules/0/_schema", "for every sale"),
        (
            royalty(rules=[{"from_day": "2026-07-02", "rate_bps": 1}]),
            "/royalty/rules/0/from_day",
            "change with a month",
        ),
        (
            royalty(rules=[{"media": ["film.theatrical"], "rate_bps": 1}]),
            "/royalty/rules/0/media",
            "film.theatrical is not among the media",
        ),
        (
            royalty(rules=[{"territory": "+US +CA", "rate_bps": 1}, {"territory": "+CA +US", "rate_bps": 2}]),
            "/royalty/rules/1/_schema",
            "same sales as rule 1",
        ),
        (royalty(rules=[{"channels": ["Steam store"], "rate_bps": 1}]), "/royalty/rules/0/channels/0", "match"),
        (escalator(10, 10), "/royalty/escalator/bands/1/above", "above the band before, 10"),
        (escalator(), "/royalty/escalator/bands", "between 1 and 12"),
        (escalator(10, scope="deal_group"), "/royalty/escalator/scope", "recoupment_group"),
        (
            {"royalty": {"rate_bps": 0, "reserve": {"rate_bps": 1, "release": [{"after_periods": 1}]}}},
            "/royalty/reserve/release/0/share_bps",
            "required",
        ),
        (
            reserve((1, 10_000)) | {"royalty": reserve((1, 10_000))["royalty"] | {"rate_bps": 0}},
            "/royalty/reserve",
            "No royalty is due",
        ),
        (reserve((1, 5_000), (2, 4_999)), "/royalty/reserve/release", r"add up to 99\.99 %"),
        (reserve((1, 5_000), (2, 5_001)), "/royalty/reserve/release", r"add up to 100\.01 %"),
        (reserve((2, 5_000), (2, 5_000)), "/royalty/reserve/release/1/after_periods", "after the part before, 2"),
        (
            {"caps": [{"unit": "words", "most": 5}, {"unit": "words", "most": 9}]},
            "/caps/1/_schema",
            "the same as cap 1",
        ),
        ({"caps": [{"unit": "words", "most": 5, "component": "face"}]}, "/caps/0/component", "face is not granted"),
        ({"caps": [{"unit": "words", "most": 0}]}, "/caps/0/most", "greater"),
        ({"approvals": [{"stage": "final"}, {"stage": "final", "days": 1}]}, "/approvals/1/stage", "twice"),
        (
            {"wind_down": {"days": 10, "steps": [{"step": "Stop", "within_days": 11}]}},
            "/wind_down/steps/0/within_days",
            "lasts 10 days",
        ),
        ({"tolling": {"most_days": 5}}, "/tolling/most_days", "allow it"),
        ({"strike": {"tolls": True}}, "/strike/tolls", "suspends nothing"),
        (
            {"extension": {"months": 6, "exercise_from_days": 30, "exercise_until_days": 30}},
            "/extension/exercise_until_days",
            "opens 30 days before the end",
        ),
        ({"first_refusal": {"from_days": 60, "until_days": 120}}, "/first_refusal/until_days", "name fewer"),
        ({"governing_law": {"law": "New York"}}, "/governing_law/law", "US-NY"),
        ({"governing_law": {"law": "ZZ"}}, "/governing_law/law", "US-NY"),
        ({"end_user": {"name": "Harbor", "country": "EU"}}, "/end_user/country", "ISO 3166-1"),
        ({"agency": {"name": "Harbor", "acts_for": "both"}}, "/agency/acts_for", "licensor, licensee"),
        ({"guard_list": ["boredom"]}, "/guard_list/0", "hate_speech"),
        ({"warranties": ["everything"]}, "/warranties/0", "licensor_has_authority"),
        ({"assignment": "freely"}, "/assignment", "with_consent"),
        ({"amends": None}, "/amends", "Unknown"),
        ({"late_interest": {"annual_bps": 3_001}}, "/late_interest/annual_bps", "less"),
    ],
)
def test_terms_that_do_not_fit_together_are_refused_by_their_path(
    changes: dict[str, Any], pointer: str, sentence: str
) -> None:
    with pytest.raises(ma.ValidationError, match=sentence) as refused:
        DealTermsIn().load(deal_terms() | changes)
    assert pointer in pointers(refused.value.messages)


def test_a_test_of_the_guarantee_may_lie_in_the_sell_off() -> None:
    DealTermsIn().load(deal_terms() | guarantee(("2027-01-30", 300)) | {"sell_off": {"days": 30}})
    with pytest.raises(ma.ValidationError):
        DealTermsIn().load(deal_terms() | guarantee(("2027-01-31", 300)) | {"sell_off": {"days": 30}})


def test_every_term_comes_back_from_its_canonical_form() -> None:
    terms = document(**ALL)
    again = json.loads(canonical_bytes(terms))
    assert again == terms
    assert again["guard_list"] == ["hate_speech", "tobacco"]
    assert again["royalty"]["rules"][0].keys() == {"media", "territory", "channels", "from_day", "rate_bps"}
    assert [cap["unit"] for cap in again["caps"]] == ["words", "renders"]
    assert again["fee"]["instalments"][0] == {"amount_minor": 500_000, "due_on": None}


def test_lists_without_an_order_hash_the_same_in_any_order() -> None:
    turned = every_term(
        caps=ALL["caps"][::-1],
        approvals=ALL["approvals"][::-1],
        guard_list=ALL["guard_list"][::-1],
        warranties=ALL["warranties"][::-1],
        royalty=ALL["royalty"] | {"rules": ALL["royalty"]["rules"][::-1]},
    )
    assert sha256_hex(document(**turned)) == sha256_hex(document(**ALL))
    steps = [{"step": "One", "within_days": 1}, {"step": "Two", "within_days": 1}]
    one, other = ({"wind_down": {"days": 9, "steps": order}} for order in (steps, steps[::-1]))
    assert sha256_hex(document(**one)) != sha256_hex(document(**other))


def test_every_single_term_is_part_of_what_is_hashed() -> None:
    """Whatever member is dropped or replaced by its default, the hash tells."""
    whole, bare = document(**ALL), document(grants=ALL["grants"])
    for member in bare:
        if whole[member] != bare[member]:
            assert sha256_hex(whole | {member: bare[member]}) != sha256_hex(whole), member
    untouched = {member for member in bare if whole[member] == bare[member]}
    assert untouched == {
        "terms_version", "amends", "renews", "licensor", "licensee", "performer", "package", "production", "term",
        "grants", "survival", "delivery", "disclosure_label", "credit_line", "platform_fee_bps", "reporting",
    }  # fmt: skip


def of_version_1(**changes: Any) -> dict[str, Any]:
    """A document as it was written before version 2."""
    now = complete_terms(DealTermsIn().load(deal_terms(**changes)), FACTS)
    kept = (
        "licensor", "licensee", "performer", "package", "production", "term", "grants", "platform_fee_bps",
        "reporting", "survival", "delivery", "disclosure_label", "credit_line",
    )  # fmt: skip
    royalty = {name: now["royalty"][name] for name in ("basis", "rate_bps", "currency", "trigger")}
    fee = {name: now["fee"][name] for name in ("amount_minor", "currency")}
    return {"terms_version": 1, "fee": fee, "royalty": royalty} | {name: now[name] for name in kept}


def test_a_document_of_version_1_reads_in_the_shape_of_today() -> None:
    old = of_version_1(grants=[grant(exclusivity="sole", exclusive_until="2026-10-31")])
    before = sha256_hex(old)
    read = as_current(old)
    assert read.keys() == document().keys()
    assert read["royalty"].keys() == document()["royalty"].keys()
    assert read["fee"] == {"amount_minor": 1_250_000, "currency": "USD", "instalments": []}
    assert read["terms_version"] == TERMS_VERSION
    assert read["deletion"]["covers"] == []
    assert sha256_hex(old) == before
    assert term_of(old) == term_of(document())
    assert len(rights_blocks(old)) == 2
    assert as_current(read) == read


def test_a_document_of_version_2_says_nothing_of_what_came_later() -> None:
    added = {"check_in": None, "public_record": [], "breach": {"cure_days": 0}}
    old = {name: part for name, part in document(**ALL).items() if name not in added} | {"terms_version": 2}
    before = sha256_hex(old)
    assert as_current(old) == old | added | {"terms_version": TERMS_VERSION}
    assert sha256_hex(old) == before
