"""Who must sign an offer beside the two sides, and who did."""

revision = "0020_signatures"
down_revision = "0019_fill_search_index"


def upgrade() -> None:
    """Filled in with the feature."""
