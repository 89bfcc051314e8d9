"""The chain as it goes on: consents, quorum rules, failing as of a date, restoring, history."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.parties import queries, service
from app.parties.errors import ConsentNotPossible, IllegalVerification, VerificationRefused
from app.parties.events import RepresentationFailed, RepresentationRestored, RepresentationVerified
from app.parties.models import AuthorityEvent, Performer, Representation
from app.parties.rules.mandates import GapCode
from app.parties.states import Capacity, QuorumKind, RepresentationStatus
from app.values.components import Component
from app.values.errors import Forbidden, InvalidInput, NotFound
from tests.factories.parties import (
    attach_proof,
    make_actor,
    make_administrator,
    make_performer,
    make_representation,
)
from tests.parties.chain_steps import DAY, REASON, agent, fail, holder, may_license, refusals, restore, verified
from tests.support.clock import START


def test_consents_come_from_owners_for_licensors_and_end_when_withdrawn(
    session: Session, services: Services, performer: Performer
) -> None:
    ana = holder(session, services, performer, share_bps=5_000)
    ben = holder(session, services, performer, name="Ben", share_bps=5_000)
    given = {"session": session, "actor": ben.actor, "at": START, "representation_id": ben.representation.id}
    assert not may_license(session, performer, ana.party_id, Component.VOICE)
    consent = service.give_consent(**given, licensor_party_id=ana.party_id)
    assert service.give_consent(**given, licensor_party_id=ana.party_id) is consent
    assert may_license(session, performer, ana.party_id, Component.VOICE)
    service.withdraw_consent(**given, consent_id=consent.id)
    assert not may_license(session, performer, ana.party_id, Component.VOICE)
    assert service.give_consent(**given, licensor_party_id=ana.party_id).id != consent.id
    for stranger in (ben.party_id, make_actor(session).party_id):
        with pytest.raises(InvalidInput):
            service.give_consent(**given, licensor_party_id=stranger)
    with pytest.raises(NotFound):
        service.withdraw_consent(**given | {"actor": ana.actor}, consent_id=consent.id)
    agency = agent(session, services, performer, ana)
    with pytest.raises(ConsentNotPossible):
        service.give_consent(
            session=session,
            actor=agency.actor,
            at=START,
            representation_id=agency.representation.id,
            licensor_party_id=ben.party_id,
        )


def test_the_latest_quorum_rule_of_a_component_counts(
    session: Session, services: Services, performer: Performer
) -> None:
    ana = holder(session, services, performer, share_bps=5_001)

    def rule(actor: Actor, rule: QuorumKind, component: Component | None = None) -> None:
        service.set_quorum_rule(
            session=session,
            actor=actor,
            at=START,
            performer_id=performer.id,
            rule=rule,
            component=component,
            reason="Article 4 of the will.",
        )

    administrator = make_administrator(session)
    with pytest.raises(Forbidden):
        rule(ana.actor, QuorumKind.ANY_ONE)
    rule(administrator, QuorumKind.MORE_THAN_HALF)
    rule(administrator, QuorumKind.EXECUTOR_ONLY, Component.VOICE)
    assert may_license(session, performer, ana.party_id, Component.FACE)
    assert not may_license(session, performer, ana.party_id, Component.VOICE)
    rule(administrator, QuorumKind.ANY_ONE, Component.VOICE)
    assert may_license(session, performer, ana.party_id, Component.VOICE)
    found = queries.quorum_rules(session, ana.actor, performer.id)
    assert [(row.component, row.rule) for row in found] == [
        (None, QuorumKind.MORE_THAN_HALF),
        (Component.VOICE, QuorumKind.ANY_ONE),
    ]


def test_a_failed_authority_licenses_nothing_until_it_is_restored(
    session: Session, services: Services, performer: Performer
) -> None:
    news: list[object] = []

    def hear(*, event: object, **_: Any) -> None:
        news.append(event)

    kinds = (RepresentationVerified, RepresentationFailed, RepresentationRestored)
    session.info["subscribers"] = {kind: [hear] for kind in kinds}
    ana = holder(session, services, performer)
    agency = agent(session, services, performer, ana)
    fail(session, ana.representation)
    for party_id, code in (
        (ana.party_id, GapCode.AUTHORITY_FAILED),
        (agency.party_id, GapCode.PRINCIPAL_NOT_IN_FORCE),
    ):
        found = queries.authority_of(session, performer.id, party_id, START)
        assert (found.authorities, {gap.code for gap in found.gaps}) == ((), {code})
    assert ana.representation.failed_as_of_at == START - 30 * DAY
    restore(session, ana.representation)
    assert ana.representation.failed_as_of_at is None
    assert may_license(session, performer, agency.party_id, Component.VOICE)
    assert [type(one) for one in news] == [RepresentationVerified, RepresentationVerified, *kinds[1:]]
    failed = news[2]
    assert isinstance(failed, RepresentationFailed)
    assert (failed.representation_id, failed.as_of) == (ana.representation.id, START - 30 * DAY)


def test_only_what_was_verified_fails_as_of_a_past_instant(
    session: Session, services: Services, performer: Performer
) -> None:
    ana = holder(session, services, performer, is_verified=False)
    with pytest.raises(IllegalVerification):
        fail(session, ana.representation)
    verified(session, ana.representation)
    with pytest.raises(InvalidInput) as refusal:
        fail(session, ana.representation, as_of=START + timedelta(microseconds=1))
    assert refusal.value.problems[0].pointer == "/as_of"
    with pytest.raises(Forbidden):
        fail(session, ana.representation, actor=ana.actor)
    with pytest.raises(IllegalVerification):
        restore(session, ana.representation)


def test_what_documents_never_proved_is_not_restored(
    session: Session, services: Services, performer: Performer
) -> None:
    ana = holder(session, services, performer, is_verified=False)
    service.verify_representation(
        session=session,
        actor=make_administrator(session),
        at=START,
        representation_id=ana.representation.id,
        is_verified=False,
        reason="Forged.",
    )
    with pytest.raises(IllegalVerification):
        restore(session, ana.representation)


def test_a_failed_authority_is_not_restored_over_one_that_took_the_share(
    session: Session, services: Services, performer: Performer
) -> None:
    ana = holder(session, services, performer)
    fail(session, ana.representation)
    ben = holder(session, services, performer, name="Ben")
    with pytest.raises(VerificationRefused) as refusal:
        restore(session, ana.representation)
    assert refusals(refusal) == [("/share_bps", "shares_exceed_whole")]
    fail(session, ben.representation)
    assert restore(session, ana.representation).status is RepresentationStatus.VERIFIED


def test_a_restored_authority_yields_to_its_holders_newer_one(
    session: Session, services: Services, performer: Performer
) -> None:
    ana = holder(session, services, performer)
    fail(session, ana.representation)
    newer = make_representation(session, services.store, ana.actor, performer, capacity=Capacity.HEIR)
    assert restore(session, ana.representation).status is RepresentationStatus.SUPERSEDED
    assert ana.representation.superseded_by_id == newer.id


def test_a_superseded_authority_fails_and_is_restored_as_superseded(
    session: Session, services: Services, performer: Performer
) -> None:
    """What was signed under it may rest on nothing, whatever came later."""
    ana = holder(session, services, performer)
    make_representation(session, services.store, ana.actor, performer, capacity=Capacity.HEIR)
    fail(session, ana.representation)
    assert may_license(session, performer, ana.party_id, Component.VOICE)
    assert restore(session, ana.representation).status is RepresentationStatus.SUPERSEDED


def test_history_is_dated_and_shows_each_their_own(
    session: Session, services: Services, performer: Performer
) -> None:
    ana = holder(session, services, performer, share_bps=5_000)
    agency = agent(session, services, performer, ana)
    ben = holder(session, services, performer, name="Ben", share_bps=5_000)
    fail(session, ben.representation)

    def kinds(actor: Actor) -> list[str]:
        return [event.kind.value for event in queries.authority_history(session, actor, performer.id).items]

    once = ["verified", "documented", "recorded"]
    assert kinds(ana.actor) == once * 2, "its own and its agent's"
    assert kinds(agency.actor) == once
    assert kinds(ben.actor) == ["failed_as_of", *once]
    assert len(kinds(make_administrator(session))) == 10
    [failed, *_] = queries.representation_history(session, ben.actor, ben.representation.id).items
    assert (failed.as_of_at, failed.happened_at, failed.reason) == (START - 30 * DAY, START, REASON)
    for ask in (queries.authority_history, queries.quorum_rules):
        with pytest.raises(NotFound):
            ask(session, make_actor(session), performer.id)
    with pytest.raises(NotFound):
        queries.representation_history(session, ana.actor, ben.representation.id)


def test_a_mere_claim_opens_neither_the_rules_of_the_holders_nor_the_history_of_the_performer(
    session: Session, services: Services, performer: Performer
) -> None:
    ana = holder(session, services, performer)
    service.set_quorum_rule(
        session=session,
        actor=make_administrator(session),
        at=START,
        performer_id=performer.id,
        rule=QuorumKind.ALL,
        reason="Article 9 of the will.",
    )
    claimant = holder(session, services, performer, name="Anybody", is_verified=False)
    seen = queries.authority_history(session, claimant.actor, performer.id).items
    assert {event.representation_id for event in seen} == {claimant.representation.id}
    with pytest.raises(NotFound):
        queries.quorum_rules(session, claimant.actor, performer.id)
    [rule] = queries.quorum_rules(session, ana.actor, performer.id)
    assert rule.reason == "Article 9 of the will."
    newest = queries.authority_history(session, ana.actor, performer.id).items[0]
    assert newest.reason == "Article 9 of the will."


def test_a_locked_representation_is_read_as_it_is_once_the_lock_is_held(
    session: Session, services: Services, performer: Performer
) -> None:
    ana = holder(session, services, performer)
    known = queries.own_representation(session, ana.actor, ana.representation.id)
    decided_meanwhile = sa.update(Representation).where(col(Representation.id) == known.id).values(note="Decided.")
    session.execute(decided_meanwhile, execution_options={"synchronize_session": False})
    assert known.note != "Decided."
    assert queries.own_representation(session, ana.actor, known.id, lock=True).note == "Decided."


def test_history_cannot_be_rewritten(session: Session, services: Services, performer: Performer) -> None:
    holder(session, services, performer)
    event = session.exec(select(AuthorityEvent)).first()
    assert event is not None
    event.reason = "Nothing happened."
    session.add(event)
    with pytest.raises(DBAPIError, match="append-only"):
        session.flush()


def test_an_authority_view_shows_the_chain_to_those_who_stand_in_it(
    session: Session, services: Services, performer: Performer
) -> None:
    ana, stranger = holder(session, services, performer), make_actor(session)
    seen = queries.authority_view(session, ana.actor, performer.id, ana.party_id, at=START)
    assert [row.id for row in seen.holders] == [ana.representation.id]
    nothing = queries.authority_view(session, stranger, performer.id, stranger.party_id, at=START)
    assert (nothing.authorities, nothing.holders) == ([], [])
    assert {gap.code for gap in nothing.gaps} == {GapCode.NOT_REPRESENTED}
    with pytest.raises(NotFound):
        queries.authority_view(session, stranger, performer.id, ana.party_id, at=START)


def test_many_pairs_take_as_many_statements_as_one(
    database: Database, session: Session, services: Services
) -> None:
    holders = [holder(session, services, make_performer(session, make_actor(session))) for _ in range(4)]
    pairs = [(h.representation.performer_id, h.party_id) for h in holders]

    def statements(count: int) -> int:
        sent: list[str] = []

        def note(*args: Any) -> None:
            sent.append(args[2])

        sa.event.listen(database.write_engine, "before_cursor_execute", note)
        found = queries.authorities_of(session, pairs[:count], START)
        sa.event.remove(database.write_engine, "before_cursor_execute", note)
        assert len(found) == count
        assert all(one.authorities for one in found.values())
        return len(sent)

    session.expire_all()
    assert statements(1) == statements(4) == 5


def test_a_document_bears_no_day_to_come(session: Session, services: Services, performer: Performer) -> None:
    ana = holder(session, services, performer, is_verified=False)
    attach_proof(session, services.store, ana.actor, ana.representation, issued_on=START.date())
    with pytest.raises(InvalidInput) as refusal:
        attach_proof(
            session, services.store, ana.actor, ana.representation, issued_on=START.date() + timedelta(days=1)
        )
    assert refusal.value.problems[0].pointer == "/issued_on"
