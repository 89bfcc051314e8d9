"""Proposals: what is refused and where, and the complete document that a good one becomes."""

import json
from datetime import UTC, datetime
from typing import Any

import marshmallow as ma
import pytest

from app.negotiation.terms.document import rights_blocks, term_of
from app.negotiation.terms.schema import DealTermsIn
from app.values.canonical import canonical_bytes, sha256_hex
from app.values.components import Axis, Component
from app.values.errors import InvalidValue
from app.values.exclusivity import Exclusivity
from app.values.survival import PRESETS, read_matrix
from app.values.territory import world
from tests.factories.negotiation import deal_terms, grant
from tests.negotiation.examples import brand_grant, document

TERM = deal_terms()["term"]


def pointers(tree: Any, place: str = "") -> set[str]:
    if isinstance(tree, dict):
        return {p for key, branch in tree.items() for p in pointers(branch, f"{place}/{key}")}
    return {place}


@pytest.mark.parametrize(
    ("changes", "pointer", "sentence"),
    [
        ({"term": TERM | {"last_day": "2026-06-14"}}, "/term/last_day", "before the first day, 2026-06-15"),
        ({"term": TERM | {"zone": "Mars/Olympus"}}, "/term/zone", "not an IANA time zone"),
        ({"term": TERM | {"zone": "localtime"}}, "/term/zone", "not an IANA time zone"),
        ({"term": TERM | {"last_day": "9999-12-31"}}, "/term/last_day", "between 1900"),
        ({"term": TERM | {"first_day": "2026-02-30"}}, "/term/first_day", "not a day of the calendar"),
        ({"term": TERM | {"first_day": "20260615"}}, "/term/first_day", "such as 2026-06-15"),
        ({"term": TERM | {"first_day": 20260615}}, "/term/first_day", "such as 2026-06-15"),
        ({"grants": []}, "/grants", "Length"),
        ({"grants": [grant()] * 51}, "/grants", "Length"),
        ({"grants": [grant(), grant(component="smell")]}, "/grants/1/component", "face, voice, behavior"),
        ({"grants": [grant(axes=[])]}, "/grants/0/axes", "Shorter"),
        ({"grants": [grant(axes=["scripted", "sung"])]}, "/grants/0/axes/1", "translation"),
        ({"grants": [grant(media=["game", "radio"])]}, "/grants/0/media", "'radio' is not a medium"),
        ({"grants": [grant(media=[])]}, "/grants/0/media", "Shorter"),
        ({"grants": [grant(territory="WORLD")]}, "/grants/0/territory", r"needs \+ or -"),
        ({"grants": [grant(territory="+US -US")]}, "/grants/0/territory", "empty"),
        ({"grants": [grant(languages=["english"])]}, "/grants/0/languages", "'english'"),
        (
            {"grants": [grant(languages=[f"en-x-{n}" for n in range(501)])]},
            "/grants/0/languages",
            "Longer than maximum length 500",
        ),
        ({"grants": [grant(languages=["*", "en"])]}, "/grants/0/languages", "stands for all"),
        ({"grants": [brand_grant(categories=["weapons"])]}, "/grants/0/categories", "'weapons'"),
        ({"grants": [grant(media=["brand_ambassador"])]}, "/grants/0/categories", "name at least one"),
        ({"grants": [grant(categories=["toys"])]}, "/grants/0/categories", "Only brand use"),
        ({"grants": [brand_grant(media=["game.trailer", "brand_ambassador.packaging"])]}, "/grants/0/media", "own"),
        ({"grants": [grant(exclusivity="shared")]}, "/grants/0/exclusivity", "non_exclusive"),
        ({"grants": [grant(exclusive_until="2026-07-01")]}, "/grants/0/exclusive_until", "non-exclusive grant"),
        (
            {"grants": [grant(), grant(exclusivity="sole", exclusive_until="2027-01-01")]},
            "/grants/1/exclusive_until",
            "within the term, 2026-06-15 to 2026-12-31",
        ),
        (
            {"grants": [grant(exclusivity="exclusive", exclusive_until="2026-06-14")]},
            "/grants/0/exclusive_until",
            "within the term",
        ),
        ({"grants": [grant(), grant()]}, "/grants/1/_schema", "same as grant 1"),
        ({"fee": {"amount_minor": -1, "currency": "USD"}}, "/fee/amount_minor", "greater"),
        ({"fee": {"amount_minor": 10**12, "currency": "USD"}}, "/fee/amount_minor", "less"),
        ({"fee": {"amount_minor": 12.5, "currency": "USD"}}, "/fee/amount_minor", "integer"),
        ({"fee": {"amount_minor": 1, "currency": "usd"}}, "/fee/currency", "ISO 4217"),
        ({"fee": {"amount_minor": 1}}, "/fee/currency", "required"),
        ({"royalty": {"rate_bps": 250}}, "/royalty/currency", "in which currency"),
        ({"royalty": {"rate_bps": 10_001, "currency": "USD"}}, "/royalty/rate_bps", "less"),
        ({"royalty": {"rate_bps": 1, "currency": "EURO"}}, "/royalty/currency", "ISO 4217"),
        ({"royalty": {"rate_bps": 1, "currency": "EUR", "basis": "profit"}}, "/royalty/basis", "net_receipts"),
        ({"reporting": {"schedule": "weekly"}}, "/reporting/schedule", "quarterly"),
        ({"reporting": {"due_days": 0}}, "/reporting/due_days", "greater"),
        ({"survival": {"preset": "forever"}}, "/survival/preset", "film, game, vr, brand"),
        ({"delivery": "by post"}, "/delivery", "hosted_only"),
        ({"disclosure_label": "x" * 201}, "/disclosure_label", "Longer|Length"),
        ({"disclosure_label": "Real \u202eacilper latigiD"}, "/disclosure_label", r"U\+202E cannot be seen"),
        ({"credit_line": "two\nlines"}, "/credit_line", "Control"),
        ({"credit_line": "x" * 201}, "/credit_line", "Longer|Length"),
        ({"platform_fee_bps": 0}, "/platform_fee_bps", "Unknown"),
        ({"grants": [grant(media_version=2)]}, "/grants/0/media_version", "Unknown"),
    ],
)
def test_what_does_not_hold_together_is_refused_by_its_path(
    changes: dict[str, Any], pointer: str, sentence: str
) -> None:
    with pytest.raises(ma.ValidationError, match=sentence) as refused:
        DealTermsIn().load(deal_terms(**changes))
    assert pointer in pointers(refused.value.messages)


