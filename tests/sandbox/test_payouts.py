"""Payouts of connected accounts, and disputes that take money from the platform."""

import pytest
import stripe

from tests.sandbox.conftest import Receiver
from tests.sandbox.steps import holds, paid_charge, ready_account
from tests.simulators.sandbox import SandboxProcess


@pytest.fixture
def estate(sandbox: SandboxProcess, client: stripe.StripeClient) -> str:
    """An account that holds 10,000."""
    account = ready_account(sandbox, client)
    charge = paid_charge(sandbox, client)
    client.v1.transfers.create(
        {"amount": 10_000, "currency": "usd", "destination": account, "source_transaction": charge.id}
    )
    return account


def test_a_payout_takes_available_money_only(client: stripe.StripeClient, estate: str, receiver: Receiver) -> None:
    mine: stripe.RequestOptions = {"stripe_account": estate}
    payout = client.v1.payouts.create({"amount": 9_000, "currency": "usd", "metadata": {"n": "1"}}, mine)
    assert holds(client, account=estate) == (1_000, 0)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payouts.create({"amount": 1_001, "currency": "usd"}, mine)
    assert refusal.value.code == "balance_insufficient"
    event = receiver.wait_for("payout.paid", about=payout.id)[0]
    assert event.account == estate
    assert client.v1.payouts.retrieve(payout.id, {}, mine).status == "paid"
    assert client.v1.payouts.list({}, mine).data[0].id == payout.id
    with pytest.raises(stripe.InvalidRequestError, match="No such payout"):
        client.v1.payouts.retrieve(payout.id)
    with pytest.raises(stripe.InvalidRequestError, match="only be canceled while pending"):
        client.v1.payouts.cancel(payout.id, {}, mine)


def test_a_payout_that_comes_back_opens_the_balance_again(
    sandbox: SandboxProcess, client: stripe.StripeClient, estate: str, receiver: Receiver
) -> None:
    mine: stripe.RequestOptions = {"stripe_account": estate}
    payout = client.v1.payouts.create({"amount": 10_000, "currency": "usd"}, mine)
    for _ in range(2):
        sandbox.control(f"payouts/{payout.id}", {"outcome": "failed", "failure_code": "account_closed"})
    found = client.v1.payouts.retrieve(payout.id, {"expand": ["failure_balance_transaction"]}, mine)
    assert (found.status, found.failure_code) == ("failed", "account_closed")
    assert found.failure_balance_transaction.net == 10_000  # type: ignore[union-attr]
    assert holds(client, account=estate) == (10_000, 0), "given back once"
    receiver.wait_for("payout.failed", about=payout.id)
    again = client.v1.payouts.create({"amount": 10_000, "currency": "usd"}, mine)
    assert client.v1.payouts.cancel(again.id, {}, mine).status == "canceled"
    assert holds(client, account=estate) == (10_000, 0)


def test_what_is_not_for_connected_accounts_says_so(client: stripe.StripeClient, estate: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="for connected accounts"):
        client.v1.refunds.list({}, {"stripe_account": estate})
    with pytest.raises(stripe.InvalidRequestError, match="No such account"):
        client.v1.balance.retrieve({}, {"stripe_account": "acct_nobody"})


def test_a_dispute_takes_the_money_and_a_fee(
    sandbox: SandboxProcess, client: stripe.StripeClient, receiver: Receiver
) -> None:
    charge = paid_charge(sandbox, client, amount=20_000)
    before = holds(client)[0]
    dispute = sandbox.control("disputes", {"charge": charge.id, "reason": "product_not_received"})["id"]
    receiver.wait_for("charge.dispute.created", about=dispute)
    receiver.wait_for("charge.dispute.funds_withdrawn", about=dispute)
    assert holds(client)[0] == before - 20_000 - 1_500
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.refunds.create({"charge": charge.id})
    assert refusal.value.code == "charge_disputed"
    with pytest.raises(RuntimeError, match="not disputed yet"):
        sandbox.control("disputes", {"charge": charge.id})
    sent = client.v1.disputes.update(dispute, {"evidence": {"product_description": "A licensed voice"}})
    assert (sent.status, sent.evidence.product_description) == ("under_review", "A licensed voice")
    sandbox.control(f"disputes/{dispute}", {"outcome": "won"})
    receiver.wait_for("charge.dispute.funds_reinstated", about=dispute)
    receiver.wait_for("charge.dispute.closed", about=dispute)
    assert holds(client)[0] == before
    found = client.v1.disputes.retrieve(dispute, {"expand": ["charge"]})
    assert (found.status, found.charge.disputed) == ("won", True)  # type: ignore[union-attr]
    assert [one.net for one in found.balance_transactions] == [-21_500, 21_500]
    assert client.v1.refunds.create({"charge": charge.id}).status == "succeeded"


def test_a_lost_dispute_is_final(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    charge = paid_charge(sandbox, client, amount=20_000)
    before = holds(client)[0]
    dispute = sandbox.control("disputes", {"charge": charge.id, "amount": 5_000})["id"]
    assert client.v1.disputes.close(dispute).status == "lost"
    assert holds(client)[0] == before - 6_500
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        client.v1.disputes.close(dispute)
    assert [one.id for one in client.v1.disputes.list({"charge": charge.id}).data] == [dispute]
