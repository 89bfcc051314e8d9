"""The migrations make exactly the tables of the models, and each of them happens whole or not at all."""

import re
from pathlib import Path
from textwrap import dedent

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlmodel import SQLModel

import app.registry as _every_model  # noqa: F401
from app.infrastructure.db import migrations
from app.infrastructure.db.database import Database
from tests.support.settings import SECRET_KEY

VERSIONS = migrations.folder() / "versions"


def test_the_models_and_the_migrated_schema_are_the_same(database: Database) -> None:
    with database.read_engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_every_check_of_the_models_is_in_the_schema(database: Database) -> None:
    """Autogenerate does not compare CHECKs."""
    inspector = sa.inspect(database.read_engine)
    for table in SQLModel.metadata.sorted_tables:
        modelled = {
            str(check.name)
            for check in table.constraints
            if isinstance(check, sa.CheckConstraint) and check.name is not None
        }
        stored = {check["name"] for check in inspector.get_check_constraints(table.name)}
        assert {name[-40:] for name in modelled} <= {str(name)[-40:] for name in stored}, table.name


def test_tables_that_only_grow_have_their_triggers(database: Database) -> None:
    growing = {table.name for table in SQLModel.metadata.sorted_tables if table.info.get("append_only")}
    query = (
        "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'"
        if database.is_sqlite
        else "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    )
    with database.read() as session:
        assert growing
        assert growing <= set(session.execute(sa.text(query)).scalars())


def test_the_numbers_follow_each_other() -> None:
    files = sorted(VERSIONS.glob("*.py"))
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    before = None
    for file in files:
        text = file.read_text()
        assert re.search(rf'^revision = "{file.stem}"$', text, re.M), file.name
        expected = "None" if before is None else f'"{before}"'
        assert re.search(rf"^down_revision = {re.escape(expected)}$", text, re.M), file.name
        before = file.stem


def test_migrating_twice_changes_nothing(database: Database) -> None:
    newest = sorted(VERSIONS.glob("*.py"))[-1].stem
    assert migrations.upgrade(database) == newest


def test_a_migration_that_fails_leaves_nothing_behind(database: Database, tmp_path: Path) -> None:
    newest = sorted(VERSIONS.glob("*.py"))[-1].stem
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text((migrations.folder() / "env.py").read_text())
    for file in VERSIONS.glob("*.py"):
        (folder / "versions" / file.name).write_text(file.read_text())
    (folder / "versions" / "9999_broken.py").write_text(
        dedent(f"""
            import sqlalchemy as sa
            from alembic import op

            revision = "9999_broken"
            down_revision = "{newest}"


            def upgrade() -> None:
                op.create_table("half_done", sa.Column("id", sa.Integer, primary_key=True))
                op.execute("SELECT no_such_column")
        """)
    )
    with database.write_engine.connect() as connection:
        config = migrations.config_for(connection=connection)
        config.set_main_option("script_location", str(folder))
        with pytest.raises(sa.exc.DBAPIError):
            command.upgrade(config, "head")
    assert "half_done" not in sa.inspect(database.read_engine).get_table_names()
    again = Database(database.url, secret_key=SECRET_KEY)
    assert migrations.upgrade(again) == newest
    again.close()
