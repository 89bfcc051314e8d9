"""Obstacles: the parts of an ask that cannot be had, each with where, when and for what.

An obstacle is a box inside a wanted block. An ask that leaves the box in any one dimension is rid of it, which
is what fixes are made of.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.parties.directives.rules import DirectiveBox
from app.parties.rules.authority import Authority
from app.parties.rules.mandates import GapCode
from app.rights.rules.ask import Ask, is_brand_use
from app.rights.rules.conflicts import OwnHold, Taken, find_conflicts
from app.rights.rules.reserved import not_reserved
from app.rights.rules.rights_in import Offered, RightsIn
from app.rights.states import BlockKind, ReasonCode
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.rights_block import ALL, RightsBlock, language_includes
from app.values.term import Term

_SIGNATURES_MISSING = frozenset({GapCode.QUORUM_NOT_MET, GapCode.EXECUTOR_MISSING})
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
    yields_to_sole: bool = False
    """It is gone when the licensor may go on beside the licensee."""
    lapses_at: datetime | None = None
    directive: DirectiveBox | None = None

    @property
    def component(self) -> Component:
        return self.wanted.component

    @property
    def is_present(self) -> bool:
        """Whether it concerns the term asked for; otherwise it begins after it."""
        return self.term is None or self.term.overlaps(self.wanted.term)


def find_obstacles(
    *, asked: Ask, rights_in: RightsIn, taken: Iterable[Taken], at: datetime, own: Sequence[OwnHold] = ()
) -> list[Obstacle]:
    """Return everything that stands in the way from the start asked for, also after the end asked for."""
    book = tuple(taken)
    return [
        obstacle
        for block in asked.blocks
        for obstacle in (
            *_from_listing(block, rights_in),
            *_from_directives(block, rights_in.directives),
            *_from_authority(block, rights_in, at),
            *_from_offer(block, rights_in.offer_of(block.component)),
            *_from_book(block, book, at, own),
        )
    ]


def _whole(code: ReasonCode, wanted: RightsBlock) -> Obstacle:
    return Obstacle(code, wanted, wanted.axes, wanted.media, wanted.territory)


def _from_listing(wanted: RightsBlock, rights_in: RightsIn) -> Iterator[Obstacle]:
    if not rights_in.is_listed:
        yield _whole(ReasonCode.NOT_LISTED, wanted)


def _from_directives(wanted: RightsBlock, directives: Iterable[DirectiveBox]) -> Iterator[Obstacle]:
    for directive in directives:
        if directive.forbids(wanted):
            yield replace(
                _whole(ReasonCode.DIRECTIVE, wanted),
                axes=wanted.axes & directive.axes if directive.axes else wanted.axes,
                media=directive.forbidden_media(wanted.media),
                categories=Tags(directive.categories) if directive.categories else EVERYTHING,
                term=None if directive.until_at is None else Term(wanted.term.starts_at, directive.until_at),
                directive=directive,
            )


def _from_authority(wanted: RightsBlock, rights_in: RightsIn, at: datetime) -> Iterator[Obstacle]:
    """Each medium and country needs an authority of its own; where several cover it, the longest counts.

    What is to be exclusive also needs one that holds exclusively, for as long.
    """
    usable = [a for a in rights_in.authorities if wanted.component in a.components and a.may_sign(at)]
    usable.sort(key=_reach, reverse=True)
    sole_holders = [authority for authority in usable if authority.holds_exclusively]
    unsigned = [g for g in rights_in.gaps if g.component is wanted.component and g.code in _SIGNATURES_MISSING]
    parts: defaultdict[tuple[ReasonCode, Term | None, frozenset[str]], set[str]] = defaultdict(set)
    for leaf in sorted(wanted.media):
        for until, territory in _reached(leaf, wanted.territory, usable):
            if until is None:
                lacking = frozenset[str]().union(*(gap.territory for gap in unsigned if leaf in gap.media))
                parts[ReasonCode.QUORUM_NOT_MET, None, territory & lacking].add(leaf)
                parts[ReasonCode.NO_AUTHORITY, None, territory - lacking].add(leaf)
                continue
            if until < _END_OF_TIME:
                parts[ReasonCode.AUTHORITY_ENDS_EARLIER, Term(until, None), territory].add(leaf)
            if not wanted.is_exclusive:
                continue
            for alone_until, there in _reached(leaf, territory, sole_holders):
                since = max(wanted.term.starts_at, alone_until or wanted.term.starts_at)
                if since < until:
                    end = until if until < _END_OF_TIME else None
                    parts[ReasonCode.NOT_HELD_EXCLUSIVELY, Term(since, end), there].add(leaf)
    for (code, term, territory), media in parts.items():
        if territory:
            shared = code is ReasonCode.NOT_HELD_EXCLUSIVELY
            yield Obstacle(
                code, wanted, wanted.axes, frozenset(media), territory, term=term, yields_to_sharing=shared
            )


def _reached(
    leaf: str, territory: frozenset[str], authorities: Iterable[Authority]
) -> Iterator[tuple[datetime | None, frozenset[str]]]:
    """Split countries by how long authority over a medium reaches there; nothing means that there is none.

    `authorities` come with the longest reach first.
    """
    rest = territory
    for authority in authorities:
        covered = rest & authority.territory if leaf in authority.media else frozenset[str]()
        if covered:
            yield _reach(authority), covered
            rest = rest - covered
    if rest:
        yield None, rest


def _reach(authority: Authority) -> datetime:
    return authority.licenses_until_at or _END_OF_TIME


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


def _from_book(
    wanted: RightsBlock, book: tuple[Taken, ...], at: datetime, own: Sequence[OwnHold]
) -> Iterator[Obstacle]:
    open_ended = replace(wanted, term=Term(wanted.term.starts_at, None))
    for taken in find_conflicts(wanted=open_ended, taken=book, at=at):
        reserved = [block for hold in own if hold.precedes(taken, at) for block in hold.reserving(wanted)]
        for block in not_reserved(taken.block, wanted=open_ended, reserved=reserved):
            yield Obstacle(
                code=_code(taken),
                wanted=wanted,
                axes=wanted.axes & block.axes,
                media=wanted.media & block.media,
                territory=wanted.territory & block.territory,
                languages=Tags(block.languages),
                categories=Tags(block.categories) if is_brand_use(wanted) else EVERYTHING,
                term=block.term,
                yields_to_sharing=taken.bears(Exclusivity.NON_EXCLUSIVE),
                yields_to_sole=taken.bears(Exclusivity.SOLE),
                lapses_at=taken.lapses_at,
            )


def _code(taken: Taken) -> ReasonCode:
    if taken.kind is BlockKind.GRANT and not taken.block.is_exclusive:
        return ReasonCode.NON_EXCLUSIVELY_GRANTED
    return _CODES[taken.kind]


_CODES = {
    BlockKind.GRANT: ReasonCode.EXCLUSIVELY_GRANTED,
    BlockKind.HOLD: ReasonCode.ON_HOLD,
    BlockKind.HOLDBACK: ReasonCode.HELD_BACK,
    BlockKind.OPT_OUT: ReasonCode.CATEGORY_OPTED_OUT,
    BlockKind.OWN_USE: ReasonCode.LICENSOR_GOES_ON,
}
