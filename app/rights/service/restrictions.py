"""What a licensor keeps back: promises that nobody gets a right, opt-outs, its own use."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from app.audit import service as audit
from app.catalog import queries as catalog
from app.catalog.models import Package
from app.identity.actor import Actor
from app.rights import queries
from app.rights.errors import OwnUseExcluded
from app.rights.models import Milestone, RelativeDate, Restriction
from app.rights.restriction_queries import RestrictionView, own_milestone, own_restriction, views_of
from app.rights.rules.ask import BRAND_USES, Ask
from app.rights.service.blocks import give_back, lock_book, write_blocks
from app.rights.states import BlockKind, DateSide
from app.values.components import Axis, Component
from app.values.errors import InvalidInput, InvalidValue, NotFound
from app.values.exclusivity import Exclusivity
from app.values.rights_block import ALL, RightsBlock
from app.values.term import Term
from app.values.territory import Territory

_ACTIONS = {
    BlockKind.HOLDBACK: "rights.held_back",
    BlockKind.OPT_OUT: "rights.opted_out",
    BlockKind.OWN_USE: "rights.used_by_licensor",
}


@dataclass(frozen=True, slots=True)
class FromMilestone:
    """An end that hangs on a milestone of the licensor."""

    milestone_id: str
    offset_days: int


End = date | FromMilestone | None
"""A day, or so many days from a milestone; nothing is at once for a start, and never for an end."""


def restrict(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    package_id: str,
    kind: BlockKind,
    components: Collection[Component],
    axes: Collection[Axis],
    media: Collection[str],
    territory: Territory,
    languages: Collection[str],
    categories: Collection[str],
    start: End,
    end: End,
    zone: str,
    note: str = "",
) -> RestrictionView:
    """Keep back, as the licensor, from what a package offers. Grants already given go on.

    `media` are leaves. Raises: NotFound, also for a package that is not the actor's; OwnUseExcluded where the
    licensor gave the right exclusively; InvalidInput.
    """
    package = catalog.own_package(session, actor, package_id)
    require_zone(zone)
    _require_brand_use(kind, media, categories)
    lock_book(session, package.performer_id)
    restriction = Restriction(
        package_id=package.id,
        performer_id=package.performer_id,
        licensor_party_id=package.licensor_party_id,
        kind=kind,
        components=[component.value for component in Component if component in components],
        axes=sorted(axes),
        media=sorted(media),
        territory_expression=territory.expression,
        territory_codes=sorted(territory.codes),
        languages=sorted(languages),
        categories=sorted(categories),
        first_on=start if isinstance(start, date) else None,
        last_on=end if isinstance(end, date) else None,
        zone=zone,
        note=note,
        recorded_at=at,
    )
    _require_days_in_order(restriction)
    session.add(restriction)
    session.flush()
    for side, bound in ((DateSide.START, start), (DateSide.END, end)):
        if isinstance(bound, FromMilestone):
            _hang(session, actor, package, restriction, side, bound)
    session.flush()
    (view,) = views_of(session, [restriction])
    blocks = Ask.of(_blocks(restriction, _require_term(view))).blocks
    if kind is BlockKind.OWN_USE:
        _require_not_given_away(session, at, package, blocks)
    write_blocks(session, at, package, restriction.id, blocks, kind=kind)
    _audit(session, actor, at, _ACTIONS[kind], package.id, restriction.id, len(blocks))
    return view


def lift_restriction(
    *, session: Session, actor: Actor, at: datetime, restriction_id: str, reason: str
) -> RestrictionView:
    """Give back what a restriction kept, from this instant on. A second time changes nothing.

    Raises: NotFound, also for a restriction that is not the actor's.
    """
    restriction = own_restriction(session, actor, restriction_id)
    lock_book(session, restriction.performer_id)
    session.refresh(restriction)
    if restriction.released_at is None:
        end_restriction(session, actor, at, restriction, reason)
    return views_of(session, [restriction])[0]


def end_restriction(session: Session, actor: Actor, at: datetime, restriction: Restriction, reason: str) -> None:
    """Give back what a restriction in force kept. The book is locked."""
    restriction.released_at, restriction.release_reason = at, reason
    session.add(restriction)
    give_back(session, at, restriction.id)
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="rights.released",
        subject_id=restriction.package_id,
        reference=restriction.id,
        reason=reason,
    )


def require_zone(zone: str) -> None:
    """Raises: InvalidInput for a zone that the packaged database does not know."""
    try:
        Term.of_days(date(2000, 1, 1), date(2000, 1, 1), zone)
    except InvalidValue as error:
        raise InvalidInput.at("/zone", str(error)) from error


def hold_back(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    package_id: str,
    reference: str,
    blocks: Sequence[RightsBlock],
) -> None:
    """Promise, as the licensor, that nobody gets these blocks, under a reference of the caller's.

    Raises: NotFound, also for a package that is not the actor's; ReferenceTaken.
    """
    package = catalog.own_package(session, actor, package_id)
    lock_book(session, package.performer_id)
    asked = Ask.of(blocks)
    write_blocks(session, at, package, reference, asked.blocks, kind=BlockKind.HOLDBACK)
    _audit(session, actor, at, _ACTIONS[BlockKind.HOLDBACK], package.id, reference, len(asked.blocks))


def _require_brand_use(kind: BlockKind, media: Collection[str], categories: Collection[str]) -> None:
    """Categories say something of brand use only; elsewhere they would restrict more than they seem to."""
    is_brand_only = BRAND_USES.issuperset(media)
    if kind is BlockKind.OPT_OUT and not is_brand_only:
        sentence = "An opt-out is of brand use; leave media out, or name brand_ambassador or leaves of it."
        raise InvalidInput.at("/media", sentence)
    if ALL not in categories and not is_brand_only:
        sentence = "Product categories are looked at for brand use only; name brand_ambassador as media, too."
        raise InvalidInput.at("/categories", sentence)


def _require_days_in_order(restriction: Restriction) -> None:
    first, last = restriction.first_on, restriction.last_on
    if first is not None and last is not None and last < first:
        raise InvalidInput.at("/end/day", "The last day lies before the first day.")


def _hang(
    session: Session, actor: Actor, package: Package, restriction: Restriction, side: DateSide, bound: FromMilestone
) -> None:
    milestone = _usable_milestone(session, actor, package, side, bound)
    session.add(
        RelativeDate(
            restriction_id=restriction.id,
            side=side,
            milestone_id=milestone.id,
            offset_days=bound.offset_days,
        )
    )


def _usable_milestone(
    session: Session, actor: Actor, package: Package, side: DateSide, bound: FromMilestone
) -> Milestone:
    pointer = f"/{side.value}/milestone_id"
    try:
        milestone = own_milestone(session, actor, bound.milestone_id)
    except NotFound as error:
        raise InvalidInput.at(pointer, "You keep no such milestone; record it first.") from error
    if (milestone.party_id, milestone.performer_id) != (package.licensor_party_id, package.performer_id):
        raise InvalidInput.at(pointer, "This milestone is of another performer or licensor than the package.")
    if milestone.cancelled_at is not None:
        raise InvalidInput.at(pointer, "This milestone was cancelled and will never come; name another.")
    return milestone


def _require_term(view: RestrictionView) -> Term:
    if view.term is None:
        raise InvalidInput.at("/end", "It would end before it begins; give a later end or an earlier start.")
    return view.term


def _blocks(restriction: Restriction, term: Term) -> list[RightsBlock]:
    return [
        RightsBlock(
            component=Component(component),
            axes=frozenset(map(Axis, restriction.axes)),
            media=frozenset(restriction.media),
            territory=frozenset(restriction.territory_codes),
            languages=frozenset(restriction.languages),
            categories=frozenset(restriction.categories),
            term=term,
            exclusivity=Exclusivity.NON_EXCLUSIVE,
        )
        for component in restriction.components
    ]


def _require_not_given_away(
    session: Session, at: datetime, package: Package, blocks: Sequence[RightsBlock]
) -> None:
    """Whoever gave a right exclusively keeps no use of it; a sole license lets the licensor go on."""
    taken = queries.taken_from(session, package.performer_id, Ask.of(blocks), at=at)
    for other in taken:
        given = other.block
        if other.kind is not BlockKind.GRANT or given.exclusivity is not Exclusivity.EXCLUSIVE:
            continue
        if any(given.overlaps(block) for block in blocks):
            until = "without end" if given.term.ends_at is None else f"until {given.term.ends_at:%Y-%m-%d}"
            raise OwnUseExcluded(
                f"The {given.component.label.lower()} is exclusively licensed for part of this, {until}. "
                "Leave that part out, or begin afterwards."
            )


def _audit(
    session: Session, actor: Actor, at: datetime, action: str, package_id: str, reference: str, blocks: int
) -> None:
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action=action,
        subject_id=package_id,
        reference=reference,
        blocks=blocks,
    )
