"""Transfers and reversals: never more than there is, and nothing made or lost on the way."""

import threading
from typing import Any

import pytest
import stripe

from tests.sandbox.steps import holds, new_account, paid_charge, ready_account
from tests.simulators.sandbox import SandboxProcess


@pytest.fixture
def estate(sandbox: SandboxProcess, client: stripe.StripeClient) -> str:
    return ready_account(sandbox, client)


@pytest.fixture
def charge(sandbox: SandboxProcess, client: stripe.StripeClient) -> stripe.Charge:
    return paid_charge(sandbox, client, payment_intent_data={"transfer_group": "lic_7"})


def test_a_transfer_moves_money(client: stripe.StripeClient, estate: str, charge: stripe.Charge) -> None:
    before = holds(client)[0]
    transfer = client.v1.transfers.create(
        {
            "amount": 60_001,
            "currency": "usd",
            "destination": estate,
            "source_transaction": charge.id,
            "metadata": {"statement": "stm_1"},
            "expand": ["balance_transaction", "source_transaction"],
        }
    )
    assert transfer.transfer_group == "lic_7", "taken over from the charge"
    assert transfer.balance_transaction.net == -60_001  # type: ignore[union-attr]
    assert transfer.source_transaction.id == charge.id  # type: ignore[union-attr]
    assert holds(client)[0] == before - 60_001
    assert holds(client, account=estate) == (60_001, 0)
    payment = client.v1.charges.retrieve(str(transfer.destination_payment), {}, {"stripe_account": estate})
    assert (payment.amount, payment.source_transfer) == (60_001, transfer.id)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.charges.retrieve(payment.id)
    listed = client.v1.transfers.list({"transfer_group": "lic_7", "destination": estate}).data
    assert [one.id for one in listed] == [transfer.id]
    assert client.v1.transfers.retrieve(transfer.id).metadata.to_dict() == {"statement": "stm_1"}


def test_a_charge_cannot_give_more_than_it_holds(
    client: stripe.StripeClient, estate: str, charge: stripe.Charge
) -> None:
    def send(amount: int) -> stripe.Transfer:
        return client.v1.transfers.create(
            {"amount": amount, "currency": "usd", "destination": estate, "source_transaction": charge.id}
        )

    first = send(200_000)
    with pytest.raises(stripe.InvalidRequestError, match=r"500\.00 USD") as refusal:
        send(50_001)
    assert refusal.value.param == "amount"
    send(50_000)
    client.v1.transfers.reversals.create(first.id, {"amount": 1_000})
    client.v1.refunds.create({"charge": charge.id, "amount": 400})
    with pytest.raises(stripe.InvalidRequestError, match=r"6\.00 USD"):
        send(601)
    send(600)


