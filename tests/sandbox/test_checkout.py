"""Checkout: one page, one payment, and honest answers about whether it was paid."""

import threading
from typing import Any

import pytest
import stripe

from tests.sandbox.conftest import Receiver, wait_until
from tests.sandbox.steps import holds, new_session
from tests.simulators.sandbox import SandboxProcess


def test_paying_by_card(sandbox: SandboxProcess, client: stripe.StripeClient, receiver: Receiver) -> None:
    session = new_session(
        client,
        metadata={"reference": "pay_1"},
        payment_intent_data={
            "transfer_group": "lic_1",
            "description": "License 1",
            "metadata": {"license": "lic_1"},
        },
    )
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    before = holds(client)[0]
    assert sandbox.pay(session.url or "") == f"https://shop.example/paid?session={session.id}"
    paid = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge.balance_transaction", "line_items"]}
    )
    assert (paid.status, paid.payment_status, paid.amount_total, paid.url) == ("complete", "paid", 250_000, None)
    assert paid.metadata is not None
    assert paid.metadata.to_dict() == {"reference": "pay_1"}
    assert paid.line_items.data[0].description == "License fee"  # type: ignore[union-attr]
    intent = paid.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.status, intent.amount_received, intent.metadata.to_dict()) == (
        "succeeded",
        250_000,
        {"license": "lic_1"},
    )
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (charge.paid, charge.transfer_group, charge.description) == (True, "lic_1", "License 1")
    booked = charge.balance_transaction
    assert isinstance(booked, stripe.BalanceTransaction)
    assert (booked.type, booked.amount, booked.fee, booked.net) == ("charge", 250_000, 7_280, 242_720)
    assert [(part.type, part.amount) for part in booked.fee_details] == [("stripe_fee", 7_280)]
    assert holds(client)[0] == before + 242_720
    event = receiver.wait_for("checkout.session.completed", about=session.id)[0]
    assert event.data.object["payment_status"] == "paid"
    assert event.api_version == "2026-10-28.endive"


def test_paying_twice_charges_once(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    session = new_session(client)
    url = session.url or ""
    payers = [threading.Thread(target=sandbox.pay, args=(url,)) for _ in range(8)]
    for payer in payers:
        payer.start()
    for payer in payers:
        payer.join()
    assert sandbox.pay(url).startswith("https://shop.example/paid")
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    assert len(client.v1.charges.list({"payment_intent": str(intent)}).data) == 1


def test_a_declined_card_leaves_the_session_open(
    sandbox: SandboxProcess, client: stripe.StripeClient, receiver: Receiver
) -> None:
    session = new_session(client)
    assert sandbox.pay(session.url or "", "decline") == ""
    found = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    intent = found.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert (found.status, intent.status) == ("open", "requires_payment_method")
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.code == "card_declined"
    receiver.wait_for("payment_intent.payment_failed", about=intent.id)
    sandbox.pay(session.url or "")
    again = client.v1.checkout.sessions.retrieve(session.id)
    assert (again.payment_status, again.payment_intent) == ("paid", intent.id), "one intent for all tries"


def test_a_bank_debit_is_complete_but_unpaid_until_it_settles(
    sandbox: SandboxProcess, client: stripe.StripeClient, receiver: Receiver
) -> None:
    session = new_session(client)
    sandbox.pay(session.url or "", "later")
    completed = receiver.wait_for("checkout.session.completed", about=session.id)[0]
    assert completed.data.object["payment_status"] == "unpaid"
    sandbox.control("payment_intents/" + completed.data.object["payment_intent"], {"outcome": "succeeded"})
    receiver.wait_for("checkout.session.async_payment_succeeded", about=session.id)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_a_bank_debit_may_come_back(
    sandbox: SandboxProcess, client: stripe.StripeClient, receiver: Receiver
) -> None:
    session = new_session(client)
    before = holds(client)
    sandbox.pay(session.url or "", "later")
    intent = str(client.v1.checkout.sessions.retrieve(session.id).payment_intent)
    sandbox.control(f"payment_intents/{intent}", {"outcome": "failed"})
    receiver.wait_for("checkout.session.async_payment_failed", about=session.id)
    found = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    assert found.payment_status == "unpaid"
    assert found.payment_intent.latest_charge.failure_code == "debit_not_authorized"  # type: ignore[union-attr]
    assert holds(client) == before


def test_a_bank_debit_settles_by_itself(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    session = new_session(client)
    sandbox.pay(session.url or "", "later")
    wait_until(
        lambda: client.v1.checkout.sessions.retrieve(session.id).payment_status, lambda status: status == "paid"
    )


def test_leaving_changes_nothing(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    session = new_session(client)
    assert sandbox.pay(session.url or "", "abandon") == "https://shop.example/canceled"
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_an_expired_session_takes_no_money(
    sandbox: SandboxProcess, client: stripe.StripeClient, receiver: Receiver
) -> None:
    session = new_session(client)
    sandbox.pay(session.url or "", "decline")
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(RuntimeError, match="410"):
        sandbox.pay(session.url or "")
    with pytest.raises(stripe.InvalidRequestError, match="status of expired"):
        client.v1.checkout.sessions.expire(session.id)
    receiver.wait_for("checkout.session.expired", about=session.id)
    intent = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]}).payment_intent
    assert intent.status == "canceled"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),
        ({"line_items": []}, "parameter_missing", "line_items"),
        ({"mode": "subscription"}, None, "mode"),
        ({"success_url": "javascript:alert(1)"}, "url_invalid", "success_url"),
        ({"customer": "cus_nobody"}, "resource_missing", "customer"),
        ({"surprise": "x"}, "parameter_unknown", "surprise"),
        ({"expires_at": 12}, None, "expires_at"),
        ({"metadata": {"k": "v" * 501}}, None, "metadata"),
        ({"expand": ["no_such_member"]}, None, "expand"),
    ],
)
def test_malformed_sessions_are_refused(
    client: stripe.StripeClient, change: dict[str, Any], code: str | None, param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        new_session(client, **change)
    assert (refusal.value.code, refusal.value.param) == (code, param)


def test_a_refused_call_leaves_nothing_behind(client: stripe.StripeClient) -> None:
    before = client.v1.checkout.sessions.list({"limit": 1}).data
    with pytest.raises(stripe.InvalidRequestError):
        new_session(client, expand=["no_such_member"])
    assert [one.id for one in client.v1.checkout.sessions.list({"limit": 1}).data] == [one.id for one in before]


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (100_000_000, "usd", "amount_too_large"),
        (49, "usd", "amount_too_small"),
        (29, "gbp", "amount_too_small"),
        (14_99, "czk", "amount_too_small"),
        (-5, "usd", "parameter_invalid_integer"),
        (1_001, "kwd", None),
        (1_000, "xyz", None),
    ],
)
def test_amounts_have_limits(client: stripe.StripeClient, amount: int, currency: str, code: str | None) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        new_session(client, amount=amount, currency=currency)
    assert refusal.value.code == code


@pytest.mark.parametrize(("amount", "currency"), [(50, "usd"), (30, "gbp"), (15_00, "czk")])
def test_the_least_amount_is_taken(client: stripe.StripeClient, amount: int, currency: str) -> None:
    assert new_session(client, amount=amount, currency=currency).amount_total == amount


def test_the_largest_amount_is_taken(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    session = new_session(client, amount=99_999_999)
    sandbox.pay(session.url or "")
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
