"""Whose signature is awaited, who stands in an offer, what counts as a change: pure, as tables and properties."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.negotiation.rules.moves import OfferFacts, Talks, judge_acceptance, judge_offer, judge_signature, state_of
from app.negotiation.signatures.rules.awaited import Answer, Awaited, awaited, state_of_signer, strict_rules
from app.negotiation.signatures.rules.changes import changes_since
from app.negotiation.signatures.rules.stakes import Stake, stakes_in
from app.negotiation.signatures.states import AnswerKind, Role, SignerState
from app.negotiation.states import NegotiationStatus, OfferState
from app.parties.rules.authority import Consent
from app.parties.rules.facts import AuthorityFacts
from app.parties.rules.mandates import Mandate
from app.parties.rules.quorum import is_met
from app.parties.states import Capacity, QuorumKind, RepresentationStatus
from app.values.components import Component
from app.values.exclusivity import Exclusivity
from app.values.rights_block import RightsBlock
from tests.factories.rights import make_block
from tests.support.clock import START

LAPSE = START + timedelta(days=14)
TICK = timedelta(microseconds=1)
SHA = "a" * 64
LICENSOR, LICENSEE, AGENT = "pty_1_licensor", "pty_2_licensee", "pty_3_agent"


def mandate(id_: str, party: str, share: int = 0, **more: object) -> Mandate:
    block = make_block()
    claim = {
        "capacity": Capacity.HEIR,
        "components": frozenset({block.component}),
        "media": block.media,
        "territory": block.territory,
    }
    return Mandate(id=id_, holder_party_id=party, share_bps=share, **(claim | more))  # type: ignore[arg-type]


def facts(*mandates: Mandate, rule: QuorumKind | None = None, consents: tuple[Consent, ...] = ()) -> AuthorityFacts:
    return AuthorityFacts(mandates, {None: rule} if rule else {}, consents, START - timedelta(days=9000))


# quorum


@pytest.mark.parametrize(
    ("rule", "shares", "bound", "is_enough"),
    [
        (QuorumKind.MORE_THAN_HALF, (5000, 5000), {0}, False),
        (QuorumKind.MORE_THAN_HALF, (5001, 4999), {0}, True),
        (QuorumKind.MORE_THAN_HALF, (5001, 4999), {1}, False),
        (QuorumKind.MORE_THAN_HALF, (2500, 2500, 5000), {0, 1}, False),
        (QuorumKind.MORE_THAN_HALF, (2500, 2501, 4999), {0, 1}, True),
        (QuorumKind.MORE_THAN_HALF, (4000, 1000), {0, 1}, False),  # half is nobody's, and counts against
        (QuorumKind.ALL, (9999, 1), {0}, False),
        (QuorumKind.ALL, (9999, 1), {0, 1}, True),
        (QuorumKind.ALL, (5000, 4000), {0, 1}, False),
        (QuorumKind.ANY_ONE, (1, 9999), {0}, True),
        (QuorumKind.ANY_ONE, (1, 9999), set(), False),
        (QuorumKind.EXECUTOR_ONLY, (0, 10_000), {0}, True),  # the first is the executor
        (QuorumKind.EXECUTOR_ONLY, (0, 10_000), {1}, False),
    ],
)
def test_who_is_enough(rule: QuorumKind, shares: tuple[int, ...], bound: set[int], is_enough: bool) -> None:
    owners = {str(number): mandate(str(number), f"pty_{number}", share) for number, share in enumerate(shares)}
    owners["0"] = replace(owners["0"], capacity=Capacity.EXECUTOR)
    assert is_met(rule, owners, {str(number) for number in bound}) is is_enough


def test_without_a_known_rule_all_must_sign() -> None:
    assert facts(mandate("rep_1", LICENSOR)).rule_of(Component.VOICE) is QuorumKind.ALL


def test_what_is_exclusive_takes_all_of_those_who_may_each_license_alone() -> None:
    block = make_block()
    exclusive = replace(block, exclusivity=Exclusivity.EXCLUSIVE)
    for rule in QuorumKind:
        rules = {block.component: rule}
        expected = QuorumKind.ALL if rule is QuorumKind.ANY_ONE else rule
        assert strict_rules(rules, [exclusive]) == {block.component: expected}
        assert strict_rules(rules, [replace(block, exclusivity=Exclusivity.NON_EXCLUSIVE)]) == rules


# what is awaited


SHARES = st.lists(st.integers(1, 4000), min_size=1, max_size=4)


@given(SHARES, st.sampled_from(QuorumKind), st.data())
def test_nothing_is_awaited_exactly_when_the_quorum_is_met(
    others: list[int], rule: QuorumKind, data: st.DataObject
) -> None:
    """The licensor owns the rest; whoever is awaited, once all of them signed nothing is."""
    own = mandate("rep_0", LICENSOR, max(0, 10_000 - sum(others)), capacity=Capacity.EXECUTOR)
    heirs = [mandate(f"rep_{number}", f"pty_h{number}", share) for number, share in enumerate(others, 1)]
    signed = data.draw(st.sets(st.sampled_from([heir.id for heir in heirs])))
    known = facts(own, *heirs, rule=rule)
    owners = {each.id: each for each in (own, *heirs)}

    def missing(by: set[str]) -> Awaited:
        resolved = known.resolve(LICENSOR, at=START, consents=[Consent(id_, LICENSOR) for id_ in by])
        block = make_block()
        gaps = resolved.within(components={block.component}, media=block.media, territory=block.territory).gaps
        return awaited(gaps=gaps, stakes=(), answers=())

    waits_for = missing(signed)
    assert bool(waits_for) is not is_met(rule, owners, {own.id, *signed})
    assert {f"pty_h{id_[4:]}" for id_ in signed}.isdisjoint(waits_for.party_ids)
    if sum(others) <= 10_000:
        assert not missing({heir.id for heir in heirs if heir.holder_party_id in waits_for.party_ids} | signed)


def test_an_assignee_is_awaited_whatever_the_quorum() -> None:
    assignee = Stake("pty_a", Role.ASSIGNEE)
    assert awaited(gaps=(), stakes=[assignee], answers=()).party_ids == ("pty_a",)
    refused = [Answer("pty_a", AnswerKind.REFUSED)]
    assert awaited(gaps=(), stakes=[assignee], answers=refused).party_ids == ("pty_a",)
    assert not awaited(gaps=(), stakes=[assignee], answers=[Answer("pty_a", AnswerKind.SIGNED)])


@pytest.mark.parametrize(
    ("answer", "consented", "is_missing", "state"),
    [
        (AnswerKind.REFUSED, True, True, SignerState.REFUSED),
        (AnswerKind.SIGNED, False, False, SignerState.SIGNED),
        (None, False, True, SignerState.AWAITED),
        (None, True, False, SignerState.CONSENTED),
        (None, False, False, SignerState.NOT_NEEDED),
    ],
)
def test_how_a_signature_stands(
    answer: AnswerKind | None, consented: bool, is_missing: bool, state: SignerState
) -> None:
    answers = [Answer("pty_x", AnswerKind.SIGNED)] + ([Answer("pty_h", answer)] if answer else [])
    waits_for = Awaited(("pty_h",) if is_missing else ())
    agreed = {"pty_h"} if consented else set()
    assert state_of_signer("pty_h", answers=answers, consented=agreed, waits_for=waits_for) is state


# who stands in an offer


def roles(*mandates: Mandate, licensor: str = LICENSOR, blocks: list[RightsBlock] | None = None) -> dict[str, Role]:
    found = stakes_in(blocks or [make_block()], licensor_party_id=licensor, facts=facts(*mandates), at=START)
    return {stake.representation_id or "": stake.role for stake in found}


def test_owners_beside_the_licensor_are_holders_and_those_it_acts_for_are_principals() -> None:
    estate = mandate("rep_e", "pty_e", 6000)
    heir = mandate("rep_h", "pty_h", 4000)
    agency = mandate("rep_a", AGENT, capacity=Capacity.AGENT, principal_id="rep_e", may_delegate=True)
    under = mandate("rep_u", LICENSOR, capacity=Capacity.AGENT, principal_id="rep_a")
    heirs_agent = mandate("rep_x", "pty_x", capacity=Capacity.AGENT, principal_id="rep_h")
    assert roles(estate, heir, agency, under, heirs_agent) == {
        "rep_e": Role.PRINCIPAL,
        "rep_a": Role.PRINCIPAL,
        "rep_u": Role.LICENSOR,
        "rep_h": Role.HOLDER,
    }


def test_what_does_not_count_or_is_about_something_else_has_no_stake() -> None:
    block = make_block(territory=frozenset({"DE"}))
    own = mandate("rep_o", LICENSOR, 5000)
    for other in (
        mandate("rep_h", "pty_h", 5000, status=RepresentationStatus.PENDING),
        mandate("rep_h", "pty_h", 5000, signs_until_at=START),
        mandate("rep_h", "pty_h", 5000, begins_at=START + TICK),
        mandate("rep_h", "pty_h", 5000, territory=frozenset({"JP"})),
        mandate("rep_h", "pty_h", 5000, components=frozenset({Component.BEHAVIOR})),
    ):
        assert roles(replace(own, territory=frozenset({"DE"})), other, blocks=[block]) == {"rep_o": Role.LICENSOR}


def test_an_owner_for_whom_the_licensor_acts_in_a_part_only_signs_itself() -> None:
    block = make_block(territory=frozenset({"DE", "FR"}))
    both = {"territory": frozenset({"DE", "FR"})}
    estate = mandate("rep_e", "pty_e", 10_000, **both)
    agency = mandate("rep_a", AGENT, capacity=Capacity.AGENT, principal_id="rep_e", **both)
    assert roles(estate, agency, licensor=AGENT, blocks=[block])["rep_e"] is Role.PRINCIPAL
    narrow = replace(agency, territory=frozenset({"DE"}))
    assert roles(estate, narrow, licensor=AGENT, blocks=[block])["rep_e"] is Role.HOLDER


# what changed


STAKE = Stake(
    party_id="pty_h",
    role=Role.HOLDER,
    representation_id="rep_h",
    capacity=Capacity.HEIR,
    share_bps=5000,
    components=frozenset({Component.VOICE}),
    media=frozenset({"game.trailer"}),
    territory=frozenset({"DE"}),
)
RULES = {Component.VOICE: QuorumKind.ALL}


@pytest.mark.parametrize(
    ("after", "signed", "is_change"),
    [
        ([STAKE], [], False),
        ([STAKE], [("pty_h", "rep_h")], False),
        ([replace(STAKE, representation_id="rep_n")], [], False),
        ([replace(STAKE, representation_id="rep_n")], [("pty_h", "rep_h")], True),
        ([replace(STAKE, representation_id="rep_n")], [("pty_h", "rep_between")], True),
        ([replace(STAKE, share_bps=4999)], [], True),
        ([replace(STAKE, capacity=Capacity.EXECUTOR)], [], True),
        ([replace(STAKE, role=Role.PRINCIPAL)], [], True),
        ([replace(STAKE, territory=frozenset({"DE", "FR"}))], [], True),
        ([replace(STAKE, party_id="pty_n")], [], True),
        ([STAKE, replace(STAKE, party_id="pty_n")], [], True),
        ([], [], True),
        ([STAKE, Stake("pty_a", Role.ASSIGNEE)], [], False),
    ],
)
def test_what_counts_as_a_change(after: list[Stake], signed: list[tuple[str, str]], is_change: bool) -> None:
    changes = changes_since(before=[STAKE], after=after, rules_before=RULES, rules_after=RULES, signed=signed)
    assert bool(changes) is is_change
    assert not changes.rules


def test_a_changed_rule_is_a_change() -> None:
    other = {Component.VOICE: QuorumKind.ANY_ONE}
    (rule,) = changes_since(before=[STAKE], after=[STAKE], rules_before=RULES, rules_after=other).rules
    assert (rule.before, rule.after) == (QuorumKind.ALL, QuorumKind.ANY_ONE)


# moves while signatures are awaited


def talks(**changes: object) -> Talks:
    offer = OfferFacts(number=2, by_party_id=LICENSOR, terms_sha256=SHA, expires_at=LAPSE)
    return replace(Talks(LICENSOR, LICENSEE, NegotiationStatus.OPEN, offer), **changes)  # type: ignore[arg-type]


def test_an_agreed_offer_stands_still_until_it_lapses() -> None:
    agreed = talks(accepted_by=LICENSEE)
    for side in (LICENSOR, LICENSEE):
        assert judge_offer(agreed, by=side, at=LAPSE - TICK).code.value == "awaits_signatures"
        assert judge_offer(agreed, by=side, at=LAPSE).is_allowed
        assert judge_offer(replace(agreed, is_dead=True), by=side, at=START).is_allowed
    assert (agreed.awaited(START), agreed.awaited(LAPSE)) == (None, None)
    assert state_of(agreed.latest, agreed, at=LAPSE - TICK) is OfferState.AGREED
    assert state_of(agreed.latest, agreed, at=LAPSE) is OfferState.LAPSED
    again = judge_acceptance(agreed, by=LICENSEE, number=2, terms_sha256=SHA, at=START)
    assert again.is_allowed, "it is looked at again whether all is there by now"


@pytest.mark.parametrize(
    ("changes", "number", "sha256", "at", "code"),
    [
        ({}, 2, SHA, LAPSE - TICK, "allowed"),
        ({}, 2, SHA, LAPSE, "offer_lapsed"),
        ({}, 1, SHA, START, "offer_superseded"),
        ({}, 3, SHA, START, "offer_superseded"),
        ({}, 2, "b" * 64, START, "terms_differ"),
        ({"status": NegotiationStatus.SIGNED}, 2, SHA, START, "negotiation_closed"),
        ({"status": NegotiationStatus.WITHDRAWN}, 2, SHA, START, "negotiation_closed"),
    ],
)
def test_what_a_holder_can_sign(
    changes: dict[str, object], number: int, sha256: str, at: object, code: str
) -> None:
    verdict = judge_signature(talks(**changes), number=number, terms_sha256=sha256, at=at)  # type: ignore[arg-type]
    assert verdict.code.value == code
