"""What goes over the wire."""

import marshmallow as ma

from app.infrastructure.http.fields import Instant, plain_text
from app.payments.states import AccountStatus, ChargeStatus, CheckoutPhase


class ChargeOut(ma.Schema):
    """An amount to pay. Open `checkout_url` in a browser to pay it."""

    id = ma.fields.Str(required=True)
    reference = ma.fields.Str(required=True, metadata={"description": "What it is for"})
    payer_party_id = ma.fields.Str(required=True)
    amount_minor = ma.fields.Int(required=True)
    currency = ma.fields.Str(required=True)
    description = ma.fields.Str(required=True)
    status = ma.fields.Enum(ChargeStatus, by_value=True, required=True)
    checkout_phase = ma.fields.Enum(
        CheckoutPhase,
        by_value=True,
        required=True,
        allow_none=True,
        metadata={"description": "How the payment page stands; null while it is being made"},
    )
    checkout_url = ma.fields.Str(required=True, allow_none=True)
    checkout_expires_at = Instant(required=True, allow_none=True)
    problem = ma.fields.Str(required=True, metadata={"description": "Why the last attempt failed, else empty"})
    requested_at = Instant(required=True)
    paid_at = Instant(required=True, allow_none=True)


class ConnectedAccountIn(ma.Schema):
    """Where the party comes back to after onboarding."""

    return_path = ma.fields.Str(
        load_default="/",
        validate=[
            plain_text(200),
            ma.validate.Regexp(r"/(?![/\\])[!-~]*\Z", error="Must be a path such as /payouts."),
        ],
        metadata={"description": "A path on this service"},
    )


class ConnectedAccountOut(ma.Schema):
    """Where a party is paid. Open `onboarding_url` in a browser, once, to tell the payment provider who it is."""

    id = ma.fields.Str(required=True)
    party_id = ma.fields.Str(required=True)
    status = ma.fields.Enum(AccountStatus, by_value=True, required=True)
    stripe_account_id = ma.fields.Str(required=True, allow_none=True)
    onboarding_url = ma.fields.Str(required=True, allow_none=True)
    onboarding_expires_at = Instant(required=True, allow_none=True)
    problem = ma.fields.Str(required=True, metadata={"description": "What stands in the way, else empty"})
    opened_at = Instant(required=True)
