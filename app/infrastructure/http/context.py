"""What a request needs, found in one place: settings, database session, the instant it is handled at."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app, g
from sqlmodel import Session

from app.config import Settings
from app.infrastructure.clock import Clock
from app.infrastructure.db.database import Database
from app.infrastructure.storage import AssetStore


@dataclass(frozen=True, slots=True)
class Services:
    """What the factory built; one per app."""

    settings: Settings
    database: Database
    clock: Clock
    store: AssetStore


def services() -> Services:
    found: Services = current_app.extensions["likeness"]
    return found


def session() -> Session:
    """Return the request's session: one transaction, which the edge commits or rolls back."""
    if "session" not in g:
        database = services().database
        g.session = database.read_session() if g.get("is_read_only") else database.write_session()
    found: Session = g.session
    return found


def now() -> datetime:
    """Return the one business instant at which this request is handled."""
    if "now" not in g:
        g.now = services().clock.now()
    found: datetime = g.now
    return found
