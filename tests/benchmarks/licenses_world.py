"""Any number of licenses, multiplied in SQL from some that were signed and paid for through the services.

A copy is a license and the version that says from when on its terms count. Its terms, package, parties and keys
are those of its template. What the way to a license needs (talks, offers, the text of the deal) is not copied: a
process has to be asked about every template first, so that it has read all texts once.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.identity.states import Scope
from app.infrastructure.db.database import Database
from app.infrastructure.storage import LocalAssetStore
from app.values.media import expand
from app.values.territory import Territory
from tests.benchmarks.multiply import Multiplier
from tests.factories.identity import make_key
from tests.factories.licensing import make_license, make_licensing_sides
from tests.factories.negotiation import grant
from tests.support.clock import START

TERM = {"first_day": "2026-06-15", "last_day": "2046-12-31", "zone": "America/New_York"}
TERRITORIES = ("+WORLD -CN", "+EU", "+EUROPE +JP", "+AMERICAS", "+WORLD", "+US +CA +MX")
MEDIA = (["game.scripted_performance"], ["game.scripted_performance", "game.trailer"], ["vr.social_world"])
OFFERED: dict[str, Any] = {"media": expand(["game", "vr"]), "territory": Territory.parse("+WORLD")}


@dataclass(frozen=True, slots=True)
class Template:
    """A license that was really signed, and a key of its licensee that may decide."""

    license_id: str
    key: str


class LicensesWorld:
    """Licenses with numbers from 1; each is a copy of the template that its number leads to."""

    def __init__(self, database: Database, folder: Path, *, templates: int, **terms: Any) -> None:
        """`terms` override those of every template."""
        self._database = database
        self._multiply = Multiplier(database)
        self.licenses = 0
        self._terms = terms
        with database.write() as session:
            session.execute(sa.text("CREATE TABLE bench_license (number int PRIMARY KEY, license_id varchar(32))"))
        store = LocalAssetStore(folder / "assets")
        self.templates = [self._make_template(store, number) for number in range(templates)]

    def grow_to(self, licenses: int) -> None:
        first, self.licenses = self.licenses + 1, licenses
        with self._multiply.unchecked() as connection:
            self._copy(connection, first, licenses)
        self._multiply.analyze()

    def plan_far_ahead(self, at: str) -> None:
        """Give every copy a notice, a duty and a part of a fee due far ahead; half of the parts are charged."""
        notice = {"id": self._multiply.id("ntc", "n.i"), "due_at": f"'{at}'", "announced_at": "NULL"}
        duty = {"id": self._multiply.id("dty", "n.i"), "due_at": f"'{at}'", "done_at": "NULL", "lapsed_at": "NULL"}
        told = {"id": self._multiply.id("dtn", "n.i"), "duty_id": duty["id"]}
        due = {
            "id": self._multiply.id("due", "n.i"),
            "reference": self._multiply.id("bench", "n.i"),
            "due_at": f"'{at}'",
            "overdue_at": f"'{at}'",
            "is_at_signature": "FALSE",
            "charged_at": "CASE n.i % 2 WHEN 0 THEN t.charged_at END",
            "remind_at": f"CASE n.i % 2 WHEN 0 THEN '{at}' END",
            "paid_at": "NULL",
        }
        if not self._database.is_sqlite:
            far, never = f"TIMESTAMPTZ '{at}'", "CAST(NULL AS timestamptz)"
            due["due_at"] = due["overdue_at"] = notice["due_at"] = duty["due_at"] = far
            due["remind_at"] = f"CASE n.i % 2 WHEN 0 THEN {far} END"
            notice["announced_at"] = due["paid_at"] = duty["done_at"] = duty["lapsed_at"] = never
        told |= {"due_at": notice["due_at"], "announced_at": notice["announced_at"]}
        license_id = self._multiply.id("lic", "n.i")
        of_template = f"bench_license m ON m.number = n.i % {len(self.templates)}"
        with self._multiply.unchecked() as connection:
            for table, which, changes in (
                ("license_notice", "t.kind = 'ended'", notice),
                ("license_due", "t.kind = 'fee' AND t.number = 1", due),
                ("license_duty", "t.kind = 'destruction'", duty),
            ):
                source = f"{of_template} JOIN {table} t ON t.license_id = m.license_id AND {which}"
                copied = changes | {"license_id": license_id}
                self._multiply.copy(connection, table, source, copied, first=1, last=self.licenses)
            source = (
                f"{of_template} JOIN license_duty d ON d.license_id = m.license_id AND d.kind = 'destruction' "
                "JOIN duty_notice t ON t.duty_id = d.id AND t.step = 'soon'"
            )
            self._multiply.copy(connection, "duty_notice", source, told, first=1, last=self.licenses)
        self._multiply.analyze()

    def license_id(self, number: int) -> str:
        return f"lic_{number:026d}"

    def template_of(self, number: int) -> Template:
        return self.templates[number % len(self.templates)]

    def _make_template(self, store: LocalAssetStore, number: int) -> Template:
        with self._database.write() as session:
            sides = make_licensing_sides(session, store, **OFFERED)
            made = make_license(session, store, sides=sides, **(_terms(number) | self._terms))
            key = make_key(session, sides.studio, scopes=frozenset({Scope.DECIDE}))
            session.execute(
                sa.text("INSERT INTO bench_license VALUES (:number, :id)"), {"number": number, "id": made.id}
            )
        return Template(made.id, key.text)

    def _copy(self, connection: sa.Connection, first: int, last: int) -> None:
        license_id, deal_id = self._multiply.id("lic", "n.i"), self._multiply.id("dea", "n.i")
        of_template = f"bench_license m ON m.number = n.i % {len(self.templates)}"
        tables: dict[str, dict[str, str]] = {
            "license": {"id": license_id, "deal_id": deal_id, "status_index": "n.i + 1000000000"},
            "deal_version": {"deal_id": deal_id, "license_id": license_id},
        }
        for table, changes in tables.items():
            key = "id" if table == "license" else "license_id"
            source = f"{of_template} JOIN {table} t ON t.{key} = m.license_id"
            self._multiply.copy(connection, table, source, changes, first=first, last=last)


def _terms(number: int) -> dict[str, Any]:
    """Return terms that differ from license to license, as real ones do."""
    return {
        "at": START,
        "term": TERM,
        "grants": [
            grant(territory=TERRITORIES[number % len(TERRITORIES)], media=MEDIA[number % len(MEDIA)]),
            grant(axes=["realtime"], media=["game.realtime_character"], languages=["en", "ja"]),
        ],
        "credit_line": f"Voice by permission of estate {number}",
    }
