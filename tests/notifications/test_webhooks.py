"""Both sides of a license learn by webhook what happens to it, each thing once, until it is received."""

import json
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from app.infrastructure.clock import machine_now
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.infrastructure.jobs.models import Job
from app.licensing.service import lifecycle
from app.licensing.states import LicenseAction
from app.notifications.models import Message
from app.notifications.webhooks import delivering
from app.notifications.webhooks.delivering import deliver
from app.notifications.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from app.notifications.webhooks.rules.pauses import ATTEMPTS, PAUSES
from app.notifications.webhooks.states import DeliveryStatus, OffReason, Outcome
from tests.factories.dues import SECOND_FEE_AT, make_license_in_parts, run_charge_due
from tests.factories.licensing import (
    DURING,
    ENDS_AT,
    STARTS_AT,
    Licensed,
    make_license,
    make_unpaid_license,
    pay_fee,
)
from tests.factories.royalties import make_earning_license, report_usage, sales, steam_file
from tests.factories.webhooks import let_pass, locally, make_endpoint, send_due
from tests.notifications.hook_receiver import Receiver, answer, receiving
from tests.notifications.hook_steps import announce, change, hook_up, is_on, outcomes, the_delivery
from tests.royalties.steps import issue, the_statement
from tests.support.clock import START, FrozenClock


def test_both_sides_are_told_what_happens_signed_with_their_own_secret(
    database: Database, services: Services, clock: FrozenClock, receiver: Receiver
) -> None:
    with database.write() as session, receiving() as other:
        unpaid = make_unpaid_license(session, services.store)
        licensee = make_endpoint(session, unpaid.licensee, receiver.url)
        licensor = make_endpoint(session, unpaid.licensor, other.url)
        pay_fee(session, unpaid.id)
        session.commit()
        clock.move_to(DURING)
        change(database, unpaid, clock, LicenseAction.SUSPEND, LicenseAction.REINSTATE, LicenseAction.TERMINATE)
        send_due(services)
    expected = ["license.activated", "license.suspended", "license.reinstated", "license.terminated"]
    assert receiver.types == other.types == expected
    assert [got.id for got in receiver.got] == [got.id for got in other.got]
    for got in receiver.got:
        assert got.is_signed_by(licensee.secret)
        assert not got.is_signed_by(licensor.secret)
    assert all(got.is_signed_by(licensor.secret) for got in other.got)


def test_a_message_holds_ids_and_instants_and_nothing_that_was_agreed(
    database: Database, services: Services, clock: FrozenClock, licensed: Licensed, receiver: Receiver
) -> None:
    hook_up(database, licensed, receiver)
    clock.move_to(DURING)
    change(database, licensed, clock, LicenseAction.SUSPEND)
    clock.move_to(ENDS_AT)
    announce(services)
    send_due(services)
    assert Counter(receiver.types) == {"license.suspended": 1, "license.ends_soon": 4, "license.ended": 1}
    [suspended] = [got for got in receiver.got if got.payload["type"] == "license.suspended"]
    assert suspended.payload == {
        "type": "license.suspended",
        "version": 1,
        "timestamp": "2026-09-01T12:00:00Z",
        "data": {"license_id": licensed.id},
        "standing_now": {"code": "SUSPENDED", "as_of": "2027-01-01T05:00:00Z"},
    }
    assert suspended.headers["Content-Type"] == "application/json"
    everything = b"".join(got.body for got in receiver.got).decode()
    for word in ("credit line", "Adaeze", "Northlight", "Harbor", "12500", "USD", "voice", "http", "asset", "/v1/"):
        assert word not in everything


def test_the_end_is_told_as_an_end_and_carries_nothing_to_use(
    database: Database, services: Services, clock: FrozenClock, licensed: Licensed, receiver: Receiver
) -> None:
    hook_up(database, licensed, receiver, "license.ended", "license.ends_soon")
    clock.move_to(ENDS_AT + timedelta(days=400))  # nobody was there for more than a year
    announce(services)
    announce(services)
    send_due(services)
    told = {got.payload["data"].get("days_before", 0): got.payload for got in receiver.got}
    assert sorted(told) == [0, 1, 7, 30, 90]
    assert told[90]["timestamp"] == "2026-10-03T05:00:00Z"
    assert told[0]["timestamp"] == told[0]["data"]["ended_at"] == "2027-01-01T05:00:00Z"
    for payload in told.values():
        assert payload["standing_now"] == {"code": "EXPIRED", "as_of": "2028-02-05T05:00:00Z"}


def test_what_comes_late_says_how_the_license_stands_by_then(
    database: Database, services: Services, clock: FrozenClock, receiver: Receiver
) -> None:
    with database.write() as session:
        licensed = make_unpaid_license(session, services.store)
        make_endpoint(session, licensed.licensee, receiver.url, ["license.activated"])
        pay_fee(session, licensed.id)
    receiver.behaviors += [answer(500), answer(500)]
    for at, code in ((START, "NOT_STARTED"), (STARTS_AT, "ALLOWED"), (ENDS_AT, "EXPIRED")):
        clock.move_to(at)
        send_due(services)
        assert receiver.got[-1].payload["standing_now"]["code"] == code
        let_pass(services, timedelta(days=1))
    assert len({got.id for got in receiver.got}) == 1
    assert len({json.dumps(got.payload["data"]) for got in receiver.got}) == 1
    assert receiver.got[-1].payload["data"]["ends_at"] == "2027-01-01T05:00:00Z"


