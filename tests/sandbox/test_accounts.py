"""Connected accounts: from nothing to an active recipient, and what links and thin events promise."""

import urllib.request
from typing import Any

import pytest
import stripe

from tests.sandbox.conftest import THIN_SECRET, Receiver, wait_until
from tests.sandbox.steps import new_account, new_link, paid_charge, ready_account
from tests.simulators.sandbox import SandboxProcess


def transfers_status(client: stripe.StripeClient, account: str) -> str:
    found = client.v2.core.accounts.retrieve(account, {"include": ["configuration.recipient"]})
    return found.configuration.recipient.capabilities.stripe_balance.stripe_transfers.status  # type: ignore[union-attr]


def test_a_new_account_is_restricted_and_says_what_is_due(client: stripe.StripeClient) -> None:
    account = new_account(client)
    assert account.configuration.recipient.capabilities.stripe_balance.stripe_transfers.status == "restricted"
    assert account.requirements.entries[0].awaiting_action_from == "user"
    assert account.identity is None, "what is not included is null"


def test_onboarding_makes_it_active(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    account = new_account(client)
    link = new_link(client, account.id)
    assert sandbox.onboard(link.url) == "https://shop.example/return"
    assert transfers_status(client, account.id) == "active"


def test_coming_back_proves_nothing(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    account = new_account(client)
    assert sandbox.onboard(new_link(client, account.id).url, "leave") == "https://shop.example/return"
    assert transfers_status(client, account.id) == "restricted"
    sandbox.onboard(new_link(client, account.id).url, "pending")
    assert transfers_status(client, account.id) == "pending"


def test_a_link_opens_once(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    account = new_account(client).id
    finished, only_seen = new_link(client, account).url, new_link(client, account).url
    sandbox.onboard(finished, "leave")
    urllib.request.urlopen(only_seen, timeout=10).close()  # noqa: S310
    for url in (finished, only_seen):
        assert sandbox.onboard(url) == "https://shop.example/refresh"
    assert transfers_status(client, account) == "restricted"


def test_a_link_with_a_changed_token_is_unknown(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    link = new_link(client, new_account(client).id)
    with pytest.raises(RuntimeError, match="404"):
        sandbox.onboard(link.url[:-1] + ("a" if link.url[-1] != "a" else "b"))


def test_thin_events_tell_of_an_account(
    sandbox: SandboxProcess, client: stripe.StripeClient, receiver: Receiver
) -> None:
    account = ready_account(sandbox, client)
    wanted = "v2.core.account[configuration.recipient].capability_status_updated"

    def notifications() -> list[stripe.v2.core.EventNotification]:
        return [
            client.parse_event_notification(delivered.body, delivered.signature, THIN_SECRET)
            for delivered in receiver.seen()
            if delivered.path == "/thin" and account.encode() in delivered.body
        ]

    found = wait_until(notifications, lambda all_of: any(one.type == wanted for one in all_of))
    notification = next(one for one in found if one.type == wanted)
    assert notification.fetch_event().id == notification.id
    assert notification.fetch_related_object().id == account  # type: ignore[attr-defined]
    assert {event.type for event in client.v2.core.events.list({"object_id": account}).data} >= {
        "v2.core.account.created",
        wanted,
    }


def test_accounts_are_listed_page_by_page(client: stripe.StripeClient) -> None:
    made = {new_account(client).id for _ in range(3)}
    listed = client.v2.core.accounts.list({"limit": 2})
    assert len(listed.data) == 2
    assert made <= {account.id for account in listed.auto_paging_iter()}


def test_an_account_changes_but_keeps_what_was_not_named(client: stripe.StripeClient) -> None:
    account = new_account(client)
    client.v2.core.accounts.update(account.id, {"display_name": "The Quill Trust", "metadata": {"party": "pty_1"}})
    found = client.v2.core.accounts.retrieve(account.id, {"include": ["identity"]})
    assert (found.display_name, found.contact_email) == ("The Quill Trust", "estate@example.com")
    assert found.metadata is not None
    assert found.metadata.to_dict() == {"party": "pty_1"}
    assert found.identity is not None
    assert found.identity.country == "us"


def test_only_an_empty_account_can_be_closed_and_then_gets_nothing(
    sandbox: SandboxProcess, client: stripe.StripeClient
) -> None:
    account = ready_account(sandbox, client)
    charge = paid_charge(sandbox, client)
    transfer = client.v1.transfers.create(
        {"amount": 100, "currency": "usd", "destination": account, "source_transaction": charge.id}
    )
    with pytest.raises(stripe.StripeError, match="balances are zero"):
        client.v2.core.accounts.close(account)
    client.v1.transfers.reversals.create(transfer.id)
    assert client.v2.core.accounts.close(account).closed is True
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.transfers.create({"amount": 100, "currency": "usd", "destination": account})
    assert refusal.value.code == "insufficient_capabilities_for_transfer"
    with pytest.raises(stripe.StripeError, match="closed"):
        new_link(client, account)


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"contact_email": "nobody"}, "email"),
        ({"identity": {"country": "USA"}}, "alpha-2"),
        ({"include": ["everything"]}, "include"),
        ({"idempotency_key": "x"}, "unknown parameter: idempotency_key"),
        ({"configuration": {"merchant": {}}}, "unknown parameter"),
    ],
)
def test_malformed_accounts_are_refused(client: stripe.StripeClient, change: dict[str, object], param: str) -> None:
    params: Any = {"configuration": {"recipient": {}}, **change}
    with pytest.raises(stripe.StripeError, match=param):
        client.v2.core.accounts.create(params)
