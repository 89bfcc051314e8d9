"""What licensees asked their licensors to approve."""

import sqlalchemy as sa
from alembic import op

revision = "0029_approvals"
down_revision = "0028_closing"

AT = sa.DateTime(timezone=True)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("asked_by_party_id", sa.String(32), nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column(
            "action",
            _words("action", "generate", "release", "distribute", "promote", "patch", "archive"),
            nullable=True,
        ),
        sa.Column(
            "phase",
            _words("phase", "active", "suspended", "winding_down", "expired", "terminated"),
            nullable=True,
        ),
        sa.Column("stage", _words("approval_stage", "script", "sample", "final"), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("filename", sa.String(255), nullable=True),
        sa.Column("media_type", sa.String(120), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("follows_id", sa.String(32), nullable=True),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("silence", _words("silence", "refused", "approved"), nullable=False),
        sa.Column(
            "status", _words("approval_status", "asked", "approved", "changes_wanted", "refused"), nullable=False
        ),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("answer_by", AT, nullable=False),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("answered_by", sa.String(64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("(action IS NULL) = (phase IS NULL)", name=op.f("ck_approval_action_in_a_phase")),
        sa.CheckConstraint("(action IS NULL) = (stage IS NOT NULL)", name=op.f("ck_approval_action_or_stage")),
        sa.CheckConstraint(
            "(status = 'asked') = (answered_at IS NULL)", name=op.f("ck_approval_answered_when_not_asked")
        ),
        sa.CheckConstraint("round >= 1", name=op.f("ck_approval_round_counts_from_one")),
        sa.CheckConstraint("answer_by > asked_at", name=op.f("ck_approval_time_to_answer")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_approval_hash_whole")),
        sa.CheckConstraint("(filename IS NULL) = (size_bytes IS NULL)", name=op.f("ck_approval_file_whole")),
        sa.ForeignKeyConstraint(["license_id"], ["license.id"], name=op.f("fk_approval_license_id_license")),
        sa.ForeignKeyConstraint(
            ["asked_by_party_id"], ["party.id"], name=op.f("fk_approval_asked_by_party_id_party")
        ),
        sa.ForeignKeyConstraint(["follows_id"], ["approval.id"], name=op.f("fk_approval_follows_id_approval")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("follows_id", name=op.f("uq_approval_follows_id")),
    )
    op.create_index(op.f("ix_approval_license_id_id"), "approval", ["license_id", "id"])
