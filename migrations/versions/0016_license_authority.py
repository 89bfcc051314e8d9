"""The representations that each license rests on."""

revision = "0016_license_authority"
down_revision = "0015_declarations"


def upgrade() -> None:
    """Nothing yet."""
