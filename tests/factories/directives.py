"""Directives of performers, made through the services."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.parties.directives import service
from app.parties.directives.models import Directive
from tests.factories.parties import Estate
from tests.support.clock import START

WORDING = "I will not sell cigarettes, alive or dead."


def make_directive(session: Session, estate: Estate, *, at: datetime = START, **changes: Any) -> Directive:
    """The performer of an estate wants no tobacco, unless `changes` say otherwise; the executor records it."""
    wish: dict[str, Any] = {"wording": WORDING, "categories": ["tobacco"]}
    return service.record_directive(
        session=session, actor=estate.actor, at=at, performer_id=estate.performer.id, **(wish | changes)
    )
