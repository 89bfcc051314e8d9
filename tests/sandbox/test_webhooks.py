"""Webhooks: signed, repeated until accepted, and as unreliable as one asks for."""

import json
import time

import pytest
import stripe

from tests.sandbox.conftest import SECRET, Receiver, client_of, wait_until
from tests.sandbox.steps import new_session, paid_charge
from tests.simulators.sandbox import SandboxProcess


def test_the_signature_covers_the_exact_bytes(
    sandbox: SandboxProcess, client: stripe.StripeClient, receiver: Receiver
) -> None:
    session = new_session(client)
    sandbox.pay(session.url or "")
    receiver.wait_for("checkout.session.completed", about=session.id)
    delivered = next(one for one in receiver.seen() if one.path == "/webhooks")
    event = client.construct_event(delivered.body, delivered.signature, SECRET, tolerance=30)
    assert json.loads(delivered.body)["id"] == event.id
    changed = delivered.body.replace(b'"livemode": false', b'"livemode": true')
    assert changed != delivered.body
    for body, secret in ((changed, SECRET), (delivered.body, "whsec_other")):
        with pytest.raises(stripe.SignatureVerificationError):
            client.construct_event(body, delivered.signature, secret)


def test_events_are_kept_and_tell_who_caused_them(
    sandbox: SandboxProcess, client: stripe.StripeClient, receiver: Receiver
) -> None:
    charge = paid_charge(sandbox, client)
    refund = client.v1.refunds.create({"charge": charge.id, "amount": 100}, {"idempotency_key": "refund-events"})
    event = receiver.wait_for("refund.created", about=refund.id)[0]
    found = client.v1.events.retrieve(event.id)
    assert found.request is not None
    assert found.request.idempotency_key == "refund-events"
    assert event.id in [one.id for one in client.v1.events.list({"type": "refund.created"}).data]
    assert client.v1.events.list({"types": ["refund.created", "charge.refunded"], "limit": 2}).has_more
    wait_until(lambda: client.v1.events.retrieve(event.id).pending_webhooks, lambda pending: pending == 0)


def test_a_refused_delivery_is_repeated(
    sandbox: SandboxProcess, client: stripe.StripeClient, receiver: Receiver
) -> None:
    sandbox.wait_for_deliveries()
    receiver.refusals, receiver.refusing = 2, b"checkout.session.expired"
    session = new_session(client)
    client.v1.checkout.sessions.expire(session.id)
    event = receiver.wait_for("checkout.session.expired", about=session.id)[0]
    delivery = next(one for one in sandbox.wait_for_deliveries() if one["event"] == event.id)
    assert (delivery["attempts"], delivery["state"], delivery["last_answer"]) == (3, "delivered", "200")


def expired_session(client: stripe.StripeClient) -> str:
    session = new_session(client)
    client.v1.checkout.sessions.expire(session.id)
    return session.id


def test_delayed(sandbox: SandboxProcess, client: stripe.StripeClient, receiver: Receiver) -> None:
    sandbox.control("webhooks/misbehave", {"answer": "delayed", "ms": 600, "types": ["checkout.session.expired"]})
    session, started = expired_session(client), time.monotonic()
    receiver.wait_for("checkout.session.expired", about=session)
    assert time.monotonic() - started >= 0.5


def test_doubled(sandbox: SandboxProcess, client: stripe.StripeClient, receiver: Receiver) -> None:
    sandbox.control("webhooks/misbehave", {"answer": "doubled"})
    first, second = receiver.wait_for("checkout.session.expired", count=2, about=expired_session(client))
    assert first.id == second.id
    receiver.wait_for("checkout.session.expired", about=expired_session(client))
    assert len([one for one in sandbox.wait_for_deliveries() if one["event"] == second.id]) == 2


def test_reordered(sandbox: SandboxProcess, client: stripe.StripeClient, receiver: Receiver) -> None:
    session = new_session(client)
    sandbox.control("webhooks/misbehave", {"answer": "reordered", "next": 4, "ms": 100})
    sandbox.pay(session.url or "")
    receiver.wait_for("payment_intent.created")
    order = [delivered.event.type for delivered in receiver.seen() if delivered.path == "/webhooks"]
    assert order == [
        "checkout.session.completed",
        "payment_intent.succeeded",
        "charge.succeeded",
        "payment_intent.created",
    ]


def test_lost_until_sent_again(sandbox: SandboxProcess, client: stripe.StripeClient, receiver: Receiver) -> None:
    sandbox.control("webhooks/misbehave", {"answer": "lost"})
    lost, kept = expired_session(client), expired_session(client)
    receiver.wait_for("checkout.session.expired", about=kept)
    assert all(one.event.data.object["id"] != lost for one in receiver.seen())
    event = next(
        one
        for one in client.v1.events.list({"type": "checkout.session.expired"}).data
        if one.data.object["id"] == lost
    )
    assert sandbox.control("webhooks/resend", {"event": event.id}) == {"deliveries": 1}
    assert receiver.wait_for("checkout.session.expired", about=lost)[0].id == event.id


def test_undelivered_events_survive_a_crash(receiver: Receiver) -> None:
    with SandboxProcess(f"{receiver.url}/webhooks", SECRET) as sandbox:
        client = client_of(sandbox)
        receiver.refusals = 1_000
        session = expired_session(client)
        sandbox.kill()
        receiver.refusals = 0
        sandbox.start()
        receiver.wait_for("checkout.session.expired", about=session)


def test_the_target_can_be_named_later(receiver: Receiver) -> None:
    with SandboxProcess() as sandbox:
        client = client_of(sandbox)
        before = expired_session(client)
        sandbox.control("webhooks/target", {"url": f"{receiver.url}/webhooks", "secret": SECRET})
        after = expired_session(client)
        receiver.wait_for("checkout.session.expired", about=after)
        sandbox.control("webhooks/resend", {})
        receiver.wait_for("checkout.session.expired", about=before)