def test_racing_transfers_never_exceed_the_charge(
    client: stripe.StripeClient, estate: str, charge: stripe.Charge
) -> None:
    done: list[int] = []

    def send() -> None:
        try:
            client.v1.transfers.create(
                {"amount": 60_000, "currency": "usd", "destination": estate, "source_transaction": charge.id}
            )
            done.append(1)
        except stripe.InvalidRequestError:
            return

    senders = [threading.Thread(target=send) for _ in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(done) == 4
    assert holds(client, account=estate) == (240_000, 0)


def test_without_a_charge_the_money_must_be_available(client: stripe.StripeClient, estate: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.transfers.create({"amount": 100, "currency": "chf", "destination": estate})
    assert refusal.value.code == "balance_insufficient"
    client.v1.topups.create({"amount": 100, "currency": "chf"})
    client.v1.transfers.create({"amount": 100, "currency": "chf", "destination": estate})
    assert holds(client, "chf") == (0, 0)
    assert holds(client, "chf", estate) == (100, 0)


def test_currency_and_group_must_agree_with_the_charge(
    client: stripe.StripeClient, estate: str, charge: stripe.Charge
) -> None:
    right = {"amount": 100, "currency": "usd", "destination": estate, "source_transaction": charge.id}
    for wrong, param in (({"currency": "eur"}, "currency"), ({"transfer_group": "other"}, "transfer_group")):
        params: Any = {**right, **wrong}
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.transfers.create(params)
        assert refusal.value.param == param


def test_an_account_that_is_not_active_gets_nothing(
    sandbox: SandboxProcess, client: stripe.StripeClient, charge: stripe.Charge
) -> None:
    account = new_account(client).id

    def send() -> stripe.Transfer:
        return client.v1.transfers.create(
            {"amount": 100, "currency": "usd", "destination": account, "source_transaction": charge.id}
        )

    for status in ("restricted", "pending", "rejected"):
        sandbox.control(f"accounts/{account}", {"status": status})
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            send()
        assert refusal.value.code == "insufficient_capabilities_for_transfer"
    sandbox.control(f"accounts/{account}", {"status": "active"})
    assert send().amount == 100


def test_an_unknown_destination_or_charge_is_refused(client: stripe.StripeClient, estate: str) -> None:
    for param, wrong in (("destination", "acct_x"), ("source_transaction", "ch_x")):
        params: Any = {"amount": 100, "currency": "usd", "destination": estate, param: wrong}
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.transfers.create(params)
        assert (refusal.value.code, refusal.value.param) == ("resource_missing", param)


def test_reversals_bring_money_back_once(client: stripe.StripeClient, estate: str, charge: stripe.Charge) -> None:
    transfer = client.v1.transfers.create(
        {"amount": 1_000, "currency": "usd", "destination": estate, "source_transaction": charge.id}
    )
    before = holds(client)[0]
    part = client.v1.transfers.reversals.create(transfer.id, {"amount": 300, "metadata": {"why": "refund"}})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unreversed"):
        client.v1.transfers.reversals.create(transfer.id, {"amount": 701})
    rest = client.v1.transfers.reversals.create(transfer.id)
    assert rest.amount == 700
    with pytest.raises(stripe.InvalidRequestError, match="already fully reversed"):
        client.v1.transfers.reversals.create(transfer.id)
    found = client.v1.transfers.retrieve(transfer.id)
    assert (found.reversed, found.amount_reversed) == (True, 1_000)
    assert [one.id for one in found.reversals.data] == [rest.id, part.id]
    assert holds(client)[0] == before + 1_000
    assert holds(client, account=estate) == (0, 0)
    again = client.v1.transfers.reversals.retrieve(transfer.id, part.id)
    assert again.metadata is not None
    assert again.metadata.to_dict() == {"why": "refund"}
    assert len(client.v1.transfers.reversals.list(transfer.id).data) == 2


def test_a_reversal_fails_when_the_money_has_left(
    client: stripe.StripeClient, estate: str, charge: stripe.Charge
) -> None:
    transfer = client.v1.transfers.create(
        {"amount": 1_000, "currency": "usd", "destination": estate, "source_transaction": charge.id}
    )
    client.v1.payouts.create({"amount": 900, "currency": "usd"}, {"stripe_account": estate})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.transfers.reversals.create(transfer.id)
    assert refusal.value.code == "balance_insufficient"
    assert client.v1.transfers.reversals.create(transfer.id, {"amount": 100}).amount == 100


def test_the_books_add_up(sandbox: SandboxProcess, client: stripe.StripeClient, estate: str) -> None:
    charge = paid_charge(sandbox, client, amount=123_457, currency="nok")
    for amount in (60_000, 40_001):
        client.v1.transfers.create(
            {"amount": amount, "currency": "nok", "destination": estate, "source_transaction": charge.id}
        )
    client.v1.refunds.create({"charge": charge.id, "amount": 777})
    client.v1.payouts.create({"amount": 5_000, "currency": "nok"}, {"stripe_account": estate})
    books = sandbox.control("books")["currencies"]["nok"]
    fee = 3_610
    held = sum(sum(part.values()) for part in books["held"].values())
    assert held == 123_457 - fee - 777 - 5_000
    assert held == sum(flow["amount"] - flow["fee"] for flow in books["flows"].values())
    assert books["flows"]["charge"] == {"amount": 123_457, "fee": fee}
    booked = client.v1.balance_transactions.list({"currency": "nok", "limit": 100})
    assert sum(one.net for one in booked.data) == sum(books["held"]["platform"].values())
    assert [one.type for one in booked.data] == ["refund", "transfer", "transfer", "charge"]
    assert len(client.v1.balance_transactions.list({"source": charge.id}).data) == 1
