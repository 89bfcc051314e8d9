"""Bring a database up to the schema of this program, with plain Alembic."""

from pathlib import Path

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
        command.upgrade(config, to)
        reached = MigrationContext.configure(connection).get_current_revision()
    return reached or "nothing"


def config_for(**attributes: object) -> Config:
    """Return Alembic's configuration; `connection` is the one that `env.py` works on."""
    config = Config()
    config.set_main_option("script_location", str(folder()).replace("%", "%%"))
    config.attributes.update(attributes)
    return config
