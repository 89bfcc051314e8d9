"""Payments held back while an authority or a tax form is in doubt."""

revision = "0017_held_money"
down_revision = "0016_license_authority"


def upgrade() -> None:
    """Nothing yet."""
