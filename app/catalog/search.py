"""Find listed packages: every word must match, and one component must meet all that is asked of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.catalog import queries
from app.catalog.folding import folded_words
from app.catalog.models import ComponentMedium, Package, PackageComponent, PackageWord, RateCardLine
from app.catalog.states import PackageStatus
from app.identity.access import only_theirs
from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.parties import queries as parties
from app.parties.models import Performer
from app.values.components import Component
from app.values.media import leaves
from app.values.territory import Territory

_AFTER_EVERY_LETTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class FoundPackage:
    """A package as a list shows it."""

    package: Package
    performer: Performer
    components: Sequence[PackageComponent]
    rate_card: Sequence[RateCardLine]
    headline: RateCardLine | None
    """The price of the preset asked for, else the lowest; nothing when the price is on request."""

    @property
    def offered(self) -> list[Component]:
        return [row.component for row in self.components]


def search(
    session: Session,
    *,
    text: str = "",
    medium: str | None = None,
    component: Component | None = None,
    territory: Territory | None = None,
    preset: str | None = None,
    owner: Actor | None = None,
    status: PackageStatus | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[Package]:
    """Return one page of packages, newest first; `found_packages` adds what a list shows of them.

    Listed ones only, unless an owner looks for their own, which may be narrowed to a status.

    A word matches the beginning of a word of the title, summary, tags or performer's name. `medium` is a root or
    a leaf. `territory` must lie wholly within what the component is offered for.
    """
    statement = select(Package)
    if owner is not None:
        statement = statement.where(only_theirs(owner, Package.licensor_party_id))
    if owner is None or status is not None:
        wanted = PackageStatus.LISTED if owner is None else status
        statement = statement.where(Package.status == wanted)
    for packages in packages_with_words(text):
        statement = statement.where(col(Package.id).in_(packages))
    if medium is not None or component is not None or territory is not None:
        statement = statement.where(_offers(medium, component, territory))
    if preset is not None:
        priced = sa.select(col(RateCardLine.package_id)).where(col(RateCardLine.preset) == preset)
        statement = statement.where(col(Package.id).in_(priced))
    return paginate(session, statement, id_column=col(Package.id), cursor=cursor, limit=limit)


def found_packages(
    session: Session, packages: Sequence[Package], *, preset: str | None = None
) -> list[FoundPackage]:
    """Return what a list shows of these packages, in three queries however many they are."""
    ids = [package.id for package in packages]
    performers = parties.performers_by_id(session, [package.performer_id for package in packages])
    components = _by_package(queries.components_of(session, ids))
    rate_cards = _by_package(queries.rate_cards_of(session, ids))
    return [
        FoundPackage(
            package=package,
            performer=performers[package.performer_id],
            components=components.get(package.id, []),
            rate_card=rate_cards.get(package.id, []),
            headline=_headline(rate_cards.get(package.id, []), preset),
        )
        for package in packages
    ]


def packages_with_words(text: str) -> list[Any]:
    """Return a statement of package ids for each word of a text: those with a word that begins so."""
    word = col(PackageWord.word)
    return [
        sa.select(col(PackageWord.package_id)).where(word >= prefix, word < prefix + _AFTER_EVERY_LETTER)
        for prefix in sorted(folded_words(text))
    ]


def _offers(medium: str | None, component: Component | None, territory: Territory | None) -> Any:
    row = PackageComponent
    offered = sa.select(col(row.package_id)).where(col(row.package_id) == col(Package.id))
    if component is not None:
        offered = offered.where(col(row.component) == component)
    if medium is not None:
        of_row = col(ComponentMedium.component_id) == col(row.id)
        fits = of_row & col(ComponentMedium.medium).in_(sorted(leaves(medium)))
        offered = offered.where(sa.select(sa.literal(1)).where(fits).exists())
    if territory is not None:
        offered = offered.where(col(row.territory_index).like(_covering(territory)))
    return offered.exists()


def _covering(territory: Territory) -> str:
    """Return the pattern of an index of sorted codes that holds at least these, which are sorted as well."""
    return "%" + "%".join(territory.sorted_codes) + "%"


def _headline(lines: Sequence[RateCardLine], preset: str | None) -> RateCardLine | None:
    asked = [line for line in lines if line.preset == preset]
    return asked[0] if asked else min(lines, key=lambda line: line.fee_minor, default=None)


def _by_package(rows: Sequence[Any]) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.package_id, []).append(row)
    return grouped
