"""What exactly is asked of Stripe, as plain parameters. Addresses are paths; the gateway puts the host before them.

Every object carries the name of its intent and the id of what it is for, so that it can be found again.
"""

from typing import Any

from app.payments.amounts import to_stripe
from app.payments.models import Charge, ConnectedAccount, Transfer
from app.values.money import Money


def checkout(*, name: str, charge: Charge) -> dict[str, Any]:
    """One amount, one payment page. `automatic` capture makes Stripe's fee known together with the payment."""
    marks = _marks(name, charge.id)
    price = {
        "currency": charge.currency.lower(),
        "unit_amount": to_stripe(Money(charge.amount_minor, charge.currency)),
        "product_data": {"name": charge.description},
    }
    return {
        "mode": "payment",
        "client_reference_id": charge.id,
        "line_items": [{"price_data": price, "quantity": 1}],
        "success_url": charge.success_path,
        "cancel_url": charge.success_path,
        "payment_intent_data": {
            "capture_method": "automatic",
            "description": charge.description,
            "transfer_group": charge.id,
            "metadata": marks,
        },
        "metadata": marks,
    }


def transfer(*, name: str, transfer: Transfer, source: str, destination: str) -> dict[str, Any]:
    """Out of one charge: Stripe sends no more than that holds, and as soon as it is available."""
    return {
        "amount": to_stripe(Money(transfer.amount_minor, transfer.currency)),
        "currency": transfer.currency.lower(),
        "destination": destination,
        "source_transaction": source,
        "transfer_group": transfer.charge_id,
        "description": transfer.reference,
        "metadata": _marks(name, transfer.id),
    }


def account(*, name: str, subject_id: str, party_name: str, email: str, country: str) -> dict[str, Any]:
    """An account that only receives; the platform bears its fees and losses."""
    return {
        "display_name": party_name,
        "contact_email": email,
        "dashboard": "express",
        "identity": {"country": country.lower()},
        "configuration": {
            "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
        },
        "defaults": {"responsibilities": {"fees_collector": "application", "losses_collector": "application"}},
        "include": ["configuration.recipient"],
        "metadata": _marks(name, subject_id),
    }


def account_link(*, account: ConnectedAccount) -> dict[str, Any]:
    onboarding = {"refresh_url": account.return_path, "return_url": account.return_path}
    return {
        "account": account.stripe_account_id,
        "use_case": {"type": "account_onboarding", "account_onboarding": onboarding},
    }


def _marks(name: str, subject_id: str) -> dict[str, str]:
    return {"intent": name, "subject": subject_id}
