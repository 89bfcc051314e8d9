"""Obstacles: the parts of an ask that cannot be had, each with where, when and for what.

An obstacle is a box inside a wanted block. An ask that leaves the box in any one dimension is rid of it, which
is what fixes are made of.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.rights.rules.ask import Ask, is_brand_use
from app.rights.rules.conflicts import Taken, find_conflicts
from app.rights.rules.rights_in import Offered, RightsIn
from app.rights.states import BlockKind, ReasonCode
from app.values.components import Axis, Component
from app.values.rights_block import ALL, RightsBlock, language_includes
from app.values.term import Term

_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Tags:
    """Languages or categories: those named, or everything except those named."""

    named: frozenset[str]
    are_exceptions: bool = False

    def touch(self, tag: str) -> bool:
        if self.are_exceptions:
            return not any(language_includes(own, tag) for own in self.named)
        return any(language_includes(own, tag) or language_includes(tag, own) for own in self.named)


EVERYTHING = Tags(frozenset({ALL}))


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A box inside `wanted` that cannot be had."""

    code: ReasonCode
    wanted: RightsBlock
    axes: frozenset[Axis]
    media: frozenset[str]
    territory: frozenset[str]
    languages: Tags = EVERYTHING
    categories: Tags = EVERYTHING
    term: Term | None = None
    """When it stands in the way; nothing means always."""
    yields_to_sharing: bool = False
    """It is gone when the ask is not exclusive."""
    lapses_at: datetime | None = None

    @property
    def component(self) -> Component:
        return self.wanted.component

    @property
    def is_present(self) -> bool:
        """Whether it concerns the term asked for; otherwise it begins after it."""
        return self.term is None or self.term.overlaps(self.wanted.term)


def find_obstacles(*, asked: Ask, rights_in: RightsIn, taken: Iterable[Taken], at: datetime) -> list[Obstacle]:
    """Return everything that stands in the way from the start asked for, also after the end asked for."""
    book = tuple(taken)
    return [
        obstacle
        for block in asked.blocks
        for obstacle in (
            *_from_listing(block, rights_in),
            *_from_authority(block, rights_in, at),
            *_from_offer(block, rights_in.offer_of(block.component)),
            *_from_book(block, book, at),
        )
    ]


def _whole(code: ReasonCode, wanted: RightsBlock) -> Obstacle:
    return Obstacle(code, wanted, wanted.axes, wanted.media, wanted.territory)


def _from_listing(wanted: RightsBlock, rights_in: RightsIn) -> Iterator[Obstacle]:
    if not rights_in.is_listed:
        yield _whole(ReasonCode.NOT_LISTED, wanted)


def _from_authority(wanted: RightsBlock, rights_in: RightsIn, at: datetime) -> Iterator[Obstacle]:
    """Each medium and country needs an authority of its own; where several cover it, the longest counts."""
    usable = [a for a in rights_in.authorities if wanted.component in a.components and a.may_sign(at)]
    usable.sort(key=lambda authority: authority.licenses_until_at or _END_OF_TIME, reverse=True)
    parts: defaultdict[tuple[datetime | None, frozenset[str]], set[str]] = defaultdict(set)
    for leaf in sorted(wanted.media):
        uncovered = wanted.territory
        for authority in usable:
            covered = uncovered & authority.territory if leaf in authority.media else frozenset()
            if covered and authority.licenses_until_at is not None:
                parts[authority.licenses_until_at, covered].add(leaf)
            uncovered -= covered
        if uncovered:
            parts[None, uncovered].add(leaf)
    for (until, territory), media in parts.items():
        yield replace(
            _whole(ReasonCode.AUTHORITY_ENDS_EARLIER if until else ReasonCode.NO_AUTHORITY, wanted),
            media=frozenset(media),
            territory=territory,
            term=Term(until, None) if until else None,
        )


def _from_offer(wanted: RightsBlock, offer: Offered | None) -> Iterator[Obstacle]:
    if offer is None:
        yield _whole(ReasonCode.COMPONENT_NOT_OFFERED, wanted)
        return
    if axes := wanted.axes - offer.axes:
        yield replace(_whole(ReasonCode.AXIS_NOT_CONSENTED, wanted), axes=axes)
    if media := wanted.media - offer.media:
        yield replace(_whole(ReasonCode.MEDIA_NOT_OFFERED, wanted), media=media)
    if territory := wanted.territory - offer.territory:
        yield replace(_whole(ReasonCode.TERRITORY_NOT_OFFERED, wanted), territory=territory)
    spoken = Tags(offer.languages, are_exceptions=True)
    if any(map(spoken.touch, wanted.languages)):
        yield replace(_whole(ReasonCode.LANGUAGE_NOT_OFFERED, wanted), languages=spoken)
    allowed = Tags(offer.categories, are_exceptions=True)
    if is_brand_use(wanted) and any(map(allowed.touch, wanted.categories)):
        yield replace(_whole(ReasonCode.CATEGORY_NOT_OFFERED, wanted), categories=allowed)


def _from_book(wanted: RightsBlock, book: tuple[Taken, ...], at: datetime) -> Iterator[Obstacle]:
    open_ended = replace(wanted, term=Term(wanted.term.starts_at, None))
    for taken in find_conflicts(wanted=open_ended, taken=book, at=at):
        block = taken.block
        yield Obstacle(
            code=_code(taken),
            wanted=wanted,
            axes=wanted.axes & block.axes,
            media=wanted.media & block.media,
            territory=wanted.territory & block.territory,
            languages=Tags(block.languages),
            categories=Tags(block.categories) if is_brand_use(wanted) else EVERYTHING,
            term=block.term,
            yields_to_sharing=taken.kind is not BlockKind.HOLDBACK and not block.is_exclusive,
            lapses_at=taken.lapses_at,
        )


def _code(taken: Taken) -> ReasonCode:
    match taken.kind:
        case BlockKind.HOLDBACK:
            return ReasonCode.HELD_BACK
        case BlockKind.HOLD:
            return ReasonCode.ON_HOLD
        case BlockKind.GRANT:
            exclusive = taken.block.is_exclusive
            return ReasonCode.EXCLUSIVELY_GRANTED if exclusive else ReasonCode.NON_EXCLUSIVELY_GRANTED
