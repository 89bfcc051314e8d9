"""Steps that the tests of the chain of authority share."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from app.infrastructure.http.context import Services
from app.parties import queries, service
from app.parties.errors import VerificationRefused
from app.parties.models import Performer, Representation
from app.parties.states import Capacity
from app.values.components import Component
from tests.factories.parties import (
    Holder,
    make_administrator,
    make_holder,
)
from tests.support.clock import START

DAY = timedelta(days=1)
REASON = "The probate court annulled the will."


def holder(session: Session, services: Services, performer: Performer, *args: Any, **claim: Any) -> Holder:
    return make_holder(session, services.store, performer, *args, **claim)


def refusals(error: pytest.ExceptionInfo[VerificationRefused]) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.code) for problem in error.value.problems]


def may_license(session: Session, performer: Performer, party_id: str, component: Component) -> bool:
    found = queries.authority_of(session, performer.id, party_id, START)
    return any(component in part.components for part in found.authorities)


def fail(session: Session, representation: Representation, **changes: Any) -> Representation:
    given = {"actor": make_administrator(session), "at": START, "as_of": START - 30 * DAY, "reason": REASON}
    return service.fail_representation(session=session, representation_id=representation.id, **given | changes)


def restore(session: Session, representation: Representation) -> Representation:
    return service.restore_representation(
        session=session,
        actor=make_administrator(session),
        at=START + DAY,
        representation_id=representation.id,
        reason="Overturned on appeal.",
    )


def verified(session: Session, pending: Representation) -> Representation:
    return service.verify_representation(
        session=session,
        actor=make_administrator(session),
        at=START,
        representation_id=pending.id,
        is_verified=True,
        reason="Read.",
    )


def agent(
    session: Session,
    services: Services,
    performer: Performer,
    principal: Holder,
    capacity: Capacity = Capacity.AGENT,
    **claim: Any,
) -> Holder:
    return holder(
        session, services, performer, capacity, name="Agency", principal_id=principal.representation.id, **claim
    )
