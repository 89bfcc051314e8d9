"""Reads of the chain of authority for those who stand in it: parts and gaps, holders, rules, consents, history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.parties.models import AuthorityEvent, HolderConsent, QuorumRule, Representation
from app.parties.queries.authority import authority_of
from app.parties.queries.people import own_party, represented_performer, visible_performer
from app.parties.queries.representations import own_representation
from app.parties.rules.authority import Authority, AuthorityGap
from app.parties.rules.mandates import GapCode
from app.parties.states import RepresentationStatus
from app.values.components import Component
from app.values.errors import NotFound

MOST_HOLDERS = 200


@dataclass(frozen=True, slots=True)
class PartView:
    """An authority as it is shown: sets in order."""

    components: list[str]
    media: list[str]
    territory_codes: list[str]
    signs_until_at: datetime | None
    licenses_until_at: datetime | None
    holds_exclusively: bool
    representation_ids: Sequence[str]

    @classmethod
    def of(cls, part: Authority) -> "PartView":
        return cls(
            components=sorted(part.components),
            media=sorted(part.media),
            territory_codes=sorted(part.territory),
            signs_until_at=part.signs_until_at,
            licenses_until_at=part.licenses_until_at,
            holds_exclusively=part.holds_exclusively,
            representation_ids=part.representation_ids,
        )


@dataclass(frozen=True, slots=True)
class GapView:
    """A gap as it is shown: sets in order."""

    code: GapCode
    component: Component
    media: list[str]
    territory_codes: list[str]
    sentence: str
    missing_share_bps: int
    party_ids: Sequence[str]

    @classmethod
    def of(cls, gap: AuthorityGap) -> "GapView":
        return cls(
            code=gap.code,
            component=gap.component,
            media=sorted(gap.media),
            territory_codes=sorted(gap.territory),
            sentence=gap.sentence,
            missing_share_bps=gap.missing_share_bps,
            party_ids=gap.party_ids,
        )


@dataclass(frozen=True, slots=True)
class AuthorityView:
    """What a licensor may license of a performer, what it lacks, and the chain it stands in."""

    performer_id: str
    licensor_party_id: str
    authorities: Sequence[PartView]
    gaps: Sequence[GapView]
    holders: Sequence[Representation]
    """The verified representations; none for a licensor that has none of its own."""
    quorum_rules: Sequence[QuorumRule]


def authority_view(
    session: Session, actor: Actor, performer_id: str, licensor_party_id: str, *, at: datetime
) -> AuthorityView:
    """Raises: NotFound, also for a licensor that is not the actor's party."""
    own_party(session, actor, licensor_party_id)
    visible_performer(session, actor, performer_id)
    found = authority_of(session, performer_id, licensor_party_id, at)
    holders = session.exec(
        select(Representation)
        .where(Representation.performer_id == performer_id)
        .where(Representation.status == RepresentationStatus.VERIFIED)
        .order_by(col(Representation.id))
        .limit(MOST_HOLDERS)
    ).all()
    stands_in_it = actor.is_administrator or any(row.holder_party_id == licensor_party_id for row in holders)
    return AuthorityView(
        performer_id=performer_id,
        licensor_party_id=licensor_party_id,
        authorities=[PartView.of(part) for part in found.authorities],
        gaps=[GapView.of(gap) for gap in found.gaps],
        holders=holders if stands_in_it else [],
        quorum_rules=_rules_in_force(session, performer_id) if stands_in_it else [],
    )


def quorum_rules(session: Session, actor: Actor, performer_id: str) -> Sequence[QuorumRule]:
    """Return the rules in force. Raises: NotFound, also for who has no verified authority over the performer."""
    represented_performer(session, actor, performer_id)
    return _rules_in_force(session, performer_id)


def authority_history(
    session: Session, actor: Actor, performer_id: str, *, cursor: str | None = None, limit: int = 25
) -> Page[AuthorityEvent]:
    """Return what happened to the actor's own authority, to agencies right under it, and to the performer.

    A party of which nothing is verified sees its own claims alone; administrators see the whole history.
    Raises: NotFound, also for who claims no authority over the performer.
    """
    visible_performer(session, actor, performer_id)
    statement = select(AuthorityEvent).where(AuthorityEvent.performer_id == performer_id)
    if not actor.is_administrator:
        statement = statement.where(_own_events(session, actor, performer_id))
    return paginate(session, statement, id_column=col(AuthorityEvent.id), cursor=cursor, limit=limit)


def _own_events(session: Session, actor: Actor, performer_id: str) -> Any:
    held = (col(Representation.performer_id) == performer_id, col(Representation.holder_party_id) == actor.party_id)
    statuses = set(session.execute(sa.select(col(Representation.status)).where(*held).distinct()).scalars())
    if not statuses:
        raise NotFound("There is no such performer among those you represent.")
    own = sa.select(col(Representation.id)).where(*held)
    beneath = sa.select(col(Representation.id)).where(col(Representation.principal_id).in_(own))
    about = col(AuthorityEvent.representation_id)
    of_performer = about.is_(None) if RepresentationStatus.VERIFIED in statuses else sa.false()
    return sa.or_(about.in_(own), about.in_(beneath), of_performer)


def representation_history(
    session: Session, actor: Actor, representation_id: str, *, cursor: str | None = None, limit: int = 25
) -> Page[AuthorityEvent]:
    """Raises: NotFound, also for a representation that is not the actor's."""
    own_representation(session, actor, representation_id)
    statement = select(AuthorityEvent).where(AuthorityEvent.representation_id == representation_id)
    return paginate(session, statement, id_column=col(AuthorityEvent.id), cursor=cursor, limit=limit)


def consents_page(
    session: Session, actor: Actor, representation_id: str, *, cursor: str | None = None, limit: int = 25
) -> Page[HolderConsent]:
    """Raises: NotFound, also for a representation that is not the actor's."""
    own_representation(session, actor, representation_id)
    statement = select(HolderConsent).where(HolderConsent.representation_id == representation_id)
    return paginate(session, statement, id_column=col(HolderConsent.id), cursor=cursor, limit=limit)


def _rules_in_force(session: Session, performer_id: str) -> list[QuorumRule]:
    rows = session.exec(
        select(QuorumRule).where(QuorumRule.performer_id == performer_id).order_by(col(QuorumRule.id))
    ).all()
    latest = {row.component: row for row in rows}
    return [latest[component] for component in (None, *Component) if component in latest]
