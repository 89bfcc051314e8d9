"""What a party does with its endpoints: change secrets, switch them off and on, send again, delete."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from app.infrastructure.clock import machine_now
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.states import LicenseAction
from app.notifications.webhooks import queries, service
from app.notifications.webhooks.delivering import deliver
from app.notifications.webhooks.models import WebhookSecret
from app.notifications.webhooks.states import DeliveryStatus, Outcome
from app.values.errors import NotFound
from tests.factories.licensing import (
    Licensed,
)
from tests.factories.webhooks import let_pass, send_due
from tests.notifications.hook_receiver import Receiver, answer
from tests.notifications.hook_steps import change, hook_up, outcomes, the_delivery
from tests.support.clock import FrozenClock


def test_while_a_secret_changes_both_sign(
    database: Database, services: Services, clock: FrozenClock, licensed: Licensed, receiver: Receiver
) -> None:
    made = hook_up(database, licensed, receiver)

    def rotate(session: Session) -> str:
        return service.rotate_secret(
            session=session, actor=licensed.licensee, at=clock.now(), endpoint_id=made.endpoint.id
        ).secret

    with database.write() as session:
        fresh = rotate(session)
        kept = session.exec(select(WebhookSecret.sealed)).all()
    assert all(secret not in sealed for secret in (made.secret, fresh) for sealed in kept)
    change(database, licensed, clock, LicenseAction.SUSPEND)
    send_due(services)
    assert receiver.got[0].is_signed_by(made.secret)
    assert receiver.got[0].is_signed_by(fresh)
    assert len(receiver.got[0].headers["webhook-signature"].split()) == 2
    with database.write() as session:
        over = session.exec(select(WebhookSecret).where(col(WebhookSecret.expires_at).is_not(None))).one()
        assert over.expires_at is not None
        assert timedelta(hours=23) < over.expires_at - machine_now() <= timedelta(hours=24)
        over.expires_at = machine_now()
        session.add(over)
    change(database, licensed, clock, LicenseAction.REINSTATE)
    send_due(services)
    assert not receiver.got[1].is_signed_by(made.secret)
    assert receiver.got[1].is_signed_by(fresh)


def test_switched_off_it_is_withheld_and_can_be_sent_when_it_is_on_again(
    database: Database, services: Services, clock: FrozenClock, licensed: Licensed, receiver: Receiver
) -> None:
    endpoint = hook_up(database, licensed, receiver).endpoint
    about = {"actor": licensed.licensee, "at": clock.now(), "endpoint_id": endpoint.id}
    change(database, licensed, clock, LicenseAction.SUSPEND)
    with database.write() as session:
        service.switch_endpoint_off(session=session, **about)
    change(database, licensed, clock, LicenseAction.REINSTATE)
    send_due(services)
    assert receiver.got == []
    with database.write() as session:
        withheld = queries.deliveries_page(
            session, licensed.licensee, endpoint.id, status=DeliveryStatus.WITHHELD
        ).items
        with pytest.raises(service.EndpointOff):
            service.redeliver(session=session, delivery_id=withheld[0].id, **about)
    assert len(withheld) == 2
    with database.write() as session:
        service.switch_endpoint_on(session=session, **about)
    send_due(services)
    assert receiver.got == []
    with database.write() as session:
        service.redeliver(session=session, delivery_id=withheld[0].id, **about)
    send_due(services)
    assert [got.id for got in receiver.got] == [withheld[0].event_id]


def test_it_can_be_sent_again_by_hand_under_its_id(
    database: Database, services: Services, clock: FrozenClock, licensed: Licensed, receiver: Receiver
) -> None:
    endpoint = hook_up(database, licensed, receiver).endpoint
    about = {"actor": licensed.licensee, "at": clock.now(), "endpoint_id": endpoint.id}
    change(database, licensed, clock, LicenseAction.SUSPEND)
    receiver.behaviors.append(answer(500))
    send_due(services)
    delivery = the_delivery(database, endpoint.id)
    for _ in range(2):  # overtakes the planned attempt; then again what was received
        with database.write() as session:
            service.redeliver(session=session, delivery_id=delivery.id, **about)
        send_due(services)
    let_pass(services, timedelta(days=9))
    send_due(services)
    assert [number for number, _, _ in outcomes(database, delivery.id)] == [1, 2, 3]
    assert len({got.id for got in receiver.got}) == 1


def test_a_deleted_endpoint_is_nobodys_and_its_secrets_are_gone(
    database: Database, services: Services, clock: FrozenClock, licensed: Licensed, receiver: Receiver
) -> None:
    endpoint = hook_up(database, licensed, receiver).endpoint
    change(database, licensed, clock, LicenseAction.SUSPEND)
    with database.write() as session:
        service.delete_endpoint(session=session, actor=licensed.licensee, at=clock.now(), endpoint_id=endpoint.id)
        assert session.exec(select(WebhookSecret)).all() == []
    change(database, licensed, clock, LicenseAction.REINSTATE)
    send_due(services)
    assert receiver.got == []
    with database.read() as session, pytest.raises(NotFound):
        queries.endpoint(session, licensed.licensee, endpoint.id)


def test_outside_of_a_demonstration_an_address_inside_is_not_called(
    database: Database, services: Services, clock: FrozenClock, licensed: Licensed, receiver: Receiver
) -> None:
    """Also where the endpoint was made when that was allowed."""
    endpoint = hook_up(database, licensed, receiver).endpoint
    change(database, licensed, clock, LicenseAction.SUSPEND)
    delivery = the_delivery(database, endpoint.id)
    deliver(services=services, delivery_id=delivery.id, number=1)
    assert outcomes(database, delivery.id) == [(1, Outcome.FORBIDDEN_ADDRESS, None)]
    assert receiver.got == []
