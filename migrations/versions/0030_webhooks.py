"""Outgoing webhooks: endpoints with their secrets, deliveries and attempts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0030_webhooks"
down_revision = "0029_approvals"

AT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
OUTCOMES = (
    "delivered", "refused", "redirected", "gone", "no_answer", "unreachable", "unknown_host", "forbidden_address",
    "tls_failed", "not_http",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("party_id", sa.String(32), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.String(120), nullable=False),
        sa.Column("event_types", JSON, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("off_at", AT, nullable=True),
        sa.Column("off_reason", _words("off_reason", "by_its_party", "gone", "failing"), nullable=True),
        sa.Column("deleted_at", AT, nullable=True),
        sa.Column("failures_in_a_row", sa.Integer(), nullable=False),
        sa.Column("last_success_at", AT, nullable=True),
        sa.Column("rests_until", AT, nullable=True),
        sa.CheckConstraint(
            "(off_at IS NULL) = (off_reason IS NULL)", name=op.f("ck_webhook_endpoint_off_for_a_reason")
        ),
        sa.CheckConstraint("failures_in_a_row >= 0", name=op.f("ck_webhook_endpoint_failures_are_counted")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_webhook_endpoint_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoint")),
    )
    op.create_index(op.f("ix_webhook_endpoint_party_id"), "webhook_endpoint", ["party_id"])
    op.create_table(
        "webhook_secret",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("endpoint_id", sa.String(32), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=True),
        _endpoint_key("webhook_secret"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_secret")),
    )
    op.create_index(op.f("ix_webhook_secret_endpoint_id"), "webhook_secret", ["endpoint_id"])
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("endpoint_id", sa.String(32), nullable=False),
        sa.Column("event_id", sa.String(32), nullable=False),
        sa.Column("event_type", sa.String(64), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=True),
        sa.Column("occurred_at", AT, nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column(
            "status", _words("delivery_status", "pending", "delivered", "failed", "withheld"), nullable=False
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tried", sa.Integer(), nullable=False),
        sa.Column("trying_since", AT, nullable=False),
        sa.Column("next_attempt_at", AT, nullable=True),
        sa.Column("delivered_at", AT, nullable=True),
        _endpoint_key("webhook_delivery"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("endpoint_id", "event_id", name=op.f("uq_webhook_delivery_endpoint_id_event_id")),
    )
    op.create_index(op.f("ix_webhook_delivery_endpoint_id_id"), "webhook_delivery", ["endpoint_id", "id"])
    op.create_table(
        "webhook_attempt",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("delivery_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("attempted_at", AT, nullable=False),
        sa.Column("outcome", _words("outcome", *OUTCOMES), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["webhook_delivery.id"], name=op.f("fk_webhook_attempt_delivery_id_webhook_delivery")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempt")),
        sa.UniqueConstraint("delivery_id", "number", name=op.f("uq_webhook_attempt_delivery_id_number")),
    )


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _endpoint_key(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_endpoint_id_webhook_endpoint")
    return sa.ForeignKeyConstraint(["endpoint_id"], ["webhook_endpoint.id"], name=name)
