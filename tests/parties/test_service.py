"""Authority must be proven, and shares always add up, on both engines."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.audit.models import AuditRecord
from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.infrastructure.storage import FileTooLarge
from app.parties import queries, service
from app.parties.errors import DocumentsMissing, IllegalVerification
from app.parties.models import Beneficiary, Performer, Representation, RepresentationDocument
from app.parties.queries import BeneficiaryShare
from app.parties.states import Capacity, DocumentKind, PartyKind, RepresentationStatus
from app.values.components import Component
from app.values.errors import Forbidden, InvalidInput, NotFound
from app.values.territory import Territory
from tests.factories.parties import (
    attach_proof,
    make_actor,
    make_administrator,
    make_estate,
    make_party,
    make_performer,
    make_representation,
)
from tests.support.clock import START

DAY = timedelta(days=1)


def verify(session: Session, actor: Actor, representation: Representation, *, is_verified: bool = True) -> None:
    service.verify_representation(
        session=session,
        actor=actor,
        at=START,
        representation_id=representation.id,
        is_verified=is_verified,
        reason="Checked with the court.",
    )


def test_only_an_administrator_records_parties(session: Session) -> None:
    studio = make_actor(session)
    with pytest.raises(Forbidden):
        service.create_party(
            session=session, actor=studio, at=START, kind=PartyKind.BRAND, name="X", country="US", email="x@x.test"
        )


def test_a_living_performer_has_no_date_of_death(session: Session) -> None:
    actor = make_actor(session, kind=PartyKind.AGENT)
    with pytest.raises(InvalidInput) as refusal:
        service.create_performer(
            session=session,
            actor=actor,
            at=START,
            name="A",
            is_living=True,
            domicile="US",
            died_on=date(2020, 1, 1),
        )
    assert refusal.value.problems[0].pointer == "/died_on"


def test_the_database_refuses_a_dead_living_performer(session: Session) -> None:
    actor = make_actor(session)
    performer = make_performer(session, actor)
    performer.is_living = True
    session.add(performer)
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_performer_is_unknown_to_others_until_somebody_is_proven_to_represent_them(
    session: Session, services: Services
) -> None:
    agent, rival = make_actor(session, kind=PartyKind.AGENT), make_actor(session, name="Rival")
    performer = make_performer(session, agent)
    representation = make_representation(session, services.store, agent, performer, is_verified=False)
    with pytest.raises(NotFound):
        queries.visible_performer(session, rival, performer.id)
    assert queries.performers_page(session, rival, cursor=None, limit=25).items == []
    verify(session, make_administrator(session), representation)
    assert queries.visible_performer(session, rival, performer.id) is performer


def test_an_isni_belongs_to_one_performer(session: Session) -> None:
    actor = make_actor(session)
    _performer_with_isni(session, actor)
    with pytest.raises(InvalidInput) as refusal:
        _performer_with_isni(session, actor)
    assert refusal.value.problems[0].pointer == "/isni"


def _performer_with_isni(session: Session, actor: Actor) -> Performer:
    return service.create_performer(
        session=session,
        actor=actor,
        at=START,
        name="A",
        is_living=True,
        domicile="US",
        isni="0000000121032683",
    )


def test_a_representation_without_documents_cannot_be_verified(session: Session) -> None:
    agent = make_actor(session, kind=PartyKind.AGENT)
    performer = make_performer(session, agent)
    representation = service.record_representation(
        session=session,
        actor=agent,
        at=START,
        performer_id=performer.id,
        capacity=Capacity.EXECUTOR,
        components=[Component.VOICE],
        media=["game.trailer"],
        territory=Territory.parse("+EU"),
    )
    with pytest.raises(DocumentsMissing):
        verify(session, make_administrator(session), representation)
    assert queries.held_representations(session, performer.id, agent.party_id) == []


def test_nobody_verifies_their_own_authority(session: Session, services: Services) -> None:
    agent = make_actor(session, kind=PartyKind.AGENT)
    performer = make_performer(session, agent)
    representation = make_representation(session, services.store, agent, performer, is_verified=False)
    with pytest.raises(Forbidden):
        verify(session, agent, representation)


def test_only_an_administrator_claims_authority_for_another_party(session: Session) -> None:
    agent = make_actor(session, kind=PartyKind.AGENT)
    performer = make_performer(session, agent)
    estate = make_party(session, kind=PartyKind.ESTATE)
    claim = {
        "session": session,
        "at": START,
        "performer_id": performer.id,
        "capacity": Capacity.EXECUTOR,
        "components": [Component.FACE],
        "media": ["film.trailer"],
        "territory": Territory.parse("+US"),
        "holder_party_id": estate.id,
    }
    with pytest.raises(Forbidden):
        service.record_representation(actor=agent, **claim)
    assert service.record_representation(actor=make_administrator(session), **claim).holder_party_id == estate.id


def test_a_decided_representation_stays_decided(session: Session, services: Services) -> None:
    agent, administrator = make_actor(session, kind=PartyKind.AGENT), make_administrator(session)
    performer = make_performer(session, agent)
    representation = make_representation(session, services.store, agent, performer, is_verified=False)
    verify(session, administrator, representation, is_verified=False)
    assert representation.status is RepresentationStatus.FAILED
    with pytest.raises(IllegalVerification):
        verify(session, administrator, representation)
    with pytest.raises(IllegalVerification):
        attach_proof(session, services.store, agent, representation)


def test_a_newer_authority_takes_the_place_of_the_earlier(session: Session, services: Services) -> None:
    estate = make_estate(session, services.store)
    [earlier] = queries.held_representations(session, estate.performer.id, estate.party.id)
    newer = make_representation(session, services.store, estate.actor, estate.performer)
    assert earlier.status is RepresentationStatus.SUPERSEDED
    assert queries.held_representations(session, estate.performer.id, estate.party.id) == [newer]


def test_authority_to_sign_ends_at_its_exact_instant(session: Session, services: Services) -> None:
    ends_at = START + DAY
    estate = make_estate(session, services.store, signs_until_at=ends_at)
    last_moment = ends_at - timedelta(microseconds=1)
    assert len(queries.representations_of(session, estate.performer.id, last_moment)) == 1
    assert queries.representations_of(session, estate.performer.id, ends_at) == []


def test_the_same_document_again_is_the_same_document(session: Session, services: Services) -> None:
    agent = make_actor(session, kind=PartyKind.AGENT)
    performer = make_performer(session, agent)
    representation = make_representation(session, services.store, agent, performer, is_verified=False)
    attach_proof(session, services.store, agent, representation)
    documents = queries.documents_of(session, [representation.id])
    assert [document.media_type for document in documents] == ["application/pdf"]


def test_a_document_too_large_leaves_nothing(
    session: Session, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.parties.service.representations.LARGEST_DOCUMENT_BYTES", 4)
    agent = make_actor(session, kind=PartyKind.AGENT)
    performer = make_performer(session, agent)
    representation = service.record_representation(
        session=session,
        actor=agent,
        at=START,
        performer_id=performer.id,
        capacity=Capacity.EXECUTOR,
        components=[Component.VOICE],
        media=["game.trailer"],
        territory=Territory.parse("+EU"),
    )
    with pytest.raises(FileTooLarge):
        service.attach_document(
            session=session,
            actor=agent,
            at=START,
            store=services.store,
            representation_id=representation.id,
            kind=DocumentKind.COURT_ORDER,
            stream=io.BytesIO(b"12345"),
            filename="order.pdf",
        )
    assert session.exec(select(RepresentationDocument)).all() == []


def test_an_estate_without_beneficiaries_keeps_everything(session: Session) -> None:
    estate = make_party(session, kind=PartyKind.ESTATE)
    assert queries.beneficiaries_at(session, estate.id, START) == [BeneficiaryShare(estate.id, 10_000)]


def test_shares_change_from_an_instant_on_and_always_add_up(session: Session) -> None:
    actor = make_actor(session, kind=PartyKind.ESTATE)
    ana, ben, cleo = (make_party(session, kind=PartyKind.HEIR, name=name).id for name in ("Ana", "Ben", "Cleo"))
    _share(session, actor, [(ana, 6_000), (ben, 4_000)], from_at=START - 30 * DAY)
    _share(session, actor, [(cleo, 3_334), (ana, 3_333), (ben, 3_333)], from_at=START + 10 * DAY)

    def shares_at(at: datetime) -> dict[str, int]:
        found = queries.beneficiaries_at(session, actor.party_id, at)
        assert sum(share.share_bps for share in found) == 10_000
        return {share.party_id: share.share_bps for share in found}

    assert shares_at(START - 31 * DAY) == {actor.party_id: 10_000}
    assert shares_at(START - 30 * DAY) == {ana: 6_000, ben: 4_000}
    assert shares_at(START + 10 * DAY - timedelta(microseconds=1)) == {ana: 6_000, ben: 4_000}
    assert shares_at(START + 10 * DAY) == {ana: 3_333, ben: 3_333, cleo: 3_334}
    _share(session, actor, [(ben, 10_000)], from_at=START + 5 * DAY)
    assert shares_at(START + 10 * DAY) == {ben: 10_000}
    assert shares_at(START + 5 * DAY - timedelta(microseconds=1)) == {ana: 6_000, ben: 4_000}


def _share(
    session: Session, actor: Actor, shares: list[tuple[str, int]], *, from_at: datetime | None = None
) -> None:
    service.set_beneficiaries(
        session=session, actor=actor, at=START, estate_party_id=actor.party_id, shares=shares, from_at=from_at
    )


def test_shares_in_force_cannot_be_rewritten(session: Session) -> None:
    actor = make_actor(session, kind=PartyKind.ESTATE)
    heir = make_party(session, kind=PartyKind.HEIR).id
    _share(session, actor, [(heir, 10_000)])
    with pytest.raises(InvalidInput) as refusal:
        _share(session, actor, [(actor.party_id, 10_000)], from_at=START - timedelta(seconds=1))
    assert refusal.value.problems[0].pointer == "/from_at"


@pytest.mark.parametrize(
    ("bps", "pointer"),
    [([6_000, 3_999], "/shares"), ([6_000, 4_001], "/shares"), ([10_000, 0], "/shares/1/share_bps")],
)
def test_shares_that_do_not_add_up_are_refused(session: Session, bps: list[int], pointer: str) -> None:
    actor = make_actor(session, kind=PartyKind.ESTATE)
    heirs = [make_party(session, kind=PartyKind.HEIR).id for _ in bps]
    with pytest.raises(InvalidInput) as refusal:
        _share(session, actor, list(zip(heirs, bps, strict=True)))
    assert refusal.value.problems[0].pointer == pointer
    assert session.exec(select(Beneficiary)).all() == []


def test_a_share_names_a_known_party_once(session: Session) -> None:
    actor = make_actor(session, kind=PartyKind.ESTATE)
    heir = make_party(session, kind=PartyKind.HEIR).id
    for shares, pointer in (
        ([(heir, 5_000), (heir, 5_000)], "/shares/1/party_id"),
        ([("pty_unknown", 10_000)], "/shares/0/party_id"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            _share(session, actor, shares)
        assert refusal.value.problems[0].pointer == pointer


def test_nobody_sets_the_shares_of_another_estate(session: Session) -> None:
    estate = make_party(session, kind=PartyKind.ESTATE)
    stranger = make_actor(session, kind=PartyKind.ESTATE, name="Other")
    with pytest.raises(NotFound):
        service.set_beneficiaries(
            session=session,
            actor=stranger,
            at=START,
            estate_party_id=estate.id,
            shares=[(stranger.party_id, 10_000)],
        )


def test_the_database_refuses_a_share_of_nothing(session: Session) -> None:
    estate = make_party(session, kind=PartyKind.ESTATE)
    session.add(
        Beneficiary(estate_party_id=estate.id, beneficiary_party_id=estate.id, share_bps=0, valid_from_at=START)
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_instants_come_back_aware_and_in_utc(database: Database, services: Services) -> None:
    ends_at = datetime(2027, 1, 1, tzinfo=UTC)
    with database.write() as session:
        estate = make_estate(session, services.store, signs_until_at=ends_at)
    with database.read() as session:
        [found] = queries.held_representations(session, estate.performer.id, estate.party.id)
        assert found.signs_until_at is not None
        assert found.signs_until_at == ends_at
        assert found.signs_until_at.tzinfo is not None


def test_every_change_is_in_the_audit_trail(database: Database, services: Services) -> None:
    with database.write() as session:
        estate = make_estate(session, services.store)
        _share(session, estate.actor, [(estate.party.id, 10_000)])
    with database.read() as session:
        actions = session.exec(select(AuditRecord.action).order_by(col(AuditRecord.position))).all()
    assert actions == [
        "party.created",
        "performer.created",
        "representation.recorded",
        "representation.document_attached",
        "representation.verified",
        "party.beneficiaries_set",
    ]