def test_every_problem_of_a_kind_is_told_at_once() -> None:
    grants = [grant(exclusivity="sole", exclusive_until="2030-01-01"), grant(), grant()]
    with pytest.raises(ma.ValidationError) as refused:
        DealTermsIn().load(deal_terms(grants=grants))
    assert pointers(refused.value.messages) == {"/grants/0/exclusive_until", "/grants/2/_schema"}


def test_what_must_be_said_is_named() -> None:
    assert pointers(DealTermsIn().validate({})) == {
        "/term", "/grants", "/fee", "/survival", "/delivery"
    }  # fmt: skip


def test_a_label_that_is_blank_is_none() -> None:
    assert document(disclosure_label="  ")["disclosure_label"] == ""


USUAL = {
    "terms_version": 3,
    "amends": None,
    "renews": None,
    "licensor": {"id": "pty_estate", "name": "Estate of Ada Verne"},
    "licensee": {"id": "pty_studio", "name": "Northlight Games"},
    "performer": {"id": "prf_ada", "name": "Ada Verne"},
    "package": {"id": "pkg_ada", "title": "Ada Verne: voice and face"},
    "production": {
        "id": "prd_harbor",
        "title": "Harbor Lights",
        "kind": "game",
        "intended_use": "Forty scripted lines of the harbor master.",
    },
    "term": {
        "first_day": "2026-06-15",
        "last_day": "2026-12-31",
        "zone": "America/New_York",
        "starts_at": "2026-06-15T04:00:00Z",
        "ends_at": "2027-01-01T05:00:00Z",
    },
    "grants": [
        {
            "component": "voice",
            "axes": ["scripted"],
            "media": ["game.scripted_performance"],
            "media_version": 1,
            "territory": {"expression": "+WORLD -CN"},
            "languages": ["*"],
            "categories": ["*"],
            "exclusivity": "non_exclusive",
            "exclusive_until": None,
        }
    ],
    "end_user": None,
    "agency": None,
    "caps": [],
    "approvals": [],
    "wind_down": {"days": 0, "steps": []},
    "sell_off": None,
    "deletion": {
        "within_days": 30,
        "covers": ["delivered_copies", "derived_models"],
        "needs_certificate": True,
    },
    "guard_list": [],
    "check_in": None,
    "public_record": [],
    "fee": {"amount_minor": 1_250_000, "currency": "USD", "instalments": []},
    "advance": None,
    "guarantee": None,
    "royalty": {
        "basis": "net_receipts",
        "rate_bps": 250,
        "currency": "USD",
        "trigger": "sale_date",
        "deductions_cap_bps": None,
        "rules": [],
        "escalator": None,
        "reserve": None,
        "recoupment_group": None,
    },
    "platform_fee_bps": 1000,
    "reporting": {"schedule": "quarterly", "due_days": 45},
    "survival": {"preset": "game"},
    "delivery": "export",
    "disclosure_label": "Digital replica, used with permission",
    "credit_line": "Voice by permission of the estate",
    "audit": None,
    "late_interest": None,
    "tolling": {"is_allowed": False, "most_days": None},
    "breach": {"cure_days": 30},
    "strike": {"suspends": False, "tolls": False},
    "extension": None,
    "first_refusal": None,
    "assignment": "none",
    "governing_law": None,
    "warranties": [],
}
"""The document of the usual proposal, without the codes of its territory and its matrix."""


