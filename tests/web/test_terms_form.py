"""The form of terms: a document goes in and comes out unchanged, and what is wrong lands beside its field."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalog.presets import PRESETS
from app.negotiation.terms.completion import complete_terms
from app.negotiation.terms.schema import DealTermsIn
from app.negotiation.terms.vocabulary import CapPeriod, CapUnit, GuardContext, PublicFact, Warranty
from app.values.canonical import sha256_hex
from app.values.currencies import exponent
from app.values.errors import DomainError, FieldProblem
from app.web.terms_form.begin import of_document
from app.web.terms_form.clauses import CLAUSES
from app.web.terms_form.places import complaints_of, is_open, places_in_words
from app.web.terms_form.read import read_terms
from app.web.terms_form.usual import usual_terms
from app.web.terms_form.values import Values
from tests.factories.negotiation import deal_terms, every_term
from tests.negotiation.examples import FACTS

PLAIN = {"term", "grants", "survival", "delivery", "disclosure_label", "credit_line", "reporting"}
"""Members of the terms that the form asks for plainly and as a whole."""


def document(terms: dict[str, Any]) -> dict[str, Any]:
    return complete_terms(DealTermsIn().load(terms), FACTS)


def test_the_form_asks_for_every_term() -> None:
    asked = {(clause.path or clause.key).partition(".")[0] for clause in CLAUSES}
    assert set(DealTermsIn().fields) == asked | PLAIN


def test_the_names_of_the_form_are_its_own() -> None:
    names = [name for clause in CLAUSES for name in (clause.key, *clause.names({})) if name != clause.key]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("preset", [None, *PRESETS.values()])
def test_what_a_preset_begins_with_can_be_offered(preset: Any) -> None:
    document(deal_terms(**usual_terms(preset)))


small, bps = st.integers(1, 90), st.integers(0, 10_000)
minor = st.integers(1, 10**9)
currencies = st.sampled_from(["USD", "JPY", "KWD"])
flag = st.booleans()
FIRST, LAST = date(2026, 6, 15), date(2026, 12, 31)


def rising(numbers: Any, **bounds: int) -> Any:
    return st.lists(numbers, unique=True, **bounds).map(sorted)


@st.composite
def paid_in_parts(draw: st.DrawFn) -> dict[str, Any]:
    """An amount, now and then in parts that add up to it, the first perhaps at signature."""
    parts = draw(st.lists(minor, max_size=3))
    days = draw(rising(st.dates(FIRST, LAST), min_size=len(parts), max_size=len(parts)))
    if not parts:
        return {"amount_minor": draw(minor)}
    due = [day.isoformat() for day in days]
    if draw(flag):
        due[0] = None  # type: ignore[call-overload]
    return {
        "amount_minor": sum(parts),
        "instalments": [{"amount_minor": p, "due_on": on} for p, on in zip(parts, due, strict=True)],
    }


@st.composite
def guarantees(draw: st.DrawFn) -> dict[str, Any]:
    floors = draw(st.lists(minor, min_size=1, max_size=3))
    days = draw(rising(st.dates(FIRST, LAST), min_size=len(floors), max_size=len(floors)))
    return {
        "amount_minor": sum(floors),
        "schedule": [{"test_on": d.isoformat(), "amount_minor": f} for d, f in zip(days, floors, strict=True)],
        "advances_count": draw(flag),
        "shortfall_recoupable": draw(flag),
    }


@st.composite
def royalties(draw: st.DrawFn) -> dict[str, Any]:
    months = draw(st.lists(st.sampled_from(["2026-07-01", "2026-09-01", "2026-12-01"]), unique=True))
    release = draw(st.integers(1, 9_999))
    above = draw(rising(st.integers(1, 10**6), min_size=1, max_size=3))
    return {
        "rate_bps": draw(st.integers(1, 10_000)),
        "currency": draw(currencies),
        "basis": draw(st.sampled_from(["net_receipts", "gross_receipts"])),
        "trigger": draw(st.sampled_from(["sale_date", "report_date"])),
        "deductions_cap_bps": draw(st.none() | bps),
        "rules": [
            {
                "from_day": month,
                "rate_bps": draw(bps),
                "media": draw(st.sampled_from([None, ["game.scripted_performance"]])),
                "territory": draw(st.sampled_from([None, "+EU -BE", "+WORLD"])),
                "channels": draw(st.sampled_from([[], ["steam"], ["console", "steam"]])),
            }
            for month in months
        ],
        "escalator": draw(
            st.none()
            | st.fixed_dictionaries(
                {
                    "mode": st.sampled_from(["cumulative_marginal", "per_period", "whole_slab"]),
                    "scope": st.sampled_from(["item", "license"]),
                    "tally": st.sampled_from(["basis", "units"]),
                    "starts_at": st.integers(0, 10**9),
                    "bands": st.just([{"above": a, "rate_bps": 100 + i} for i, a in enumerate(above)]),
                }
            )
        ),
        "reserve": draw(
            st.none()
            | st.fixed_dictionaries(
                {
                    "rate_bps": bps,
                    "timing": st.sampled_from(["before_calculation", "after_calculation"]),
                    "release": st.just(
                        [
                            {"after_periods": 1, "share_bps": release},
                            {"after_periods": 4, "share_bps": 10_000 - release},
                        ]
                    ),
                }
            )
        ),
        "recoupment_group": draw(st.none() | st.just("Harbor, saga & 2")),
    }


@st.composite
def wind_downs(draw: st.DrawFn) -> dict[str, Any]:
    days = draw(st.integers(0, 730))
    step = {"step": st.just("Out"), "within_days": st.integers(0, days), "needs_evidence": flag}
    return {"days": days, "steps": draw(st.lists(st.fixed_dictionaries(step), max_size=3))}


@st.composite
def proposals(draw: st.DrawFn) -> dict[str, Any]:
    """A proposal that can be offered, with something or nothing agreed about each clause."""
    until, more = draw(small), draw(small)
    clauses: dict[str, Any] = {
        "royalty": draw(royalties()),
        "fee": draw(paid_in_parts()) | {"currency": draw(currencies)},
        "advance": draw(st.none() | paid_in_parts().map(lambda part: part | {"remainder": "repayable"})),
        "guarantee": draw(st.none() | guarantees()),
        "caps": [
            {"unit": unit, "per": per, "most": draw(small), "component": draw(st.sampled_from([None, "voice"]))}
            for unit, per in draw(
                st.sets(st.tuples(st.sampled_from(list(CapUnit)), st.sampled_from(list(CapPeriod))))
            )
        ][:20],
        "approvals": [
            {
                "stage": stage,
                "days": draw(small),
                "rounds": 1,
                "silence": draw(st.sampled_from(["refused", "approved"])),
            }
            for stage in draw(st.sets(st.sampled_from(["script", "sample", "final"])))
        ],
        "wind_down": draw(wind_downs()),
        "sell_off": draw(
            st.none() | st.fixed_dictionaries({"days": small, "inventory_days_before_end": small, "recoups": flag})
        ),
        "deletion": {
            "covers": draw(st.lists(st.sampled_from(["delivered_copies", "derived_models"]), unique=True)),
            "within_days": draw(st.integers(0, 730)),
            "needs_certificate": draw(flag),
        },
        "guard_list": draw(st.lists(st.sampled_from(list(GuardContext)), unique=True)),
        "warranties": draw(st.lists(st.sampled_from(list(Warranty)), unique=True)),
        "audit": draw(st.none() | st.fixed_dictionaries({"notice_days": small, "cost_shift_bps": bps})),
        "late_interest": draw(st.none() | st.just({"annual_bps": 0, "grace_days": 0})),
        "check_in": draw(st.none() | st.fixed_dictionaries({"every_hours": small, "grace_hours": small})),
        "public_record": draw(st.lists(st.sampled_from(list(PublicFact)), unique=True)),
        "breach": draw(st.fixed_dictionaries({"cure_days": st.integers(0, 365)})),
        "tolling": draw(st.sampled_from([{}, {"is_allowed": True}, {"is_allowed": True, "most_days": 9}])),
        "strike": draw(st.sampled_from([{}, {"suspends": True}, {"suspends": True, "tolls": True}])),
        "extension": draw(
            st.none()
            | st.just(
                {"months": 3, "exercise_from_days": until + more, "exercise_until_days": until, "fee_minor": more}
            )
        ),
        "first_refusal": draw(st.none() | st.just({"from_days": until + more, "until_days": until})),
        "assignment": draw(st.sampled_from(["none", "with_consent"])),
        "end_user": draw(st.none() | st.just({"name": "Łuna, Ltd.", "country": "FR"})),
        "agency": draw(st.none() | st.just({"name": "Lantern", "acts_for": "licensor"})),
        "governing_law": draw(st.none() | st.just({"law": "US-NY"})),
    }
    return deal_terms(**clauses)


def comes_back(terms: dict[str, Any]) -> None:
    whole = document(terms)
    reading = read_terms(of_document(whole))
    assert reading.problems == []
    assert sha256_hex(document(reading.terms)) == sha256_hex(whole)


@settings(max_examples=40)
@given(proposals())
def test_any_document_goes_into_the_form_and_comes_back_the_same(terms: dict[str, Any]) -> None:
    comes_back(terms)


def test_every_term_at_once_comes_back_too() -> None:
    comes_back(every_term())


def test_empty_rows_and_gaps_between_rows_are_nothing() -> None:
    values = of_document(document(deal_terms()))
    values |= {
        "caps.0.most": [""], "caps.0.unit": ["lines"], "caps.1.most": ["5"], "caps.1.unit": ["words"],
        "caps.1.per": ["term"], "caps.1.component": [""], "approvals.1.stage": ["final"], "approvals.1.days": [""],
    }  # fmt: skip
    terms = document(read_terms(values).terms)
    assert terms["caps"] == [{"unit": "words", "most": 5, "per": "term", "component": None}]
    assert terms["approvals"] == [{"stage": "final", "days": 10, "rounds": 2, "silence": "refused"}]


def test_a_clause_can_be_left_out_without_emptying_it() -> None:
    values = of_document(document(every_term()))
    values["leave_out"] = ["guarantee", "royalty.escalator"]
    terms = document(read_terms(values).terms)
    assert terms["guarantee"] is None
    assert terms["royalty"]["escalator"] is None
    assert terms["advance"] is not None


def refused(*pointers: str) -> DomainError:
    return DomainError("No.", problems=tuple(FieldProblem(p, "invalid", f"Wrong at {p}.") for p in pointers))


@pytest.mark.parametrize(
    ("pointer", "name", "words"),
    [
        ("/terms/term/last_day", "last_day", "Last day"),
        ("/terms/grants/1/territory", "g1_territory", "Voice, territory"),
        ("/terms/caps/0/most", "caps.0.most", "Caps, Cap 1, At most"),
        ("/terms/royalty/escalator/bands/1/above", "royalty.escalator.bands.1.above", "Escalator, Band 2, Above"),
        ("/terms/guarantee/schedule", "guarantee.schedule", "Minimum guarantee"),
        ("/terms/advance", "advance.instalments", "Advance"),
        ("/terms/royalty/rules/0", "royalty.rules.0", "Rates for some sales, Rule 1"),
        ("/terms/fee/instalments/1/due_on", "fee.instalments.1.due_on", "Fee in instalments, Part 2, Due on"),
        ("/terms/guard_list/3", "guard_list", "Guard list, Never in the context of"),
        ("/message", "message", ""),
    ],
)
def test_a_refusal_lands_beside_its_field_and_names_it(pointer: str, name: str, words: str) -> None:
    values = of_document(document(every_term()))
    assert complaints_of(refused(pointer), values) == {name: [f"Wrong at {pointer}."]}
    assert places_in_words(refused(pointer), values).get(pointer, "") == words


def test_rows_are_counted_as_they_stand_in_the_form() -> None:
    values = of_document(document(every_term()))
    values["caps.0.most"] = [""]
    values["caps.0.component"] = [""]
    complaints = complaints_of(refused("/terms/caps/0/component"), values)
    assert list(complaints) == ["caps.1.component"]


def test_a_clause_stands_open_when_it_says_something_or_is_wrong() -> None:
    def opened(values: Values, *pointers: str) -> set[str]:
        complaints = complaints_of(refused(*pointers), values)
        return {clause.title for clause in CLAUSES if is_open(clause, values, complaints)}

    assert opened(of_document(document(deal_terms()))) == set()
    assert opened(of_document(document(deal_terms())), "/terms/audit/notice_days") == set()
    assert opened(of_document(document(deal_terms(tolling={"is_allowed": True})))) == {"Tolling"}
    values = of_document(document(deal_terms())) | {"caps.0.most": ["x"]}
    assert "Caps" in opened(values, "/terms/caps/0/most")
    assert len(opened(of_document(document(every_term())))) >= 20


@pytest.mark.parametrize(
    ("typed", "name", "complaint"),
    [
        ({"caps.0.most": ["many"]}, "caps.0.most", "whole number"),
        ({"advance.amount_minor": ["1.5"], "royalty_currency": ["JPY"]}, "advance.amount_minor", "JPY has 0"),
        ({"royalty.reserve.rate_bps": ["101"]}, "royalty.reserve.rate_bps", "percentage from 0 to 100"),
        ({"fee": ["-3"]}, "fee", "out of range"),
        ({"currency": ["XXX"]}, "currency", "Choose a currency"),
    ],
)
def test_what_is_no_number_is_said_before_anything_is_checked(typed: Values, name: str, complaint: str) -> None:
    problems = read_terms(of_document(document(deal_terms())) | typed).problems
    assert [(problem.pointer, complaint in problem.detail) for problem in problems] == [(f"/{name}", True)]


def test_money_keeps_the_decimals_of_its_currency() -> None:
    terms = deal_terms(
        fee={"amount_minor": 1_234_567, "currency": "KWD"},
        royalty={"rate_bps": 1, "currency": "JPY"},
        advance={"amount_minor": 1_234_567},
    )
    values = of_document(document(terms))
    assert (values["fee"], values["advance.amount_minor"]) == (["1234.567"], ["1234567"])
    assert (exponent("KWD"), exponent("JPY")) == (3, 0)
