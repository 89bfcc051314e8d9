"""Executed contracts and the files made of them."""

revision = "0022_contracts"
down_revision = "0021_discussion"


def upgrade() -> None:
    """Filled in with the feature."""
