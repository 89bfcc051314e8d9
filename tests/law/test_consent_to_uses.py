"""Consent rules on the use itself, and on what goes with a right after death."""

from dataclasses import replace
from datetime import date

import pytest

from app.law.rules.facts import EvidenceFacts, RegistrationFacts
from app.parties.states import Capacity
from app.values.components import Axis
from app.values.law.vocabulary import Enforcement
from app.values.term import Term
from tests.law.cases import DEAD, LIVING, blocking, judge, midnight, signer, term

# the use


@pytest.mark.parametrize("rule_id", ["CA-927", "NY-5-302"])
@pytest.mark.parametrize("replaces", [True, False])
@pytest.mark.parametrize("vague", [True, False])
@pytest.mark.parametrize("counsel", [True, False])
@pytest.mark.parametrize("union", [True, False])
def test_the_three_part_test_blocks_only_if_all_three_fail(
    rule_id: str, replaces: bool, vague: bool, counsel: bool, union: bool
) -> None:
    found = judge(
        LIVING,
        use_replaces_own_work=replaces,
        use_intended_use_problem="It fits any deal." if vague else None,
        use_has_counsel=counsel,
        use_has_union_cover=union,
    )
    assert (rule_id in blocking(found)) is (replaces and vague and not counsel and not union)


def test_the_three_part_test_warns_while_something_is_not_said() -> None:
    found = judge(LIVING, use_intended_use_problem="Vague.", use_replaces_own_work=True, use_has_counsel=False)
    assert found["CA-927"].enforcement is Enforcement.WARN
    silent = judge(LIVING, use_intended_use_problem="Vague.", use_has_counsel=False, use_has_union_cover=False)
    assert silent["CA-927"].enforcement is Enforcement.WARN, "nobody said whose work it replaces"
    assert "CA-927" not in judge(DEAD, use_intended_use_problem="Vague.", use_replaces_own_work=True)


def test_boilerplate_blocks_everybody() -> None:
    found = judge(use_intended_use_problem="The intended use is boilerplate.")
    assert blocking(found) == {"HOUSE-SPECIFIC-USE"}
    assert found["HOUSE-SPECIFIC-USE"].sentence == "The intended use is boilerplate."


@pytest.mark.parametrize(
    ("territory", "has_disclosure", "expected"),
    [
        ("+CY", False, Enforcement.BLOCK),
        ("+CY", None, Enforcement.WARN),
        ("+CY", True, None),
        ("+GB +US", False, None),
    ],
)
def test_a_release_in_the_union_needs_a_disclosure(
    territory: str, has_disclosure: bool | None, expected: Enforcement | None
) -> None:
    found = judge(use_territory=territory, use_has_disclosure=has_disclosure)
    assert (found["EU-50-4"].enforcement if "EU-50-4" in found else None) is expected


def test_the_disclosure_is_law_from_its_day_for_whatever_lasts_until_then() -> None:
    def enforcement(last_day: date) -> Enforcement:
        use = {"use_has_disclosure": False, "use_territory": "+DE", "use_term": term(date(2026, 6, 1), last_day)}
        return judge(today=date(2026, 6, 1), **use)["EU-50-4"].enforcement

    assert enforcement(date(2026, 8, 1)) is Enforcement.WARN
    assert enforcement(date(2026, 8, 2)) is Enforcement.BLOCK


def test_interactive_characters_say_that_they_are_artificial() -> None:
    assert "EU-50-1" not in judge(use_has_disclosure=False)
    assert "EU-50-1" in blocking(judge(use_has_disclosure=False, use_axes=frozenset({Axis.REALTIME})))
    found = judge(use_has_disclosure=False, use_media=frozenset({"vr.realtime_character"}))
    assert "EU-50-1" in blocking(found)


def test_a_blend_in_advertising_is_disclosed_in_new_york() -> None:
    blend = {"use_axes": frozenset({Axis.BLEND}), "use_has_disclosure": False, "use_territory": "+US"}
    assert "NY-396B" in judge(use_media=frozenset({"brand_ambassador.digital_ad"}), **blend)
    assert "NY-396B" not in judge(**blend)


