"""The schema of the product, made on an empty database by its migrations."""

from app.infrastructure.db.database import Database
from app.infrastructure.db.migrations import upgrade


def create_schema(url: str) -> None:
    """Migrate the empty database at `url` to the newest revision, and let go of it."""
    database = Database(url)
    try:
        upgrade(database)
    finally:
        database.close()
