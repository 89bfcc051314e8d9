"""Fees of an earlier release were due at signature, in one part; what was stated of them stays as it was stated."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.infrastructure.db import migrations
from app.infrastructure.db.database import Database
from tests.licensing.test_earlier_licenses import Writer
from tests.support.settings import SECRET_KEY

BEFORE = "0019_fill_search_index"
SIGNED = datetime(2026, 6, 2, 3, tzinfo=UTC)
"""Late on the first of June in New York."""
PAID = SIGNED + timedelta(days=3)
LINE: dict[str, Any] = {
    "id": "stl_1",
    "statement_id": "stm_1",
    "number": 1,
    "kind": "fee",
    "is_correction": False,
    "reason": "",
    "license_id": "lic_paid",
    "month": "2026-06",
    "item": "",
    "media": "",
    "territory": "",
    "channel": "",
    "units": 0,
    "basis_minor": 900,
    "amount_minor": 900,
    "currency": "USD",
}


def test_fees_asked_for_and_stated_before_are_dues_of_one_part(empty_database_url: str) -> None:
    database = Database(empty_database_url, secret_key=SECRET_KEY)
    migrations.upgrade(database, to=BEFORE)
    metadata = sa.MetaData()
    metadata.reflect(database.read_engine)
    with database.write() as session:
        _write(Writer(session, metadata))
    migrations.upgrade(database)
    after = sa.MetaData()
    after.reflect(database.read_engine)
    due, earning, line = (
        after.tables[name] for name in ("license_due", "royalty_fee_earning", "royalty_statement_line")
    )
    with database.read() as session:
        rows = session.execute(sa.select(due).order_by(due.c.license_id)).mappings().all()
        assert [(row["license_id"], row["reference"], row["paid_at"] is None) for row in rows] == [
            ("lic_open", "license/lic_open/fee", True),
            ("lic_paid", "license/lic_paid/fee", False),
        ]
        assert {(row["kind"], row["number"], row["amount_minor"], row["is_at_signature"]) for row in rows} == {
            ("fee", 1, 900, True)
        }
        kept = session.execute(sa.select(earning.c.kind, earning.c.number, earning.c.statement_id)).one()
        assert tuple(kept) == ("fee", 1, "stm_1")
        assert session.execute(sa.select(line.c.kind, line.c.amount_minor)).one() == ("fee", 900)
    with database.write() as session:
        writer = Writer(session, after)
        writer.row("royalty_statement_line", **LINE | {"id": "stl_2", "number": 2, "kind": "advance"})
    for change in (
        line.update().values(amount_minor=1),
        line.delete(),
        line.insert().values(**LINE | {"id": "stl_3", "number": 3, "kind": "gift"}),
    ):
        with pytest.raises(IntegrityError), database.write() as session:
            session.execute(change)
    database.close()


def _write(write: Writer) -> None:
    write.parties()
    for number, id in enumerate(("lic_free", "lic_open", "lic_paid")):
        write.license(id, number, SIGNED)
    for id, status, paid_at in (("lic_open", "open", None), ("lic_paid", "paid", PAID)):
        how = {"stripe_charge_id": "ch_1", "processor_fee_minor": 30} if paid_at else {}
        write.row(
            "charge",
            id=f"chg_{id}",
            reference=f"license/{id}/fee",
            payer_party_id="pty_s",
            amount_minor=900,
            currency="USD",
            description="",
            success_path="/",
            status=status,
            checkout_number=1,
            problem="",
            requested_at=SIGNED,
            paid_at=paid_at,
            looked_at=SIGNED,
            **how,
        )
    _write_statement(write)


def _write_statement(write: Writer) -> None:
    write.row("royalty_run", id="run_1", period="2026-Q2", started_at=PAID, started_by="x")
    amounts = {"opening_minor": 0, "earned_minor": 900, "payable_minor": 900, "closing_minor": 0}
    write.row(
        "royalty_statement",
        id="stm_1",
        run_id="run_1",
        number=1,
        licensor_party_id="pty_e",
        period="2026-Q2",
        currency="USD",
        document_json="{}",
        sha256="",
        issued_at=PAID,
        **amounts,
    )
    write.row("royalty_statement_line", **LINE)
    write.row(
        "royalty_fee_earning",
        id="fee_1",
        license_id="lic_paid",
        licensor_party_id="pty_e",
        source="license/lic_paid/fee",
        gross_minor=900,
        platform_fee_minor=0,
        currency="USD",
        earned_at=PAID,
        statement_id="stm_1",
    )
