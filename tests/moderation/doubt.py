"""What tests of failed authority do: fail it, restore it, and look at the case."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.moderation.authority import queries
from app.moderation.authority.queries import BlastRadius
from app.moderation.models import AuthorityCase
from app.moderation.states import Direction
from app.parties import service as parties
from app.parties.models import Representation
from tests.factories.parties import make_administrator
from tests.support.clock import START

REASON = "A court found the will to be forged."


def representation_of(session: Session, actor: Actor) -> str:
    """The one representation in force that the actor's party holds."""
    held = select(Representation.id).where(Representation.holder_party_id == actor.party_id)
    return session.exec(held.where(col(Representation.superseded_by_id).is_(None))).one()


def fail(
    session: Session, representation_id: str, *, as_of: datetime = START, at: datetime = START
) -> AuthorityCase:
    """An administrator fails the authority; returns the case that this opens."""
    parties.fail_representation(
        session=session,
        actor=make_administrator(session),
        at=at,
        representation_id=representation_id,
        as_of=as_of,
        reason=REASON,
    )
    opened = select(AuthorityCase).where(
        AuthorityCase.representation_id == representation_id, col(AuthorityCase.closed_at).is_(None)
    )
    return session.exec(opened).one()


def restore(session: Session, representation_id: str, *, at: datetime = START) -> None:
    parties.restore_representation(
        session=session,
        actor=make_administrator(session),
        at=at,
        representation_id=representation_id,
        reason="The appeal succeeded.",
    )


def radius(session: Session, case: AuthorityCase) -> BlastRadius:
    return queries.blast_radius(session, make_administrator(session), case.id)


def money(session: Session, case: AuthorityCase) -> dict[tuple[Direction, str], tuple[int, int]]:
    """How many payments of each direction and status, and what they come to."""
    return {(t.direction, t.status): (t.payments, t.amount_minor) for t in radius(session, case).money}


def listed(session: Session, page: Any, case: AuthorityCase) -> list[str]:
    """The ids of one of the lists of a case."""
    return [row.id for row in page(session, make_administrator(session), case.id, limit=100).items]