def test_money_that_falls_due_is_told_without_amounts(
    database: Database, services: Services, clock: FrozenClock, receiver: Receiver
) -> None:
    with database.write() as session, receiving() as other:
        licensed = make_license_in_parts(session, services.store)
        make_endpoint(session, licensed.licensee, receiver.url, ["due.charged", "due.overdue"])
        make_endpoint(session, licensed.licensor, other.url, ["due.charged", "due.overdue"])
        session.commit()
        clock.move_to(SECOND_FEE_AT + timedelta(days=60))
        for _ in range(3):
            run_charge_due(services)
            clock.advance(timedelta(days=40))
        send_due(services)
    assert Counter(receiver.types) == Counter(other.types)
    assert set(receiver.types) == {"due.charged", "due.overdue"}
    assert max(Counter(got.id for got in receiver.got).values()) == 1
    everything = b"".join(got.body for got in receiver.got).decode()
    assert "amount" not in everything
    assert "500000" not in everything


def test_a_statement_is_told_to_all_who_share_it(
    database: Database, services: Services, receiver: Receiver
) -> None:
    with database.write() as session:
        license = make_earning_license(session, services.store)
        make_endpoint(session, license.estate.actor, receiver.url)
        report_usage(session, license, steam_file(sales(100_00)))
        statement = the_statement(session, issue(session, license))
    send_due(services)
    [told] = [got.payload for got in receiver.got if got.payload["type"] == "statement.issued"]
    assert told["data"] == {"statement_id": statement.id, "period": "2026-Q3"}
    assert "standing_now" not in told


def test_only_what_was_asked_for_is_sent_and_only_to_the_two_sides(
    database: Database, services: Services, clock: FrozenClock, licensed: Licensed, receiver: Receiver
) -> None:
    hook_up(database, licensed, receiver, "license.terminated")
    with database.write() as session, receiving() as other:
        stranger = make_license(session, services.store).licensee
        make_endpoint(session, stranger, other.url)
        session.commit()
        change(database, licensed, clock, LicenseAction.SUSPEND, LicenseAction.TERMINATE)
        send_due(services)
    assert receiver.types == ["license.terminated"]
    assert other.got == []


def test_nothing_is_told_of_what_was_rolled_back(
    database: Database, services: Services, licensed: Licensed, receiver: Receiver
) -> None:
    hook_up(database, licensed, receiver)
    with database.write_session() as session:
        lifecycle.change_standing(
            session=session,
            actor=licensed.licensor,
            at=DURING,
            license_id=licensed.id,
            action=LicenseAction.SUSPEND,
            reason="By mistake.",
        )
        session.rollback()
    send_due(services)
    assert receiver.got == []


def test_it_is_tried_again_with_growing_pauses_under_the_same_id(
    database: Database, services: Services, clock: FrozenClock, licensed: Licensed, receiver: Receiver
) -> None:
    endpoint = hook_up(database, licensed, receiver).endpoint
    receiver.behaviors += [answer(500), answer(302, Location="/x"), answer(404)]
    change(database, licensed, clock, LicenseAction.SUSPEND)
    planned = []
    for _ in range(4):
        send_due(services)
        send_due(services)  # nothing is due yet
        waiting = the_delivery(database, endpoint.id)
        if waiting.next_attempt_at is not None:
            planned.append(waiting.next_attempt_at - machine_now())
        let_pass(services, timedelta(hours=1))
    delivery = the_delivery(database, endpoint.id)
    assert outcomes(database, delivery.id) == [
        (1, Outcome.REFUSED, 500),
        (2, Outcome.REDIRECTED, 302),
        (3, Outcome.REFUSED, 404),
        (4, Outcome.DELIVERED, 204),
    ]
    assert delivery.status is DeliveryStatus.DELIVERED
    assert len({got.id for got in receiver.got}) == 1
    assert len({got.headers["webhook-timestamp"] for got in receiver.got}) >= 1
    for pause, base in zip(planned, PAUSES, strict=False):
        assert base - timedelta(seconds=5) < pause <= base * 1.2


