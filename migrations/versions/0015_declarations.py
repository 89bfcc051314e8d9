"""What a request declares, and holds of negotiations."""

revision = "0015_declarations"
down_revision = "0014_rights_book"


def upgrade() -> None:
    """Nothing yet."""
