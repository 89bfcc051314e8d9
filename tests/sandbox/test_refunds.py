"""Refunds: never more than was paid, and they wait when the platform has no money."""

import pytest
import stripe

from tests.sandbox.conftest import Receiver, wait_until
from tests.sandbox.steps import holds, paid_charge, ready_account
from tests.simulators.sandbox import SandboxProcess


def test_refunds_never_exceed_the_charge(
    sandbox: SandboxProcess, client: stripe.StripeClient, receiver: Receiver
) -> None:
    charge = paid_charge(sandbox, client, amount=10_000)
    before = holds(client)[0]
    first = client.v1.refunds.create(
        {"charge": charge.id, "amount": 4_000, "reason": "requested_by_customer", "metadata": {"case": "1"}}
    )
    assert (first.status, first.payment_intent) == ("succeeded", charge.payment_intent)
    with pytest.raises(
        stripe.InvalidRequestError, match=r"greater than unrefunded amount on charge \(60\.00 USD\)"
    ):
        client.v1.refunds.create({"charge": charge.id, "amount": 6_001})
    rest = client.v1.refunds.create({"payment_intent": str(charge.payment_intent)})
    assert rest.amount == 6_000
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.refunds.create({"charge": charge.id})
    assert refusal.value.code == "charge_already_refunded"
    assert holds(client)[0] == before - 10_000, "the fee is not given back"
    found = client.v1.charges.retrieve(charge.id, {"expand": ["refunds"]})
    assert (found.refunded, found.amount_refunded) == (True, 10_000)
    assert {refund.id for refund in found.refunds.data} == {first.id, rest.id}  # type: ignore[union-attr]
    assert len(client.v1.refunds.list({"charge": charge.id}).data) == 2
    receiver.wait_for("charge.refunded", count=2, about=charge.id)


def test_a_refund_waits_for_money(sandbox: SandboxProcess, client: stripe.StripeClient, receiver: Receiver) -> None:
    estate = ready_account(sandbox, client)
    charge = paid_charge(sandbox, client, amount=10_000, currency="sek")
    transfer = client.v1.transfers.create(
        {"amount": 10_000, "currency": "sek", "destination": estate, "source_transaction": charge.id}
    )
    refund = client.v1.refunds.create({"charge": charge.id, "amount": 5_000})
    assert (refund.status, refund.pending_reason) == ("pending", "insufficient_funds")
    client.v1.transfers.reversals.create(transfer.id, {"amount": 6_000})
    done = wait_until(lambda: client.v1.refunds.retrieve(refund.id), lambda found: found.status == "succeeded")
    assert done.balance_transaction is not None
    receiver.wait_for("refund.updated", about=refund.id)
    assert sum(holds(client, "sek")) == 10_000 - 320 - 10_000 - 5_000 + 6_000


def test_what_was_not_paid_cannot_be_refunded(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    for params in ({}, {"charge": "ch_x", "payment_intent": "pi_x"}, {"charge": "ch_nobody"}):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.refunds.create(params)  # type: ignore[arg-type]
    charge = paid_charge(sandbox, client)
    with pytest.raises(stripe.InvalidRequestError, match="Reverse its transfers"):
        client.v1.refunds.create({"charge": charge.id, "reverse_transfer": True})
