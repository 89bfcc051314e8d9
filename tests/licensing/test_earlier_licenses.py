"""Licenses of an earlier release rest on what their licensor had proven last when they were signed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.infrastructure.db import migrations
from app.infrastructure.db.database import Database
from tests.support.settings import SECRET_KEY

BEFORE = "0015_declarations"
FIRST, SECOND, THIRD = (datetime(2026, month, 1, tzinfo=UTC) for month in (2, 4, 6))
TICK = timedelta(microseconds=1)
TERMS = '{"term": {"zone": "America/New_York"}}'


def test_what_an_earlier_license_rests_on_follows_from_what_was_proven_when_it_was_signed(
    empty_database_url: str,
) -> None:
    database = Database(empty_database_url, secret_key=SECRET_KEY)
    migrations.upgrade(database, to=BEFORE)
    metadata = sa.MetaData()
    metadata.reflect(database.read_engine)
    held: dict[str, dict[str, Any]] = {
        "rep_old": {"status": "superseded", "verified_at": FIRST},
        "rep_new": {"status": "verified", "verified_at": SECOND},
        "rep_refused": {"status": "failed", "verified_at": FIRST},
        "rep_pending": {"status": "pending"},
        "rep_other": {"status": "verified", "verified_at": FIRST, "holder_party_id": "pty_s"},
    }
    signed = {"lic_early": FIRST - TICK, "lic_old": SECOND - TICK, "lic_new": SECOND, "lic_late": THIRD}
    with database.write() as session:
        write = Writer(session, metadata)
        write.parties()
        for id, facts in held.items():
            write.representation(id, **facts)
        for number, (id, at) in enumerate(signed.items()):
            write.license(id, number, at)
    migrations.upgrade(database)
    after = sa.Table("license_authority", sa.MetaData(), autoload_with=database.read_engine)
    with database.read() as session:
        rows = session.execute(sa.select(after.c.license_id, after.c.representation_id)).all()
        assert sorted(tuple(row) for row in rows) == [
            ("lic_late", "rep_new"),
            ("lic_new", "rep_new"),
            ("lic_old", "rep_old"),
        ]
    database.close()


class Writer:
    """Writes rows as an earlier release had them."""

    def __init__(self, session: Any, metadata: sa.MetaData) -> None:
        self._session, self._tables = session, metadata.tables

    def row(self, table: str, **values: Any) -> None:
        known = self._tables[table].columns
        stamps = {"created_at": FIRST} if "created_at" in known else {}
        self._session.execute(self._tables[table].insert().values(**stamps | values))

    def parties(self) -> None:
        for id, kind in (("pty_e", "estate"), ("pty_s", "studio")):
            self.row("party", id=id, kind=kind, name=id, country="US", email="a@example.com")
        self.row(
            "performer",
            id="prf_a",
            name="Ada Roe",
            is_living=False,
            domicile="US-CA",
            summary="",
            recorded_by_party_id="pty_e",
        )
        self.row(
            "package",
            id="pkg_a",
            performer_id="prf_a",
            licensor_party_id="pty_e",
            title="The voice",
            summary="",
            tags=[],
            status="listed",
        )
        self.row("user_account", id="usr_a", email="r@example.com", name="R", password_hash="x")
        self.row("production", id="prd_a", licensee_party_id="pty_s", title="H", kind="game", description="")

    def representation(self, id: str, **facts: Any) -> None:
        usual = {
            "performer_id": "prf_a",
            "holder_party_id": "pty_e",
            "capacity": "executor",
            "share_bps": 0,
            "is_exclusive": True,
            "may_delegate": True,
            "components": ["voice"],
            "media": ["game.trailer"],
            "territory_expression": "+DE",
            "territory_codes": ["DE"],
            "note": "",
        }
        self.row("representation", id=id, **usual | facts)

    def license(self, id: str, number: int, at: datetime) -> None:
        self.row(
            "negotiation",
            id=f"neg_{number}",
            package_id="pkg_a",
            production_id="prd_a",
            licensor_party_id="pty_e",
            licensee_party_id="pty_s",
            intended_use="",
            platform_fee_bps=0,
            status="signed",
            opened_at=at,
            closed_at=at,
            closing_reason="",
        )
        terms = {"negotiation_id": f"neg_{number}", "terms_json": TERMS, "terms_sha256": "0" * 64}
        self.row(
            "offer",
            id=f"off_{number}",
            number=1,
            by_party_id="pty_s",
            by_user_id="usr_a",
            message="",
            sent_at=at,
            expires_at=at + TICK,
            **terms,
        )
        self.row(
            "deal",
            id=f"dea_{number}",
            offer_number=1,
            offered_by_party_id="pty_s",
            accepted_by_party_id="pty_e",
            license_id=id,
            signed_at=at,
            **terms,
        )
        self.row(
            "license",
            id=id,
            deal_id=f"dea_{number}",
            package_id="pkg_a",
            performer_id="prf_a",
            licensor_party_id="pty_e",
            licensee_party_id="pty_s",
            status="active",
            starts_at=at,
            ends_at=at + TICK,
            terms_sha256="0" * 64,
            status_index=number,
            created_at=at,
        )
