"""A catalog of any size with a full rights book, multiplied in SQL from a few listings made by the services.

A template row is copied with other ids, so the rows are those of the product, index included, at the speed of
`INSERT ... SELECT`.
"""

import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from app.catalog.models import Package
from app.infrastructure.db.database import Database
from app.infrastructure.ids import new_id
from app.infrastructure.storage import LocalAssetStore
from app.rights.index.service import index_blocks
from app.rights.models import RightsBlockRow
from app.rights.states import BlockKind
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.media import ROOTS, expand, leaves
from app.values.territory import Territory
from tests.benchmarks.multiply import Multiplier
from tests.factories.catalog import make_listed_package, make_package
from tests.factories.parties import make_estate
from tests.support.clock import START

OFFERS: tuple[dict[str, Any], ...] = (
    {"components": tuple(Component), "media": expand(ROOTS), "territory": "+WORLD", "axes": list(Axis)},
    {"components": tuple(Component), "media": expand(["game", "vr"]), "territory": "+WORLD -CN"},
    {"components": (Component.VOICE, Component.FACE), "media": expand(["film", "game"]), "territory": "+WORLD"},
    {"components": (Component.VOICE,), "media": expand(ROOTS), "territory": "+WORLD"},
    {"components": (Component.VOICE,), "media": expand(["game"]), "territory": "+EUROPE +AMERICAS +JP"},
    {
        "components": (Component.VOICE, Component.FACE),
        "media": expand(["brand_ambassador"]),
        "territory": "+EUROPE",
    },
    {"components": (Component.FACE,), "media": expand(["film", "vr"]), "territory": "+WORLD", "languages": ["en"]},
)
TERRITORIES = ("+US +CA", "+JP", "+DE +AT +CH", "+EU", "+EUROPE", "+AMERICAS", "+ASIA -CN", "+WORLD", "+BR", "+FR")
BLOCKS = 1009
"""Different blocks; a prime, so that counting on in steps meets all of them."""


