"""What is used of the caps of a deal, and the reservations through which it is used."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026_quotas"
down_revision = "0025_dues"

AT = sa.DateTime(timezone=True)
UNITS = ("renders", "minutes", "lines", "words", "units", "concurrent_titles")
COMPONENTS = ("face", "voice", "behavior")
IS_HELD, IS_USED = sa.text("used IS NULL"), sa.text("used > 0")


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "quota_counter",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("unit", _words("cap_unit", *UNITS), nullable=False),
        sa.Column("covers", sa.String(20), nullable=False),
        sa.Column("starts_at", AT, nullable=False),
        sa.Column("ends_at", AT, nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("used >= 0", name=op.f("ck_quota_counter_used_is_not_negative")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_quota_counter_ends_after_start")),
        sa.ForeignKeyConstraint(["license_id"], ["license.id"], name=op.f("fk_quota_counter_license_id_license")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_counter")),
        sa.UniqueConstraint(
            "license_id",
            "unit",
            "covers",
            "starts_at",
            "ends_at",
            name=op.f("uq_quota_counter_license_id_unit_covers_starts_at_ends_at"),
        ),
    )
    op.create_table(
        "reservation",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("party_id", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("use", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("status", _words("reservation_status", "held", "committed", "released"), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("settled_at", AT, nullable=True),
        sa.Column("freed_at", AT, nullable=True),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_reservation_expires_after_made")),
        sa.ForeignKeyConstraint(["license_id"], ["license.id"], name=op.f("fk_reservation_license_id_license")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_reservation_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
    )
    op.create_index(op.f("ix_reservation_license_id"), "reservation", ["license_id"])
    op.create_table(
        "reservation_amount",
        sa.Column("reservation_id", sa.String(32), nullable=False),
        sa.Column("unit", _words("cap_unit", *UNITS), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("component", _words("component", *COMPONENTS), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("committed", sa.BigInteger(), nullable=True),
        sa.Column("used", sa.BigInteger(), nullable=True),
        sa.Column("counted_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_reservation_amount_amount_is_positive")),
        sa.CheckConstraint(
            "committed BETWEEN 0 AND amount", name=op.f("ck_reservation_amount_committed_within_amount")
        ),
        sa.CheckConstraint(
            "used IS NULL OR used = 0 OR (committed IS NOT NULL AND used BETWEEN 0 AND committed)",
            name=op.f("ck_reservation_amount_used_within_committed"),
        ),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["reservation.id"],
            name=op.f("fk_reservation_amount_reservation_id_reservation"),
        ),
        sa.ForeignKeyConstraint(
            ["license_id"], ["license.id"], name=op.f("fk_reservation_amount_license_id_license")
        ),
        sa.PrimaryKeyConstraint("reservation_id", "unit", name=op.f("pk_reservation_amount")),
    )
    op.create_index(
        "ix_reservation_amount_held",
        "reservation_amount",
        ["license_id", "expires_at", "unit", "component", "counted_at", "amount"],
        sqlite_where=IS_HELD,
        postgresql_where=IS_HELD,
    )
    op.create_index(
        "ix_reservation_amount_used",
        "reservation_amount",
        ["license_id", "unit", "counted_at"],
        sqlite_where=IS_USED,
        postgresql_where=IS_USED,
    )
