"""Overrides of law rows, made through the service."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.identity.actor import Actor
from app.law import service
from app.law.models import LawOverride
from app.law.states import LawTable
from app.values.law.vocabulary import Enforcement
from tests.support.clock import START


def make_override(session: Session, administrator: Actor, *, at: datetime = START, **changes: Any) -> LawOverride:
    """The rule on disclosure in the European Union warns instead of blocking, unless overridden."""
    override: dict[str, Any] = {
        "table": LawTable.CONSENT,
        "row_key": "EU-50-4",
        "enforcement": Enforcement.WARN,
        "reason": "Counsel confirmed that end credits are enough for this film.",
    }
    return service.record_override(session=session, actor=administrator, at=at, **(override | changes))
