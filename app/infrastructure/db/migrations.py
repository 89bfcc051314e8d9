"""Bring a database up to the schema of this program, with plain Alembic."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from app.infrastructure.db.database import Database

_APP = Path(__file__).parents[2]


def folder() -> Path:
    """Return where the migrations are: beside `app` in a checkout, inside it when installed."""
    installed = _APP / "migrations"
    return installed if installed.is_dir() else _APP.parent / "migrations"


def upgrade(database: Database, *, to: str = "head") -> str:
    """Run what has not run yet, each migration in a transaction of its own; return the revision reached."""
    with database.write_engine.connect() as connection:
        config = config_for(connection=connection)
        with _resting_foreign_keys(connection):
            command.upgrade(config, to)
        reached = MigrationContext.configure(connection).get_current_revision()
    return reached or "nothing"


@contextmanager
def _resting_foreign_keys(connection: sa.Connection) -> Iterator[None]:
    """On SQLite, let a table be made anew while others refer to it; afterwards every reference is checked.

    The settings cannot change within a transaction, so they are made on the driver's connection, before the first.
    """
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    driver.execute("PRAGMA foreign_keys=OFF")
    driver.execute("PRAGMA legacy_alter_table=ON")
    try:
        yield
        if broken := driver.execute("PRAGMA foreign_key_check").fetchall():
            table = broken[0][0]
            raise RuntimeError(f"After migrating, {len(broken)} rows refer to nothing; the first is in {table}.")
    finally:
        driver.execute("PRAGMA legacy_alter_table=OFF")
        driver.execute("PRAGMA foreign_keys=ON")


def config_for(**attributes: object) -> Config:
    """Return Alembic's configuration; `connection` is the one that `env.py` works on."""
    config = Config()
    config.set_main_option("script_location", str(folder()).replace("%", "%%"))
    config.attributes.update(attributes)
    return config
