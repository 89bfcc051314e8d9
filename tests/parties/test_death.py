"""The death of a performer ends what rested on the performer's own signature, by rule and from that day."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, select

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.parties.death.errors import DeathRecordedBefore
from app.parties.death.service import record_death
from app.parties.models import AuthorityEvent, Performer, Representation
from app.parties.queries import authority_of
from app.parties.states import AuthorityEventKind, Capacity, PartyKind, RepresentationStatus
from app.values.errors import Forbidden, InvalidInput, NotFound
from tests.factories.identity import caller_for
from tests.factories.parties import make_actor, make_administrator, make_performer, make_representation
from tests.support.clock import START

DIED_ON = date(2026, 5, 1)
PROOF = "Death certificate seen."


def living(session: Session, services: Services) -> tuple[Performer, Actor, Representation]:
    actor = make_actor(session, kind=PartyKind.PERFORMER, name="Ines Duarte")
    performer = make_performer(session, actor, name="Ines Duarte")
    performer.is_living, performer.died_on = True, None
    session.flush()
    own = make_representation(session, services.store, actor, performer, capacity=Capacity.PERFORMER)
    return performer, actor, own


def die(session: Session, actor: Actor, performer: Performer, died_on: date = DIED_ON) -> Performer:
    return record_death(
        session=session, actor=actor, at=START, performer_id=performer.id, died_on=died_on, reason=PROOF
    )


def may_license(session: Session, performer: Performer, actor: Actor) -> bool:
    return bool(authority_of(session, performer.id, actor.party_id, START).authorities)


def test_what_rests_on_the_own_signature_ends(session: Session, services: Services) -> None:
    performer, actor, own = living(session, services)
    attorney = make_actor(session, kind=PartyKind.AGENT, name="Attorney at Law")
    power = make_representation(
        session, services.store, attorney, performer, capacity=Capacity.ATTORNEY, principal_id=own.id
    )
    assert may_license(session, performer, actor)
    assert may_license(session, performer, attorney)
    die(session, make_administrator(session), performer)
    assert (performer.is_living, performer.died_on) == (False, DIED_ON)
    assert not may_license(session, performer, actor)
    assert not may_license(session, performer, attorney)
    rows = session.exec(select(Representation.status).where(Representation.performer_id == performer.id)).all()
    assert set(rows) == {RepresentationStatus.VERIFIED}, "Rows are not rewritten; the day decides."
    events = session.exec(
        select(AuthorityEvent).where(AuthorityEvent.kind == AuthorityEventKind.PERFORMER_DIED)
    ).all()
    assert [event.representation_id for event in events] == [None, own.id, power.id]
    assert {(event.as_of_at, event.reason) for event in events} == {(datetime(2026, 5, 1, tzinfo=UTC), PROOF)}


def test_an_estate_goes_on(session: Session, services: Services) -> None:
    performer, *_ = living(session, services)
    die(session, make_administrator(session), performer)
    executor = make_actor(session, kind=PartyKind.ESTATE, name="Estate of Ines Duarte")
    make_representation(session, services.store, executor, performer)
    assert may_license(session, performer, executor)


def test_nobody_dies_twice_nor_before_birth_nor_tomorrow(session: Session, services: Services) -> None:
    performer, *_ = living(session, services)
    administrator = make_administrator(session)
    for day in (date(1931, 3, 3), date(2026, 6, 2)):
        with pytest.raises(InvalidInput) as refused:
            die(session, administrator, performer, day)
        assert [problem.pointer for problem in refused.value.problems] == ["/died_on"]
    die(session, administrator, performer, START.date())
    with pytest.raises(DeathRecordedBefore, match="2026-06-01"):
        die(session, administrator, performer)


def test_who_was_dead_without_a_day_can_be_given_one(session: Session, services: Services) -> None:
    performer, *_ = living(session, services)
    performer.is_living = False
    session.flush()
    assert die(session, make_administrator(session), performer).died_on == DIED_ON


def test_only_an_administrator_records_a_death(session: Session, services: Services) -> None:
    performer, actor, _ = living(session, services)
    with pytest.raises(Forbidden):
        die(session, actor, performer)
    with pytest.raises(NotFound):
        record_death(
            session=session,
            actor=make_administrator(session),
            at=START,
            performer_id="prf_none",
            died_on=DIED_ON,
            reason=PROOF,
        )


def test_a_death_by_http(database: Database, services: Services, client: FlaskClient) -> None:
    with database.write() as session:
        performer, actor, _ = living(session, services)
        owner = caller_for(session, client, actor)
        administrator = caller_for(session, client, make_administrator(session))
    path = f"/v1/performers/{performer.id}/death"
    body: dict[str, Any] = {"died_on": "2026-05-01", "reason": PROOF}
    assert owner.post(path, json=body).status_code == 403
    for wrong, pointer in (({"died_on": "2026-02-30"}, "/died_on"), ({"reason": ""}, "/reason")):
        refused = administrator.post(path, json=body | wrong)
        assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, pointer)
    answer = administrator.post(path, json=body)
    assert (answer.status_code, answer.get_json()["is_living"], answer.get_json()["died_on"]) == (
        200, False, "2026-05-01",
    )  # fmt: skip
    again = administrator.post(path, json=body)
    assert (again.status_code, again.get_json()["code"]) == (409, "death_already_recorded")
