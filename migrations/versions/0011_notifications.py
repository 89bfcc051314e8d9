"""Messages."""

import sqlalchemy as sa
from alembic import op

revision = "0011_notifications"
down_revision = "0010_moderation"


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("party_id", sa.String(32), nullable=False),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_message_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index(op.f("ix_message_about"), "message", ["about"], unique=False)
    op.create_index(op.f("ix_message_party_id"), "message", ["party_id"], unique=False)
