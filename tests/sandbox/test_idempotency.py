"""Idempotency keys as Stripe keeps them, with the real library's retries on top."""

import threading
import time
from typing import Any

import pytest
import stripe

from tests.sandbox.conftest import client_of
from tests.sandbox.steps import new_account, paid_charge, ready_account
from tests.simulators.sandbox import SandboxProcess


@pytest.fixture
def transfer(sandbox: SandboxProcess, client: stripe.StripeClient) -> dict[str, Any]:
    """The parameters of a transfer that would succeed."""
    charge = paid_charge(sandbox, client)
    destination = ready_account(sandbox, client)
    return {"amount": 1_000, "currency": "usd", "destination": destination, "source_transaction": charge.id}


def made(client: stripe.StripeClient, transfer: dict[str, Any]) -> int:
    params: Any = {"source_transaction": transfer["source_transaction"]}
    return len(client.v1.transfers.list(params).data)


def send(client: stripe.StripeClient, transfer: dict[str, Any], key: str, **change: Any) -> stripe.Transfer:
    return client.v1.transfers.create({**transfer, **change}, {"idempotency_key": key})  # type: ignore[typeddict-item]


def replayed(answer: Any) -> bool:
    return bool(answer.headers.get("Idempotent-Replayed") == "true")


def test_the_same_call_is_answered_again(client: stripe.StripeClient, transfer: dict[str, Any]) -> None:
    first, second = (send(client, transfer, "same") for _ in range(2))
    assert first.id == second.id
    assert not replayed(first.last_response)
    assert replayed(second.last_response)
    assert made(client, transfer) == 1


def test_other_parameters_under_the_key_are_refused(client: stripe.StripeClient, transfer: dict[str, Any]) -> None:
    send(client, transfer, "other-params")
    with pytest.raises(stripe.IdempotencyError, match="same parameters"):
        send(client, transfer, "other-params", amount=1_001)
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        client.v1.refunds.create({"charge": transfer["source_transaction"]}, {"idempotency_key": "other-params"})
    assert made(client, transfer) == 1


def test_a_business_refusal_is_remembered(
    sandbox: SandboxProcess, client: stripe.StripeClient, transfer: dict[str, Any]
) -> None:
    account = transfer["destination"]
    sandbox.control(f"accounts/{account}", {"status": "restricted"})
    with pytest.raises(stripe.InvalidRequestError) as first:
        send(client, transfer, "refused")
    sandbox.control(f"accounts/{account}", {"status": "active"})
    with pytest.raises(stripe.InvalidRequestError) as second:
        send(client, transfer, "refused")
    assert second.value.code == first.value.code == "insufficient_capabilities_for_transfer"
    assert replayed(second.value)
    assert send(client, transfer, "refused-2").amount == 1_000


def test_malformed_parameters_are_not_remembered(client: stripe.StripeClient, transfer: dict[str, Any]) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Invalid integer"):
        send(client, transfer, "malformed", amount="many")
    assert send(client, transfer, "malformed").amount == 1_000


def test_a_remembered_500_comes_back(
    sandbox: SandboxProcess, client: stripe.StripeClient, transfer: dict[str, Any]
) -> None:
    for answer, done in (("error", 0), ("error_done", 1)):
        sandbox.control("misbehave", {"answer": answer, "path": "/v1/transfers"})
        for repeated in (False, True):
            with pytest.raises(stripe.APIError) as failure:
                send(client_of(sandbox, retries=2), transfer, answer)
            assert failure.value.http_status == 500
            assert replayed(failure.value) is repeated
        assert made(client, transfer) == done


def test_a_lost_answer_is_fetched_by_the_library_itself(
    sandbox: SandboxProcess, client: stripe.StripeClient, transfer: dict[str, Any]
) -> None:
    for answer in ("lost", "timeout"):
        sandbox.control("misbehave", {"answer": answer, "method": "POST", "path": "/v1/transfers"})
        sent = send(client_of(sandbox, retries=2), transfer, answer)
        assert replayed(sent.last_response)
    assert made(client, transfer) == 2


