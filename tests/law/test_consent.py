"""Consent rules: what blocks, what warns, and on whose authority."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.law.rules.consent import AT_PAYOUT, EVALUATORS, HELD_EVERYWHERE, INFORMATION
from app.law.rules.facts import AuthorityLack
from app.parties.states import Capacity, DocumentKind
from app.values.components import Component
from app.values.law.tables import law_tables
from app.values.law.vocabulary import Enforcement, LawStatus
from app.values.term import Term
from tests.law.cases import (
    DEAD,
    EXECUTOR,
    LIVING,
    MINOR,
    PERFORMER,
    TODAY,
    blocking,
    judge,
    midnight,
    overriding,
    proof,
    signer,
    term,
)

HEIR = signer(Capacity.HEIR)


def test_every_row_is_judged_or_listed_as_information() -> None:
    judged = EVALUATORS.keys() | AT_PAYOUT
    assert judged | INFORMATION == law_tables().consent.keys()
    assert not judged & INFORMATION
    assert not EVALUATORS.keys() & AT_PAYOUT
    assert EVALUATORS.keys() >= HELD_EVERYWHERE


def test_an_estate_in_order_is_not_blocked_and_every_finding_cites() -> None:
    found = judge()
    assert blocking(found) == set()
    assert {"CA-33441-REGISTER", "TN-NONUSE", "OK-REGISTER"} <= found.keys()
    for finding in found.values():
        assert finding.citation.citation
        assert finding.sentence
        assert finding.remedy
        assert finding.as_json()["citation"]["lawyer_confirm"] is finding.citation.lawyer_confirm


def test_a_living_performer_who_signs_is_not_blocked() -> None:
    assert blocking(judge(LIVING)) == set()


def test_what_blocks_comes_first() -> None:
    order = [finding.enforcement for finding in judge(signers=()).values()]
    assert order == sorted(order, key=[*Enforcement].index)
    assert order[0] is Enforcement.BLOCK


# consent of a proven holder


def test_without_a_proven_holder_everything_that_asks_for_consent_blocks() -> None:
    dead = blocking(judge(signers=(), use_media=frozenset({"brand_ambassador.social_post", "film.streaming"})))
    assert {"HOUSE-CONSENT", "CA-33441-GOODS", "CA-33441-REPLICA", "IL-1075-30-DEAD", "NV-WRITTEN"} <= dead
    assert not {"CA-3344", "IL-1075-30-LIVE", "NY-50F-CONSENT"} & dead
    living = blocking(judge(LIVING, signers=(), use_media=frozenset({"brand_ambassador.social_post"})))
    assert {"HOUSE-CONSENT", "CA-3344", "IL-1075-30-LIVE", "VA-WRITTEN", "NV-WRITTEN", "AR-AI"} <= living
    assert not {"CA-33441-GOODS", "IL-1075-30-DEAD"} & living


def test_a_part_without_a_holder_blocks_the_whole() -> None:
    assert "HOUSE-CONSENT" in blocking(judge(lacks=frozenset({AuthorityLack.NO_PROVEN_HOLDER})))


def test_where_no_statute_asks_the_marketplace_does() -> None:
    tokyo = replace(LIVING, domicile="JP")
    assert blocking(judge(tokyo, signers=(), use_territory="+JP")) == {"HOUSE-CONSENT"}


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        ("film.streaming", {"CA-33441-REPLICA"}),
        ("film.trailer", {"CA-33441-GOODS", "CA-33441-REPLICA"}),
        ("game.cosmetic_item", {"CA-33441-GOODS", "CA-33441-REPLICA"}),
        ("brand_ambassador.packaging", {"CA-33441-GOODS"}),
    ],
)
def test_goods_and_advertising_are_told_from_works(media: str, expected: set[str]) -> None:
    found = blocking(judge(signers=(), use_media=frozenset({media})))
    assert found & {"CA-33441-GOODS", "CA-33441-REPLICA"} == expected


def test_a_law_that_does_not_reach_the_death_asks_nothing() -> None:
    new_yorker = replace(DEAD, domicile="US-NY", died_on=date(2021, 5, 28))
    assert "NY-50F-CONSENT" not in judge(new_yorker, signers=())
    assert "NY-50F-CONSENT" in blocking(judge(replace(new_yorker, died_on=date(2021, 5, 29)), signers=()))


def test_a_bill_warns_at_most() -> None:
    found = judge(replace(DEAD, domicile="US"), signers=())
    assert "NF-PM-FORM" not in found, "the federal right is a bill, so it protects nobody yet"
    vague = judge(LIVING, use_intended_use_problem="It fits any deal.")
    assert vague["NF-FORM"].enforcement is Enforcement.WARN
    assert "not law" in vague["NF-FORM"].sentence


def test_nothing_that_is_not_in_force_blocks_by_itself() -> None:
    for performer in (DEAD, LIVING, MINOR):
        found = judge(performer, signers=(), use_intended_use_problem="Vague.", use_has_disclosure=False)
        for rule_id in blocking(found):
            assert law_tables().consent[rule_id].status is LawStatus.IN_FORCE


def test_rules_of_the_domicile_follow_the_performer_wherever_the_use_is() -> None:
    for domicile in ("CN", "CN-SH"):
        found = judge(replace(DEAD, domicile=domicile), signers=(signer(Capacity.TRUSTEE),), use_territory="+JP")
        assert "CN-RELATIVES" in found
    assert "CN-RELATIVES" not in judge(signers=(signer(Capacity.TRUSTEE),), use_territory="+JP")


# quorum and shares


def test_too_few_holders_block() -> None:
    found = judge(signers=(HEIR,), lacks=frozenset({AuthorityLack.QUORUM_NOT_MET}))
    assert "HOUSE-QUORUM" in blocking(found)
    assert "HOUSE-QUORUM" not in judge(signers=(HEIR,))


@pytest.mark.parametrize(
    ("rule_id", "domicile", "share", "blocks"),
    [
        ("CA-33441-MAJORITY", "US-CA", 5_000, True),
        ("CA-33441-MAJORITY", "US-CA", 5_001, False),
        ("NY-50F-MAJORITY", "US-NY", 5_099, True),
        ("NY-50F-MAJORITY", "US-NY", 5_100, False),
        ("PA-HALF", "US-PA", 4_999, True),
        ("PA-HALF", "US-PA", 5_000, False),
        ("OK-MAJORITY", "US-OK", 5_000, True),
    ],
)
def test_statutes_that_ask_for_a_majority(rule_id: str, domicile: str, share: int, blocks: bool) -> None:
    performer = replace(DEAD, domicile=domicile, died_on=date(2022, 1, 1))
    found = judge(performer, signers=(signer(Capacity.HEIR, share_bps=share),))
    assert (rule_id in blocking(found)) is blocks


def test_shares_count_component_by_component() -> None:
    voice = signer(Capacity.HEIR, share_bps=3_000, components=frozenset({Component.VOICE}))
    both = signer(Capacity.ASSIGNEE, share_bps=4_000)
    signers = {"signers": (voice, both)}
    assert "CA-33441-MAJORITY" not in judge(use_components=frozenset({Component.VOICE}), **signers)
    assert "CA-33441-MAJORITY" in judge(use_components=frozenset({Component.VOICE, Component.FACE}), **signers)


def test_who_administers_the_estate_stands_for_all_of_it() -> None:
    executor = signer(Capacity.EXECUTOR, DocumentKind.LETTERS_TESTAMENTARY, share_bps=0)
    assert "CA-33441-MAJORITY" not in judge(signers=(executor,))


def test_kentucky_wants_the_executor_and_is_certain_only_of_its_own() -> None:
    kentuckian = replace(DEAD, domicile="US-KY")
    assert "KY-EXECUTOR" in blocking(judge(kentuckian, signers=(HEIR,)))
    elsewhere = judge(signers=(HEIR,))["KY-EXECUTOR"]
    assert elsewhere.enforcement is Enforcement.WARN
    assert "KY-EXECUTOR" not in judge(kentuckian)


# who signs on which proof


@pytest.mark.parametrize("kind", [DocumentKind.LETTERS_TESTAMENTARY, DocumentKind.COURT_ORDER])
def test_an_executor_shows_letters_or_an_order(kind: DocumentKind) -> None:
    assert "AUTH-LETTERS" not in judge(signers=(signer(Capacity.EXECUTOR, kind),))
    missing = judge(signers=(signer(Capacity.EXECUTOR, DocumentKind.TRANSFER),), use_territory="+JP")
    assert "AUTH-LETTERS" in blocking(missing), "asked wherever the use is"


def test_a_trustee_shows_a_certification() -> None:
    assert "AUTH-TRUST" in blocking(judge(signers=(signer(Capacity.TRUSTEE, DocumentKind.TRANSFER),)))
    assert "AUTH-TRUST" not in judge(signers=(signer(Capacity.TRUSTEE, DocumentKind.CERTIFICATION_OF_TRUST),))


def test_a_power_of_attorney_ends_at_death() -> None:
    assert "AUTH-POA" in blocking(judge(lacks=frozenset({AuthorityLack.ENDED_AT_DEATH})))
    assert "AUTH-POA" in blocking(judge(signers=(EXECUTOR, signer(Capacity.ATTORNEY))))
    assert "AUTH-POA" not in judge(LIVING, signers=(PERFORMER, signer(Capacity.ATTORNEY)))


@pytest.mark.parametrize(("age", "warns"), [(180, False), (181, True)])
def test_letters_grow_stale(age: int, warns: bool) -> None:
    dated_on = date.fromordinal(TODAY.toordinal() - age)
    stale = signer(Capacity.EXECUTOR, proof(DocumentKind.LETTERS_TESTAMENTARY, dated_on))
    found = judge(signers=(stale,))
    assert ("AUTH-LETTERS-FRESH" in found) is warns
    assert "AUTH-LETTERS-FRESH" not in judge(signers=(stale,), letters_stale_days=181)
    if warns:
        assert found["AUTH-LETTERS-FRESH"].enforcement is Enforcement.WARN


def test_newer_letters_refresh_older_ones() -> None:
    old, new = (proof(DocumentKind.LETTERS_TESTAMENTARY, day) for day in (date(2020, 1, 1), date(2026, 8, 1)))
    assert "AUTH-LETTERS-FRESH" not in judge(signers=(signer(Capacity.EXECUTOR, old, new),))


# minors


def test_a_minor_needs_a_guardian_with_proof() -> None:
    assert "HOUSE-MINOR" in blocking(judge(MINOR))
    guardian = signer(Capacity.GUARDIAN, DocumentKind.GUARDIANSHIP_ORDER)
    assert "HOUSE-MINOR" not in judge(MINOR, signers=(guardian,))
    assert "HOUSE-MINOR" in blocking(judge(MINOR, signers=(signer(Capacity.GUARDIAN, DocumentKind.TRANSFER),)))
    assert judge(MINOR, signers=(guardian,))["MINOR-CA-DISAFFIRM"].enforcement is Enforcement.WARN
    approved = signer(Capacity.GUARDIAN, DocumentKind.GUARDIANSHIP_ORDER, DocumentKind.COURT_ORDER)
    assert "MINOR-CA-DISAFFIRM" not in judge(MINOR, signers=(approved,))


def test_somebody_comes_of_age_on_the_birthday() -> None:
    assert "HOUSE-MINOR" in judge(replace(MINOR, born_on=date(2008, 9, 2)))
    assert "HOUSE-MINOR" not in judge(replace(MINOR, born_on=date(2008, 9, 1)))


def test_an_unknown_age_warns() -> None:
    assert judge(replace(LIVING, born_on=None))["HOUSE-MINOR"].enforcement is Enforcement.WARN
    assert "HOUSE-MINOR" not in judge(replace(DEAD, born_on=None))


def test_a_minors_term_is_five_years_and_ends_at_eighteen() -> None:
    young, birthday = replace(MINOR, born_on=date(2015, 6, 1)), date(2030, 3, 4)
    first = date(2027, 1, 1)
    assert "NF-MINOR" not in judge(young, use_term=term(first, date(2031, 12, 31)))
    assert "NF-MINOR" in judge(young, use_term=term(first, date(2032, 1, 1)))
    assert "NF-MINOR" in judge(MINOR, use_term=term(first, date(2030, 3, 5)))
    assert "NF-MINOR" not in judge(MINOR, use_term=term(first, birthday))


# overrides


def test_an_override_lowers_a_block_and_its_reason_is_shown() -> None:
    use = {"use_has_disclosure": False, "use_territory": "+DE"}
    found = judge(book=overriding("EU-50-4", Enforcement.RECORD), **use)["EU-50-4"]
    assert (found.enforcement, found.override_reason) == (Enforcement.RECORD, "Counsel has looked at it.")
    assert found.as_json()["override_reason"] == "Counsel has looked at it."


def test_an_override_for_one_performer_leaves_the_others_alone() -> None:
    use = {"use_has_disclosure": False, "use_territory": "+DE"}
    book = overriding("EU-50-4", Enforcement.WARN, performer_id=DEAD.performer_id)
    assert "EU-50-4" not in blocking(judge(book=book, **use))
    assert "EU-50-4" in blocking(judge(LIVING, book=book, **use))


def test_an_administrator_can_let_a_bill_block() -> None:
    book = overriding("NF-TERM-ADULT", Enforcement.BLOCK)
    assert "NF-TERM-ADULT" in blocking(judge(LIVING, book=book, use_term=term(last=date(2040, 1, 1))))


@given(
    performer=st.sampled_from([DEAD, LIVING, MINOR, replace(DEAD, died_on=None), replace(LIVING, born_on=None)]),
    territory=st.sampled_from(["+WORLD", "+US", "+EU", "+JP", "+WORLD -US"]),
    vague=st.booleans(),
    disclosure=st.sampled_from([True, False, None]),
    signers=st.lists(st.sampled_from([signer(capacity) for capacity in Capacity]), max_size=3),
    lacks=st.frozensets(st.sampled_from(AuthorityLack)),
    perpetual=st.booleans(),
)
def test_no_facts_confuse_the_rules(performer, territory, vague, disclosure, signers, lacks, perpetual) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    found = judge(
        performer,
        use_territory=territory,
        use_intended_use_problem="Vague." if vague else None,
        use_has_disclosure=disclosure,
        use_term=Term(midnight(TODAY), None) if perpetual else term(),
        signers=tuple(signers),
        lacks=lacks,
    )
    assert ("HOUSE-CONSENT" in blocking(found)) is (not signers or AuthorityLack.NO_PROVEN_HOLDER in lacks)
    assert all(finding.citation.citation and finding.remedy for finding in found.values())
