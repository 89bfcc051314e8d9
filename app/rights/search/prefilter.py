"""Which packages may be free, by the index: everything that is free, and little else.

A condition stands here only if the rules refuse whatever fails it. What the index does not tell (authority,
directives, holds, some languages) it lets through, for the rules to decide.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.catalog.search import packages_with_words
from app.parties.models import Performer
from app.rights.index.masks import TERRITORY_COLUMNS, Masks, masks_of
from app.rights.index.models import BlockIndex, OfferIndex
from app.rights.index.service import exclusivity_bit
from app.rights.rules.ask import Ask, is_brand_use
from app.rights.states import MatchMode
from app.values.components import Component
from app.values.rights_block import RightsBlock
from app.values.term import Term


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which packages to look at besides what is free of them."""

    text: str = ""
    """Words of the title, summary, tags or performer's name, or their beginnings; all of them."""
    is_living: bool | None = None
    """Performers who are alive, or dead."""


EVERY_PACKAGE = Narrowing()


def promising(asked: Ask, narrowing: Narrowing) -> Any:
    """Return the statement for the ids of the packages that may be free for an ask, in no order."""
    first, *others = asked.components
    offer = OfferIndex
    statement = sa.select(col(offer.package_id)).where(*_offers(offer, asked, first))
    for component in others:
        other: Any = aliased(OfferIndex)
        beside = sa.select(sa.literal(1)).where(other.package_id == offer.package_id)
        statement = statement.where(beside.where(*_offers(other, asked, component)).exists())
    taken = (
        sa.select(sa.literal(1))
        .where(col(BlockIndex.performer_id) == offer.performer_id)
        .where(col(BlockIndex.component).in_(asked.components))
        .where(sa.or_(*(_stands_in_the_way(block, asked.match) for block in asked.blocks)))
    )
    return _narrowed(statement.where(~taken.exists()), offer, narrowing)


def _narrowed(statement: Any, offer: Any, narrowing: Narrowing) -> Any:
    for packages in packages_with_words(narrowing.text):
        statement = statement.where(offer.package_id.in_(packages))
    if narrowing.is_living is not None:
        performer = sa.select(sa.literal(1)).where(col(Performer.id) == offer.performer_id)
        statement = statement.where(performer.where(col(Performer.is_living).is_(narrowing.is_living)).exists())
    return statement


def _offers(offer: Any, asked: Ask, component: Component) -> list[Any]:
    """Return what the offer of a component must have: all that is wanted of it."""
    conditions = [offer.component == component]
    for wanted in asked.blocks:
        if wanted.component is not component:
            continue
        masks = _masks(wanted)
        conditions += [_has_all(offer.axes, masks.axes), _has_all(offer.media, masks.media)]
        conditions += [_has_all(column, mask) for column, mask in _territory(offer, masks)]
        if masks.all_languages:
            conditions.append(offer.all_languages.is_(True))
        if is_brand_use(wanted):
            conditions.append(_has_all(offer.categories, masks.categories))
    return conditions


def _stands_in_the_way(wanted: RightsBlock, match: MatchMode) -> Any:
    """Return the condition of a block that keeps the asker out, in a part of what is wanted at least."""
    block, masks = BlockIndex, _masks(wanted)
    conditions = [
        col(block.component) == wanted.component,
        _meets(col(block.keeps_out), exclusivity_bit(wanted.exclusivity)),
        *_concerns(wanted.term, match),
        _meets(col(block.axes), masks.axes),
        _meets(col(block.media), masks.media),
        _meets(col(block.categories), masks.categories),
        sa.or_(*(_meets(column, mask) for column, mask in _territory(block, masks)), sa.false()),
    ]
    if not masks.all_languages:
        conditions.append(col(block.all_languages).is_(True))
    return sa.and_(*conditions)


def _concerns(term: Term, match: MatchMode) -> list[Any]:
    """Return when a block matters: it meets the term to be covered; it leaves nothing of one that is to be met."""
    starts_at, ends_at = col(BlockIndex.starts_at), col(BlockIndex.ends_at)
    if match is MatchMode.COVER:
        conditions = [sa.or_(ends_at.is_(None), ends_at > term.starts_at)]
        return conditions if term.ends_at is None else [*conditions, starts_at < term.ends_at]
    covers_end = ends_at.is_(None) if term.ends_at is None else sa.or_(ends_at.is_(None), ends_at >= term.ends_at)
    return [starts_at <= term.starts_at, covers_end]


def _masks(wanted: RightsBlock) -> Masks:
    return masks_of(
        axes=wanted.axes,
        media=wanted.media,
        territory=wanted.territory,
        languages=wanted.languages,
        categories=wanted.categories,
    )


def _territory(row: Any, masks: Masks) -> list[tuple[Any, int]]:
    columns = (getattr(row, name) for name in TERRITORY_COLUMNS)
    return [(column, mask) for column, mask in zip(columns, masks.territory, strict=True) if mask]


def _has_all(column: Any, mask: int) -> Any:
    return column.bitwise_and(mask) == mask


def _meets(column: Any, mask: int) -> Any:
    return column.bitwise_and(mask) != 0
