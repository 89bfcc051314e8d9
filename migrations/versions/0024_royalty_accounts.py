"""What a license's royalties come to, with the terms they were calculated by."""

revision = "0024_royalty_accounts"
down_revision = "0023_terms_in_force"


def upgrade() -> None:
    """Filled in with the feature."""