def test_ten_years_for_a_living_adult() -> None:
    first = date(2027, 1, 1)
    assert "NF-TERM-ADULT" not in judge(LIVING, use_term=term(first, date(2036, 12, 31)))
    longer = term(first, date(2037, 1, 1))
    assert judge(LIVING, use_term=longer)["NF-TERM-ADULT"].enforcement is Enforcement.WARN
    for zone in ("Asia/Tokyo", "America/Los_Angeles"):
        assert "NF-TERM-ADULT" not in judge(LIVING, use_term=Term.of_days(first, date(2036, 12, 31), zone)), zone
        assert "NF-TERM-ADULT" in judge(LIVING, use_term=Term.of_days(first, date(2037, 1, 1), zone)), zone
    assert "NF-TERM-ADULT" not in judge(LIVING, use_term=longer, use_has_union_cover=True)
    assert "NF-TERM-ADULT" not in judge(DEAD, use_term=longer)
    assert "NF-TERM-ADULT" in judge(LIVING, use_term=Term(midnight(first), None))


# after death


def test_texas_asks_for_a_registered_claim_in_the_first_year() -> None:
    texan = replace(DEAD, domicile="US-TX", died_on=date(2025, 9, 2))
    assert "TX-YEAR1" in blocking(judge(texan))
    assert "TX-YEAR1" not in judge(replace(texan, died_on=date(2025, 9, 1)))
    claim = RegistrationFacts("US-TX", date(2026, 1, 1))
    assert "TX-YEAR1" not in judge(texan, registrations=(claim,))
    californian = judge(replace(texan, domicile="US-CA"))["TX-YEAR1"]
    assert californian.enforcement is Enforcement.WARN, "use in the United States may be in Texas"
    assert "TX-YEAR1" not in judge(replace(texan, domicile="US-CA"), use_territory="+JP")
    unknown = judge(replace(texan, died_on=None))["TX-YEAR1"]
    assert unknown.enforcement is Enforcement.WARN


def test_registration_is_asked_for_where_a_law_asks_for_it() -> None:
    assert judge()["CA-33441-REGISTER"].enforcement is Enforcement.WARN
    claim = RegistrationFacts("US-CA", date(2020, 1, 1))
    assert "CA-33441-REGISTER" not in judge(registrations=(claim,))
    assert "NY-50F-REGISTER" not in judge(), "who lived in California is not under New York's law"


def test_use_it_or_lose_it_shows_its_clock() -> None:
    gap = judge()["TN-NONUSE"]
    assert "from 2019-11-02 to today" in gap.sentence
    used = tuple(EvidenceFacts(date(year, 6, 1), "US") for year in range(2020, 2027))
    assert "by 2028-06-01" in judge(evidence=used)["TN-NONUSE"].sentence
    assert "TN-NONUSE" not in judge(replace(DEAD, died_on=date(2020, 1, 1)))


def test_a_license_that_outlives_the_right_is_warned_of_with_the_laws_citation() -> None:
    dies_in_de = replace(DEAD, died_on=date(2018, 6, 1), domicile="DE")
    found = judge(dies_in_de, use_territory="+DE", use_term=term(last=date(2028, 6, 2)))
    assert found["POST-MORTEM-DE"].enforcement is Enforcement.WARN
    assert found["POST-MORTEM-DE"].citation.jurisdiction == "DE"
    within = judge(dies_in_de, use_territory="+DE", use_term=term(last=date(2028, 6, 1)))
    assert "POST-MORTEM-DE" not in within


def test_relatives_are_to_be_asked_where_no_heir_or_office_signs() -> None:
    trustee = signer(Capacity.TRUSTEE)
    assert {"FR-RELATIVES", "BR-RELATIVES", "CN-RELATIVES"} <= judge(signers=(trustee,)).keys()
    assert "FR-RELATIVES" not in judge(signers=(signer(Capacity.HEIR),))
    recent = replace(DEAD, died_on=date(2020, 1, 1))
    assert judge(recent)["DE-RELATIVES"].enforcement is Enforcement.WARN
    assert "DE-RELATIVES" not in judge(), "ten years are over"
