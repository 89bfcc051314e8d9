"""Charges, connected accounts, transfers; what was asked of Stripe and what was heard from it."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.columns import big_integer_field, enum_field, id_field, ref_field, text_field
from app.payments.states import (
    AccountStatus,
    ChargeStatus,
    CheckoutPhase,
    DisputeOutcome,
    IntentKind,
    IntentStatus,
    TransferStatus,
)

REFERENCE_LENGTH = 120


class Charge(SQLModel, table=True):
    """An amount that one party has to pay."""

    __tablename__ = "charge"
    __table_args__ = (
        sa.CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        sa.CheckConstraint(
            "status <> 'paid' OR (paid_at IS NOT NULL AND stripe_charge_id IS NOT NULL"
            " AND processor_fee_minor IS NOT NULL)",
            name="paid_says_how",
        ),
        sa.Index(None, "status", "looked_at"),
    )

    id: str = id_field("chg")
    reference: str = Field(max_length=REFERENCE_LENGTH, unique=True)
    payer_party_id: str = ref_field("party.id")
    amount_minor: int = big_integer_field()
    currency: str = Field(max_length=3)
    description: str = Field(max_length=200)
    success_path: str = Field(max_length=200)
    """Where the payer comes back to, below the service's public address."""
    status: ChargeStatus = enum_field(ChargeStatus, default=ChargeStatus.REQUESTED)
    checkout_number: int = 1
    """How many payment pages have been asked for. There is never more than one on which one could pay."""
    checkout_phase: CheckoutPhase | None = enum_field(CheckoutPhase, nullable=True)
    """How the present page stands; nothing while it is being made."""
    checkout_url: str | None = text_field(nullable=True)
    """The page to pay on; nothing while it is being made and once it is of no use."""
    checkout_expires_at: datetime | None = None
    """In the payment provider's time."""
    stripe_session_id: str | None = Field(default=None, max_length=255, unique=True)
    stripe_payment_intent_id: str | None = Field(default=None, max_length=255)
    stripe_charge_id: str | None = Field(default=None, max_length=255, unique=True)
    processor_fee_minor: int | None = big_integer_field(nullable=True)
    problem: str = text_field(default="")
    """Why the last attempt failed."""
    requested_at: datetime
    paid_at: datetime | None = None
    disputed_at: datetime | None = None
    dispute_closed_at: datetime | None = None
    dispute_outcome: DisputeOutcome | None = enum_field(DisputeOutcome, nullable=True)
    """How the dispute ended; nothing while there is none or it is open."""
    looked_at: datetime
    """When, in machine time, it was last compared with what Stripe says."""


class ConnectedAccount(SQLModel, table=True):
    """Where a party is paid."""

    __tablename__ = "connected_account"
    __table_args__ = (
        sa.CheckConstraint(
            "status IN ('creating', 'refused') OR stripe_account_id IS NOT NULL", name="exists_at_stripe"
        ),
        sa.Index(None, "status", "looked_at"),
    )

    id: str = id_field("acc")
    party_id: str = ref_field("party.id", unique=True)
    stripe_account_id: str | None = Field(default=None, max_length=255, unique=True)
    status: AccountStatus = enum_field(AccountStatus, default=AccountStatus.CREATING)
    onboarding_url: str | None = text_field(nullable=True)
    """Works once, and for minutes only; ask for a new one at any time."""
    onboarding_expires_at: datetime | None = None
    return_path: str = Field(max_length=200)
    """Where the party comes back to, below the service's public address."""
    link_number: int = 0
    """How many onboarding links have been asked for."""
    problem: str = text_field(default="")
    opened_at: datetime
    looked_at: datetime
    """When, in machine time, it was last compared with what Stripe says."""


class Transfer(SQLModel, table=True):
    """Money on its way from one charge to one party."""

    __tablename__ = "transfer"
    __table_args__ = (
        sa.CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        sa.CheckConstraint("status <> 'sent' OR stripe_transfer_id IS NOT NULL", name="sent_says_how"),
        sa.Index(None, "party_id", "status"),
    )

    id: str = id_field("tfr")
    reference: str = Field(max_length=REFERENCE_LENGTH, unique=True)
    party_id: str = ref_field("party.id", index=False)
    charge_id: str = ref_field("charge.id")
    amount_minor: int = big_integer_field()
    currency: str = Field(max_length=3)
    status: TransferStatus = enum_field(TransferStatus, default=TransferStatus.REQUESTED)
    stripe_transfer_id: str | None = Field(default=None, max_length=255, unique=True)
    problem: str = text_field(default="")
    requested_at: datetime
    sent_at: datetime | None = None


class StripeIntent(SQLModel, table=True):
    """The outbox: one thing to be made at Stripe, exactly once, whatever happens on the way."""

    __tablename__ = "stripe_intent"
    __table_args__ = (sa.Index(None, "status", "last_sent_at"),)

    id: str = id_field("pin")
    name: str = Field(max_length=200, unique=True)
    """What it is in words of the business, such as `license/lic_.../fee/checkout/1`."""
    kind: IntentKind = enum_field(IntentKind)
    subject_id: str = Field(max_length=32, index=True)
    """The charge, transfer or connected account it is for."""
    body: str = text_field()
    """Canonical JSON: exactly what is asked for. Addresses are paths below the public address."""
    generation: int = 1
    """Rises only after a refusal that is stored, or after proof that nothing was made."""
    idempotency_key: str = Field(max_length=64, unique=True)
    """Derived from name, body and generation."""
    status: IntentStatus = enum_field(IntentStatus, default=IntentStatus.PENDING)
    created_at: datetime
    first_sent_at: datetime | None = None
    """When, in machine time, the present key was first used: Stripe forgets keys after a day."""
    last_sent_at: datetime
    """When, in machine time, it was last tried, or written if it never was."""
    attempts: int = 0
    must_look_up: bool = False
    """The key cannot tell any more what happened: look for the object before asking again."""
    last_answer: str = text_field(default="")
    stripe_id: str | None = Field(default=None, max_length=255)
    finished_at: datetime | None = None


class WebhookEvent(SQLModel, table=True):
    """The inbox: one event of Stripe. Only says what to look at; the content is fetched afresh."""

    __tablename__ = "webhook_event"

    id: str = id_field("whe")
    event_id: str = Field(max_length=255, unique=True)
    type: str = Field(max_length=255)
    object_id: str = Field(max_length=255)
    """What the event is about."""
    received_at: datetime
    """Machine time."""
    applied_at: datetime | None = None
