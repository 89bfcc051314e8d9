"""Who may license what: the cases that people argue about, one by one."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.parties.rules.authority import Authority, AuthorityGap, Consent, Resolution, resolve
from app.parties.rules.lifetime import comes_of_age_at, death_of
from app.parties.rules.mandates import GapCode, Mandate
from app.parties.states import Capacity, DocumentKind, QuorumKind, RepresentationStatus
from app.values.components import Component
from app.values.media import ROOTS, expand
from app.values.territory import Territory, world
from tests.support.clock import START

DAY = timedelta(days=1)
ANA, BEN, AGENCY, OTHER_AGENCY = "pty_ana", "pty_ben", "pty_agency", "pty_other"


def owner(party: str, share: int = 10_000, capacity: Capacity = Capacity.HEIR, **changes: Any) -> Mandate:
    return Mandate(
        id=f"rep_{party}",
        holder_party_id=party,
        capacity=capacity,
        components=frozenset(Component),
        media=expand(ROOTS),
        territory=world(),
        share_bps=share,
        **changes,
    )


def agent(party: str, of: Mandate, capacity: Capacity = Capacity.AGENT, **changes: Any) -> Mandate:
    return replace(owner(party, 0, capacity, principal_id=of.id, is_exclusive=True), **changes)


def asked(
    licensor: str,
    *mandates: Mandate,
    rule: QuorumKind | None = None,
    consents: tuple[Consent, ...] = (),
    died: bool = False,
) -> Resolution:
    """Of the voice in a German game trailer."""
    whole = resolve(
        licensor_party_id=licensor,
        mandates=mandates,
        quorum={} if rule is None else {None: rule},
        consents=consents,
        died_at=START if died else None,
        at=START,
    )
    return whole.within(components={Component.VOICE}, media={"game.trailer"}, territory={"DE"})


def authority(*args: Any, **kwargs: Any) -> Authority:
    found = asked(*args, **kwargs)
    assert (len(found.authorities), found.gaps) == (1, ())
    return found.authorities[0]


def gap(*args: Any, **kwargs: Any) -> AuthorityGap:
    found = asked(*args, **kwargs)
    assert (found.authorities, len(found.gaps)) == ((), 1)
    return found.gaps[0]


def test_the_space_is_divided_without_remainder_and_named_once() -> None:
    everything = resolve(
        licensor_party_id=ANA, mandates=[owner(ANA)], quorum={}, consents=[], died_at=None, at=START
    )
    [whole] = everything.authorities
    assert (whole.components, whole.media, whole.territory) == (frozenset(Component), expand(ROOTS), world())
    assert everything.gaps == ()


@pytest.mark.parametrize(
    ("rule", "shares", "holds"),
    [
        (None, (5_000, 5_000), False),
        (QuorumKind.ALL, (10_000, 0), True),
        (QuorumKind.ALL, (9_999, 1), False),
        (QuorumKind.MORE_THAN_HALF, (5_000, 5_000), False),
        (QuorumKind.MORE_THAN_HALF, (5_001, 4_999), True),
        (QuorumKind.ANY_ONE, (1, 9_999), True),
        (QuorumKind.EXECUTOR_ONLY, (10_000, 0), False),
    ],
)
def test_a_quorum_counts_shares_exactly(rule: QuorumKind | None, shares: tuple[int, int], holds: bool) -> None:
    ana, ben = owner(ANA, shares[0]), owner(BEN, shares[1])
    assert bool(asked(ANA, ana, ben, rule=rule).authorities) == holds


def test_shares_that_nobody_is_proven_to_hold_count_as_not_signing() -> None:
    found = gap(ANA, owner(ANA, 6_000), replace(owner(BEN, 4_000), status=RepresentationStatus.PENDING))
    assert (found.code, found.missing_share_bps, found.party_ids) == (GapCode.QUORUM_NOT_MET, 4_000, ())
    assert "Nobody is proven to hold 40 %" in found.sentence
    assert asked(ANA, owner(ANA, 6_000), rule=QuorumKind.MORE_THAN_HALF).authorities


def test_a_consenting_holder_signs_through_the_licensor() -> None:
    ana, ben = owner(ANA, 6_000), owner(BEN, 4_000)
    lacking = gap(ANA, ana, ben)
    assert (lacking.code, lacking.missing_share_bps, lacking.party_ids) == (GapCode.QUORUM_NOT_MET, 4_000, (BEN,))
    consent = Consent(ben.id, ANA)
    assert authority(ANA, ana, ben, consents=(consent,)).representation_ids == (ana.id, ben.id)
    assert gap(BEN, ana, ben, consents=(consent,)).missing_share_bps == 6_000


def test_consents_make_no_licensor_of_a_stranger() -> None:
    ana = owner(ANA)
    assert gap("pty_stranger", ana, consents=(Consent(ana.id, "pty_stranger"),)).code is GapCode.NOT_REPRESENTED


def test_an_agent_signs_with_what_was_consented_to_its_principal_and_no_longer_than_itself() -> None:
    ana = owner(ANA, 4_000)
    ben = owner(BEN, 6_000)
    agency = agent(AGENCY, ana, signs_until_at=START + DAY, licenses_until_at=START + 9 * DAY)
    found = authority(AGENCY, ana, ben, agency, rule=QuorumKind.MORE_THAN_HALF, consents=(Consent(ben.id, ANA),))
    assert (found.signs_until_at, found.licenses_until_at) == (START + DAY, START + 9 * DAY)
    assert found.representation_ids == tuple(sorted({ana.id, ben.id, agency.id}))


def test_dates_last_as_long_as_the_quorum() -> None:
    ana = owner(ANA, 4_000)
    ben = owner(BEN, 3_000, signs_until_at=START + 2 * DAY)
    cleo = owner("pty_cleo", 3_000, signs_until_at=START + 5 * DAY)
    consents = (Consent(ben.id, ANA), Consent(cleo.id, ANA))
    assert authority(ANA, ana, ben, cleo, consents=consents).signs_until_at == START + 2 * DAY
    half = authority(ANA, ana, ben, cleo, consents=consents, rule=QuorumKind.MORE_THAN_HALF)
    assert half.signs_until_at == START + 5 * DAY


def test_any_one_licenses_alone_but_not_exclusively() -> None:
    ana, ben = owner(ANA, 5_000), owner(BEN, 5_000)
    assert not authority(ANA, ana, ben, rule=QuorumKind.ANY_ONE).holds_exclusively
    both = authority(ANA, ana, ben, rule=QuorumKind.ANY_ONE, consents=(Consent(ben.id, ANA),))
    assert both.holds_exclusively


def test_alone_for_longer_than_together_is_two_authorities() -> None:
    ana, ben = owner(ANA, 5_000), owner(BEN, 5_000, licenses_until_at=START + DAY)
    found = asked(ANA, ana, ben, rule=QuorumKind.ANY_ONE, consents=(Consent(ben.id, ANA),)).authorities
    assert {(a.holds_exclusively, a.licenses_until_at) for a in found} == {(True, START + DAY), (False, None)}


def test_only_the_executor_decides_where_the_rule_says_so() -> None:
    heir, executor = owner(ANA), owner(BEN, 0, Capacity.EXECUTOR)
    lacking = gap(ANA, heir, executor, rule=QuorumKind.EXECUTOR_ONLY)
    assert (lacking.code, lacking.party_ids) == (GapCode.EXECUTOR_MISSING, (BEN,))
    assert authority(BEN, heir, executor, rule=QuorumKind.EXECUTOR_ONLY).holds_exclusively


def test_what_belongs_to_a_component_does_not_count_for_another() -> None:
    voice = replace(owner(ANA), components=frozenset({Component.VOICE}))
    quorum = {None: QuorumKind.EXECUTOR_ONLY, Component.VOICE: QuorumKind.ALL}
    found = resolve(licensor_party_id=ANA, mandates=[voice], quorum=quorum, consents=[], died_at=None, at=START)
    assert [part.components for part in found.authorities] == [frozenset({Component.VOICE})]
    assert [(g.component, g.code) for g in found.gaps] == [
        (Component.FACE, GapCode.NO_HOLDER_PROVEN),
        (Component.BEHAVIOR, GapCode.NO_HOLDER_PROVEN),
    ]


def test_a_chain_of_agents_is_as_exclusive_as_its_weakest_link() -> None:
    ana = owner(ANA)
    agency = agent(AGENCY, ana)
    sub = agent(OTHER_AGENCY, agency)
    assert authority(OTHER_AGENCY, ana, agency, sub).holds_exclusively
    assert not authority(OTHER_AGENCY, ana, replace(agency, is_exclusive=False), sub).holds_exclusively
    assert not authority(AGENCY, ana, agency, sub).holds_exclusively, "it gave its own exclusivity away"
    assert not authority(ANA, ana, agency, sub).holds_exclusively


def test_agents_side_by_side_hold_nothing_exclusively_but_their_principal_does() -> None:
    ana = owner(ANA)
    one = agent(AGENCY, ana, is_exclusive=False)
    other = agent(OTHER_AGENCY, ana, is_exclusive=False)
    assert not authority(AGENCY, ana, one, other).holds_exclusively
    assert authority(ANA, ana, one, other).holds_exclusively
    assert not authority(AGENCY, ana, agent(AGENCY, ana), other).holds_exclusively
    elsewhere = replace(other, territory=frozenset({"FR"}))
    assert authority(AGENCY, ana, agent(AGENCY, ana), elsewhere).holds_exclusively
    over = replace(other, signs_until_at=START)
    assert authority(AGENCY, ana, agent(AGENCY, ana), over).holds_exclusively


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": RepresentationStatus.PENDING}, GapCode.PRINCIPAL_NOT_IN_FORCE),
        ({"status": RepresentationStatus.FAILED}, GapCode.PRINCIPAL_NOT_IN_FORCE),
        ({"signs_until_at": START}, GapCode.PRINCIPAL_NOT_IN_FORCE),
        ({"begins_at": START + DAY}, GapCode.PRINCIPAL_NOT_IN_FORCE),
        ({"may_delegate": False}, GapCode.PRINCIPAL_MAY_NOT_DELEGATE),
        ({"territory": frozenset({"FR"})}, GapCode.BEYOND_PRINCIPAL),
        ({"id": "rep_unknown"}, GapCode.PRINCIPAL_NOT_IN_FORCE),
    ],
)
def test_an_agent_has_no_more_than_its_principal(changes: dict[str, Any], code: GapCode) -> None:
    ana = owner(ANA)
    assert gap(AGENCY, replace(ana, **changes), agent(AGENCY, ana)).code is code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": RepresentationStatus.PENDING}, GapCode.NOT_VERIFIED),
        ({"status": RepresentationStatus.FAILED}, GapCode.AUTHORITY_FAILED),
        ({"begins_at": START + timedelta(microseconds=1)}, GapCode.NOT_BEGUN),
        ({"signs_until_at": START}, GapCode.SIGNING_ENDED),
        ({"media": frozenset({"film.trailer"})}, GapCode.NO_HOLDER_PROVEN),
    ],
)
def test_a_gap_says_what_the_licensor_itself_lacks(changes: dict[str, Any], code: GapCode) -> None:
    found = gap(ANA, replace(owner(ANA), **changes))
    assert (found.code, found.component) == (code, Component.VOICE)
    assert "{" not in found.sentence


@pytest.mark.parametrize("capacity", [Capacity.PERFORMER, Capacity.GUARDIAN])
def test_what_ends_at_death_ends_with_every_agency_under_it(capacity: Capacity) -> None:
    performer = owner(ANA, capacity=capacity)
    agency = agent(AGENCY, performer)
    assert asked(AGENCY, performer, agency).authorities
    assert gap(ANA, performer, agency, died=True).code is GapCode.ENDED_AT_DEATH
    assert gap(AGENCY, performer, agency, died=True).code is GapCode.ENDED_AT_DEATH


def test_a_power_of_attorney_ends_at_death_and_an_estates_agency_does_not() -> None:
    trustee = owner(ANA, capacity=Capacity.TRUSTEE)
    attorney = agent(AGENCY, trustee, Capacity.ATTORNEY)
    assert asked(AGENCY, trustee, attorney).authorities
    assert gap(AGENCY, trustee, attorney, died=True).code is GapCode.ENDED_AT_DEATH
    assert authority(AGENCY, trustee, agent(AGENCY, trustee), died=True)


def test_a_circle_of_agents_is_nobodys_authority() -> None:
    one = agent(AGENCY, owner(OTHER_AGENCY))
    other = agent(OTHER_AGENCY, owner(AGENCY))
    assert gap(AGENCY, one, other).code is GapCode.PRINCIPAL_NOT_IN_FORCE


def test_a_frozen_territory_is_a_set_and_no_name() -> None:
    """Cyprus is in the EU and not in Europe."""
    ana = replace(owner(ANA), territory=Territory.parse("+EUROPE").codes)
    found = resolve(licensor_party_id=ANA, mandates=[ana], quorum={}, consents=[], died_at=None, at=START)
    cut = found.within(components={Component.VOICE}, media={"game.trailer"}, territory=Territory.parse("+EU").codes)
    assert [sorted(g.territory) for g in cut.gaps] == [["CY"]]


def test_every_capacity_is_proven_by_something_and_owners_by_a_court() -> None:
    for capacity in Capacity:
        assert capacity.proofs
        assert (DocumentKind.COURT_ORDER in capacity.proofs) == (not capacity.is_delegated)


def test_death_and_majority_fall_on_the_first_instant_of_the_day() -> None:
    died = death_of(is_living=False, died_on=date(2009, 11, 2), recorded_at=START)
    assert died is not None
    assert died.isoformat() == "2009-11-02T00:00:00+00:00"
    assert death_of(is_living=False, died_on=None, recorded_at=START) == START
    assert death_of(is_living=True, died_on=None, recorded_at=START) is None
    born_on_leap_day = comes_of_age_at(date(2008, 2, 29))
    assert born_on_leap_day is not None
    assert born_on_leap_day.isoformat() == "2026-03-01T00:00:00+00:00"
