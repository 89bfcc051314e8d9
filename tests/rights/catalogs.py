"""Made-up catalogs: packages with offers and authority of all sorts, and books full of all that can be taken."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from app.catalog.models import Package, PackageComponent
from app.catalog.states import PackageStatus
from app.identity.actor import Actor
from app.parties.models import Performer, Representation
from app.parties.states import Capacity, RepresentationStatus
from app.rights.index.service import index_blocks, index_offers
from app.rights.models import RightsBlockRow
from app.rights.rules.ask import Ask, spell
from app.rights.states import BlockKind, MatchMode
from app.values.components import Axis, Component, DeliveryMode
from app.values.exclusivity import Exclusivity
from app.values.rights_block import RightsBlock
from app.values.term import Term

AXES = (Axis.SCRIPTED, Axis.REALTIME)
LEAVES = ("game.trailer", "film.trailer", "brand_ambassador.digital_ad", "film.hologram")
"""The last is a leaf of a media tree to come: the index has no bit for it."""
COUNTRIES = ("AD", "DE", "JP", "US", "ZW", "XK")
"""From each of the four columns of bits, and one without a bit."""
LANGUAGES = ("en", "en-GB", "es")
CATEGORIES = ("toys", "food", "asteroid_mining")
DAYS = 8


class Chance(random.Random):
    """Draws values the way catalogs have them."""

    def some(self, entries: Sequence[Any]) -> frozenset[Any]:
        return frozenset(self.sample(entries, self.randint(1, len(entries))))

    def mostly_all(self, entries: Sequence[Any]) -> frozenset[Any]:
        return frozenset(entries) if self.random() < 0.75 else self.some(entries)

    def tags(self, entries: Sequence[str], share_of_all: float) -> frozenset[str]:
        return frozenset({"*"}) if self.random() < share_of_all else self.some(entries)

    def term(self, since: datetime) -> Term:
        start = self.randrange(DAYS - 1)
        end = None if self.random() < 0.25 else since + timedelta(days=self.randint(start + 1, DAYS))
        return Term(since + timedelta(days=start), end)

    def block(self, since: datetime) -> RightsBlock:
        return RightsBlock(
            component=self.choice(list(Component)),
            axes=self.some(AXES),
            media=self.some(LEAVES),
            territory=self.some(COUNTRIES),
            languages=self.tags(LANGUAGES, 0.5),
            categories=self.tags(CATEGORIES, 0.5),
            term=self.term(since),
            exclusivity=self.choice(list(Exclusivity)),
        )

    def ask(self, since: datetime) -> Ask:
        """Small asks: large ones are never free. A free period is found to end only in a long time looked at."""
        match = self.choice(list(MatchMode))
        is_long = match is MatchMode.END_WITHIN
        return Ask.bundle(
            components=self.sample(list(Component), self.choice((1, 1, 1, 2))),
            match=match,
            minimum_days=self.choice((None, None, 1, 3)),
            axes=frozenset({self.choice(AXES)}),
            media=frozenset(self.sample(LEAVES, self.choice((1, 1, 2)))),
            territory=frozenset(self.sample(COUNTRIES, self.choice((1, 1, 2)))),
            languages=self.tags(LANGUAGES, 0.5),
            categories=self.tags(CATEGORIES, 0.3),
            term=Term(since, since + timedelta(days=DAYS)) if is_long else self.term(since),
            exclusivity=self.choice(list(Exclusivity)),
        )


def fill(session: Session, chance: Chance, owner: Actor, *, packages: int, since: datetime) -> list[str]:
    """Write a catalog of an owner's and its index; return the ids of the packages, the newest first."""
    made: list[str] = []
    while len(made) < packages:
        performer = _performer(session, chance, owner, since)
        siblings = [_package(session, chance, owner, performer, since) for _ in range(chance.choice((1, 1, 2)))]
        made += [package.id for package in siblings]
        references = [_take(session, chance, siblings[0], since) for _ in range(chance.randrange(7))]
        index_blocks(session=session, references=references)
    session.flush()
    for package_id in made:
        index_offers(session=session, package_id=package_id)
    return sorted(made, reverse=True)


def _performer(session: Session, chance: Chance, owner: Actor, since: datetime) -> Performer:
    performer = Performer(
        name=f"Performer {chance.randrange(1000)}",
        is_living=chance.random() < 0.5,
        domicile="US-CA",
        summary="",
        recorded_by_party_id=owner.party_id,
        created_at=since,
    )
    session.add(performer)
    session.flush()
    if chance.random() < 0.9:
        until = None if chance.random() < 0.7 else since + timedelta(days=chance.randint(1, DAYS))
        session.add(
            Representation(
                performer_id=performer.id,
                holder_party_id=owner.party_id,
                capacity=Capacity.TRUSTEE,
                share_bps=10_000,
                components=list(chance.mostly_all(list(Component))),
                media=sorted(chance.mostly_all(LEAVES)),
                territory_expression="",
                territory_codes=sorted(chance.mostly_all(COUNTRIES)),
                licenses_until_at=until,
                status=RepresentationStatus.VERIFIED,
                created_at=since,
            )
        )
    return performer


def _package(session: Session, chance: Chance, owner: Actor, performer: Performer, since: datetime) -> Package:
    package = Package(
        performer_id=performer.id,
        licensor_party_id=owner.party_id,
        title="A likeness",
        status=PackageStatus.LISTED if chance.random() < 0.9 else PackageStatus.WITHDRAWN,
        created_at=since,
        listed_at=since,
    )
    session.add(package)
    session.flush()
    for component in chance.mostly_all(list(Component)):
        session.add(
            PackageComponent(
                package_id=package.id,
                component=component,
                axes=sorted(chance.mostly_all(AXES)),
                media=sorted(chance.mostly_all(LEAVES)),
                territory_expression="",
                territory_codes=sorted(chance.mostly_all(COUNTRIES)),
                territory_index="",
                languages=sorted(chance.tags(LANGUAGES, 0.7)),
                categories=sorted(chance.tags(CATEGORIES, 0.7)),
                delivery=DeliveryMode.EXPORT,
            )
        )
    return package


def _take(session: Session, chance: Chance, package: Package, since: datetime) -> str:
    """Take something for some reason; some of it was given back before, at, or after the time asked about."""
    kind = chance.choice(list(BlockKind))
    reference = f"lic_{chance.getrandbits(100)}"
    released_at = since + timedelta(days=chance.randint(-1, 0)) if chance.random() < 0.2 else None
    for block in spell(chance.block(since)):
        session.add(
            RightsBlockRow(
                kind=kind,
                performer_id=package.performer_id,
                package_id=package.id,
                reference=reference,
                component=block.component,
                axes=sorted(block.axes),
                media=sorted(block.media),
                territory=sorted(block.territory),
                languages=sorted(block.languages),
                categories=sorted(block.categories),
                starts_at=block.term.starts_at,
                ends_at=block.term.ends_at,
                exclusivity=block.exclusivity,
                lapses_at=since + timedelta(days=chance.randint(-1, 2)) if kind is BlockKind.HOLD else None,
                released_at=released_at,
                booked_at=since - timedelta(days=2),
            )
        )
    return reference
