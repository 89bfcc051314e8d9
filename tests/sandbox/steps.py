"""Short ways to the situations the tests start from."""

from typing import Any

import stripe

from tests.simulators.sandbox import SandboxProcess


def new_account(client: stripe.StripeClient, *, name: str = "Estate of Ada Quill") -> Any:
    return client.v2.core.accounts.create(
        {
            "display_name": name,
            "contact_email": "estate@example.com",
            "identity": {"country": "us", "entity_type": "individual"},
            "dashboard": "express",
            "configuration": {
                "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
            },
            "include": ["configuration.recipient", "requirements"],
        }
    )


def new_link(client: stripe.StripeClient, account: str) -> Any:
    return client.v2.core.account_links.create(
        {
            "account": account,
            "use_case": {
                "type": "account_onboarding",
                "account_onboarding": {
                    "refresh_url": "https://shop.example/refresh",
                    "return_url": "https://shop.example/return",
                },
            },
        }
    )


def ready_account(sandbox: SandboxProcess, client: stripe.StripeClient, **details: str) -> str:
    """Return the id of an account that may receive transfers."""
    account = new_account(client, **details)
    sandbox.onboard(new_link(client, account.id).url)
    return str(account.id)


def new_session(
    client: stripe.StripeClient, *, amount: int = 250_000, currency: str = "usd", **more: Any
) -> stripe.checkout.Session:
    params: Any = {
        "mode": "payment",
        "success_url": "https://shop.example/paid?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://shop.example/canceled",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": currency,
                    "unit_amount": amount,
                    "product_data": {"name": "License fee"},
                },
            }
        ],
        **more,
    }
    return client.v1.checkout.sessions.create(params)


def paid_charge(
    sandbox: SandboxProcess,
    client: stripe.StripeClient,
    *,
    amount: int = 250_000,
    currency: str = "usd",
    **more: Any,
) -> stripe.Charge:
    """Return the charge of a session that was paid by card."""
    session = new_session(client, amount=amount, currency=currency, **more)
    sandbox.pay(session.url or "")
    found = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    charge = found.payment_intent.latest_charge  # type: ignore[union-attr]
    assert isinstance(charge, stripe.Charge)
    return charge


def holds(client: stripe.StripeClient, currency: str = "usd", account: str | None = None) -> tuple[int, int]:
    """Return available and pending money of an account, or of the platform."""
    balance = client.v1.balance.retrieve({}, {"stripe_account": account} if account else {})
    return tuple(
        sum(part.amount for part in parts if part.currency == currency)
        for parts in (balance.available, balance.pending)
    )  # type: ignore[return-value]
