"""Licenses that were there before calendars get the calendar that they would have been planned."""

import importlib.util
from datetime import date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from app.infrastructure.db import migrations
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.closing.models import DutyNotice, LicenseDuty
from app.licensing.queries import license_of
from app.licensing.states import LicenseAction
from app.negotiation.changes import service as changes
from app.negotiation.models import Deal
from tests.factories.changes import agree, amend, hand_on
from tests.factories.closing import CLOSING, change, make_closing_license
from tests.factories.licensing import DURING, ENDS_AT, make_unpaid_license
from tests.factories.royalties import make_earning_license, report_usage, sales, steam_file

DAY = timedelta(days=1)
PLANNED = (
    *("license_id", "kind", "key", "title", "party_id", "zone", "opens_at", "due_at", "proof", "position"),
    *("done_at", "lapsed_at"),
)


def the_migration() -> ModuleType:
    [path] = Path(migrations.folder() / "versions").glob("*_closing.py")
    spec = importlib.util.spec_from_file_location("closing_migration", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def days(database: Database) -> list[tuple[Any, ...]]:
    with database.read() as session:
        rows = session.execute(sa.select(LicenseDuty).where(LicenseDuty.lapsed_at.is_(None))).scalars().all()  # type: ignore[union-attr]
        return sorted(tuple(str(getattr(row, name)) for name in PLANNED) for row in rows)


def notices(database: Database, *, after: datetime) -> list[tuple[str, ...]]:
    with database.read() as session:
        joined = sa.select(LicenseDuty, DutyNotice).join(DutyNotice, DutyNotice.duty_id == LicenseDuty.id)  # type: ignore[arg-type]
        return sorted(
            (duty.license_id, duty.kind.value, duty.key, notice.step.value, str(notice.due_at))
            for duty, notice in session.execute(joined)
            if notice.due_at > after and duty.lapsed_at is None and notice.announced_at is None
        )


def test_what_is_planned_late_is_what_would_have_been_planned(database: Database, services: Services) -> None:
    with database.write() as session:
        make_closing_license(session, services.store)
        make_unpaid_license(session, services.store, **CLOSING)
        ended, handed_on, shortened = (make_closing_license(session, services.store) for _ in range(3))
        change(session, ended, LicenseAction.TERMINATE, at=DURING)
        deal_id = license_of(session, handed_on.id).latest.deal_id
        buyer = hand_on(session, handed_on.licensee, handed_on.licensor, deal_id, at=DURING)
        deal = session.get_one(Deal, license_of(session, handed_on.id).latest.deal_id)
        later = CLOSING | {"deletion": {"within_days": 20}, "fee": {"amount_minor": 1_250_000, "currency": "USD"}}
        agree(session, handed_on.licensor, amend(session, buyer, deal, at=DURING + DAY, **later), at=DURING + DAY)
        talks = changes.open_termination(
            session=session,
            actor=shortened.licensee,
            at=DURING,
            deal_id=license_of(session, shortened.id).latest.deal_id,
            last_day=date(2026, 10, 31),
        )
        agree(session, shortened.licensor, talks, at=DURING)
    at = DURING + 9 * DAY
    expected, announced = days(database), notices(database, after=at)
    assert len(expected) > 30
    plan_anew(database, at)
    assert days(database) == expected
    assert notices(database, after=at) == announced


def test_a_final_report_that_came_before_is_noted(database: Database, services: Services) -> None:
    reported_at = ENDS_AT + 10 * DAY
    last = (date(2026, 10, 1), date(2026, 12, 31))
    with database.write() as session:
        made = make_earning_license(session, services.store)
        sold = steam_file(sales(100_00, Date="2026-11-01"))
        report_usage(session, made, sold, at=reported_at, days=last)
    expected = days(database)
    assert any(str(reported_at) in day for day in expected)
    plan_anew(database, reported_at + DAY)
    assert days(database) == expected
    assert not [notice for notice in notices(database, after=reported_at) if "final_report" in notice]


def plan_anew(database: Database, at: datetime) -> None:
    with database.write() as session:
        session.execute(sa.delete(DutyNotice))
        session.execute(sa.delete(LicenseDuty))
    with database.write_engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        the_migration()._plan_for_licenses_there_are(at)
