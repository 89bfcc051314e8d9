"""Statute clocks: which laws may apply, where each stands, and that none of them ever clears a use."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.law.rules.anniversary import anniversary
from app.law.rules.book import LawBook, Override
from app.law.rules.evidence import Gap
from app.law.rules.facts import DeathFacts, EvidenceFacts, RegistrationFacts
from app.law.rules.statute import NEVER_CLEARANCE, StatuteClock, statute_clocks, summary
from app.law.states import Applies, LawTable, Phase, RegistrationState
from app.values.law.tables import law_tables
from app.values.territory import world

BOOK = LawBook(law_tables())
TODAY = date(2026, 6, 1)


def clocks(
    died_on: date | None = date(2009, 11, 2),
    domicile: str = "US-CA",
    used_in: frozenset[str] | None = None,
    *,
    today: date = TODAY,
    used_on: tuple[date | tuple[date, str], ...] = (),
    registered: tuple[str, ...] = (),
    book: LawBook = BOOK,
) -> Mapping[str, StatuteClock]:
    shown = [EvidenceFacts(*use) if isinstance(use, tuple) else EvidenceFacts(use, None) for use in used_on]
    found = statute_clocks(
        terms=book.term_rules(),
        death=DeathFacts(died_on, domicile),
        used_in=world() if used_in is None else used_in,
        today=today,
        evidence=shown,
        registrations=[RegistrationFacts(place, date(2010, 1, 1)) for place in registered],
    )
    return {clock.jurisdiction: clock for clock in found}


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        (date(2009, 11, 2), 70, date(2079, 11, 2)),
        (date(2000, 2, 29), 10, date(2010, 3, 1)),
        (date(2000, 2, 29), 20, date(2020, 2, 29)),
        (date(2000, 2, 29), 100, date(2100, 3, 1)),
        (date(2000, 2, 28), 10, date(2010, 2, 28)),
        (date(9990, 1, 1), 70, date.max),
    ],
)
def test_anniversaries(day: date, years: int, expected: date) -> None:
    assert anniversary(day, years) == expected


# which laws may apply


def test_domicile_and_every_place_of_use_apply_at_once() -> None:
    found = clocks(used_in=frozenset({"DE", "FR"}))
    assert found["US-CA"].applies is Applies.YES
    assert found["US-CA"].applies_because == "domicile at death in US-CA"
    assert (found["DE"].applies, found["DE"].applies_because) == (Applies.YES, "use in DE")
    assert found["FR"].applies is Applies.YES
    assert not {"US-TN", "US-IN", "GB", "JP"} & found.keys()


def test_use_in_the_united_states_may_fall_under_any_state_but_those_of_domicile_alone() -> None:
    found = clocks(used_in=frozenset({"US"}))
    assert found["US-IN"].applies is Applies.MAYBE
    assert found["US-IN"].applies_because == "use in US, which may be in US-IN"
    assert found["US-TN"].applies is Applies.MAYBE, "its rule is unknown, so place of use counts"
    assert not {"US-NY", "US-PA", "US-LA"} & found.keys(), "they ask for domicile at death, which is known"


def test_of_a_domicile_that_names_only_the_country_every_state_may_be_meant() -> None:
    found = clocks(domicile="US", used_in=frozenset({"JP"}))
    assert found["US-NY"].applies is Applies.MAYBE
    assert found["US-CA"].applies is Applies.MAYBE
    assert any("record the state" in warning for warning in clocks(date(2022, 1, 1), "US")["US-PA"].warnings)
    assert "US-IN" not in found, "Indiana asks where it is used, and it is used in Japan"


def test_unknown_connection_counts_both_ways() -> None:
    assert clocks(domicile="US-TX", used_in=frozenset({"JP"}))["US-TX"].applies is Applies.YES
    assert clocks(domicile="JP", used_in=frozenset({"US"}))["US-TX"].applies is Applies.MAYBE
    assert "US-TX" not in clocks(domicile="JP", used_in=frozenset({"JP"}))


def test_place_of_use_alone_does_not_follow_the_domicile() -> None:
    assert "US-IN" not in clocks(domicile="US-IN", used_in=frozenset({"DE"}))


def test_residence_that_is_not_recorded_may_lead_to_a_law() -> None:
    assert clocks(used_in=frozenset({"US"}))["US-AL"].applies is Applies.MAYBE
    assert "not recorded" in clocks(used_in=frozenset({"US"}))["US-OH"].applies_because
    assert clocks(domicile="US-OH", used_in=frozenset({"JP"}))["US-OH"].applies is Applies.YES


# where each stands


def test_the_years_run_to_the_anniversary_which_is_the_last_protected_day() -> None:
    ends_on = date(2079, 11, 2)
    found = clocks(today=ends_on)["US-CA"]
    assert (found.phase, found.ends_on) == (Phase.PROTECTED, ends_on)
    assert "until 2079-11-02 (70 years after the death)" in found.sentence
    over = clocks(today=ends_on + timedelta(days=1))["US-CA"]
    assert over.phase is Phase.ENDED_HERE
    assert over.sentence.endswith(NEVER_CLEARANCE)


def test_a_death_on_a_leap_day_loses_nobody_a_day() -> None:
    assert clocks(date(2016, 2, 29), "DE", today=date(2026, 3, 1))["DE"].phase is Phase.PROTECTED
    assert clocks(date(2016, 2, 29), "DE", today=date(2026, 3, 2))["DE"].phase is Phase.ENDED_HERE


def test_a_death_too_early_for_a_law_is_not_covered_and_never_free() -> None:
    found = clocks(date(2021, 5, 28), "US-NY")["US-NY"]
    assert found.phase is Phase.NOT_COVERED
    assert "deaths from 2021-05-29 on" in found.sentence
    assert found.sentence.endswith(NEVER_CLEARANCE)
    assert clocks(date(2021, 5, 29), "US-NY")["US-NY"].phase is Phase.PROTECTED


def test_two_tiers_end_with_the_longer_and_say_what_it_rests_on() -> None:
    found = clocks(date(2009, 11, 2))["US-WA"]
    assert (found.phase, found.ends_on) == (Phase.PROTECTED, date(2084, 11, 2))
    assert found.first_tier_ends_on == date(2019, 11, 2)
    assert any("commercial value" in warning for warning in found.warnings)
    assert not clocks(date(2020, 11, 2))["US-WA"].warnings


def test_a_bar_on_suits_is_not_the_end_of_the_right() -> None:
    assert "suits are barred after" in clocks()["US-VA"].sentence
    over = clocks(date(1990, 1, 1))["US-VA"]
    assert over.phase is Phase.ENDED_HERE
    assert "the right may outlast them" in over.sentence


def test_no_limit_unsettled_and_none_are_told_apart_and_none_is_free() -> None:
    found = clocks(used_in=world())
    assert found["BR"].phase is Phase.OPEN_ENDED
    assert found["JP"].phase is Phase.UNKNOWN
    assert found["GB"].phase is Phase.NO_RIGHT_REPORTED
    assert "Relatives may act" in found["FR"].sentence
    assert "survey of 2005" in found["US-MA"].sentence
    assert "not checked" in found["US-NE"].sentence


def test_spain_limits_some_claimants_only() -> None:
    assert "for others without a limit" in clocks()["ES"].sentence
    late = clocks(date(1940, 1, 1))["ES"]
    assert late.phase is Phase.UNKNOWN
    assert "others are not limited" in late.sentence


def test_bills_are_never_presented_as_law() -> None:
    found = clocks()
    for place in ("US", "DK"):
        assert found[place].phase is Phase.PROPOSED_NOT_LAW
        assert "not law" in found[place].sentence
        assert not found[place].warnings
    assert found["US"].ends_on == date(2079, 11, 2), "the latest of all renewals"


def test_a_law_of_a_later_day_is_not_law_before() -> None:
    assert clocks(domicile="US-LA", today=date(2022, 7, 31))["US-LA"].phase is Phase.PROPOSED_NOT_LAW
    assert clocks(domicile="US-LA", today=date(2022, 8, 1))["US-LA"].phase.protects


def test_without_the_day_of_death_years_cannot_be_counted() -> None:
    found = clocks(None)
    assert found["US-CA"].phase is Phase.UNKNOWN
    assert "Record it" in found["US-CA"].sentence
    assert found["BR"].phase is Phase.OPEN_ENDED


# use it or lose it


def test_tennessee_needs_no_proof_in_its_first_ten_years() -> None:
    found = clocks(date(2017, 6, 1), "US-TN")["US-TN"]
    assert (found.phase, found.ends_on) == (Phase.PROTECTED, None)
    assert found.evidence is not None
    assert found.evidence.due_on == date(2029, 6, 1), "two years after the tenth anniversary"
    assert not any("recorded by" in warning for warning in found.warnings)


def test_tennessee_then_needs_a_use_every_two_years() -> None:
    found = clocks(date(2014, 6, 2), "US-TN", used_on=(date(2025, 5, 1),))["US-TN"]
    assert found.phase is Phase.USE_IT_OR_LOSE_IT
    assert found.evidence is not None
    assert (found.evidence.last_used_on, found.evidence.due_on) == (date(2025, 5, 1), date(2027, 5, 1))
    assert found.evidence.gaps == ()
    assert any("by 2027-05-01" in warning for warning in found.warnings)


def test_a_gap_of_two_years_stays_a_risk_also_when_use_follows() -> None:
    found = clocks(date(2009, 11, 2), "US-TN", used_on=(date(2020, 1, 1), date(2023, 1, 1), date(2025, 1, 1)))
    proof = found["US-TN"].evidence
    assert proof is not None
    assert proof.gaps == (Gap(date(2020, 1, 1), date(2023, 1, 1)),)
    assert "from 2020-01-01 to 2023-01-01" in found["US-TN"].warnings[0]


def test_a_gap_begins_the_day_after_two_years() -> None:
    def gaps(today: date) -> tuple[Gap, ...]:
        proof = clocks(date(2009, 11, 2), "US-TN", used_on=(date(2020, 1, 1),), today=today)["US-TN"].evidence
        assert proof is not None
        return proof.gaps

    assert gaps(date(2022, 1, 1)) == ()
    assert gaps(date(2022, 1, 2)) == (Gap(date(2020, 1, 1), None),)


def test_use_before_the_tenth_anniversary_does_not_count_and_neither_does_another_state() -> None:
    found = clocks(
        date(2009, 11, 2),
        "US-TN",
        used_on=(date(2015, 1, 1), (date(2020, 1, 1), "US-CA"), (date(2020, 2, 1), "JP")),
    )
    proof = found["US-TN"].evidence
    assert proof is not None
    assert (proof.counts_from, proof.due_on) == (date(2019, 11, 2), date(2021, 11, 2))
    assert proof.gaps == (Gap(date(2019, 11, 2), None),)
    for place in ("US-TN", "US"):
        covered = clocks(date(2009, 11, 2), "US-TN", used_on=((date(2020, 1, 1), place),))["US-TN"].evidence
        assert covered is not None
        assert covered.last_used_on == date(2020, 1, 1)


def test_louisiana_ends_earlier_after_three_years_without_use() -> None:
    found = clocks(date(2023, 1, 1), "US-LA")["US-LA"]
    assert (found.phase, found.ends_on) == (Phase.USE_IT_OR_LOSE_IT, date(2073, 1, 1))
    assert found.evidence is not None
    assert found.evidence.due_on == date(2026, 1, 1)
    assert found.evidence.gaps == (Gap(date(2023, 1, 1), None),)
    earlier = clocks(date(2009, 11, 2), "US-LA")["US-LA"].evidence
    assert earlier is not None
    assert earlier.counts_from == date(2022, 8, 1), "no law, no duty to show use"


# registration, overrides, summary


def test_registration_is_missing_until_a_claim_is_recorded() -> None:
    missing = clocks()["US-CA"]
    assert missing.registration is RegistrationState.MISSING
    assert any("no damages" in warning for warning in missing.warnings)
    there = clocks(registered=("US-CA",))
    assert there["US-CA"].registration is RegistrationState.REGISTERED
    assert not there["US-CA"].warnings
    assert there["US-OK"].registration is RegistrationState.MISSING, "each state has a register of its own"
    assert clocks()["US-TN"].registration is RegistrationState.NOT_ASKED
    assert clocks()["US-HI"].registration is RegistrationState.UNKNOWN


def test_an_override_changes_the_years_and_shows_its_reason() -> None:
    shorter = Override(
        table=LawTable.POSTMORTEM, row_key="US-CA", performer_id=None, enforcement=None, years=10, rate_bps=None,
        reason="Counsel's reading.",
    )  # fmt: skip
    found = clocks(book=LawBook(law_tables(), (shorter,)))["US-CA"]
    assert (found.phase, found.ends_on, found.override_reason) == (
        Phase.ENDED_HERE,
        date(2019, 11, 2),
        "Counsel's reading.",
    )
    assert clocks()["US-CA"].override_reason is None


def test_a_summary_never_says_free() -> None:
    found = tuple(clocks().values())
    assert f"{len(found)} laws were looked at" in summary(found, is_living=False)
    assert "clears nothing" in summary(found, is_living=False)
    assert NEVER_CLEARANCE in summary((), is_living=False)
    assert "own consent" in summary((), is_living=True)


@given(
    died_on=st.dates(date(1850, 1, 1), date(2026, 6, 1)),
    domicile=st.sampled_from(["US-CA", "US", "US-NY", "DE", "GB", "JP", "US-TN", "BR"]),
    used_in=st.frozensets(st.sampled_from(sorted(world())), min_size=1, max_size=4),
    later=st.integers(0, 60_000),
)
def test_whatever_happens_no_clock_clears_and_every_clock_cites(
    died_on: date, domicile: str, used_in: frozenset[str], later: int
) -> None:
    today = TODAY + timedelta(days=later)
    for clock in clocks(died_on, domicile, used_in, today=today).values():
        assert clock.citation.citation
        assert clock.phase.protects or clock.sentence.endswith(NEVER_CLEARANCE)
        assert "free" not in clock.sentence
        if clock.phase is Phase.PROTECTED and clock.ends_on is not None:
            assert today <= clock.ends_on
        if clock.phase is Phase.ENDED_HERE:
            assert clock.ends_on is not None
            assert clock.ends_on < today
