"""Grounds of suspension from before it was kept who imposed them count as the licensor's."""

import sqlalchemy as sa
from sqlmodel import select

from app.infrastructure.db import migrations
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.standing.models import LicenseSuspension
from tests.factories.licensing import make_license
from tests.factories.standing import suspend_for

AS_BEFORE = (
    "DROP INDEX uq_license_suspension_standing",
    "ALTER TABLE license_suspension DROP COLUMN by_administrator",
    "CREATE UNIQUE INDEX uq_license_suspension_standing ON license_suspension (license_id, kind, reference)"
    " WHERE lifted_at IS NULL",
    "UPDATE alembic_version SET version_num = '0033_changed_terms'",
)


def test_they_are_kept_and_the_licensor_s(database: Database, services: Services) -> None:
    with database.write() as session:
        made = make_license(session, services.store)
        suspend_for(session, made.licensor, made.id)
        suspend_for(session, made.licensor, made.id, lasts=None)
        before = [row.id for row in session.exec(select(LicenseSuspension)).all()]
    with database.write() as session:
        for statement in AS_BEFORE:
            session.execute(sa.text(statement))
    migrations.upgrade(database)
    with database.read() as session:
        rows = session.exec(select(LicenseSuspension)).all()
        assert [row.id for row in rows] == before
        assert [(row.by_administrator, row.lifted_at is None) for row in rows] == [(False, False), (False, True)]
        assert {row.reason for row in rows} == {"The label is missing."}
