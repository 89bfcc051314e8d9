"""Verifying a link of the chain: what is refused with the reason, and what takes whose place."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from app.infrastructure.http.context import Services
from app.parties import queries, service
from app.parties.errors import DocumentsMissing, VerificationRefused
from app.parties.models import Performer, Representation
from app.parties.states import Capacity, DocumentKind, RepresentationStatus
from app.values.components import Component
from app.values.errors import InvalidInput
from app.values.media import expand
from app.values.territory import Territory
from tests.factories.parties import (
    make_actor,
    make_representation,
)
from tests.parties.chain_steps import DAY, agent, holder, may_license, refusals, verified
from tests.support.clock import START


def test_holders_of_different_components_each_license_their_own(
    session: Session, services: Services, performer: Performer
) -> None:
    face = holder(session, services, performer, components=[Component.FACE])
    voice = holder(session, services, performer, Capacity.ASSIGNEE, components=[Component.VOICE])
    assert may_license(session, performer, face.party_id, Component.FACE)
    assert not may_license(session, performer, face.party_id, Component.VOICE)
    assert may_license(session, performer, voice.party_id, Component.VOICE)


@pytest.mark.parametrize(
    ("capacity", "kind", "is_proven"),
    [
        (Capacity.EXECUTOR, DocumentKind.LETTERS_OF_ADMINISTRATION, False),
        (Capacity.EXECUTOR, DocumentKind.COURT_ORDER, True),
        (Capacity.TRUSTEE, DocumentKind.TRANSFER, False),
        (Capacity.TRUSTEE, DocumentKind.CERTIFICATION_OF_TRUST, True),
    ],
)
def test_only_what_proves_the_capacity_proves_it(
    session: Session,
    services: Services,
    performer: Performer,
    capacity: Capacity,
    kind: DocumentKind,
    is_proven: bool,
) -> None:
    pending = holder(session, services, performer, capacity, is_verified=False).representation
    for document in queries.documents_of(session, [pending.id]):
        document.kind = kind
        session.add(document)
    session.flush()
    if is_proven:
        assert verified(session, pending).status is RepresentationStatus.VERIFIED
    else:
        with pytest.raises(DocumentsMissing, match=capacity.value):
            verified(session, pending)


def test_shares_above_the_whole_are_refused_where_they_meet(
    session: Session, services: Services, performer: Performer
) -> None:
    holder(session, services, performer, share_bps=6_000, territory=Territory.parse("+EU"))
    holder(session, services, performer, name="Ben", share_bps=6_000, territory=Territory.parse("+US"))
    with pytest.raises(VerificationRefused) as refusal:
        holder(session, services, performer, name="Cleo", share_bps=4_001, components=[Component.VOICE])
    assert refusals(refusal) == [("/share_bps", "shares_exceed_whole")]
    assert "100.01 %" in refusal.value.detail
    holder(session, services, performer, name="Dora", share_bps=4_000)


def test_shares_that_follow_each_other_do_not_add_up(
    session: Session, services: Services, performer: Performer
) -> None:
    ana = holder(session, services, performer, signs_until_at=START + DAY)
    ben = holder(session, services, performer, name="Ben", begins_at=START + DAY)
    before, after = START + DAY - timedelta(microseconds=1), START + DAY
    for party_id, instant, holds in (
        (ana.party_id, before, True),
        (ben.party_id, before, False),
        (ana.party_id, after, False),
        (ben.party_id, after, True),
    ):
        assert bool(queries.authority_of(session, performer.id, party_id, instant).authorities) == holds


def test_an_office_comes_without_a_share_and_nothing_else_does(
    session: Session, services: Services, performer: Performer
) -> None:
    holder(session, services, performer)
    executor = holder(session, services, performer, Capacity.EXECUTOR, name="Ben", share_bps=0)
    assert executor.representation.status is RepresentationStatus.VERIFIED
    with pytest.raises(InvalidInput) as refusal:
        holder(session, services, performer, Capacity.HEIR, share_bps=0)
    assert refusal.value.problems[0].pointer == "/share_bps"


@pytest.mark.parametrize(
    ("capacity", "changes", "pointer"),
    [
        (Capacity.AGENT, {}, "/principal_id"),
        (Capacity.AGENT, {"principal_id": "rep_unknown"}, "/principal_id"),
        (Capacity.HEIR, {"principal_id": "rep_unknown"}, "/principal_id"),
        (Capacity.HEIR, {"is_exclusive": False}, "/is_exclusive"),
        (Capacity.HEIR, {"begins_at": START, "signs_until_at": START}, "/signs_until_at"),
    ],
)
def test_a_claim_that_makes_no_sense_is_refused_at_its_member(
    session: Session,
    services: Services,
    performer: Performer,
    capacity: Capacity,
    changes: dict[str, Any],
    pointer: str,
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        holder(session, services, performer, capacity, **changes)
    assert refusal.value.problems[0].pointer == pointer


def test_an_agent_claims_no_share_and_is_not_its_own_principal(
    session: Session, services: Services, performer: Performer
) -> None:
    ana = holder(session, services, performer)
    principal = {"capacity": Capacity.AGENT, "principal_id": ana.representation.id}
    for actor, changes, pointer in (
        (make_actor(session), {"share_bps": 1}, "/share_bps"),
        (ana.actor, {}, "/principal_id"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            make_representation(session, services.store, actor, performer, **principal, **changes)
        assert refusal.value.problems[0].pointer == pointer


def test_an_agent_of_an_agent_reaches_no_further_than_both(
    session: Session, services: Services, performer: Performer
) -> None:
    ana = holder(session, services, performer, territory=Territory.parse("+EU"))
    agency = agent(session, services, performer, ana, territory=Territory.parse("+EU"), may_delegate=True)
    with pytest.raises(VerificationRefused) as refusal:
        agent(session, services, performer, agency, territory=Territory.parse("+EU +US"))
    assert refusals(refusal) == [("/territory", "beyond_principal")]
    assert "US" in refusal.value.detail
    sub = agent(session, services, performer, agency, territory=Territory.parse("+DE"))
    [part] = queries.authority_of(session, performer.id, sub.party_id, START).authorities
    assert part.territory == {"DE"}
    assert set(part.representation_ids) == {h.representation.id for h in (ana, agency, sub)}


def test_an_agency_needs_a_principal_who_is_proven_and_may_delegate(
    session: Session, services: Services, performer: Performer
) -> None:
    pending = holder(session, services, performer, is_verified=False)
    with pytest.raises(VerificationRefused) as refusal:
        agent(session, services, performer, pending)
    assert refusals(refusal) == [("/principal_id", "principal_not_verified")]
    ana = holder(session, services, performer, name="Ana")
    agency = agent(session, services, performer, ana)
    with pytest.raises(VerificationRefused) as refusal:
        agent(session, services, performer, agency)
    assert refusals(refusal) == [("/principal_id", "principal_may_not_delegate")]


def test_circular_agency_is_refused(session: Session, services: Services, performer: Performer) -> None:
    ana = holder(session, services, performer)
    agency = agent(session, services, performer, ana, may_delegate=True)
    with pytest.raises(VerificationRefused) as refusal:
        make_representation(
            session,
            services.store,
            ana.actor,
            performer,
            capacity=Capacity.AGENT,
            principal_id=agency.representation.id,
        )
    assert ("/principal_id", "circular_agency") in refusals(refusal)


@pytest.mark.parametrize("exclusive", [(True, True), (True, False), (False, True)])
def test_exclusive_agencies_that_overlap_are_refused(
    session: Session, services: Services, performer: Performer, exclusive: tuple[bool, bool]
) -> None:
    ana = holder(session, services, performer)
    first: dict[str, Any] = {"territory": Territory.parse("+EU"), "signs_until_at": START + 9 * DAY}
    agent(session, services, performer, ana, is_exclusive=exclusive[0], **first)
    other: dict[str, Any] = {"is_exclusive": exclusive[1]}
    with pytest.raises(VerificationRefused) as refusal:
        agent(session, services, performer, ana, territory=Territory.parse("+DE +US"), **other)
    assert refusals(refusal) == [("/is_exclusive", "exclusive_agencies_overlap")]
    agent(session, services, performer, ana, territory=Territory.parse("+US"), **other)
    agent(session, services, performer, ana, territory=Territory.parse("+DE"), begins_at=START + 9 * DAY, **other)


def test_agencies_side_by_side_may_overlap_when_none_is_exclusive(
    session: Session, services: Services, performer: Performer
) -> None:
    ana = holder(session, services, performer)
    for _ in range(2):
        agency = agent(session, services, performer, ana)
        assert may_license(session, performer, agency.party_id, Component.VOICE)


@pytest.mark.parametrize("capacity", [Capacity.PERFORMER, Capacity.GUARDIAN])
def test_nobody_acts_as_or_for_the_living_once_they_are_dead(
    session: Session, services: Services, performer: Performer, capacity: Capacity
) -> None:
    with pytest.raises(VerificationRefused) as refusal:
        holder(session, services, performer, capacity)
    assert refusals(refusal) == [("/capacity", "ended_at_death")]


def test_a_power_of_attorney_is_not_verified_after_death(
    session: Session, services: Services, performer: Performer
) -> None:
    ana = holder(session, services, performer)
    with pytest.raises(VerificationRefused) as refusal:
        agent(session, services, performer, ana, Capacity.ATTORNEY)
    assert refusals(refusal) == [("/capacity", "ended_at_death")]


def test_the_living_have_no_executor_and_adults_no_guardian(
    session: Session, services: Services, living: Performer
) -> None:
    for capacity, code in ((Capacity.EXECUTOR, "performer_living"), (Capacity.GUARDIAN, "guardian_of_adult")):
        with pytest.raises(VerificationRefused) as refusal:
            holder(session, services, living, capacity)
        assert refusals(refusal) == [("/capacity", code)]


def test_a_guardian_signs_until_the_minor_comes_of_age(
    session: Session, services: Services, living: Performer
) -> None:
    living.born_on = START.date() - timedelta(days=17 * 365)
    session.add(living)
    guardian = holder(session, services, living, Capacity.GUARDIAN)
    [part] = queries.authority_of(session, living.id, guardian.party_id, START).authorities
    assert part.signs_until_at is not None
    assert part.signs_until_at.date() == living.born_on.replace(year=living.born_on.year + 18)


def test_a_newer_authority_keeps_the_agents_and_consents_of_the_earlier(
    session: Session, services: Services, performer: Performer
) -> None:
    ana = holder(session, services, performer, share_bps=6_000)
    ben = holder(session, services, performer, name="Ben", share_bps=4_000)
    agency = agent(session, services, performer, ana)
    service.give_consent(
        session=session,
        actor=ben.actor,
        at=START,
        representation_id=ben.representation.id,
        licensor_party_id=ana.party_id,
    )
    for renewing, share in ((ana, 6_000), (ben, 4_000)):
        newer = make_representation(
            session, services.store, renewing.actor, performer, capacity=Capacity.HEIR, share_bps=share
        )
        assert renewing.representation.superseded_by_id == newer.id
    assert may_license(session, performer, ana.party_id, Component.VOICE)
    assert may_license(session, performer, agency.party_id, Component.VOICE)


@pytest.mark.parametrize(
    ("pointer", "narrower"),
    [
        ("/components", {"components": [Component.VOICE]}),
        ("/media", {"media": expand(["film"])}),
        ("/territory", {"territory": Territory.parse("+FR")}),
    ],
)
def test_a_newer_authority_must_cover_all_of_the_one_it_replaces(
    session: Session, services: Services, performer: Performer, pointer: str, narrower: dict[str, Any]
) -> None:
    ana = holder(session, services, performer)
    with pytest.raises(VerificationRefused) as refusal:
        make_representation(
            session,
            services.store,
            ana.actor,
            performer,
            capacity=Capacity.HEIR,
            **narrower,
        )
    assert refusals(refusal) == [(pointer, "succession_incomplete")]
    assert ana.representation.status is RepresentationStatus.VERIFIED


def test_a_newer_authority_is_not_verified_long_before_it_begins(
    session: Session, services: Services, performer: Performer
) -> None:
    ana = holder(session, services, performer, signs_until_at=START + 90 * DAY)

    def renewed(begins_at: datetime) -> Representation:
        return make_representation(
            session, services.store, ana.actor, performer, capacity=Capacity.HEIR, begins_at=begins_at
        )

    with pytest.raises(VerificationRefused, match="nothing could be signed until then") as refusal:
        renewed(START + DAY)
    assert refusals(refusal) == [("/begins_at", "succession_too_early")]
    assert may_license(session, performer, ana.party_id, Component.VOICE)
    assert renewed(START + 90 * DAY).status is RepresentationStatus.VERIFIED, "one begins where the other ends"
    assert ana.representation.status is RepresentationStatus.VERIFIED
    assert renewed(START).status is RepresentationStatus.VERIFIED
    assert ana.representation.status is RepresentationStatus.SUPERSEDED
