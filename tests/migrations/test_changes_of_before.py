"""Licenses whose terms were changed before that was noted on them, as the migration dates them."""

import importlib.util
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlmodel import select

from app.infrastructure.db import migrations
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.models import License
from app.negotiation.deals.queries import latest_version
from app.negotiation.models import Deal
from tests.factories.changes import agree, amend, free_terms
from tests.factories.licensing import DURING, make_license

LATER = DURING + timedelta(days=9)


def dated(database: Database) -> dict[str, datetime | None]:
    with database.read() as session:
        return dict(session.exec(select(License.id, License.terms_changed_at)).all())


def test_each_is_dated_by_its_last_signature(database: Database, services: Services) -> None:
    with database.write() as session:
        never, once, twice = (make_license(session, services.store, **free_terms()) for _ in range(3))
    for made, at in ((once, DURING), (twice, DURING), (twice, LATER)):
        with database.write() as session:
            deal = session.get_one(Deal, latest_version(session, made.id).deal.id)
            agree(session, made.licensor, amend(session, made.licensee, deal, at=at, credit_line=f"{at}"), at=at)
    expected = {never.id: None, once.id: DURING, twice.id: LATER}
    assert dated(database) == expected
    with database.write() as session:
        session.execute(sa.update(License).values(terms_changed_at=None))
    [path] = Path(migrations.folder() / "versions").glob("*_changed_terms.py")
    spec = importlib.util.spec_from_file_location("changed_terms_migration", path)
    assert spec is not None
    assert spec.loader is not None
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)
    with database.write_engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        migration._date_the_changes_there_were()
    assert dated(database) == expected
