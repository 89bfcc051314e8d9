"""What two sides say to each other about an offer: comments, agreed fields, documents."""

revision = "0021_discussion"
down_revision = "0020_signatures"


def upgrade() -> None:
    """Filled in with the feature."""
