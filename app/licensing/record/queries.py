"""Read the public record of a license, whoever asks."""

from datetime import datetime, timedelta

from sqlmodel import Session

from app.infrastructure.ids import is_id
from app.licensing.queries import LicenseView, license_of
from app.licensing.record.rules import PublicRecord, public_record
from app.licensing.rules.decision import decide_access
from app.values.errors import NotFound

LONGEST_KEPT = timedelta(minutes=1)
"""How long anybody may keep an answer: so long a suspension may take to be seen."""


def record_of(session: Session, license_id: str, *, at: datetime) -> PublicRecord:
    """Raises: NotFound, in the same words whatever was asked for."""
    view = _view(session, license_id)
    terms = view.terms_at(at)
    return public_record(
        license_id=license_id, terms=terms.document, code=view.standing(at), ends_at=terms.ends_at, at=at
    )


def kept_for(session: Session, license_id: str, *, at: datetime) -> timedelta:
    """Return how long an answer of this instant may be kept: never past a change that the clock alone brings."""
    changes_at = decide_access(license=_view(session, license_id).facts_at(at), at=at).valid_until
    return min(LONGEST_KEPT, changes_at - at)


def _view(session: Session, license_id: str) -> LicenseView:
    unknown = NotFound("There is no such record.")
    if not is_id(license_id, prefix="lic"):
        raise unknown
    try:
        return license_of(session, license_id)
    except NotFound:
        raise unknown from None
