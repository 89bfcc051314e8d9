"""What a license owes on given days: instalments and advances."""

revision = "0025_dues"
down_revision = "0024_royalty_accounts"


def upgrade() -> None:
    """Filled in with the feature."""