def test_the_document_is_complete() -> None:
    terms = document()
    codes = terms["grants"][0]["territory"].pop("codes")
    matrix = terms["survival"].pop("matrix")
    assert set(codes) == world() - {"CN"}
    assert codes == sorted(codes)
    assert read_matrix(matrix) == PRESETS["game"].matrix
    assert terms == USUAL


def test_no_royalty_is_a_rate_of_nothing_in_the_currency_of_the_fee() -> None:
    for changes in ({"royalty": None}, {"royalty": {"rate_bps": 0}}):
        terms = document(fee={"amount_minor": 0, "currency": "JPY"}, **changes)
        assert terms["royalty"]["rate_bps"] == 0
        assert terms["royalty"]["currency"] == "JPY"


def test_the_same_terms_have_the_same_hash_however_they_are_written() -> None:
    one = document(
        grants=[
            grant(media=["game"], axes=["scripted", "realtime"], languages=["EN-us", "de"], territory="+us +ca"),
            grant(component="face"),
        ]
    )
    other = document(
        grants=[
            grant(component="face", axes=["scripted", "scripted"], languages=["*"]),
            grant(
                media=["game.trailer", "game.cosmetic_item", "game", "game.realtime_character"],
                axes=["realtime", "scripted"],
                languages=["de", "en-US"],
                territory="  +US   +CA ",
            ),
        ],
        credit_line="  Voice by permission of the estate ",
    )
    assert sha256_hex(one) == sha256_hex(other)
    assert sha256_hex(one) != sha256_hex(document())


def test_accents_are_composed_before_they_are_hashed() -> None:
    assert sha256_hex(document(credit_line="Zoe\u0308")) == sha256_hex(document(credit_line="Zo\u00eb"))


def test_the_document_reads_back_from_its_canonical_form() -> None:
    terms = document(grants=[grant(), brand_grant(component="face")])
    again = json.loads(canonical_bytes(terms))
    assert again == terms
    assert rights_blocks(again) == rights_blocks(terms)


def test_the_rights_of_a_document() -> None:
    (block,) = rights_blocks(document(grants=[grant(exclusivity="exclusive")]))
    assert block.component is Component.VOICE
    assert block.axes == {Axis.SCRIPTED}
    assert block.media == {"game.scripted_performance"}
    assert block.territory == world() - {"CN"}
    assert block.exclusivity is Exclusivity.EXCLUSIVE
    assert block.term == term_of(document())


def test_exclusivity_that_ends_before_the_term_gives_two_blocks_that_only_touch() -> None:
    exclusive, shared = rights_blocks(document(grants=[grant(exclusivity="sole", exclusive_until="2026-10-31")]))
    assert exclusive.exclusivity is Exclusivity.SOLE
    assert exclusive.term.starts_at == datetime(2026, 6, 15, 4, tzinfo=UTC)
    assert exclusive.term.ends_at == shared.term.starts_at == datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert shared.exclusivity is Exclusivity.NON_EXCLUSIVE
    assert shared.term.ends_at == datetime(2027, 1, 1, 5, tzinfo=UTC)


def test_exclusivity_until_the_last_day_is_one_block() -> None:
    (block,) = rights_blocks(document(grants=[grant(exclusivity="sole", exclusive_until="2026-12-31")]))
    assert block.is_exclusive


def test_a_version_that_nobody_wrote_is_not_guessed_at() -> None:
    for version in (0, 4, "2", None):
        with pytest.raises(InvalidValue, match=f"version {version!r}"):
            rights_blocks(document() | {"terms_version": version})


def test_every_field_of_a_proposal_says_what_it_is_what_it_counts_and_where_it_comes_from() -> None:
    for name, field in _fields(DealTermsIn(), ""):
        assert field.metadata.get("description"), name
        assert field.metadata.get("x-source"), name
        if isinstance(field, ma.fields.Integer):
            assert field.metadata.get("x-unit"), name


def _fields(schema: ma.Schema, place: str) -> list[tuple[str, ma.fields.Field[Any]]]:
    found = []
    for name, field in schema.fields.items():
        inner = field.inner if isinstance(field, ma.fields.List) else field
        if isinstance(inner, ma.fields.Nested):
            assert inner.schema.__doc__
            found += _fields(inner.schema, f"{place}/{name}")
        else:
            found.append((f"{place}/{name}", field))
    return found
