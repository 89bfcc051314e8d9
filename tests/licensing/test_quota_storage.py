"""How counting is stored: what the database refuses, how often it is asked, what the audit trail says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.audit.models import AuditRecord
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing import queries as licenses
from app.licensing.quotas import queries
from app.licensing.quotas.models import QuotaCounter, ReservationAmount
from tests.factories.licensing import DURING, ENDS_AT, Licensed
from tests.factories.quotas import (
    cap,
    commit,
    make_capped_license,
    release,
    reserve,
    states,
)

DAY = timedelta(days=1)
AUGUST_15 = datetime(2026, 8, 15, 4, tzinfo=UTC)
"""The third month of the usual license begins in New York."""


@pytest.fixture
def capped(database: Database, services: Services) -> Licensed:
    with database.write() as session:
        return make_capped_license(
            session, services.store, cap("renders", 100), cap("lines", 10, per="month"), cap("concurrent_titles", 2)
        )


def test_counting_reads_as_often_for_many_reservations_as_for_one(database: Database, capped: Licensed) -> None:
    """And what has run out long ago is not even looked at."""
    with database.write() as session:
        reserve(session, capped, renders=1)

    def reads() -> int:
        count = 0

        def note(*_: Any) -> None:
            nonlocal count
            count += 1

        with database.read() as session:
            view = licenses.license_of(session, capped.id)
            sa.event.listen(session.connection(), "before_cursor_execute", note)
            queries.quota_states(session, view, at=DURING)
        return count

    before = reads()
    with database.write() as session:
        for _ in range(20):
            reserve(session, capped, renders=1)
    assert reads() == before <= 3


def test_every_change_is_in_the_audit_trail(database: Database, capped: Licensed) -> None:
    with database.write() as session:
        used, unused = (reserve(session, capped, renders=3) for _ in range(2))
        commit(session, capped, used, renders=2)
        release(session, capped, unused)
    with database.read() as session:
        trail = select(AuditRecord).where(
            AuditRecord.subject_id == capped.id, col(AuditRecord.action).startswith("quota.")
        )
        rows = session.exec(trail.order_by(col(AuditRecord.position))).all()
    assert [row.action for row in rows] == ["quota.reserved"] * 2 + ["quota.committed", "quota.released"]
    assert f'"amounts":{{"renders":2}},"reservation_id":"{used}"' in rows[2].detail


@pytest.mark.parametrize(
    ("unit", "ends_at", "used"), [("renders", ENDS_AT, -1), ("renders", DURING, 0), ("tickets", ENDS_AT, 0)]
)
def test_the_database_refuses_counters_that_cannot_be(
    session: Session, services: Services, unit: str, ends_at: datetime, used: int
) -> None:
    made = make_capped_license(session, services.store, cap("renders", 1))
    with pytest.raises((sa.exc.IntegrityError, sa.exc.DataError)):
        session.execute(
            sa.text(
                "INSERT INTO quota_counter (id, license_id, unit, covers, starts_at, ends_at, used) "
                "VALUES ('qta_1', :license_id, :unit, 'all', :starts_at, :ends_at, :used)"
            ).bindparams(
                sa.bindparam("starts_at", DURING, sa.DateTime(timezone=True)),
                sa.bindparam("ends_at", ends_at, sa.DateTime(timezone=True)),
                license_id=made.id,
                unit=unit,
                used=used,
            )
        )
    session.rollback()


@pytest.mark.parametrize("amounts", [(0, None, None), (5, 6, None), (5, -1, None), (5, None, 1), (5, 2, 3)])
def test_the_database_refuses_amounts_that_cannot_be(
    session: Session, services: Services, amounts: tuple[int, int | None, int | None]
) -> None:
    made = make_capped_license(session, services.store, cap("renders", 10))
    reservation = reserve(session, made, lines=1)
    amount, committed, used = amounts
    row = ReservationAmount(
        reservation_id=reservation, unit="renders", license_id=made.id, component="voice",
        amount=amount, committed=committed, used=used, counted_at=DURING, expires_at=DURING + DAY,
    )  # fmt: skip
    session.add(row)
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()
    session.rollback()


def test_the_counters_are_the_sum_of_their_reservations(database: Database, capped: Licensed) -> None:
    with database.write() as session:
        for number in range(1, 6):
            commit(session, capped, reserve(session, capped, renders=number))
        counters = session.exec(select(QuotaCounter).where(QuotaCounter.unit == "renders")).all()
        assert [counter.used for counter in counters] == [15]
    assert [state.has_counter for state in states(database, capped)] == [True] * 3