def test_an_endpoint_that_nothing_reaches_is_switched_off_and_its_party_hears_of_it(
    database: Database, services: Services, clock: FrozenClock, licensed: Licensed, receiver: Receiver
) -> None:
    endpoint = hook_up(database, licensed, receiver).endpoint
    receiver.behaviors += [answer(500)] * (ATTEMPTS + 3)
    change(database, licensed, clock, LicenseAction.SUSPEND)
    for _ in range(ATTEMPTS - 1):
        send_due(services)
        let_pass(services, timedelta(days=2))
    assert is_on(database, endpoint.id)
    change(database, licensed, clock, LicenseAction.REINSTATE)
    send_due(services)
    assert not is_on(database, endpoint.id)
    with database.read() as session:
        [mail] = session.exec(select(Message).where(Message.about == endpoint.id)).all()
        statuses = session.exec(select(WebhookDelivery).order_by(col(WebhookDelivery.id))).all()
    assert mail.party_id == licensed.licensee.party_id
    assert "127.0.0.1" in mail.subject
    assert [row.status for row in statuses] == [DeliveryStatus.FAILED, DeliveryStatus.WITHHELD]
    sent = len(receiver.got)
    let_pass(services, timedelta(days=30))
    send_due(services)
    assert len(receiver.got) == sent


def test_one_message_that_is_not_wanted_does_not_switch_off_an_endpoint_that_takes_others(
    database: Database, services: Services, clock: FrozenClock, licensed: Licensed, receiver: Receiver
) -> None:
    endpoint = hook_up(database, licensed, receiver).endpoint
    receiver.behaviors += [answer(400), answer(204), *[answer(400)] * ATTEMPTS]
    change(database, licensed, clock, LicenseAction.SUSPEND, LicenseAction.REINSTATE)
    for _ in range(ATTEMPTS):
        send_due(services)
        let_pass(services, timedelta(days=2))
    assert is_on(database, endpoint.id)
    with database.read() as session:
        statuses = {row.status for row in session.exec(select(WebhookDelivery))}
    assert statuses == {DeliveryStatus.FAILED, DeliveryStatus.DELIVERED}


def test_gone_is_gone_at_once(
    database: Database, services: Services, clock: FrozenClock, licensed: Licensed, receiver: Receiver
) -> None:
    endpoint = hook_up(database, licensed, receiver).endpoint
    receiver.behaviors.append(answer(410))
    change(database, licensed, clock, LicenseAction.SUSPEND, LicenseAction.REINSTATE)
    send_due(services)
    assert len(receiver.got) == 1
    with database.read() as session:
        assert session.get_one(WebhookEndpoint, endpoint.id).off_reason is OffReason.GONE


def test_a_slow_endpoint_is_asked_once_and_the_rest_waits(
    database: Database, services: Services, clock: FrozenClock, licensed: Licensed
) -> None:
    with receiving() as gone:
        endpoint = hook_up(database, licensed, gone).endpoint
    change(database, licensed, clock, LicenseAction.SUSPEND, LicenseAction.REINSTATE, LicenseAction.SUSPEND)
    send_due(services)
    with database.read() as session:
        attempts = session.exec(select(WebhookAttempt)).all()
        resting = session.get_one(WebhookEndpoint, endpoint.id).rests_until
    assert [attempt.outcome for attempt in attempts] == [Outcome.UNREACHABLE]
    assert resting is not None
    assert resting > machine_now()


def test_a_worker_that_dies_between_sending_and_noting_sends_the_same_id_again(
    database: Database,
    services: Services,
    clock: FrozenClock,
    licensed: Licensed,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    endpoint = hook_up(database, licensed, receiver).endpoint
    change(database, licensed, clock, LicenseAction.SUSPEND)
    with monkeypatch.context() as patch:
        patch.setattr(delivering, "_note", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            send_due(services)
    with database.write() as session:
        session.execute(sa.update(Job).where(col(Job.done_at).is_(None)).values(run_at=machine_now()))
    send_due(services)
    assert len(receiver.got) == 2
    assert receiver.got[0].id == receiver.got[1].id
    assert receiver.got[0].payload == receiver.got[1].payload
    delivery = the_delivery(database, endpoint.id)
    assert delivery.status is DeliveryStatus.DELIVERED
    assert outcomes(database, delivery.id) == [(1, Outcome.DELIVERED, 204)]


def test_an_attempt_that_another_worker_has_noted_is_not_made_again(
    database: Database, services: Services, clock: FrozenClock, licensed: Licensed, receiver: Receiver
) -> None:
    endpoint = hook_up(database, licensed, receiver).endpoint
    change(database, licensed, clock, LicenseAction.SUSPEND)
    send_due(services)
    delivery = the_delivery(database, endpoint.id)
    for number in (1, 2):
        deliver(services=locally(services), delivery_id=delivery.id, number=number)
    assert len(receiver.got) == 1


def test_a_failed_attempt_is_not_made_twice_by_two_workers(
    database: Database, services: Services, clock: FrozenClock, licensed: Licensed, receiver: Receiver
) -> None:
    endpoint = hook_up(database, licensed, receiver).endpoint
    receiver.behaviors.append(answer(500))
    change(database, licensed, clock, LicenseAction.SUSPEND)
    send_due(services)
    delivery = the_delivery(database, endpoint.id)
    assert delivery.status is DeliveryStatus.PENDING
    for number in (1, 3):
        deliver(services=locally(services), delivery_id=delivery.id, number=number)
    assert len(receiver.got) == 1
