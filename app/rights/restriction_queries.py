"""Reads of restrictions and milestones, scoped to the licensor who keeps them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from app.catalog import queries as catalog
from app.catalog.models import Package
from app.identity.access import only_theirs
from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.rights.models import Milestone, RelativeDate, Restriction
from app.rights.rules.relative import RelativeDay, effective_term
from app.rights.states import DateSide
from app.values.errors import NotFound
from app.values.term import Term


@dataclass(frozen=True, slots=True)
class Bound:
    """An end of a restriction as it was given: a day, or so many days from a milestone."""

    day: date | None = None
    milestone_id: str | None = None
    offset_days: int | None = None
    milestone: Milestone | None = None

    @property
    def is_given(self) -> bool:
        return self.day is not None or self.milestone is not None

    @property
    def is_known(self) -> bool:
        """Whether the day is certain; what hangs on a milestone is so once it has happened."""
        return self.milestone is None or self.milestone.happened_on is not None

    def value(self) -> date | RelativeDay | None:
        """Return the end as the rules know it."""
        if self.milestone is None:
            return self.day
        return RelativeDay(
            offset_days=self.offset_days or 0,
            zone=self.milestone.zone,
            earliest_on=self.milestone.earliest_on,
            happened_on=self.milestone.happened_on,
        )


@dataclass(frozen=True, slots=True)
class RestrictionView:
    """A restriction with its ends, and the period that they come to as things stand."""

    restriction: Restriction
    start: Bound
    end: Bound

    @property
    def term(self) -> Term | None:
        """Nothing where it would end before it begins: then it restricts nothing."""
        return effective_term(
            start=self.start.value(),
            end=self.end.value(),
            zone=self.restriction.zone,
            recorded_at=self.restriction.recorded_at,
        )

    @property
    def starts_at(self) -> datetime | None:
        return None if self.term is None else self.term.starts_at

    @property
    def ends_at(self) -> datetime | None:
        return None if self.term is None else self.term.ends_at

    @property
    def restricts_nothing(self) -> bool:
        return self.term is None


def restrictions_page(
    session: Session,
    actor: Actor,
    package_id: str,
    *,
    in_force: bool | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[Any]:
    """Return what was restricted of the actor's package, newest first. Raises: NotFound."""
    package = catalog.own_package(session, actor, package_id)
    statement = select(Restriction).where(Restriction.package_id == package.id)
    if in_force is not None:
        released_at = col(Restriction.released_at)
        statement = statement.where(released_at.is_(None) if in_force else released_at.is_not(None))
    page = paginate(session, statement, id_column=col(Restriction.id), cursor=cursor, limit=limit)
    return Page(items=views_of(session, page.items), next_cursor=page.next_cursor)


def own_restriction(session: Session, actor: Actor, restriction_id: str) -> Restriction:
    """Raises: NotFound, also for a restriction that is not the actor's."""
    mine = only_theirs(actor, Restriction.licensor_party_id)
    found = session.exec(select(Restriction).where(Restriction.id == restriction_id, mine)).first()
    if found is None:
        raise NotFound("There is no such restriction.")
    return found


def views_of(session: Session, rows: Sequence[Restriction]) -> list[RestrictionView]:
    """Return restrictions with their ends, in two statements for all of them."""
    dates = _dates_of(session, rows)
    milestones = _milestones_by_id(session, {day.milestone_id for day in dates})
    hanging: defaultdict[str, dict[DateSide, RelativeDate]] = defaultdict(dict)
    for day in dates:
        hanging[day.restriction_id][day.side] = day
    return [
        RestrictionView(
            row,
            start=_bound(row.first_on, hanging[row.id].get(DateSide.START), milestones),
            end=_bound(row.last_on, hanging[row.id].get(DateSide.END), milestones),
        )
        for row in rows
    ]


def hanging_on(session: Session, milestone_id: str) -> Sequence[Restriction]:
    """Return the restrictions in force of which an end hangs on a milestone."""
    hang = select(RelativeDate.restriction_id).where(RelativeDate.milestone_id == milestone_id)
    return session.exec(
        select(Restriction)
        .where(col(Restriction.id).in_(hang), col(Restriction.released_at).is_(None))
        .order_by(col(Restriction.id))
        .execution_options(populate_existing=True)
    ).all()


def milestones_page(
    session: Session, actor: Actor, *, performer_id: str | None = None, cursor: str | None = None, limit: int = 25
) -> Page[Milestone]:
    statement = select(Milestone).where(only_theirs(actor, Milestone.party_id))
    if performer_id is not None:
        statement = statement.where(Milestone.performer_id == performer_id)
    return paginate(session, statement, id_column=col(Milestone.id), cursor=cursor, limit=limit)


def own_milestone(session: Session, actor: Actor, milestone_id: str) -> Milestone:
    """Raises: NotFound, also for a milestone that is not the actor's."""
    mine = only_theirs(actor, Milestone.party_id)
    statement = select(Milestone).where(Milestone.id == milestone_id, mine)
    found = session.exec(statement.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound("There is no such milestone.")
    return found


def offers_performer(session: Session, party_id: str, performer_id: str) -> bool:
    """Say whether a party has a package of a performer, in whatever status."""
    mine = (Package.licensor_party_id == party_id, Package.performer_id == performer_id)
    return session.exec(select(Package.id).where(*mine).limit(1)).first() is not None


def _dates_of(session: Session, rows: Sequence[Restriction]) -> Sequence[RelativeDate]:
    wanted = col(RelativeDate.restriction_id).in_([row.id for row in rows])
    return session.exec(select(RelativeDate).where(wanted)).all() if rows else []


def _milestones_by_id(session: Session, milestone_ids: set[str]) -> Mapping[str, Milestone]:
    if not milestone_ids:
        return {}
    rows = session.exec(select(Milestone).where(col(Milestone.id).in_(milestone_ids))).all()
    return {row.id: row for row in rows}


def _bound(day: date | None, relative: RelativeDate | None, milestones: Mapping[str, Milestone]) -> Bound:
    if relative is None:
        return Bound(day)
    return Bound(None, relative.milestone_id, relative.offset_days, milestones[relative.milestone_id])
