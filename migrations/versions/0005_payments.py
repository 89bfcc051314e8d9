"""Charges, accounts, transfers; outbox to and inbox from the payment provider."""

import sqlalchemy as sa
from alembic import op

revision = "0005_payments"
down_revision = "0004_catalog"


def upgrade() -> None:
    op.create_table(
        "stripe_intent",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "checkout",
                "transfer",
                "account",
                "account_link",
                name="intent_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.String(32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(64), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "done",
                "rejected",
                "abandoned",
                name="intent_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("must_look_up", sa.Boolean(), nullable=False),
        sa.Column("last_answer", sa.Text(), nullable=False),
        sa.Column("stripe_id", sa.String(255), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_intent")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_stripe_intent_idempotency_key")),
        sa.UniqueConstraint("name", name=op.f("uq_stripe_intent_name")),
    )
    op.create_index(
        op.f("ix_stripe_intent_status_last_sent_at"), "stripe_intent", ["status", "last_sent_at"], unique=False
    )
    op.create_index(op.f("ix_stripe_intent_subject_id"), "stripe_intent", ["subject_id"], unique=False)
    op.create_table(
        "webhook_event",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("event_id", sa.String(255), nullable=False),
        sa.Column("type", sa.String(255), nullable=False),
        sa.Column("object_id", sa.String(255), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_event")),
        sa.UniqueConstraint("event_id", name=op.f("uq_webhook_event_event_id")),
    )
    op.create_table(
        "charge",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("reference", sa.String(120), nullable=False),
        sa.Column("payer_party_id", sa.String(32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("description", sa.String(200), nullable=False),
        sa.Column("success_path", sa.String(200), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "requested",
                "open",
                "paid",
                "failed",
                name="charge_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("checkout_number", sa.Integer(), nullable=False),
        sa.Column(
            "checkout_phase",
            sa.Enum(
                "open",
                "processing",
                "paid",
                "failed",
                "expired",
                name="checkout_phase",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("checkout_url", sa.Text(), nullable=True),
        sa.Column("checkout_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stripe_session_id", sa.String(255), nullable=True),
        sa.Column("stripe_payment_intent_id", sa.String(255), nullable=True),
        sa.Column("stripe_charge_id", sa.String(255), nullable=True),
        sa.Column("processor_fee_minor", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disputed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status <> 'paid' OR (paid_at IS NOT NULL AND stripe_charge_id IS NOT NULL AND processor_fee_minor IS NOT NULL)",
            name=op.f("ck_charge_paid_says_how"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_charge_amount_is_positive")),
        sa.ForeignKeyConstraint(["payer_party_id"], ["party.id"], name=op.f("fk_charge_payer_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge")),
        sa.UniqueConstraint("reference", name=op.f("uq_charge_reference")),
        sa.UniqueConstraint("stripe_charge_id", name=op.f("uq_charge_stripe_charge_id")),
        sa.UniqueConstraint("stripe_session_id", name=op.f("uq_charge_stripe_session_id")),
    )
    op.create_index(op.f("ix_charge_payer_party_id"), "charge", ["payer_party_id"], unique=False)
    op.create_index(op.f("ix_charge_status_looked_at"), "charge", ["status", "looked_at"], unique=False)
    op.create_table(
        "connected_account",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("party_id", sa.String(32), nullable=False),
        sa.Column("stripe_account_id", sa.String(255), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "creating",
                "onboarding",
                "active",
                "restricted",
                "refused",
                name="account_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("onboarding_url", sa.Text(), nullable=True),
        sa.Column("onboarding_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_path", sa.String(200), nullable=False),
        sa.Column("link_number", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('creating', 'refused') OR stripe_account_id IS NOT NULL",
            name=op.f("ck_connected_account_exists_at_stripe"),
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_connected_account_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connected_account")),
        sa.UniqueConstraint("party_id", name=op.f("uq_connected_account_party_id")),
        sa.UniqueConstraint("stripe_account_id", name=op.f("uq_connected_account_stripe_account_id")),
    )
    op.create_index(
        op.f("ix_connected_account_status_looked_at"), "connected_account", ["status", "looked_at"], unique=False
    )
    op.create_table(
        "transfer",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("reference", sa.String(120), nullable=False),
        sa.Column("party_id", sa.String(32), nullable=False),
        sa.Column("charge_id", sa.String(32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "requested",
                "sent",
                "rejected",
                name="transfer_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("stripe_transfer_id", sa.String(255), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status <> 'sent' OR stripe_transfer_id IS NOT NULL", name=op.f("ck_transfer_sent_says_how")
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_transfer_amount_is_positive")),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name=op.f("fk_transfer_charge_id_charge")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_transfer_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("reference", name=op.f("uq_transfer_reference")),
        sa.UniqueConstraint("stripe_transfer_id", name=op.f("uq_transfer_stripe_transfer_id")),
    )
    op.create_index(op.f("ix_transfer_charge_id"), "transfer", ["charge_id"], unique=False)
    op.create_index(op.f("ix_transfer_party_id_status"), "transfer", ["party_id", "status"], unique=False)
