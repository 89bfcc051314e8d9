"""Cases of failed authority."""

revision = "0018_authority_cases"
down_revision = "0017_held_money"


def upgrade() -> None:
    """Nothing yet."""
