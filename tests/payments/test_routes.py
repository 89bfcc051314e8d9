"""Payers see and pay their own charges, parties open their own accounts, and Stripe knocks at an open door."""

from dataclasses import replace
from typing import Any

import pytest
import stripe
from flask.testing import FlaskClient
from sqlmodel import Session, select

from app.config import Settings
from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.payments import service
from app.payments.models import Charge, ConnectedAccount, WebhookEvent
from app.payments.routes import LARGEST_WEBHOOK_BYTES
from tests.factories.identity import Caller, caller_for
from tests.factories.parties import make_actor
from tests.factories.payments import make_charge
from tests.support.clock import START

SECRET = "whsec_tests"
EVENT = b'{"id":"evt_1","object":"event","type":"checkout.session.completed","data":{"object":{"id":"cs_1"}}}'


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, stripe_webhook_secrets=("whsec_older", SECRET))


@pytest.fixture
def payer(database: Database, client: FlaskClient) -> tuple[Actor, Caller]:
    with database.write() as session:
        actor = make_actor(session)
        return actor, caller_for(session, client, actor)


@pytest.fixture
def stranger(database: Database, client: FlaskClient) -> Caller:
    with database.write() as session:
        return caller_for(session, client, make_actor(session, name="Somebody Else"))


def add_charge(database: Database, payer: Actor, reference: str = "license/lic_1/fee") -> Charge:
    with database.write() as session:
        return make_charge(session, reference=reference, payer_party_id=payer.party_id)


def test_a_payer_sees_what_is_to_be_paid(database: Database, payer: tuple[Actor, Caller], stranger: Caller) -> None:
    actor, caller = payer
    charges = [add_charge(database, actor, f"license/lic_{number}/fee") for number in range(3)]
    page = caller.get("/v1/charges?limit=2")
    assert [item["id"] for item in page.json["items"]] == [charges[2].id, charges[1].id]
    assert 'rel="next"' in page.headers["Link"]
    shown = caller.get(f"/v1/charges/{charges[0].id}").json
    assert shown == {
        "id": charges[0].id,
        "reference": "license/lic_0/fee",
        "payer_party_id": actor.party_id,
        "amount_minor": 1000_00,
        "currency": "USD",
        "description": "License fee: Adaeze Łuna, voice",
        "status": "requested",
        "checkout_phase": None,
        "checkout_url": None,
        "checkout_expires_at": None,
        "problem": "",
        "requested_at": "2026-06-01T09:00:00Z",
        "paid_at": None,
    }
    assert stranger.get("/v1/charges").json["items"] == []
    assert stranger.get(f"/v1/charges/{charges[0].id}").status_code == 404
    assert stranger.post(f"/v1/charges/{charges[0].id}/checkout", json={}).status_code == 404


def test_a_failed_charge_gets_a_fresh_page(database: Database, payer: tuple[Actor, Caller]) -> None:
    actor, caller = payer
    charge = add_charge(database, actor)
    with database.write() as session:
        session.get_one(Charge, charge.id).status = "failed"
    renewed = caller.post(f"/v1/charges/{charge.id}/checkout", json={})
    assert (renewed.status_code, renewed.json["status"]) == (202, "requested")
    with database.read() as session:
        assert session.get_one(Charge, charge.id).checkout_number == 2


def test_a_party_opens_its_account(payer: tuple[Actor, Caller], stranger: Caller) -> None:
    actor, caller = payer
    path = f"/v1/parties/{actor.party_id}/connected-account"
    assert caller.get(path).status_code == 404
    opened = caller.post(path, json={"return_path": "/account/payouts?from=stripe"})
    assert (opened.status_code, opened.json["status"]) == (202, "creating")
    assert caller.get(path).json == opened.json
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, json={}).status_code == 404


@pytest.mark.parametrize(
    "path", ["https://evil.example", "//evil.example", "/\\evil.example", "payouts", "", "/\n"]
)
def test_nobody_is_sent_elsewhere_after_onboarding(payer: tuple[Actor, Caller], path: str) -> None:
    actor, caller = payer
    answer = caller.post(f"/v1/parties/{actor.party_id}/connected-account", json={"return_path": path})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/return_path"


def knock(client: FlaskClient, body: bytes, **kwargs: Any) -> Any:
    signature = stripe.WebhookSignature.generate_signature_header(body.decode(), kwargs.pop("secret", SECRET))
    return client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": signature})


def test_an_event_is_stored_once_and_always_welcomed(client: FlaskClient, database: Database) -> None:
    for _ in range(3):
        assert knock(client, EVENT).status_code == 200
    with database.read() as session:
        [event] = session.exec(select(WebhookEvent)).all()
    assert (event.event_id, event.object_id, event.applied_at) == ("evt_1", "cs_1", None)


def test_a_forged_event_is_refused(client: FlaskClient, database: Database) -> None:
    answer = knock(client, EVENT, secret="whsec_guessed")
    assert (answer.status_code, answer.json["code"]) == (400, "signature_refused")
    assert client.post("/webhooks/stripe", data=EVENT).status_code == 400
    with database.read() as session:
        assert session.exec(select(WebhookEvent)).all() == []


def test_an_oversized_event_is_refused(client: FlaskClient) -> None:
    assert knock(client, b" " * (LARGEST_WEBHOOK_BYTES + 1)).status_code == 413


def test_secrets_are_not_shown(settings: Settings) -> None:
    assert SECRET not in repr(settings)


def test_an_account_is_opened_once(session: Session) -> None:
    actor = make_actor(session)
    for _ in range(2):
        service.open_connected_account(session=session, actor=actor, at=START, party_id=actor.party_id)
    assert len(session.exec(select(ConnectedAccount)).all()) == 1
