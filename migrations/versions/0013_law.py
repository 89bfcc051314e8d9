"""Overrides of law rows, registered claims, evidence of use."""

revision = "0013_law"
down_revision = "0012_authority"


def upgrade() -> None:
    """Nothing yet."""