class World:
    """Packages with numbers from 1, each of a performer of its own, each with the same number of grants."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._multiply = Multiplier(database)
        self.packages = 0
        with database.write() as session:
            session.execute(
                sa.text("CREATE TABLE bench_offer (number int, performer_id varchar(32), package_id varchar(32))")
            )
            session.execute(sa.text("CREATE TABLE bench_block (number int PRIMARY KEY, block_id varchar(32))"))
            self._make_templates(session, LocalAssetStore(folder / "assets"))

    def grow_to(self, packages: int, *, grants_each: int) -> None:
        first, self.packages = self.packages + 1, packages
        with self._multiply.unchecked() as connection:
            self._copy_offers(connection, first, packages)
            span = packages - first + 1
            self._copy_blocks(
                connection, first * grants_each, packages * grants_each + grants_each - 1, f"{first} + n.i % {span}"
            )
        self._multiply.analyze()

    def add_grants(self, package: int, blocks: int, *, already: int) -> None:
        """Give one package more grants, `blocks` in the end."""
        if blocks <= already:
            return
        first = 10**9 + package * 10**5
        with self._multiply.unchecked() as connection:
            self._copy_blocks(connection, first + already, first + blocks - 1, str(package))
        self._multiply.analyze()

    def package_id(self, number: int) -> str:
        return f"pkg_{number:026d}"

    def _make_templates(self, session: Session, store: LocalAssetStore) -> None:
        for number, offer in enumerate(OFFERS):
            estate = make_estate(session, store)
            terms = offer | {"territory": Territory.parse(offer["territory"])}
            package = make_listed_package(session, store, estate, **terms)
            session.execute(
                sa.text("INSERT INTO bench_offer VALUES (:number, :performer_id, :package_id)"),
                {"number": number, "performer_id": package.performer_id, "package_id": package.id},
            )
        shelf = make_package(session, store, make_estate(session, store))
        chance = random.Random(1)  # noqa: S311  the same world every time
        rows = [_block(chance, shelf) for _ in range(BLOCKS)]
        session.add_all(rows)
        index_blocks(session=session, references={row.reference for row in rows})
        session.execute(
            sa.text("INSERT INTO bench_block VALUES (:number, :block_id)"),
            [{"number": number, "block_id": row.id} for number, row in enumerate(rows)],
        )

    def _copy_offers(self, connection: sa.Connection, first: int, last: int) -> None:
        number = f"m.number = n.i % {len(OFFERS)}"
        performer, package = self._multiply.id("prf", "n.i"), self._multiply.id("pkg", "n.i")
        place = "CASE t.component WHEN 'face' THEN 1 WHEN 'voice' THEN 2 ELSE 3 END"
        component = self._multiply.id("cmp", f"n.i * 4 + {place}")
        of_performer = {"performer_id": performer}
        of_package = {"package_id": package}
        tables: dict[str, tuple[str, dict[str, str]]] = {
            "performer": ("t.id = m.performer_id", {"id": performer}),
            "representation": (
                "t.performer_id = m.performer_id",
                {"id": self._multiply.id("rep", "n.i"), **of_performer},
            ),
            "package": ("t.id = m.package_id", {"id": package, **of_performer}),
            "package_component": ("t.package_id = m.package_id", {"id": component, **of_package}),
            "offer_index": (
                "t.package_id = m.package_id",
                {"component_id": component, **of_performer, **of_package},
            ),
            "package_word": ("t.package_id = m.package_id", of_package),
            "rate_card_line": (
                "t.package_id = m.package_id",
                {"id": self._multiply.id("rcl", "n.i"), **of_package},
            ),
        }
        for table, (join, changes) in tables.items():
            source = f"bench_offer m ON {number} JOIN {table} t ON {join}"
            self._multiply.copy(connection, table, source, changes, first=first, last=last)

    def _copy_blocks(self, connection: sa.Connection, first: int, last: int, package: str) -> None:
        template = f"bench_block m ON m.number = (n.i % 1000003) * 7 % {BLOCKS}"
        changes = {"performer_id": self._multiply.id("prf", package)}
        block = self._multiply.id("blk", "n.i")
        self._multiply.copy(
            connection,
            "rights_block",
            f"{template} JOIN rights_block t ON t.id = m.block_id",
            {
                "id": block,
                "package_id": self._multiply.id("pkg", package),
                "reference": self._multiply.id("lic", "n.i"),
                **changes,
            },
            first=first,
            last=last,
        )
        self._multiply.copy(
            connection,
            "block_index",
            f"{template} JOIN block_index t ON t.block_id = m.block_id",
            {"block_id": block, **changes},
            first=first,
            last=last,
        )


def _block(chance: random.Random, shelf: Package) -> RightsBlockRow:
    year, month = chance.randint(2026, 2030), chance.randint(1, 12)
    starts_at = datetime(year, month, 1, tzinfo=UTC)
    kind = BlockKind.HOLDBACK if chance.random() < 0.05 else BlockKind.GRANT
    media = sorted(leaves(chance.choice(ROOTS)))
    return RightsBlockRow(
        id=new_id("blk"),
        kind=kind,
        performer_id=shelf.performer_id,
        package_id=shelf.id,
        reference=new_id("lic"),
        component=chance.choices(list(Component), (3, 5, 2))[0],
        axes=chance.choice((["scripted"], ["realtime"], ["scripted", "realtime"], ["training"])),
        media=chance.sample(media, chance.randint(1, len(media))),
        territory=sorted(Territory.parse(chance.choice(TERRITORIES)).codes),
        languages=["*"] if chance.random() < 0.8 else [chance.choice(("en", "ja", "de"))],
        categories=["*"],
        starts_at=starts_at,
        ends_at=None if chance.random() < 0.02 else starts_at.replace(year=year + chance.randint(1, 3)),
        exclusivity=chance.choices(list(Exclusivity), (70, 25, 5))[0],
        booked_at=START,
    )
