"""Licenses that know when their terms were last changed."""

import sqlalchemy as sa
from alembic import op

revision = "0033_changed_terms"
down_revision = "0032_standing"


def upgrade() -> None:
    op.add_column("license", sa.Column("terms_changed_at", sa.DateTime(timezone=True), nullable=True))
    _date_the_changes_there_were()


def _date_the_changes_there_were() -> None:
    op.execute(
        "UPDATE license SET terms_changed_at = (SELECT max(deal.signed_at) FROM deal_version"
        " JOIN deal ON deal.id = deal_version.deal_id"
        " WHERE deal_version.license_id = license.id AND deal_version.version > 1)"
    )
