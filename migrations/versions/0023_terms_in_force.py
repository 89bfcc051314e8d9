"""Deals that change a deal, and which terms a license runs under since when."""

revision = "0023_terms_in_force"
down_revision = "0022_contracts"


def upgrade() -> None:
    """Filled in with the feature."""
