"""What was stored by an earlier release is still there after migrating to this one, and refers to what it did."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from app.infrastructure.db import migrations
from app.infrastructure.db.database import Database
from tests.support.settings import SECRET_KEY

FIRST_RELEASE = "0011_notifications"
AT = datetime(2026, 6, 1, tzinfo=UTC)
EVERYWHERE = {"territory_expression": "+DE +JP", "territory_codes": ["DE", "JP"]}
ROWS: list[tuple[str, dict[str, Any]]] = [
    (
        "party",
        {"id": "pty_e", "kind": "estate", "name": "Estate of Ada Roe", "country": "US", "email": "e@example.com"},
    ),
    ("party", {"id": "pty_s", "kind": "studio", "name": "Northlight", "country": "DE", "email": "s@example.com"}),
    (
        "performer",
        {
            "id": "prf_a",
            "name": "Ada Roe",
            "is_living": False,
            "died_on": AT.date(),
            "domicile": "US-CA",
            "summary": "",
            "recorded_by_party_id": "pty_e",
        },
    ),
    (
        "representation",
        {
            "id": "rep_a",
            "performer_id": "prf_a",
            "holder_party_id": "pty_e",
            "components": ["voice"],
            "media": ["game.trailer"],
            "status": "verified",
            "note": "Seen.",
            **EVERYWHERE,
        },
    ),
    (
        "representation_document",
        {
            "id": "rdc_a",
            "representation_id": "rep_a",
            "kind": "court_order",
            "filename": "order.pdf",
            "sha256": "0" * 64,
            "size_bytes": 1,
            "media_type": "application/pdf",
            "uploaded_at": AT,
        },
    ),
    (
        "package",
        {
            "id": "pkg_a",
            "performer_id": "prf_a",
            "licensor_party_id": "pty_e",
            "title": "The voice",
            "summary": "",
            "tags": [],
            "status": "listed",
        },
    ),
    (
        "package_component",
        {
            "id": "cmp_a",
            "package_id": "pkg_a",
            "component": "voice",
            "axes": ["scripted"],
            "media": ["game.trailer"],
            "territory_index": "DE JP",
            "languages": ["*"],
            "categories": ["*"],
            "delivery": "export",
            "description": "",
            **EVERYWHERE,
        },
    ),
    (
        "rights_block",
        {
            "id": "blk_a",
            "kind": "grant",
            "performer_id": "prf_a",
            "package_id": "pkg_a",
            "reference": "lic_a",
            "component": "voice",
            "axes": ["scripted"],
            "media": ["game.trailer"],
            "territory": ["DE"],
            "languages": ["*"],
            "categories": ["*"],
            "starts_at": AT,
            "exclusivity": "exclusive",
            "booked_at": AT,
        },
    ),
]


@pytest.fixture
def first_release(empty_database_url: str) -> Database:
    database = Database(empty_database_url, secret_key=SECRET_KEY)
    migrations.upgrade(database, to=FIRST_RELEASE)
    return database


def test_rows_of_the_first_release_are_kept(first_release: Database) -> None:
    metadata = sa.MetaData()
    metadata.reflect(first_release.read_engine)
    with first_release.write() as session:
        for name, values in ROWS:
            table = metadata.tables[name]
            stamps = {"created_at": AT} if "created_at" in table.columns else {}
            session.execute(table.insert().values(**stamps, **values))
    migrations.upgrade(first_release)
    after = sa.MetaData()
    after.reflect(first_release.read_engine)
    with first_release.read() as session:
        for name, values in ROWS:
            table = after.tables[name]
            row = session.execute(sa.select(table).where(table.c.id == values["id"])).mappings().one()
            kept = {column: row[column] for column in values if not isinstance(values[column], datetime)}
            assert kept == {column: values[column] for column in kept}
    first_release.close()
