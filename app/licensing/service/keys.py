"""What an operator does with the keys that sign credentials and status lists."""

from datetime import datetime

from sqlmodel import Session

from app.audit import service as audit
from app.identity.actor import SYSTEM
from app.infrastructure import signing_keys
from app.infrastructure.signing_keys import ANNOUNCED, SigningKey


def rotate_key(*, session: Session, at: datetime, at_once: bool = False) -> SigningKey:
    """Publish a new key, which signs as soon as verifiers had time to fetch it, or at once."""
    made = signing_keys.rotate(session=session, at=at, signs_from=at if at_once else at + ANNOUNCED)
    audit.record(
        session=session,
        actor=SYSTEM,
        at=at,
        action="signing_key.rotated",
        subject_id=made.id,
        kid=made.kid,
        signs_from=made.active_from.isoformat(),
    )
    return made


def withdraw_key(*, session: Session, at: datetime, kid: str, reason: str = "") -> SigningKey:
    """Unpublish a compromised key for good, and return the one that signs from now on.

    Nothing that it signed is trusted any more, here at once, elsewhere when the keys are next fetched. Raises:
    NotFound.
    """
    key = signing_keys.withdraw(session=session, at=at, kid=kid)
    successor = signing_keys.current_signing_key(session=session, at=at)
    if key.withdrawn_at == at:
        audit.record(
            session=session,
            actor=SYSTEM,
            at=at,
            action="signing_key.withdrawn",
            subject_id=key.id,
            kid=kid,
            reason=reason,
            signs_now=successor.kid,
        )
    return successor