def test_a_lost_answer_without_retries_leaves_the_caller_in_doubt(
    sandbox: SandboxProcess, client: stripe.StripeClient, transfer: dict[str, Any]
) -> None:
    sandbox.control("misbehave", {"answer": "lost", "path": "/v1/transfers"})
    with pytest.raises(stripe.APIConnectionError):
        send(client, transfer, "doubt")
    assert made(client, transfer) == 1
    assert replayed(send(client, transfer, "doubt").last_response)
    assert made(client, transfer) == 1


@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        ("rate_limit", 429, stripe.RateLimitError),
        ("unavailable", 503, stripe.APIError),
        ("conflict", 409, stripe.APIError),
    ],
)
def test_passing_trouble_is_not_remembered(
    sandbox: SandboxProcess,
    client: stripe.StripeClient,
    transfer: dict[str, Any],
    answer: str,
    status: int,
    error: type[stripe.StripeError],
) -> None:
    sandbox.control("misbehave", {"answer": answer, "path": "/v1/transfers", "next": 2})
    for _ in range(2):
        with pytest.raises(error) as failure:
            send(client, transfer, answer)
        assert failure.value.http_status == status
    assert not replayed(send(client, transfer, answer).last_response)
    assert made(client, transfer) == 1


def test_a_key_in_use_is_refused_with_409(
    sandbox: SandboxProcess, client: stripe.StripeClient, transfer: dict[str, Any]
) -> None:
    sandbox.control("misbehave", {"answer": "slow", "ms": 800, "path": "/v1/transfers"})
    started = time.monotonic()
    slow = threading.Thread(target=send, args=(client, transfer, "slow"))
    slow.start()
    time.sleep(0.3)
    with pytest.raises(stripe.StripeError) as refusal:
        send(client_of(sandbox), transfer, "slow")
    slow.join()
    assert time.monotonic() - started >= 0.8
    assert refusal.value.http_status == 409
    assert replayed(send(client, transfer, "slow").last_response)
    assert made(client, transfer) == 1


def test_many_at_once_do_it_once(
    sandbox: SandboxProcess, client: stripe.StripeClient, transfer: dict[str, Any]
) -> None:
    answers: list[str] = []
    refusals: list[int | None] = []

    def attempt() -> None:
        try:
            answers.append(send(client_of(sandbox), transfer, "rush").id)
        except stripe.StripeError as refusal:
            refusals.append(refusal.http_status)

    rush = [threading.Thread(target=attempt) for _ in range(10)]
    for one in rush:
        one.start()
    for one in rush:
        one.join()
    assert len(set(answers)) == 1
    assert set(refusals) <= {409}
    assert made(client, transfer) == 1


def test_keys_belong_to_an_account(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    accounts = [ready_account(sandbox, client) for _ in range(2)]
    for account in accounts:
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.payouts.create(
                {"amount": 100, "currency": "usd"}, {"stripe_account": account, "idempotency_key": "payout"}
            )
        assert not replayed(refusal.value)


def test_version_2_remembers_successes_only(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    sandbox.control("misbehave", {"answer": "error", "path": "/v2/core/accounts"})
    options: Any = {"idempotency_key": "account-v2"}
    with pytest.raises(stripe.APIError):
        client.v2.core.accounts.create({"configuration": {"recipient": {}}}, options)
    first = client.v2.core.accounts.create({"configuration": {"recipient": {}}}, options)
    second = client.v2.core.accounts.create({"configuration": {"recipient": {}}}, options)
    assert first.id == second.id
    with pytest.raises(stripe.IdempotencyError):
        client.v2.core.accounts.create({"display_name": "Other", "configuration": {"recipient": {}}}, options)
    assert new_account(client).id != first.id


def test_an_answer_outlives_a_crash_but_not_a_day() -> None:
    with SandboxProcess() as sandbox:
        client = client_of(sandbox)
        topup: Any = {"amount": 500, "currency": "usd"}
        first = client.v1.topups.create(topup, {"idempotency_key": "once"})
        sandbox.kill()
        sandbox.start()
        assert client.v1.topups.create(topup, {"idempotency_key": "once"}).id == first.id
        sandbox.control("advance", {"seconds": 23 * 3_600})
        assert client.v1.topups.create(topup, {"idempotency_key": "once"}).id == first.id
        sandbox.control("advance", {"seconds": 3_600})
        assert client.v1.topups.create(topup, {"idempotency_key": "once"}).id != first.id
