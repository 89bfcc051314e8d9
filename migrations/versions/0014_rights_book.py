"""Restrictions, milestones, holds in a queue, and what the catalog-wide question searches by."""

revision = "0014_rights_book"
down_revision = "0013_law"


def upgrade() -> None:
    """Nothing yet."""
